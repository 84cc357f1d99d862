"""What happens to every request: an id, a caller, origin and CSRF checks, errors to JSON, security headers."""

import hmac
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from server import errors, log
from server.settings import HttpOptions
from server.web import keys
from server.web.call import NOBODY, Caller
from server.web.limits import Rate
from server.web.routes import Route, perform

logger = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATUS: tuple[tuple[type[errors.AppError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Unauthenticated, 401),
    (errors.NotPermitted, 403),
    (errors.Conflict, 409),
    (errors.Gone, 410),
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
    (errors.Locked, 423),
    (errors.TooSlow, 408),
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYONE = Rate("address", 1200, 60)
"""All API requests of one address."""


def status_of(error: errors.AppError | type[errors.AppError]) -> int:
    """HTTP status of an error or its class."""
    kind = error if isinstance(error, type) else type(error)
    return next((status for base, status in STATUS if issubclass(kind, base)), 400)


def error_response(error: errors.AppError, request_id: str) -> web.Response:
    """`{"error": {code, detail, request_id, fields?, data?}}`."""
    body: dict[str, object] = {"code": error.code, "detail": error.detail, "request_id": request_id}
    if isinstance(error, errors.Invalid):
        body["fields"] = error.fields
    if error.data:
        body["data"] = error.data
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
    return json_response({"error": body}, status_of(error), headers)


def json_response(value: object, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Any msgspec-encodable value."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", headers=headers
    )


@web.middleware
async def surround(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: request id, address, error translation, log line."""
    request_id = secrets.token_hex(8)
    request[keys.REQUEST_ID], request[keys.ADDRESS] = request_id, address_of(request)
    began = time.monotonic()
    with log.context(request=request_id):
        try:
            response = await handler(request)
        except errors.AppError as error:
            response = error_response(error, request_id)
        except web.HTTPException as error:
            response = http_error(error, request_id)
        except ConnectionError:  # the client went away: nobody is left to answer
            raise
        except Exception:
            logger.exception("request.failed", extra={"route": template_of(request), "method": request.method})
            body = {"error": {"code": "internal", "detail": "", "request_id": request_id}}
            response = json_response(body, 500)
        if request.path.startswith(("/api/", "/trust/")):
            took = round((time.monotonic() - began) * 1000, 1)
            fields = {"route": template_of(request), "method": request.method, "status": response.status, "ms": took}
            logger.info("request.done", extra=fields)
    return response


def http_error(error: web.HTTPException, request_id: str) -> web.StreamResponse:
    """aiohttp's own 404, 405, 413: same form as ours."""
    if error.status < 400:
        return error
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status, "bad_request")
    said = {name: error.headers[name] for name in ("Allow", "Content-Range") if name in error.headers}
    return json_response({"error": {"code": code, "detail": "", "request_id": request_id}}, error.status, said)


def template_of(request: web.Request) -> str:
    """`/api/cases/{id}`, never the path itself: slugs and ids are not for logs."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "/unknown"


def address_of(request: web.Request) -> str:
    """The client's address, honouring as many trusted proxies as set."""
    proxies = request.app[keys.SETTINGS].http.proxies
    forwarded = [part.strip() for part in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return request.remote or ""


def serve(route: Route) -> Handler:
    """The aiohttp handler of a row of the table."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await admit(request)
        except errors.AppError as error:
            if route.explain:
                route.explain(error)
            raise

    async def admit(request: web.Request) -> web.StreamResponse:
        limits = request.app[keys.LIMITS]
        limits.check(EVERYONE, request[keys.ADDRESS])
        if route.rate:
            limits.check(route.rate, request[keys.ADDRESS])
        caller = await request.app[keys.IDENTIFY](request)
        if route.csrf and route.method not in SAFE:
            check_origin(request)
            if route.csrf is True:
                check_token(request, caller)
        people = {"person": caller.id} if caller.id else {}
        if caller.case_id:
            people["case"] = caller.case_id
        with log.context(**people):
            return await perform(route, request, caller)

    return handle


def check_origin(request: web.Request) -> None:
    """A browser says where a request comes from; a page elsewhere is refused. Programs say nothing and pass."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise errors.CsrfRejected("another origin")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.app[keys.SETTINGS].http.origin and not same_host(origin, request.host):
        raise errors.CsrfRejected("another origin")


def same_host(origin: str, host: str) -> bool:
    """Whether an Origin header names the host the request was sent to."""
    return urlsplit(origin).netloc == host


def check_token(request: web.Request, caller: Caller) -> None:
    """Whoever has a cookie shows the token of that login as well."""
    if caller is NOBODY or caller.kind == "nobody":
        return
    if not hmac.compare_digest(request.headers.get("X-CSRF-Token", "").encode(), caller.csrf.encode()):
        raise errors.CsrfRejected("token missing or wrong")


WS_SCHEME = re.compile(r"^http")


def security_headers(http: HttpOptions) -> dict[str, str]:
    """Headers of every response. The socket's own origin is named because older Safari does not count it as 'self'."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'",  # pdf.js decodes some images by WebAssembly
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob: mediastream:",
        "connect-src": f"'self' {WS_SCHEME.sub('ws', http.origin)}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    if http.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler `on_response_prepare`: also covers static files and errors."""
    for name, value in security_headers(request.app[keys.SETTINGS].http).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = request.get(keys.REQUEST_ID, "")
    response.headers.popall("Server", None)
