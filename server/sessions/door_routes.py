"""HTTP doors of a seat before the room, beside the usual way: a trial run days ahead, attending by ordinary telephone;
and the host's word to those who wait."""

from dataclasses import replace
from typing import Annotated

import msgspec
from msgspec import Meta

from server.cases.model import GUESTS
from server.errors import Invalid, JsonValue, NotFound
from server.law import dates
from server.sessions import casting, rules, store
from server.sessions.expecting import expect, guest_list, people_changed, stepped
from server.sessions.model import Line, NotReady, SeatView, SessionOver, SessionView, Speaker, Step
from server.sessions.routes import loaded as loaded_session
from server.sessions.routes import session_view
from server.sessions.seat_routes import language_of, loaded, seat_view
from server.store import journal
from server.web import push
from server.web.call import Body, Call, mediator, seat
from server.web.routes import Routes

routes = Routes("seats")


class Tried(Body):
    """What a trial run found."""

    camera: bool
    microphone: bool
    speaker: Speaker
    line: Line


class ByTelephone(Body):
    """Attend by ordinary telephone, or by video after all. An empty number is the one on file."""

    wanted: bool
    number: Annotated[str, Meta(max_length=24)] = ""


class Word(Body):
    """Whether one agrees that a guest (an expert, an observer) takes part; may be changed at any time."""

    guest: Annotated[str, Meta(max_length=24)]
    agrees: bool


class Wait(Body):
    """How many minutes those in the waiting room will wait; null takes the word back."""

    minutes: Annotated[int, Meta(ge=1, le=180)] | None


@routes.route(
    "POST", "/api/seat/trial", request=Tried, response=SeatView, permit=seat, errors=(NotReady, SessionOver),
    queries=("lang",),
)  # fmt: skip
async def trial(call: Call[Tried]) -> SeatView:
    """A trial run is done: the mediator's day shows it, and nothing of the session starts; on the day devices are
    checked again."""
    now, caller = call.now(), call.caller
    async with call.db.transaction() as tx:
        held, session, *_ = await loaded(tx, caller)
        rules.need(held, Step.consent)
        rules.not_over(session)
        await store.update_seat(tx, replace(held, tried_at=now, tried=msgspec.to_builtins(call.body)))
        await journal.append(tx, held.case_id, "seat.tried", caller.id, {"session": held.session_id}, now)
        answer = await seat_view(tx, call.request.app, caller, language_of(call))
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return answer


@routes.route(
    "POST", "/api/seat/telephone", request=ByTelephone, response=SeatView, permit=seat,
    errors=(NotReady, SessionOver, Invalid), queries=("lang",),
)  # fmt: skip
async def telephone(call: Call[ByTelephone]) -> SeatView:
    """Ask to be called on an ordinary telephone. The mediator's day shows the number, the host keeps the seat in the
    room, and what was agreed is confirmed at a desk (the centre's kiosk, with a document) later. A guest has promised
    to keep it confidential first."""
    now, caller, body = call.now(), call.caller, call.body
    async with call.db.transaction() as tx:
        held, session, case, party = await loaded(tx, caller)
        rules.need(held, Step.telephone)
        rules.not_over(session)
        if body.wanted and party.part in GUESTS and not held.online:
            raise NotReady("a guest promises first", step=Step.consent.value)
        number = (body.number.strip() or party.filed.phone) if body.wanted else ""
        if body.wanted and not rules.NUMBER.fullmatch(number):
            raise Invalid({"number": "format"})
        await store.update_seat(tx, replace(held, phone_at=now if body.wanted else None, phone=number))
        entry: dict[str, JsonValue] = {"session": held.session_id, "wanted": body.wanted}
        await journal.append(tx, held.case_id, "seat.telephone", caller.id, entry, now)
        guests = await guest_list(tx, call.request.app, session, case)
        answer = await seat_view(tx, call.request.app, caller, language_of(call))
    await expect(call.request.app, [one for one in guests if one.person == party.id])
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return answer


@routes.route(
    "POST", "/api/seat/guests", request=Word, response=SeatView, permit=seat,
    errors=(NotReady, SessionOver, NotFound), queries=("lang",),
)  # fmt: skip
async def guest(call: Call[Word]) -> SeatView:
    """Others take part with the parties' consent [RMTJ 20]. A no counts at once: the guest leaves the room, and can be
    heard by the hosts alone. Staff reads who said what, nobody else in the meeting."""
    now, caller, body = call.now(), call.caller, call.body
    async with call.db.transaction() as tx:
        held, session, case, party = await loaded(tx, caller)
        rules.need(held, Step.telephone)
        rules.not_over(session)
        limits = await store.limits_of(tx, case.id)
        who = next((one for one in case.guests if one.id == body.guest), None)
        if who is None or party.id not in casting.asked(case, limits.pairs, who, dates.legal_day(now)):
            raise NotFound("guest")
        if limits.answers.get((who.id, party.id)) is not body.agrees:
            await store.answer_guest(tx, case.id, who.id, party.id, body.agrees, now)
        answer = await seat_view(tx, call.request.app, caller, language_of(call))
    await people_changed(call.request.app, case.id)
    await stepped(call.request.app, case.id, session.id, party.id)
    return answer


@routes.route(
    "POST", "/api/sessions/{id}/wait", request=Wait, response=SessionView, permit=mediator,
    errors=(NotFound, SessionOver),
)  # fmt: skip
async def wait(call: Call[Wait]) -> SessionView:
    """Tell those who wait how long it will take. The same for everybody, so that it does not say who is where."""
    async with call.db.transaction() as tx:
        session, case = await loaded_session(tx, call)
        rules.may_host(session, case, call.caller)
        rules.not_over(session)
        session = await store.set_wait(tx, session, call.body.minutes, call.now())
        answer = await session_view(tx, call, session, case)
    await push.changed(call.request.app, session.id, "session")
    return answer
