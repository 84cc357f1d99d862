"""HTTP doors to the room: tickets for staff, for a seat, for the people who share a device of the centre."""

from typing import Annotated, Any

from msgspec import Meta

from server.cases.model import Case, Party
from server.errors import Invalid, JsonValue, NotFound, NotPermitted
from server.sessions import casting, rules, store, turn
from server.sessions.expecting import staff_ticket, ticket_of
from server.sessions.model import NotReady, NotSeated, NotTogether, Session, SessionOver, Step, TicketView
from server.sessions.routes import loaded
from server.sessions.seat_routes import loaded as loaded_seat
from server.store import journal, logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, seat, staff
from server.web.routes import Routes
from signaling import Ticket, mint

routes = Routes("sessions")


class AtOneDevice(Body):
    """Who sits at this kiosk and enters the room together; the first is the person the room knows the device by."""

    people: Annotated[list[Annotated[str, Meta(max_length=24)]], Meta(min_length=1, max_length=6)]


@routes.route("POST", "/api/sessions/{id}/ticket", response=TicketView, permit=staff, errors=(NotFound, SessionOver))
async def of_staff(call: Call[None]) -> TicketView:
    """For the staff of the case: its mediator, who leads beside, its recorder. Into a court's room the mediator alone,
    and only as long as the court asks for them."""
    async with call.db.reading() as tx:
        session, case = await loaded(tx, call)
    rules.not_over(session)
    if session.application and not (session.with_mediator and call.caller.id == case.mediator_id):
        raise NotPermitted("the court has not asked for you")
    return signed(call, staff_ticket(call, session, case))


@routes.route("POST", "/api/seat/ticket", response=TicketView, permit=seat, errors=(NotReady, SessionOver))
async def of_seat(call: Call[None]) -> TicketView:
    """For a seat, once every step before is done."""
    async with call.db.reading() as tx:
        held, session, case, party = await loaded_seat(tx, call.caller)
        limits = await store.limits_of(tx, case.id)
    rules.need(held, Step.room)
    rules.not_over(session)
    return signed(call, ticket_of(call.request.app, session, case, limits, party, call.caller.login))


@routes.route(
    "POST", "/api/sessions/{id}/kiosk/ticket", request=AtOneDevice, response=TicketView, permit=staff,
    errors=(NotFound, NotReady, NotSeated, NotTogether, SessionOver, Invalid),
)  # fmt: skip
async def of_device(call: Call[AtOneDevice]) -> TicketView:
    """For several people at one device of the centre. Each has proved themself at this very kiosk; in the room they are
    one seat that lists their names, so they are of one side and none is kept from another."""
    now, named = call.now(), call.body.people
    if len(set(named)) < len(named):
        raise Invalid({"people": "repeated"})
    async with call.db.transaction() as tx:
        session, case = await loaded(tx, call)
        rules.not_over(session)
        people = [await seated(tx, call, session, case, person) for person in named]
        limits = await store.limits_of(tx, case.id)
        casting.need_together(case, limits.pairs, people)
        seats = [await store.seat_of(tx, session.id, one.id) for one in people]
        held = [await logins.newest(tx, "seat", one.id) for one in seats]
        body: dict[str, JsonValue] = {"session": session.id, "people": [one.id for one in people]}
        await journal.append(tx, case.id, "seat.together", call.caller.id, body, now)
    app, (first, *others) = call.request.app, zip(people, held, strict=True)
    beside = tuple(ticket_of(app, session, case, limits, *one) for one in others)
    return signed(call, ticket_of(app, session, case, limits, *first, beside))


async def seated(tx: Tx, call: Call[Any], session: Session, case: Case, person: str) -> Party:
    """Somebody who sits at the caller's kiosk now and may enter the room; raises NotFound, NotSeated, NotReady."""
    party = case.party(person)
    if party is None:
        raise NotFound("person")
    held = await store.seat_of(tx, session.id, party.id)
    if held.device != call.caller.login or not await logins.alive(tx, "seat", held.id, call.now()):
        raise NotSeated
    rules.need(held, Step.room)
    return party


def signed(call: Call[Any], ticket: Ticket) -> TicketView:
    """The signed ticket. The room is on this node, so no URL."""
    servers = turn.servers(call.settings.media, ticket.person, call.now())
    return TicketView(mint(call.request.app[keys.SECRET], ticket), "", servers)
