"""The keeping tasks of a running server: renewals at start and every few hours, one file at a time."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from documents import SignerUnavailable
from server.keeping import renewal
from server.keeping.renewal import Round, Shelf
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
EVERY = 6 * 3600.0
"""Seconds between runs."""
PATIENCE = 10.0
"""Seconds a file under way gets when the process is told to stop."""


@dataclass
class Keeper:
    """The task of this process and what its last run found."""

    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    last: Round | None = None


KEEPER: web.AppKey[Keeper] = web.AppKey("keeper", Keeper)


def shelf_of(app: web.Application) -> Shelf:
    """The job's tools, as the app was wired."""
    return Shelf(
        app[keys.DB], app[keys.BLOBS], app[keys.AUTHORITY], app[keys.TSA], app[keys.ABROAD], app[keys.ANCHORS],
        app[keys.CLOCK], app[keys.SETTINGS].keeping,
    )  # fmt: skip


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context."""
    keeper = app[KEEPER] = Keeper()
    task = spawn(_keep(app, keeper), name="keeping")
    yield
    keeper.stopping.set()
    await asyncio.wait([task], timeout=PATIENCE)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _keep(app: web.Application, keeper: Keeper) -> None:
    while not keeper.stopping.is_set():
        try:
            with suppress(SignerUnavailable):  # the root's key is elsewhere: then notices ask for it in time
                await asyncio.to_thread(app[keys.AUTHORITY].root_crl)
            keeper.last = await renewal.run(shelf_of(app), stop=keeper.stopping)
        except Exception:  # one bad run must not end the watch over all files
            log.exception("renewal.failed")
        try:
            await asyncio.wait_for(keeper.stopping.wait(), EVERY)
        except TimeoutError:
            continue
