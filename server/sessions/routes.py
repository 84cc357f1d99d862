"""HTTP doors of a session for staff: the day, a session, its acts, identity, links, the mediator's ticket."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aiohttp import web

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import NEIGHBOURS, Case, CaseAct, CaseState, LinkView, Part, PartyView, StaffRef
from server.errors import IllegalAct, Invalid, NotFound, Unavailable
from server.ids import PartyId
from server.law import dates
from server.people.model import DELIVERY, Assurance, Message
from server.sessions import calendar, rules, store, texts
from server.sessions.expecting import expect, guest_list, stepped
from server.sessions.listener import ATTENDANCE
from server.sessions.model import (
    DayView,
    Document,
    NotReady,
    PartyProgress,
    Seat,
    Session,
    SessionAct,
    SessionOver,
    SessionRow,
    SessionState,
    SessionView,
)
from server.store.db import Tx
from server.web import keys, push
from server.web.call import Body, Call, View, mediator, staff
from server.web.routes import Routes

routes = Routes("sessions")
ZONE = ZoneInfo("Asia/Shanghai")


class SessionActs(Body):
    """What to do."""

    act: SessionAct


class Identity(Body):
    """The mediator compared face and document on video."""

    party: str
    seen: Literal[True]
    document: Document


class NewLink(Body):
    """To whom."""

    party: str


class Sent(View):
    """A message is on its way, if there was somebody to send it to."""

    sent: bool = True


@routes.route("GET", "/api/day", response=DayView, permit=staff)
async def day(call: Call[None]) -> DayView:
    """The sessions of one's cases: those to come or under way, and those of today."""
    rows: list[SessionRow] = []
    today = call.now().astimezone(ZONE).date()
    async with call.db.reading() as tx:
        for case_id in await cases.of_staff(tx, call.caller.id):
            case = await cases.load(tx, case_id)
            for session in await store.of_case(tx, case_id):
                over = session.state in (SessionState.closed, SessionState.cancelled)
                if not over or session.starts_at.astimezone(ZONE).date() == today:
                    rows.append(row_of(call, case, session, await store.seats_of(tx, session.id)))
    return DayView(sorted(rows, key=lambda row: (row.starts_at, row.id)))


def row_of(call: Call[None], case: Case, session: Session, seats: list[Seat]) -> SessionRow:
    """One line of the day. Guests are in it once they were sent a link."""
    here = call.request.app[ATTENDANCE].here(session.id)
    by_party = {seat.party_id: seat for seat in seats}
    leads = call.caller.id in case.hosts
    people = [*case.people, *(guest for guest in case.guests if guest.id in by_party)]
    return SessionRow(
        session.id, case.id, case.number, case.title, session.starts_at, session.state,
        [
            PartyProgress(
                party.id, party.name, party.side, party.label, party.part is Part.observer,
                rules.progress(held, party.id in here), rules.trial(held), rules.telephone(held, whole=leads),
            )
            for party in people
            if party.attends
            for held in [by_party.get(party.id)]
        ],
        session.court,
    )  # fmt: skip


async def loaded(tx: Tx, call: Call[object]) -> tuple[Session, Case]:
    """The session of the path and its case, if the caller works on it; raises NotFound."""
    session = await store.load(tx, call.path("id"))
    case = await cases.load(tx, session.case_id)
    case_rules.may_see(case, call.caller)
    return session, case


async def session_view(tx: Tx, call: Call[object], session: Session, case: Case) -> SessionView:
    """The session as its staff see it."""
    whole = await cases.view(tx, case, call.request.app[NEIGHBOURS], call.caller, dates.legal_day(call.now()))
    seats = await store.seats_of(tx, session.id)
    declined = [one.party_id for one in seats if one.online is False and one.phone_at is None]
    leads = call.caller.id in case.hosts
    asked = {one.party_id: rules.telephone(one, whole=leads) for one in seats}
    lead = call.request.app[keys.ROOMS].leads(session.id)
    return SessionView(
        session.id, whole, session.state, session.starts_at, session.id, session.wait, session.wait_at, declined,
        {person: number for person, number in asked.items() if number is not None}, StaffRef(*lead) if lead else None,
        session.court, session.with_mediator,
    )  # fmt: skip


