"""Tells a room that data changed. Says only `what`; the data always comes by GET."""

import logging
from collections.abc import Collection

from aiohttp import web

from server.web import keys

log = logging.getLogger(__name__)


async def changed(app: web.Application, room: str, what: str, people: Collection[str] | None = None) -> None:
    """After the commit: `what` is `agreement:<id>`, `session` or `ceremony:<id>`; None means everybody in the room."""
    if rooms := app.get(keys.ROOMS):
        await rooms.notify(room, what, people)
