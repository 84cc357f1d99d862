"""Recordings while the server runs: the recorder for the rooms, what was left by a crash, what has had its time."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from aiohttp import web

from server.cases import store as cases
from server.clock import Clock
from server.recordings import rules, store
from server.recordings.films import MAKING
from server.recordings.model import Recording, RecordingState
from server.recordings.recorder import RoomRecorder
from server.recordings.shelf import Shelf
from server.recordings.viewings import VIEWINGS, Viewings
from server.store.db import Database
from server.web import keys, push
from signaling import spawn

log = logging.getLogger(__name__)
EVERY = 3600.0
"""Seconds between two looks at what has had its time."""
RECORDER: web.AppKey[RoomRecorder] = web.AppKey("recorder", RoomRecorder)
SHELF: web.AppKey[Shelf] = web.AppKey("recordings", Shelf)


async def opened(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context, before the rooms: what they record with."""
    settings = app[keys.SETTINGS]
    await asyncio.to_thread(_clear, settings.films)
    app[MAKING] = asyncio.Semaphore(2)
    shelf = app[SHELF] = Shelf(settings.recordings, app[keys.VAULT])
    keep = timedelta(days=settings.recording_days)
    recorder = app[RECORDER] = RoomRecorder(app[keys.DB], shelf, app[keys.CLOCK], keep)
    recorder.told = partial(_tell_hosts, app)
    await recorder.recover()
    yield
    await recorder.close()


def _clear(films: Path) -> None:
    """What a killed process left in clear."""
    shutil.rmtree(films, ignore_errors=True)
    films.mkdir(mode=0o700)


async def _tell_hosts(app: web.Application, recording: Recording) -> None:
    """Who leads the case looks at its recordings again."""
    async with app[keys.DB].reading() as tx:
        case = await cases.load(tx, recording.case_id)
    await push.changed(app, recording.session_id, "recordings", case.hosts)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: destroys what has had its time, closes what was opened to be seen."""
    viewings = app[VIEWINGS] = Viewings()
    task = spawn(_sweep_often(app), name="recordings.sweep")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    viewings.close()


async def _sweep_often(app: web.Application) -> None:
    while True:
        app[VIEWINGS].tidy(app[keys.CLOCK]())
        try:
            for gone in await sweep(app[keys.DB], app[SHELF], app[keys.CLOCK]):
                app[VIEWINGS].withdraw(gone)
        except Exception:
            log.exception("recordings.not_swept")
        await asyncio.sleep(EVERY)


async def sweep(db: Database, shelf: Shelf, now: Clock) -> list[str]:
    """Destroy every recording whose time is over; ids of those. Files whose row says destroyed go too, and what the
    database's log may still hold of their keys."""
    gone = []
    async with db.reading() as tx:
        rows = await store.all_of(tx)
    for row in rows:
        if rules.over(row, now()):
            async with db.transaction() as tx:
                await store.destroy(tx, await store.load(tx, row.id), "retention", now())
            gone.append(row.id)
        if row.state is RecordingState.destroyed or row.id in gone:
            await asyncio.to_thread(shelf.remove, row.id)
    await db.forget()
    return gone
