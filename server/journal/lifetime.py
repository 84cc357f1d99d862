"""Anchors of a running server: at start, every hour, and at once when somebody asks (`keys.ANCHOR_SOON`). Nothing waits
for it; while no time-stamp can be had it is tried again, and the notices of `keeping` name the server that is away."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from documents import DocumentError
from server.journal.anchoring import anchor
from server.store.db import DatabaseClosed
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
EVERY = 3600.0
"""Seconds between anchors."""
AGAIN = 60.0
"""Seconds until the next try where the last failed."""


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context."""
    task = spawn(_keep(app), name="journal.anchors")
    yield
    task.cancel()  # a try under way is kept whole or not at all
    await asyncio.gather(task, return_exceptions=True)


async def _keep(app: web.Application) -> None:
    soon = app[keys.ANCHOR_SOON]
    while True:
        soon.clear()
        try:
            count = await anchor(app[keys.DB], app[keys.STAMPERS], app[keys.CLOCK]())
            log.info("journal.anchored", extra={"cases": count})
            pause = EVERY
        except DatabaseClosed:
            return
        except Exception as error:  # one bad try must not end the watch over all journals
            cause = error.detail if isinstance(error, DocumentError) else type(error).__name__
            log.warning("journal.not_anchored", extra={"cause": cause}, exc_info=not isinstance(error, DocumentError))
            pause = AGAIN
        try:
            await asyncio.wait_for(soon.wait(), pause)
        except TimeoutError:
            continue