@routes.route("GET", "/api/sessions/{id}", response=SessionView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> SessionView:
    """A session with its whole case."""
    async with call.db.reading() as tx:
        session, case = await loaded(tx, call)
        return await session_view(tx, call, session, case)


@routes.route(
    "POST", "/api/sessions/{id}/acts", request=SessionActs, response=SessionView, permit=mediator,
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def act(call: Call[SessionActs]) -> SessionView:
    """Open, pause, resume, adjourn, close or cancel. The same act again answers with the present state."""
    async with call.db.transaction() as tx:
        session, case = await loaded(tx, call)
        rules.may_host(session, case, call.caller)
        act, now = call.body.act, call.now()
        if rules.LANDS_IN.get(act) != session.state:
            session = await store.advance(tx, session, act, call.caller.id, now)
            if act is SessionAct.open and case.state is CaseState.assigned:
                case = await cases.advance(tx, case, CaseAct.open, call.caller.id, now)
            if act is SessionAct.cancel:
                await call_off(tx, call.request.app, case, session, now)
        answer = await session_view(tx, call, session, case)
    rooms = call.request.app[keys.ROOMS]
    if session.state is SessionState.paused:
        await rooms.pause(session.id)
    elif session.state is SessionState.open:
        await rooms.resume(session.id)
    else:  # closed, cancelled, adjourned: the meeting ends; an adjourned session opens a new one
        await rooms.close(session.id)
    await push.changed(call.request.app, session.id, "session")
    return answer


@routes.route(
    "POST", "/api/sessions/{id}/identity", request=Identity, response=PartyView, permit=mediator,
    errors=(NotFound, NotReady),
)  # fmt: skip
async def identity(call: Call[Identity]) -> PartyView:
    """Write down that face and document were compared on video: the assurance becomes `seen`."""
    async with call.db.transaction() as tx:
        session, case = await loaded(tx, call)
        rules.may_host(session, case, call.caller)
        party = case.party(call.body.party)
        if party is None:
            raise NotFound("party")
        if not party.assurance.at_least(Assurance.code):
            raise NotReady("the code proves the phone first", step="code")
        if not party.assurance.at_least(Assurance.seen):
            await cases.set_assurance(
                tx, case, party.id, Assurance.seen, call.caller.id, call.now(), how=call.body.document
            )
            case = await cases.load(tx, case.id)
        found = case.party(party.id)
        link = (await store.link_views(tx, case.id)).get(party.id, LinkView())
    await stepped(call.request.app, case.id, session.id, party.id)
    return cases.party_view(found or party, link)


@routes.route(
    "POST", "/api/sessions/{id}/links", request=NewLink, response=Sent, permit=mediator,
    errors=(NotFound, SessionOver),
)  # fmt: skip
async def links(call: Call[NewLink]) -> Sent:
    """Send a party a new link; the old one is void."""
    async with call.db.transaction() as tx:
        session, case = await loaded(tx, call)
        case_rules.may_host(case, call.caller)
        rules.not_over(session)
        person = case.party(call.body.party)
        if person is None or not person.attends:
            raise Invalid({"party": "value"})
        seat = await store.seat_for(tx, session, person.id)
        message = await new_link(tx, call.request.app, case, session, seat, call.caller.id, call.now())
        await call.request.app[DELIVERY].put(tx, message)
        guests = await guest_list(tx, call.request.app, session, case)
    await expect(call.request.app, [one for one in guests if one.person == person.id])
    return Sent()


async def new_link(
    tx: Tx, app: web.Application, case: Case, session: Session, seat: Seat, actor: str, now: datetime
) -> Message:
    """Make a link and the message that carries it; send it after the commit."""
    settings = app[keys.SETTINGS]
    url = await link_for(tx, app, seat, session.starts_at + timedelta(hours=12), actor, now)
    party = case.party(seat.party_id)
    if party is None:
        raise NotFound("party")
    starts = texts.moment(session.starts_at.astimezone(ZONE))
    centre, email = settings.centre, party.filed.email
    text = texts.link_message(centre.name, centre.phone, case.title, starts, url, party.part, session.court)
    return Message(
        party.id, party.filed.phone, "link", text, now, url=url, rehearsal=case.rehearsal, email=email,
        case_id=case.id, topic="verification" if session.court else "invitation",
        values={**texts.values(centre, starts), "title": case.title, "court": session.court},
        calendar=await calendar.made(tx, settings, session, now, email),
    )  # fmt: skip


async def call_off(tx: Tx, app: web.Application, case: Case, session: Session, now: datetime) -> None:
    """Whoever was invited is told, in the same transaction; a centre without gateways cancels all the same."""
    settings, starts = app[keys.SETTINGS], texts.moment(session.starts_at.astimezone(ZONE))
    text = texts.called_off(settings.centre.name, settings.centre.phone, starts)
    written = await store.links_standing(tx, session.id)
    for seat in await store.seats_of(tx, session.id):
        party = case.party(seat.party_id)
        if party is None or seat.id not in written:
            continue
        message = Message(
            party.id, party.filed.phone, "link", text, now, rehearsal=case.rehearsal, email=party.filed.email,
            case_id=case.id, topic="cancellation", key=f"cancelled|{seat.id}",
            values=texts.values(settings.centre, starts), valid_until=session.starts_at,
            calendar=await calendar.made(tx, settings, session, now, party.filed.email),
        )  # fmt: skip
        with suppress(Unavailable):  # nothing was written down yet when it is raised
            await app[DELIVERY].put(tx, message)


async def link_for(
    tx: Tx, app: web.Application, seat: Seat, until: datetime, actor: str, now: datetime, *, beside: bool = False
) -> str:
    """A new link's address, good until then and at least for the usual time; the old is void, or good `beside` it."""
    settings = app[keys.SETTINGS]
    valid = max(settings.login.link_valid, int((until - now).total_seconds()))
    token = await store.new_link(tx, seat, valid, actor, now, beside=beside)
    return f"{settings.http.origin}/r/{seat.slug}#{token}"


async def link_to(
    tx: Tx, app: web.Application, case_id: str, person: PartyId, until: datetime, now: datetime, page: str = ""
) -> str:
    """A new link's address for somebody of a case, to their seat in its last session or a page of theirs behind it; ""
    where none was held."""
    held = await store.of_case(tx, case_id)
    if not held:
        return ""
    seat = await store.seat_for(tx, held[-1], person)
    url = await link_for(tx, app, seat, until, "server", now)
    return url.replace("#", f"/{page}#") if page else url
