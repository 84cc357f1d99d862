"""What lies on the mediator's table: agenda, private notes, offers, blind answers, papers. Never seen by `court`."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from server.table.agenda_routes import routes as agenda_routes
from server.table.erasing import erase
from server.table.model import SETTLED
from server.table.notes_routes import routes as notes_routes
from server.table.offers_routes import routes as offers_routes
from server.table.pages import DRAWING
from server.table.papers_routes import routes as papers_routes
from server.table.proposals_routes import routes as proposals_routes
from server.table.proposals_routes import settled
from server.table.seated_routes import routes as seated_routes
from server.web import keys
from server.web.routes import Routes

log = logging.getLogger(__name__)
TABLES: tuple[Routes, ...] = (
    seated_routes, agenda_routes, notes_routes, offers_routes, proposals_routes, papers_routes
)  # fmt: skip
"""What `app.py` serves."""


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: what a killed process had yet to erase goes first."""
    try:
        await erase(app[keys.DB], app[keys.BLOBS])
    except OSError:
        log.exception("papers.not_erased")
    app[DRAWING] = asyncio.Semaphore(1)
    app[SETTLED] = settled
    yield


__all__ = ["TABLES", "lifetime"]
