"""Who comes to the table, and who is told that something changed there."""

from collections.abc import Collection
from typing import Any

from aiohttp import web

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import NotFound
from server.sessions import rules as session_rules
from server.sessions import store as sessions
from server.sessions.model import Session, Step
from server.store.db import Tx
from server.web import keys, push
from server.web.call import Call


async def case_at(tx: Tx, call: Call[Any]) -> Case:
    """The case of the path, for its staff and for those of its people who agreed and proved their phone.

    Raises NotFound for strangers, NotReady for a seat before that step."""
    return await _admitted(tx, call, call.path("id"))


async def session_at(tx: Tx, call: Call[Any]) -> tuple[Session, Case]:
    """The session of the path and its case, by the same rule; a seat's own session only. Before a court there is no
    table."""
    session = await sessions.load(tx, call.path("id"))
    if session.application or (call.caller.kind == "seat" and call.caller.session_id != session.id):
        raise NotFound("session")
    return session, await _admitted(tx, call, session.case_id)


async def _admitted(tx: Tx, call: Call[Any], case_id: str) -> Case:
    case = await cases.load(tx, case_id)
    case_rules.may_see(case, call.caller)
    if call.caller.kind == "seat":
        session_rules.need(await sessions.seat(tx, call.caller.seat_id), Step.devices)
    return case


async def announce(app: web.Application, case_id: str, what: str, people: Collection[str]) -> None:
    """Tell these people, and nobody else, in whichever room of the case they are, to look again."""
    async with app[keys.DB].reading() as tx:
        rooms = [session.id for session in await sessions.of_case(tx, case_id)]
    for room in rooms:
        await push.changed(app, room, what, people)
