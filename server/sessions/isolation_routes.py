"""HTTP door of the proof of isolation: what the journal says was forwarded and received in each epoch of a meeting, so
that a mediator can show that a private talk stayed inside. Counts and places only, never content."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import NotFound, NotPermitted
from server.sessions import store
from server.sessions.casting import role_of, staff_role
from server.sessions.listener import ATTENDANCE
from server.sessions.naming import names_of
from server.store import journal
from server.web.call import Call, View, staff
from server.web.routes import Routes
from signaling import Role

routes = Routes("sessions")


class CountedPerson(View):
    """Somebody who was in the room."""

    id: str
    name: str
    role: Role | None


class ChamberCount(View):
    """Who was in a chamber at any time of the epoch."""

    chamber: str
    people: list[str]


class Leg(View):
    """From whom to whom: packets the server forwarded; packets of sound and pictures the receiver's own page says it
    received, null where it reported nothing."""

    source: str
    receiver: str
    forwarded: int
    sound: int | None
    pictures: int | None


class EpochView(View):
    """From one change of chambers to the next. `began` is the end of the epoch before, or the first coming in; `entry`
    is the number of the journal's entry that says all this. Not `counted`: the process was killed in it, so only who
    was where is known, up to when the room was opened again or to its last entry; `legs` is empty then."""

    epoch: int
    began: datetime
    ended: datetime
    entry: int
    chambers: list[ChamberCount]
    legs: list[Leg]
    counted: bool = True


class IsolationView(View):
    """Oldest epoch first; the one that goes on now is not counted yet. `whole`: the case's journal verifies from its
    first entry to its last. `apart`: some of these people must not meet, so the page begins without names."""

    title: str
    number: str
    people: list[CountedPerson]
    epochs: list[EpochView]
    whole: bool
    head: str
    apart: bool


@routes.route(
    "GET", "/api/sessions/{id}/isolation", response=IsolationView, permit=staff, errors=(NotFound, NotPermitted)
)
async def show(call: Call[None]) -> IsolationView:
    """What was counted, for who leads the session."""
    async with call.db.reading() as tx:
        session = await store.load(tx, call.path("id"))
        case = await cases.load(tx, session.case_id)
        case_rules.may_host(case, call.caller)
        entries = await journal.read(tx, case.id)
        pairs = await store.pairs_of(tx, case.id)
    goes_on = call.request.app[ATTENDANCE].follows(session.id)
    epochs, whole = await asyncio.to_thread(
        lambda: (_epochs(entries, session.id, goes_on), not journal.verify(entries))
    )
    ids = {one for epoch in epochs for chamber in epoch.chambers for one in chamber.people}
    async with call.db.reading() as tx:
        names = await names_of(tx, case, sorted(ids))
    head = entries[-1].hash if entries else journal.GENESIS
    return IsolationView(
        case.title, case.number, [CountedPerson(one, name, _role(case, one, name)) for one, name in names.items()],
        epochs, whole, head, bool(pairs),
    )  # fmt: skip


def _epochs(entries: list[journal.Entry], session: str, goes_on: bool) -> list[EpochView]:
    """`goes_on`: the room is open in this process, which counts its epoch when that ends."""
    found: list[EpochView] = []
    seen = _Seen()
    for entry in entries:
        if entry.body is None or not entry.kind.startswith("room."):
            continue
        body = json.loads(entry.body)
        if body.get("session") != session:
            continue
        if entry.kind == "room.opened":
            found += seen.cut_off(entry)
            seen = _Seen(opened=True)
            continue
        seen.began, seen.last = seen.began or entry.at, entry
        if entry.kind == "room.counted":
            chambers = [ChamberCount(chamber, inside) for chamber, inside in body["people"].items()]
            found.append(EpochView(body["epoch"], seen.began, entry.at, entry.seq, chambers, _legs(body)))
            seen.began = entry.at
        seen.take(entry, body)
    if seen.last is not None and not goes_on:
        found += seen.cut_off(seen.last)
    return found


@dataclass
class _Seen:
    """What the journal says of one process's room: who is where (`places`), at whose device, and who was `inside` which
    chamber at any time of the epoch that is not counted yet. `opened`: journals of before that entry do not say when
    a process ended, and are not read so."""

    opened: bool = False
    began: datetime | None = None
    last: journal.Entry | None = None
    epoch: int = 0
    places: dict[str, str] = field(default_factory=dict)
    devices: dict[str, list[str]] = field(default_factory=dict)
    inside: dict[str, dict[str, None]] = field(default_factory=dict)

    def take(self, entry: journal.Entry, body: dict[str, Any]) -> None:
        """One entry."""
        match entry.kind:
            case "room.attendance" if body["state"] in ("present", "interrupted"):
                self.places[body["person"]] = body["chamber"]
            case "room.attendance":
                self.places.pop(body["person"], None)
            case "room.at_device":
                self.devices[entry.actor] = body["beside"]
            case "room.moved":
                self.places |= dict.fromkeys(body["people"], body["chamber"])
                self.epoch, self.inside = body["epoch"], {}
            case "room.counted":
                self.inside = {}
            case "room.stopped":
                self.places, self.inside = {}, {}
        for person, chamber in self.places.items():
            here = (person, *self.devices.get(person, ()))
            self.inside.setdefault(chamber, {}).update(dict.fromkeys(here))

    def cut_off(self, end: journal.Entry) -> list[EpochView]:
        """The epoch in which the process was killed."""
        if not self.opened or not self.inside or self.began is None:
            return []
        chambers = [ChamberCount(chamber, [*inside]) for chamber, inside in self.inside.items()]
        return [EpochView(self.epoch, self.began, end.at, end.seq, chambers, [], counted=False)]


def _legs(body: dict[str, Any]) -> list[Leg]:
    forwarded = {(to, of): count for to, sources in body["forwarded"].items() for of, count in sources.items()}
    received = {(to, of): pair for to, sources in body["received"].items() for of, pair in sources.items()}
    legs = []
    for to, of in sorted(forwarded.keys() | received.keys()):
        sound, pictures = received.get((to, of), (None, None))
        legs.append(Leg(of, to, forwarded.get((to, of), 0), sound, pictures))
    return legs


def _role(case: Case, person: str, name: str) -> Role | None:
    """None for who is no longer known."""
    if (party := case.party(person)) is not None:
        return role_of(party)
    return staff_role(case, person) if name else None
