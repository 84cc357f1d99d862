"""Agreements and the meeting room: who sees a save happen, and who is told that something changed."""

from collections.abc import Collection
from dataclasses import dataclass

from aiohttp import web

from server.agreements.ceremony import store as ceremonies
from server.cases import store as cases
from server.sessions import store as sessions
from server.store.db import Tx
from server.web import keys, push


@dataclass(frozen=True)
class Whereabouts:
    """Where somebody is now: with whom, and in which private talk, if in one: with other people it is another one."""

    mates: frozenset[str] = frozenset()
    talk: str = ""

    @property
    def private(self) -> bool:
        """Whether the others may not know."""
        return self.talk != ""

    def leaves(self, chamber: str) -> bool:
        """Whether words written in `chamber`, "" outside a private talk, would leave it by being kept here."""
        return chamber not in ("", self.talk)


async def whereabouts(app: web.Application, tx: Tx, case_id: str, person: str) -> Whereabouts:
    """Whom `person` is with in any room of the case; nobody and not private when they are in none.

    In a court's room no draft is written: who is there counts for nothing. A seat left over in another session of the
    case never makes a private talk look open: the private one counts.
    """
    rooms = app.get(keys.ROOMS)
    if rooms is None:
        return Whereabouts()
    places = [
        Whereabouts(rooms.chamber_mates(session.id, person), talk)
        for session in await sessions.of_case(tx, case_id)
        if not session.application and (talk := rooms.talk_of(session.id, person)) is not None
    ]
    return max(places, key=lambda place: place.private, default=Whereabouts())


async def announce(app: web.Application, case_id: str, what: str, people: Collection[str] | None = None) -> None:
    """Push `what` to these people of a case in its rooms; None means all. Experts and observers, who see no draft, are
    not told."""
    async with app[keys.DB].reading() as tx:
        case = await cases.load(tx, case_id)
        rooms = [session.id for session in await sessions.of_case(tx, case_id)]
    known = case.hosts | {case.recorder_id or "", *(one.id for one in case.people)}
    for room in rooms:
        await push.changed(app, room, what, known if people is None else known.intersection(people))


async def tell(app: web.Application, ceremony_id: str) -> None:
    """A ceremony changed, and with it its agreement."""
    async with app[keys.DB].reading() as tx:
        found = await ceremonies.whereabouts(tx, ceremony_id)
        if found is None:
            return
        case_id, agreement_id = found
    await announce(app, case_id, f"ceremony:{ceremony_id}")
    await announce(app, case_id, f"agreement:{agreement_id}")
