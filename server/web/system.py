"""Doors for machines: is the process alive, is it ready, what does the API look like."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from server.errors import Unavailable
from server.web.call import Call, Reply, View, anyone
from server.web.openapi import document
from server.web.routes import Routes

routes = Routes("system")
VERSION = "0.1.0"
DRAINING: web.AppKey[list[bool]] = web.AppKey("draining")
"""Not empty once the process was told to stop."""
OPENAPI: web.AppKey[dict[str, Any]] = web.AppKey("openapi")


class Alive(View):
    """Fine."""

    ok: bool = True


@routes.route("GET", "/healthz", response=Alive, permit=anyone)
async def healthz(call: Call[None]) -> Alive:
    """The process answers."""
    return Alive()


@routes.route("GET", "/readyz", response=Alive, permit=anyone, errors=(Unavailable,))
async def readyz(call: Call[None]) -> Alive:
    """The database answers and the process was not told to stop."""
    if call.request.app[DRAINING]:
        raise Unavailable("stopping")
    async with call.db.reading() as tx:
        await tx.scalar(sa.text("SELECT 1"))
    return Alive()


@routes.route("GET", "/api/openapi.json", response=dict[str, Any], permit=anyone)
async def openapi(call: Call[None]) -> Reply:
    """This document."""
    app = call.request.app
    if OPENAPI not in app:
        raise Unavailable("openapi")
    return Reply(app[OPENAPI])


def describe(tables: tuple[Routes, ...]) -> dict[str, Any]:
    """The document of all tables."""
    return document([(table.tag, list(table)) for table in tables], VERSION)
