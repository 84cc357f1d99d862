"""What the meeting room tells the office: who came and went, who was moved. Goes to the journal of the case, never
what was said."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from server.errors import JsonValue
from server.sessions import store
from server.sessions.before import stood
from server.store import journal
from server.store.db import Database
from signaling import Before, ChamberId, Detail, Seat


class RoomJournal:
    """The room's listener; the room's id is the session's. Remembers who is there, for the mediator's day."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seats: dict[str, dict[str, Seat]] = {}

    def here(self, room: str) -> frozenset[str]:
        """Ids of those waiting or present now."""
        seats = self._seats.get(room, {})
        return frozenset(person for person, seat in seats.items() if seat in ("waiting", "present"))

    def follows(self, room: str) -> bool:
        """Whether somebody came to it in this process."""
        return room in self._seats

    async def on_attendance(self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime) -> None:
        """A person came, went, was lost or moved."""
        self._seats.setdefault(room, {})[person] = state
        async with self._db.transaction() as tx:
            session = await store.load(tx, room)
            body: dict[str, JsonValue] = {"session": room, "person": person, "state": state, "chamber": chamber}
            await journal.append(tx, session.case_id, "room.attendance", person, body, at)

    async def before(self, room: str) -> Before | None:
        """How the room stood when the journal ended; None when nobody had a seat in it. Long journals are read beside
        the meetings."""
        async with self._db.reading() as tx:
            session = await store.load(tx, room)
            entries = await journal.read(tx, session.case_id)
        return await asyncio.to_thread(stood, entries, room)

    async def on_move(self, room: str, epoch: int, people: tuple[str, ...], chamber: ChamberId, at: datetime) -> None:
        """A change of chambers was committed."""
        async with self._db.transaction() as tx:
            session = await store.load(tx, room)
            body: dict[str, JsonValue] = {"session": room, "epoch": epoch, "people": people, "chamber": chamber}
            await journal.append(tx, session.case_id, "room.moved", "server", body, at)

    async def on_counts(
        self,
        room: str,
        epoch: int,
        people: Mapping[ChamberId, tuple[str, ...]],
        forwarded: Mapping[str, Mapping[str, int]],
        received: Mapping[str, Mapping[str, tuple[int, int]]],
        at: datetime,
    ) -> None:
        """The proof that nothing of a private talk went elsewhere: counts of an epoch, of server and clients."""
        body: dict[str, JsonValue] = {
            "session": room,
            "epoch": epoch,
            "people": {chamber: list(inside) for chamber, inside in people.items()},
            "forwarded": {receiver: dict(sources) for receiver, sources in forwarded.items()},
            "received": {to: {of: list(pair) for of, pair in sources.items()} for to, sources in received.items()},
        }
        await self._append(room, "room.counted", "server", body, at)

    async def on_note(self, room: str, what: str, person: str, detail: Detail, at: datetime) -> None:
        """Locks, who sits at a device, handovers, agreements to be recorded, calls for help: that they happened."""
        body: dict[str, JsonValue] = {"session": room, **detail}
        await self._append(room, f"room.{what}", person or "server", body, at)

    async def _append(self, room: str, kind: str, actor: str, body: dict[str, JsonValue], at: datetime) -> None:
        async with self._db.transaction() as tx:
            session = await store.load(tx, room)
            await journal.append(tx, session.case_id, kind, actor, body, at)


ATTENDANCE: web.AppKey[RoomJournal] = web.AppKey("attendance", RoomJournal)
