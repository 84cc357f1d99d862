"""HTTP doors of the kiosk: a device of the centre at which the people of a session sit down one after another
(architecture 3a step 11). Staff open it; each person proves themself, by the code on their own phone or by a clerk
who vouches."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from server.cases import store as cases
from server.cases.model import Case, Party
from server.errors import Invalid, JsonValue, NotFound, NotPermitted
from server.people import store as people
from server.people.model import (
    DELIVERY,
    Assurance,
    CodeExpired,
    CodeLocked,
    CodeWrong,
    LoginLocked,
    LoginWrong,
    StepUpNeeded,
)
from server.people.proving import prove
from server.people.rules import mask_phone
from server.sessions import store
from server.sessions.expecting import stepped
from server.sessions.model import Seat, SeatView, Session, SessionOver
from server.sessions.routes import loaded
from server.sessions.seat_routes import CODES, CodeSent, caller_of, code_message, language_of, needed, seat_view
from server.store import journal, logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, Cookie, Reply, staff
from server.web.routes import Routes

routes = Routes("sessions")
PURPOSE = "kiosk"
IDLE, ABSOLUTE = timedelta(minutes=10), timedelta(hours=4)
"""Of a login at the kiosk, a long meeting included; the page itself ends it after two idle minutes."""


class Sitting(Body):
    """Who sits down."""

    person: Annotated[str, Meta(max_length=24)]


class Proof(Body):
    """Who sits down, and what proves it: the code on their phone, or the password of the clerk who vouches."""

    person: Annotated[str, Meta(max_length=24)]
    code: Annotated[str, Meta(max_length=12)] = ""
    password: Annotated[str, Meta(max_length=200)] = ""


@routes.route(
    "POST", "/api/sessions/{id}/kiosk/code", request=Sitting, response=CodeSent, permit=staff,
    errors=(NotFound, SessionOver, Invalid, CodeLocked),
)  # fmt: skip
async def send_code(call: Call[Sitting]) -> CodeSent:
    """Six digits to the phone on file of whoever wants to sit down."""
    app, now, options = call.request.app, call.now(), call.settings.login
    async with call.db.transaction() as tx:
        held, _, case, person = await _seat(tx, call, call.body.person)
        if not person.filed.phone:
            raise Invalid({"person": "phone"})
        app[keys.LIMITS].check(CODES, held.id)
        digits = await people.issue_code(tx, app[keys.SECRET], PURPOSE, held.id, now, options)
        await journal.append(tx, case.id, "code.sent", call.caller.id, {"party": person.id, "purpose": PURPOSE}, now)
        await app[DELIVERY].put(tx, code_message(call.settings, case, person, digits, now))
    return CodeSent(mask_phone(person.filed.phone), options.code_resend)


@routes.route(
    "POST", "/api/sessions/{id}/kiosk/sit", request=Proof, response=SeatView, permit=staff,
    errors=(NotFound, SessionOver, Invalid, CodeWrong, CodeLocked, CodeExpired, LoginWrong, LoginLocked, StepUpNeeded),
    queries=("lang",),
)  # fmt: skip
async def sit(call: Call[Proof]) -> Reply:
    """The person has this device from now on; any other browser of theirs loses the seat, and who was to attend by
    telephone has come. A clerk's password makes the
    assurance `desk`: they compared the person with a document, and the journal names them."""
    app, now, body = call.request.app, call.now(), call.body
    vouched = not body.code
    if vouched:
        await prove(call, body.password)
    async with call.db.transaction() as tx:
        held, session, case, person = await _seat(tx, call, body.person)
        problem = None
        if vouched and session.application:
            raise NotPermitted("the court sees for itself")
        if not vouched:
            problem = await people.check_code(
                tx, app[keys.SECRET], PURPOSE, held.id, body.code, now, call.settings.login
            )
        if problem is None:
            level = Assurance.desk if vouched else Assurance.code
            if not person.assurance.at_least(level):
                await cases.set_assurance(tx, case, person.id, level, call.caller.id, now, how=PURPOSE)
            await logins.end_all(tx, "seat", held.id)
            opened = replace(
                held, opened_at=held.opened_at or now, identified_at=now, verified_at=now, checked_at=now,
                phone_at=None, phone="", device=call.caller.login,
            )  # fmt: skip
            await store.update_seat(tx, opened)
            entry: dict[str, JsonValue] = {"session": session.id, "party": person.id, "vouched": vouched}
            await journal.append(tx, case.id, "kiosk.sat", call.caller.id, entry, now)
            seconds = int(ABSOLUTE.total_seconds())
            token, row = await logins.start(tx, "seat", held.id, now, int(IDLE.total_seconds()), seconds)
            answer = await seat_view(tx, app, caller_of(opened, person, row), language_of(call))
    if problem is not None:
        raise problem
    await app[keys.ROOMS].dismiss(session.id, person.id)
    await stepped(app, case.id, session.id, person.id)
    return Reply(answer, cookies=(Cookie(f"seat_{held.slug}", token, seconds),))


async def _seat(tx: Tx, call: Call[Sitting] | Call[Proof], person_id: str) -> tuple[Seat, Session, Case, Party]:
    """A person of the session's case and their seat in it."""
    session, case = await loaded(tx, call)
    person = case.party(person_id)
    if person is None or not person.attends:
        raise NotFound("person")
    held = await store.seat_for(tx, session, person.id)
    await needed(tx, _app(call), session, held)
    return held, session, case, person


def _app(call: Call[Sitting] | Call[Proof]) -> web.Application:
    return call.request.app
