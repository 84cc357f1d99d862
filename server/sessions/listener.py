"""What the meeting room tells the office: who came and went, who was moved. Goes to the journal of the case, never
what was said."""

import json
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from server.errors import JsonValue
from server.sessions import store
from server.store import journal
from server.store.db import Database
from signaling import ChamberId, Seat


class RoomJournal:
    """The room's listener; the room's id is the session's. Remembers who is there, for the mediator's day."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seats: dict[str, dict[str, Seat]] = {}

    def here(self, room: str) -> frozenset[str]:
        """Ids of those waiting or present now."""
        seats = self._seats.get(room, {})
        return frozenset(person for person, seat in seats.items() if seat in ("waiting", "present"))

    def knows(self, room: str, person: str) -> bool:
        """Whether the person has come to the room since this process began."""
        return person in self._seats.get(room, {})

    async def on_attendance(self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime) -> None:
        """A person came, went, was lost or moved."""
        self._seats.setdefault(room, {})[person] = state
        async with self._db.transaction() as tx:
            session = await store.load(tx, room)
            body: dict[str, JsonValue] = {"session": room, "person": person, "state": state, "chamber": chamber}
            await journal.append(tx, session.case_id, "room.attendance", person, body, at)

    async def returning(self, room: str, person: str) -> ChamberId | None:
        """After a restart: `None` unless the person had a seat in a chamber when the journal ended; a private
        chamber when a private talk was on then, be it theirs or not, else `joint`."""
        places, _ = await self._ended(room)
        if places.get(person) is None:
            return None
        return next((place for place in places.values() if place not in (None, "joint")), "joint")

    async def phones(self, room: str) -> frozenset[str]:
        """After a restart: ids of those who took part by telephone when the journal ended."""
        places, phones = await self._ended(room)
        return frozenset(person for person in phones if places.get(person) is not None)

    async def _ended(self, room: str) -> tuple[dict[str, ChamberId | None], set[str]]:
        """Where everybody's seat was when the journal ended, and who had one by telephone."""
        async with self._db.reading() as tx:
            session = await store.load(tx, room)
            entries = await journal.read(tx, session.case_id)
        places: dict[str, ChamberId | None] = {}
        phones: set[str] = set()
        for entry in entries:
            body = json.loads(entry.body) if entry.body is not None else {}
            if body.get("session") != room:
                continue
            if entry.kind == "room.attendance":
                seated = body["state"] in ("present", "interrupted")
                places[body["person"]] = body["chamber"] if seated else None
            elif entry.kind == "room.moved":
                places |= dict.fromkeys(body["people"], body["chamber"])
            elif entry.kind == "room.phone_seat":
                (phones.add if body["on"] else phones.discard)(entry.actor)
        return places, phones

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

    async def on_note(
        self, room: str, what: str, person: str, detail: Mapping[str, str | int | bool], at: datetime
    ) -> None:
        """Locks, pauses, handovers, agreements to be recorded, calls for help: that they happened."""
        body: dict[str, JsonValue] = {"session": room, **detail}
        await self._append(room, f"room.{what}", person or "server", body, at)

    async def _append(self, room: str, kind: str, actor: str, body: dict[str, JsonValue], at: datetime) -> None:
        async with self._db.transaction() as tx:
            session = await store.load(tx, room)
            await journal.append(tx, session.case_id, kind, actor, body, at)


ATTENDANCE: web.AppKey[RoomJournal] = web.AppKey("attendance", RoomJournal)
