"""The OpenAPI 3.1 document, made from the same route table that serves the requests."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from server.errors import AppError, CsrfRejected, Invalid, NotPermitted, TooLarge, TooMany, Unauthenticated
from server.web.call import View, anyone, channel
from server.web.middleware import SAFE, status_of
from server.web.routes import Route, Stream

REF = "#/components/schemas/{name}"


class ErrorBody(View):
    """Inside of every error answer; `data` depends on the code."""

    code: str
    detail: str
    request_id: str
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class ErrorAnswer(View):
    """Every error answer."""

    error: ErrorBody


def document(tables: Iterable[tuple[str, Sequence[Route]]], version: str) -> dict[str, Any]:
    """The whole document; `tables` are pairs of tag and routes."""
    rows = [(tag, route) for tag, routes in tables for route in routes]
    types = {kind for _, route in rows for kind in (route.request, route.response) if kind not in (None, bytes, Stream)}
    ordered = sorted(types, key=repr)
    shapes, components = msgspec.json.schema_components([*ordered, ErrorAnswer], ref_template=REF)
    schemas = dict(zip([*ordered, ErrorAnswer], shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for tag, route in rows:
        paths.setdefault(re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path), {})[route.method.lower()] = operation(
            tag, route, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hejie", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "staff": {"type": "apiKey", "in": "cookie", "name": "staff"},
                "seat": {"type": "apiKey", "in": "header", "name": "X-Hejie-Seat"},
                "channel": {"type": "http", "scheme": "bearer"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def operation(tag: str, route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    """One row as an operation object."""
    answer = {} if route.response is None else {"content": content(route.response, route.produces, schemas)}
    result: dict[str, Any] = {
        "operationId": route.name,
        "tags": [tag],
        "summary": route.summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
              for name in re.findall(r"\{(\w+)", route.path)),
            *({"name": name, "in": "query", "schema": {"type": "string"}} for name in route.queries),
        ],
        "responses": {"200": {"description": "Done.", **answer}, **failures(route, schemas)},
    }  # fmt: skip
    if route.request is not None:
        kinds = [content(route.request, media_type, schemas) for media_type in route.consumes]
        result["requestBody"] = {
            "required": True,
            "content": {name: value for kind in kinds for name, value in kind.items()},
        }
    if route.permit is channel:
        result["security"] = [{"channel": []}]
    elif route.permit is not anyone:
        token: dict[str, list[str]] = {"csrf": []} if route.method not in SAFE else {}
        result["security"] = [{"staff": [], **token}, {"seat": [], **token}]
    return result


def content(kind: Any, media_type: str, schemas: dict[Any, Any]) -> dict[str, Any]:
    """Media type object; bytes have no JSON schema."""
    return {media_type: {} if kind in (bytes, Stream) else {"schema": schemas[kind]}}


def failures(route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    """Status -> the codes that come with it."""
    kinds: set[type[AppError]] = set(route.errors) | {TooMany}
    if route.permit is not anyone:
        kinds |= {Unauthenticated, NotPermitted}
    if route.csrf and route.method not in SAFE:
        kinds |= {CsrfRejected}
    if route.request is not None:
        kinds |= {TooLarge}
        kinds |= {Invalid}
    found: dict[str, set[str]] = {}
    for kind in kinds:
        found.setdefault(str(status_of(kind)), set()).add(kind.code)
    body = {"application/json": {"schema": schemas[ErrorAnswer]}}
    return {
        status: {"description": ", ".join(sorted(codes)), "content": body} for status, codes in sorted(found.items())
    }
