"""The route table: each route declares method, path, body, answer, errors and permit. The same table serves requests
and writes the OpenAPI document."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec
from aiohttp import web

from server.errors import AppError, Invalid, TooLarge, TooSlow
from server.web import keys
from server.web.call import Call, Caller, Permit, Reply
from server.web.limits import Rate

JSON_LIMIT = 64 * 1024
"""Bytes of a JSON body unless the route says otherwise."""

BODY_SECONDS = 120.0
"""A body takes no longer to arrive."""

B = TypeVar("B")
Handler = Callable[[Call[B]], Awaitable[object]]
Explain = Callable[[AppError], None]
"""Adds words to what a table's doors refuse, where no page of ours will."""


class Stream:
    """Marks a body the handler reads by itself, piece by piece (`pieces`): too large to hold in memory."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `request` None: no body is read; `bytes`: the body as it is, of a media type `consumes`; `Stream`: the
    handler reads it."""

    method: str
    path: str
    handler: Callable[[Call[Any]], Awaitable[object]]
    request: Any
    response: Any
    permit: Permit
    errors: tuple[type[AppError], ...]
    limit: int
    rate: Rate | None
    csrf: bool | Literal["origin"]
    consumes: tuple[str, ...]
    produces: str
    queries: tuple[str, ...]
    summary: str
    reads: Callable[[bytes], object] | None = None
    """Reads the body instead of `decode`; `request` says what it should be."""
    explain: Explain | None = None

    @property
    def name(self) -> str:
        """operationId: the handler's module and name."""
        return f"{self.handler.__module__.removeprefix('server.').replace('.', '_')}_{self.handler.__name__}"


class Routes:
    """The table of one feature; `app.py` collects them."""

    def __init__(self, tag: str, explain: Explain | None = None) -> None:
        self.tag, self._explain = tag, explain
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def route(
        self,
        method: str,
        path: str,
        *,
        response: Any,
        permit: Permit,
        request: Any = None,
        errors: tuple[type[AppError], ...] = (),
        limit: int = JSON_LIMIT,
        rate: Rate | None = None,
        csrf: bool | Literal["origin"] = True,
        consumes: str | tuple[str, ...] = "application/json",
        produces: str = "application/json",
        queries: tuple[str, ...] = (),
        reads: Callable[[bytes], object] | None = None,
    ) -> Callable[[Handler[B]], Handler[B]]:
        """Declare a handler `async def f(call: Call[RequestStruct]) -> ResponseStruct | Reply`.

        `rate` is per client address. `csrf="origin"` for doors used before a page has a token (login, open a link);
        False only for doors that change nothing and are called without a page of ours (verification, OCSP).
        `limit` is in bytes."""

        def declare(handler: Handler[B]) -> Handler[B]:
            summary = (handler.__doc__ or handler.__name__).strip().splitlines()[0]
            self._routes.append(
                Route(
                    method, path, handler, request, response, permit, errors, limit, rate, csrf,
                    (consumes,) if isinstance(consumes, str) else consumes, produces, queries, summary,
                    reads, self._explain,
                )
            )  # fmt: skip
            return handler

        return declare


async def perform(route: Route, request: web.Request, caller: Caller) -> web.StreamResponse:
    """Permit, decode, handle, encode; a handler that sends a file by itself has answered. Raises AppError; the
    middleware translates."""
    route.permit(caller)
    body = await read_body(route, request)
    answer = await route.handler(Call(request, caller, body))
    if isinstance(answer, web.StreamResponse):
        return answer
    reply = answer if isinstance(answer, Reply) else Reply(answer, media_type=route.produces)
    return encode(reply, secure=request.app[keys.SETTINGS].http.secure)


async def read_body(route: Route, request: web.Request) -> object:
    """The decoded body; raises TooLarge before reading past the limit, Invalid for what does not fit."""
    if route.request is None:
        return None
    raw = route.request in (bytes, Stream)
    if request.content_type not in (*route.consumes, "application/octet-stream" if raw else ""):
        raise Invalid({"content-type": "value"}, f"expected {' or '.join(route.consumes)}")
    if (request.content_length or 0) > route.limit:
        raise TooLarge(route.limit)
    if route.request is Stream:
        return None
    data = bytearray()
    async for chunk in pieces(request, route.limit):
        data += chunk
    if route.request is bytes:
        return bytes(data)
    return route.reads(bytes(data)) if route.reads else decode(bytes(data), route.request)


async def pieces(request: web.Request, limit: int) -> AsyncIterator[bytes]:
    """The body in pieces; raises TooLarge as soon as it passes `limit` (the rest is never read), TooSlow."""
    length, end = 0, asyncio.get_running_loop().time() + BODY_SECONDS
    while chunk := await _next_piece(request, end):
        length += len(chunk)
        if length > limit:
            raise TooLarge(limit)
        yield chunk


async def _next_piece(request: web.Request, end: float) -> bytes:
    try:
        async with asyncio.timeout_at(end):
            return await request.content.readany()
    except TimeoutError:
        raise TooSlow from None


NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Nobody types it, and PostgreSQL keeps no text that has it."""


def decode(data: bytes, kind: Any) -> object:
    """JSON bytes -> `kind`; raises Invalid with the path of the field and a reason code."""
    if NUL.search(data):
        raise Invalid({"": "json"}, "NUL")
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise Invalid(dict([field_of(str(error))])) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid({"": "json"}, "not JSON") from None


REASONS = (
    (re.compile(r"missing required field `(?P<name>[^`]*)`"), "required"),
    (re.compile(r"unknown field `(?P<name>[^`]*)`"), "unknown"),
    (re.compile(r"of length <="), "too_long"),
    (re.compile(r"of length >="), "too_short"),
    (re.compile(r"Expected `(int|float)` (<|>)"), "range"),
    (re.compile(r"matching regex"), "format"),
    (re.compile(r"Invalid (enum value|RFC3339|UUID|base64|value)"), "value"),
)


def field_of(message: str) -> tuple[str, str]:
    """msgspec's sentence -> (path without `$.`, reason code). Values in the sentence are dropped."""
    text, _, path = message.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    for pattern, reason in REASONS:
        if found := pattern.search(text):
            name = found.groupdict().get("name")
            return ".".join(part for part in (path, name) if part), reason
    return path, "type"


def encode(reply: Reply, *, secure: bool) -> web.Response:
    """Reply -> response with its cookies."""
    if isinstance(reply.value, bytes):
        data, media_type = reply.value, reply.media_type
    else:
        data, media_type = msgspec.json.encode(reply.value), "application/json"
    response = web.Response(body=data, status=reply.status, content_type=media_type, headers=reply.headers)
    for cookie in reply.cookies:
        response.set_cookie(
            cookie.name, cookie.value, max_age=cookie.max_age if cookie.value else 0,
            path="/", httponly=True, secure=secure, samesite="Strict",
        )  # fmt: skip
    return response
