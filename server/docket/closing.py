"""The end of a link: nothing opens by it any more, and whoever came in by it leaves the court's rooms at once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from aiohttp import web

from server.docket import store
from server.docket.model import Link
from server.sessions import store as sessions
from server.store import logins
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
COURT = "court"
"""Kind of logins; their subject is the link."""
LOOK = 2.0
"""Seconds between looks for links whose time has come."""


async def close_dead(app: web.Application) -> int:
    """End the logins of dead links and show their people out; returns how many links."""
    now = app[keys.CLOCK]()
    async with app[keys.DB].reading() as tx:
        dead = await store.to_close(tx, now)
    for link in dead:
        async with app[keys.DB].transaction() as tx:
            await logins.end_all(tx, COURT, link.id)
            await store.save(tx, replace(await store.load(tx, link.id), closed_at=now))
        await show_out(app, link)
    return len(dead)


async def show_out(app: web.Application, link: Link) -> None:
    """Out of whichever room of the application they are in."""
    async with app[keys.DB].reading() as tx:
        rooms = [one.id for one in await sessions.for_application(tx, link.confirmation_id)]
    for room in rooms:
        await app[keys.ROOMS].dismiss(room, link.id)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: links end on their own, too."""
    stopping = asyncio.Event()
    task = spawn(_watch(app, stopping), name="docket.close")
    yield
    stopping.set()
    await asyncio.gather(task, return_exceptions=True)


async def _watch(app: web.Application, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await close_dead(app)
        except Exception:  # one bad look must not end the watch
            log.exception("docket.close_failed")
        try:
            await asyncio.wait_for(stopping.wait(), LOOK)
        except TimeoutError:
            continue
