"""What the room is told of the people of a session, in tickets and ahead of them: who is expected, as what, whom they
go with and whom they must not meet."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from aiohttp import web

from server.cases import store as cases
from server.cases.model import Case, Party
from server.sessions import casting, store
from server.sessions.listener import ATTENDANCE
from server.sessions.model import Pair, Session
from server.store.db import Tx
from server.web import keys
from server.web.call import Call
from signaling import RoomError, Ticket


def ticket_of(
    call: Call[Any],
    session: Session,
    case: Case,
    pairs: Collection[Pair],
    party: Party,
    login: str,
    device_people: tuple[str, ...] = (),
) -> Ticket:
    """Of a seat. The role comes from the case."""
    return _ticket(session, case, pairs, party, login, expiry(call), device_people)


def _ticket(
    session: Session,
    case: Case,
    pairs: Collection[Pair],
    party: Party,
    login: str,
    until: int,
    device_people: tuple[str, ...] = (),
) -> Ticket:
    return Ticket(
        session.id, party.id, party.name, casting.role_of(party), casting.side_of(party), until, login,
        apart=casting.apart_from(case, pairs, party.id), tied_to=casting.tied_to(case, party) or "",
        device_people=device_people,
    )  # fmt: skip


async def by_telephone(app: web.Application, room: str) -> list[Ticket]:
    """Of those who took part by telephone when the process before this one ended: nobody but the office brings them
    back."""
    settings, now = app[keys.SETTINGS], app[keys.CLOCK]()
    people = await app[ATTENDANCE].phones(room)
    async with app[keys.DB].reading() as tx:
        session = await store.load(tx, room)
        case = await cases.load(tx, session.case_id)
        pairs = await store.pairs_of(tx, case.id)
    until = int(now.timestamp()) + settings.login.ticket_valid
    return [_ticket(session, case, pairs, one, "", until) for one in case.invited if one.id in people]


def staff_ticket(call: Call[Any], session: Session, case: Case) -> Ticket:
    """Of the caller, who is of the case's staff."""
    caller, role = call.caller, casting.staff_role(case, call.caller.id)
    return Ticket(session.id, caller.id, caller.name, role, "", expiry(call), caller.login)


def expiry(call: Call[Any]) -> int:
    """When a ticket minted now ends, in Unix seconds."""
    return int(call.now().timestamp()) + call.settings.login.ticket_valid


async def guest_list(tx: Tx, call: Call[Any], session: Session, case: Case) -> list[Ticket]:
    """All who have a seat in the session."""
    pairs = await store.pairs_of(tx, case.id)
    seated = {seat.party_id for seat in await store.seats_of(tx, session.id)}
    people = [one for one in case.invited if one.attends and one.id in seated]
    return [ticket_of(call, session, case, pairs, one, "") for one in people]


async def expect(call: Call[Any], tickets: Iterable[Ticket]) -> None:
    """Hosts in the room see these people before they come, and may keep a seat by telephone for them. Where the room is
    locked, over or full nobody new is expected."""
    for ticket in tickets:
        with suppress(RoomError):
            await call.request.app[keys.ROOMS].invite(ticket)


async def expect_in_running(call: Call[Any], session: Session, tickets: Iterable[Ticket]) -> None:
    """The same where somebody meets already; else the first host who enters brings the list along."""
    if call.request.app[keys.ROOMS].present(session.id):
        await expect(call, tickets)
