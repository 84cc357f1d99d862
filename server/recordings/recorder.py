"""Carries out what the rooms say of recording (`signaling.Recorder`): opens the file, keeps the journal, raises the
alarm. Which chamber, who and when is the room's to say; nothing here can widen it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from server.clock import Clock
from server.ids import new
from server.recordings import store
from server.recordings.model import Recorded, RecordingState
from server.recordings.model import Recording as Row
from server.recordings.shelf import Shelf
from server.sessions import store as sessions
from server.store.db import Database
from signaling import Inside, spawn
from signaling.media import Peer
from signaling.media.recording import Head, Recording

log = logging.getLogger(__name__)
CHAMBER = "joint"
HEAD_EVERY = 60.0
"""Seconds between two entries that say how far the chain has come."""
AGAIN_EVERY = 5.0
"""Seconds between two attempts to write down that a recording has ended."""
Alarm = Callable[[str, str], None]
"""Room and reason: the hosts read it at once."""
Told = Callable[[Row], Awaitable[None]]


@dataclass(eq=False)
class _Running:
    """One recording from the room's word to the last entry."""

    room: str
    epoch: int
    peers: Mapping[str, Peer]
    why: str = ""
    recording: Recording | None = None
    over: bool = False
    lost: bool = False
    """The room had stopped it, and then its end could not be written."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """It is over, or somebody is in it who was not."""
    people: set[str] = field(default_factory=set)
    """All who were ever in it."""
    beside: set[tuple[str, str]] = field(default_factory=set)
    """In whose film who else ever was."""
    task: asyncio.Task[None] | None = None

    def listen(self, peers: Mapping[str, Peer], people: Inside) -> None:
        """Exactly these from now on."""
        self.peers = dict(peers)
        if self.recording is not None:
            self.recording.audience(self.peers)
        beside = {(film, one) for film, others in people.items() for one in others}
        everybody = {*people, *(one for _, one in beside)}
        if not (everybody <= self.people and beside <= self.beside):
            self.people |= everybody
            self.beside |= beside
            self.news.set()

    def knows_more(self, row: Row) -> bool:
        """Than is written down of who is in it."""
        return not (self.people <= {one.person for one in row.people} and self.beside <= row.beside)

    def stop(self, why: str) -> None:
        """Nothing is taken any more from here on; the first reason counts."""
        self.why = self.why or why
        if self.recording is not None:
            self.recording.stop()
        self.over = True
        self.news.set()


class RoomRecorder:
    """One per process. `alarm` is set when the rooms are there; `told` hears of a recording whose end was lost."""

    def __init__(self, db: Database, shelf: Shelf, now: Clock, keep: timedelta) -> None:
        self._db, self._shelf, self._now, self._keep = db, shelf, now, keep
        self._running: dict[str, _Running] = {}
        self._ending: set[_Running] = set()
        self._closing = asyncio.Event()
        self.alarm: Alarm | None = None
        self.told: Told | None = None

    # What the rooms say

    def start(self, room: str, epoch: int, peers: Mapping[str, Peer], people: Inside) -> None:
        """Record these people's joint chamber until `stop`. Opening the file takes a moment; nothing waits for it."""
        self.stop(room, "again")
        run = self._running[room] = _Running(room, epoch, peers)
        run.listen(peers, people)
        self._ending.add(run)
        run.task = spawn(self._run(run), name="recording")

    def audience(self, room: str, peers: Mapping[str, Peer], people: Inside) -> None:
        """Record exactly these peers from now on; these people are in it."""
        if (run := self._running.get(room)) is not None:
            run.listen(peers, people)

    def stop(self, room: str, why: str) -> None:
        """Take nothing any more, before anything else happens; file and journal are finished beside the meeting."""
        if (run := self._running.pop(room, None)) is not None:
            run.stop(why)

    def recording(self, room: str) -> bool:
        """Whether something of this room is being taken now."""
        run = self._running.get(room)
        return run is not None and run.recording is not None

    async def close(self) -> None:
        """The process ends: every recording is finished and written down."""
        self._closing.set()
        for room in list(self._running):
            self.stop(room, "server_stopped")
        await asyncio.gather(*(run.task for run in self._ending if run.task is not None), return_exceptions=True)

    async def recover(self) -> None:
        """What a killed process left open ends where its last whole chunk does."""
        async with self._db.reading() as tx:
            left = await store.in_state(tx, RecordingState.on)
        for row in left:
            head = await asyncio.to_thread(self._shelf.found, row)
            async with self._db.transaction() as tx:
                await store.end(tx, row, head, "process_ended", self._now())

    # One recording

    async def _run(self, run: _Running) -> None:
        row = None
        try:
            row, key = await self._begin(run)
            await self._open(run, row, key)
        except Exception as error:  # disk, database: the meeting goes on without a recording, and says so
            log.exception("recording.not_begun", extra={"room": run.room, "error": type(error).__name__})
            self._fail(run, "write_failed")
        try:
            if row is not None:
                await self._follow(run, row)
        finally:
            self._ending.discard(run)

    async def _follow(self, run: _Running, row: Row) -> None:
        """From the open file, or from what hindered it, to the last entry."""
        row = await self._keep_journal(run, row)
        head = await run.recording.finish() if run.recording is not None else Head(0, 0, "")
        while not await self._ended(run, row, head) and not self._closing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_EVERY):
                    await self._closing.wait()
        if run.lost and self.told is not None:
            await self.told(row)

    async def _ended(self, run: _Running, row: Row, head: Head) -> bool:
        """Whether the end is written down, and who is in it; on a full disk it is only when there is room again, or by
        `recover`."""
        try:
            async with self._db.transaction() as tx:
                if run.knows_more(row):
                    row = await store.join(tx, row, run.people, run.beside, self._now())
                await store.end(tx, row, head, run.why, self._now())
        except Exception:
            log.exception("journal.failed", extra={"room": run.room, "what": "recording"})
            return False
        return True

    async def _begin(self, run: _Running) -> tuple[Row, bytes]:
        """The row and the key first: nothing is recorded that nobody could account for."""
        name = new("rec")
        key, sealed = self._shelf.new_key(name)
        now = self._now()
        people = tuple(Recorded(name, person) for person in sorted(run.people))
        async with self._db.transaction() as tx:
            session = await sessions.load(tx, run.room)
            row = Row(
                name, session.case_id, session.id, RecordingState.on, run.epoch, now, now + self._keep, sealed,
                people=people, beside=frozenset(run.beside),
            )  # fmt: skip
            await store.add(tx, row)
        return row, key

    async def _open(self, run: _Running, row: Row, key: bytes) -> None:
        """Raises OSError."""
        file = await asyncio.to_thread(self._shelf.create, row.id)
        if run.over:
            file.close()
        else:
            run.recording = Recording(row.id, file, key, CHAMBER, lambda trouble: self._fail(run, trouble))
            run.recording.audience(run.peers)

    async def _keep_journal(self, run: _Running, row: Row) -> Row:
        while not run.over:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEAD_EVERY):
                    await run.news.wait()
            run.news.clear()
            if not run.over:
                row = await self._note(run, row)
        return row

    async def _note(self, run: _Running, row: Row) -> Row:
        """The journal may be away for a while; the recording goes on, the operator is told."""
        head = run.recording.head if run.recording is not None else Head(0, 0, "")
        if head.chunks == row.chunks and not run.knows_more(row):
            return row
        try:
            async with self._db.transaction() as tx:
                if run.knows_more(row):
                    row = await store.join(tx, row, run.people, run.beside, self._now())
                return await store.reached(tx, row, head, self._now()) if head.chunks != row.chunks else row
        except Exception:
            log.exception("journal.failed", extra={"room": run.room, "what": "recording"})
            return row

    def _fail(self, run: _Running, why: str) -> None:
        """The alarm first: a journal on the same full disk must not hold it up. Once the room has stopped it, another
        recording may be on: that one is not to be stopped."""
        if self._running.get(run.room) is run:
            del self._running[run.room]
        run.lost = run.over
        run.stop(why)
        run.why = why
        log.error("recording.alarm", extra={"room": run.room, "why": why})
        if not run.lost and self.alarm is not None:
            self.alarm(run.room, why)
