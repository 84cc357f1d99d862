"""What the room is told of the people of a session, in tickets and ahead of them: who is expected, as what, whom they
go with and whom they must not meet."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from server.cases import store as cases
from server.cases.model import Case, Party
from server.ids import CaseId
from server.law import dates
from server.sessions import casting, store
from server.sessions.model import Limits, Session
from server.store.db import Tx
from server.web import keys, push
from server.web.call import Call
from signaling import Role, RoomError, Ticket


def ticket_of(
    app: web.Application,
    session: Session,
    case: Case,
    limits: Limits,
    party: Party,
    login: str = "",
    device_people: tuple[Ticket, ...] = (),
) -> Ticket:
    """Of a seat. The role comes from the case."""
    day = dates.legal_day(app[keys.CLOCK]())
    guardians = casting.guardians_of(case, party, day)
    speaks, whom, whose = casting.stands_for(case, party)
    return Ticket(
        session.id, party.id, party.name, casting.role_of(party), casting.side_of(party), expiry(app), login,
        apart=casting.apart_from(case, limits.pairs, party.id), tied_to=casting.tied_to(case, party) or "",
        device_people=device_people, acts=casting.acts(party),
        unwanted=casting.unwanted(case, limits.answers, party.id, day),
        speaks=speaks, whom=whom, whose=whose, unnamed=casting.unnamed(case, limits.pairs, party.id),
        guarded=guardians is not None, guardians=guardians or (), undivided=bool(session.application),
    )  # fmt: skip


def staff_ticket(call: Call[Any], session: Session, case: Case) -> Ticket:
    """Of the caller, who is of the case's staff."""
    caller, court = call.caller, bool(session.application)
    role: Role = "informant" if court else casting.staff_role(case, caller.id)
    until = expiry(call.request.app)
    return Ticket(session.id, caller.id, caller.name, role, "", until, caller.login, undivided=court)


def court_ticket(app: web.Application, session: Session, person: str, name: str, until: datetime, login: str) -> Ticket:
    """Of a court person, who hosts their own court's session and enters no other."""
    exp = min(expiry(app), int(until.timestamp()))
    return Ticket(session.id, person, name, "court", "", exp, login, undivided=True)


def expiry(app: web.Application) -> int:
    """When a ticket minted now ends, in Unix seconds."""
    return int(app[keys.CLOCK]().timestamp()) + app[keys.SETTINGS].login.ticket_valid


async def guest_list(tx: Tx, app: web.Application, session: Session, case: Case) -> list[Ticket]:
    """All who have a seat in the session."""
    limits = await store.limits_of(tx, case.id)
    seated = {seat.party_id for seat in await store.seats_of(tx, session.id)}
    people = [one for one in case.invited if one.attends and one.id in seated]
    return [ticket_of(app, session, case, limits, one) for one in people]


async def expect(app: web.Application, tickets: Iterable[Ticket]) -> None:
    """An open room learns anew who these people are and whom they must not meet. Hosts see them before they come, and
    may keep a seat by telephone for them; where the room is over or full nobody new is expected."""
    for ticket in tickets:
        with suppress(RoomError):
            await app[keys.ROOMS].invite(ticket)


async def people_changed(app: web.Application, case_id: CaseId) -> None:
    """The open rooms of a case learn anew who its people are."""
    async with app[keys.DB].reading() as tx:
        case = await cases.load(tx, case_id)
        meeting = [await guest_list(tx, app, one, case) for one in await store.of_case(tx, case_id)]
    for guests in meeting:
        await expect(app, guests)


async def stepped(app: web.Application, case_id: str, session: str, person: str) -> None:
    """A person came further on the way to the room. Their own page and the hosts' look again; when others prove a
    phone or try a camera is nobody else's, and eight people would ask for everything at each step of each."""
    async with app[keys.DB].reading() as tx:
        case = await cases.load(tx, CaseId(case_id))
        court = (await store.load(tx, session)).application
    await push.changed(app, session, "session", None if court else case.hosts | {person})


async def guests_of_room(app: web.Application, room: str) -> list[Ticket]:
    """All who have a seat in the session, for the room when the first comes to it."""
    async with app[keys.DB].reading() as tx:
        session = await store.load(tx, room)
        return await guest_list(tx, app, session, await cases.load(tx, session.case_id))
