"""HTTP doors of a joint video verification 视频核实 [JS 356, ZXSS 3]: the court appoints it, invites the parties, hosts
the room; the mediator comes in only where the court asks for them."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from server.cases import store as cases
from server.cases.model import Case, Part, Party
from server.clock import wire
from server.confirmation import acting
from server.confirmation import rules as application_rules
from server.confirmation import store as applications
from server.docket import desk
from server.docket.desk import Docket
from server.docket.view import DocketView, docket_view
from server.errors import IllegalAct, Invalid, NotFound
from server.ids import SessionId, new
from server.people.model import DELIVERY, Assurance
from server.sessions import rules as session_rules
from server.sessions import store as sessions
from server.sessions import turn
from server.sessions.expecting import court_ticket, expect, guest_list
from server.sessions.listener import ATTENDANCE
from server.sessions.model import Progress, Session, SessionAct, SessionOver, SessionState, TicketView
from server.sessions.routes import Sent, new_link
from server.store.db import Tx
from server.web import keys, push
from server.web.call import Body, Call, View, court
from server.web.routes import Routes
from signaling import mint

routes = Routes("docket")
INVITED = (Part.party, Part.representative, Part.guardian, Part.interpreter)
"""The parties and who is there for them; witnesses, experts and observers of the mediation are not."""
WHERE = "网上视频（和解平台）"


class NewHearing(Body):
    """When all parties come together by video. `mediator`: the court asks for the mediator, too."""

    starts_at: datetime
    minutes: Annotated[int, msgspec.Meta(ge=10, le=240)] = 60
    mediator: bool = False


class Whom(Body):
    """Somebody invited."""

    person: Annotated[str, msgspec.Meta(max_length=24)]


class Wanted(Body):
    """Whether the mediator may come in."""

    on: bool


class HearingAct(Body):
    """The court opens its room, or ends the meeting."""

    act: Literal["open", "close"]


class InvitedView(View):
    """Somebody invited: as what, for whom, how sure the centre is who it is, how far they came."""

    id: str
    name: str
    part: Part
    label: str
    whose: str
    assurance: Assurance
    progress: Progress


class HearingView(View):
    """A verification as its court sees it."""

    session: str
    starts_at: datetime
    minutes: int
    state: SessionState
    early: bool
    """The hour has not come: nobody is let into the waiting room yet."""
    with_mediator: bool
    people: list[InvitedView]


@routes.route(
    "POST", "/api/docket/hearings", request=NewHearing, response=DocketView, permit=court,
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def appoint(call: Call[NewHearing]) -> DocketView:
    """Appoint it and send each a link in the usual way. A message that cannot go out is asked for again."""
    now, body = call.now(), call.body
    if body.starts_at.tzinfo is None or not now - timedelta(minutes=5) <= body.starts_at <= now + (
        application_rules.LONGEST
    ):
        raise Invalid({"starts_at": "range"})
    async with call.db.transaction() as tx:
        docket = await desk.load(tx, call)
        session = Session(
            SessionId(new("ses")), docket.case.id, SessionState.scheduled, body.starts_at.replace(microsecond=0),
            body.minutes, application=docket.application.id, court=docket.link.court, with_mediator=body.mediator,
        )  # fmt: skip
        data = {
            "starts_at": wire(session.starts_at), "where": WHERE, "online": "1", "note": "", "session": session.id,
        }  # fmt: skip
        await acting.appoint(tx, docket.application, "appointment", data, desk.author_of(call, docket))
        people = invited(docket.case)
        seats = await sessions.add(tx, session, [one.id for one in people], docket.link.id, now)
        messages = [
            await new_link(tx, call.request.app, docket.case, session, seat, docket.link.id, now) for seat in seats
        ]
        answer = await docket_view(tx, call, docket)
    for message in messages:
        await call.request.app[DELIVERY].send(message)
    return answer


@routes.route(
    "DELETE", "/api/docket/hearings/{session}", response=DocketView, permit=court, errors=(NotFound, IllegalAct)
)
async def call_off(call: Call[None]) -> DocketView:
    """It is off; that there was one stays written down."""
    async with call.db.transaction() as tx:
        docket, session = await loaded(tx, call)
        standing = application_rules.appointments(await applications.events(tx, docket.application.id))
        of = next((one.id for one in standing if one.data.get("session") == session.id), "")
        await acting.appoint(tx, docket.application, "cancelled", {"of": of}, desk.author_of(call, docket))
        act = SessionAct.cancel if session.state is SessionState.scheduled else SessionAct.close
        if session.state not in (SessionState.closed, SessionState.cancelled):
            await sessions.advance(tx, session, act, docket.link.id, call.now())
        answer = await docket_view(tx, call, docket)
    await call.request.app[keys.ROOMS].close(session.id)
    return answer


@routes.route("GET", "/api/docket/hearings/{session}", response=HearingView, permit=court, errors=(NotFound,))
async def show(call: Call[None]) -> HearingView:
    """Who was invited, and how far each came."""
    async with call.db.reading() as tx:
        return await _view(tx, call, *(await loaded(tx, call)))


@routes.route(
    "POST", "/api/docket/hearings/{session}/links", request=Whom, response=Sent, permit=court,
    errors=(NotFound, SessionOver),
)  # fmt: skip
async def invite_again(call: Call[Whom]) -> Sent:
    """Send one of them a new link; the old one is void."""
    async with call.db.transaction() as tx:
        docket, session = await loaded(tx, call)
        session_rules.not_over(session)
        person = next((one for one in invited(docket.case) if one.id == call.body.person), None)
        if person is None:
            raise NotFound("person")
        seat = await sessions.seat_for(tx, session, person.id)
        message = await new_link(tx, call.request.app, docket.case, session, seat, docket.link.id, call.now())
        guests = await guest_list(tx, call.request.app, session, docket.case)
    await expect(call.request.app, [one for one in guests if one.person == person.id])
    await call.request.app[DELIVERY].send(message)
    return Sent()


@routes.route(
    "POST", "/api/docket/hearings/{session}/mediator", request=Wanted, response=HearingView, permit=court,
    errors=(NotFound, SessionOver),
)  # fmt: skip
async def ask_mediator(call: Call[Wanted]) -> HearingView:
    """The mediator may come in, or may not any more: then they leave at once."""
    async with call.db.transaction() as tx:
        docket, session = await loaded(tx, call)
        session_rules.not_over(session)
        if session.with_mediator != call.body.on:
            session = await sessions.invite_mediator(tx, session, call.body.on, docket.link.id, call.now())
        answer = await _view(tx, call, docket, session)
    if not session.with_mediator:
        await call.request.app[keys.ROOMS].dismiss(session.id, docket.case.mediator_id)
    return answer


@routes.route(
    "POST", "/api/docket/hearings/{session}/acts", request=HearingAct, response=HearingView, permit=court,
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def act(call: Call[HearingAct]) -> HearingView:
    """Open, or close for good. The same act again answers with the present state."""
    wanted = SessionAct(call.body.act)
    async with call.db.transaction() as tx:
        docket, session = await loaded(tx, call)
        if session_rules.LANDS_IN[wanted] != session.state:
            session = await sessions.advance(tx, session, wanted, docket.link.id, call.now())
        answer = await _view(tx, call, docket, session)
    if session.state is SessionState.closed:
        await call.request.app[keys.ROOMS].close(session.id)
    await push.changed(call.request.app, session.id, "session")
    return answer


@routes.route(
    "POST", "/api/docket/hearings/{session}/ticket", response=TicketView, permit=court,
    errors=(NotFound, SessionOver),
)  # fmt: skip
async def ticket(call: Call[None]) -> TicketView:
    """Into the court's own room, as its host."""
    app = call.request.app
    async with call.db.reading() as tx:
        docket, session = await loaded(tx, call)
    session_rules.not_over(session)
    link = docket.link
    found = court_ticket(app, session, link.id, link.name, link.expires_at, call.caller.login)
    servers = turn.servers(call.settings.media, link.id, call.now())
    return TicketView(mint(app[keys.SECRET], found), "", servers)


async def loaded(tx: Tx, call: Call[Any]) -> tuple[Docket, Session]:
    """A verification of the caller's own application; raises NotFound for every other session."""
    docket = await desk.load(tx, call)
    session = await sessions.load(tx, call.path("session"))
    if session.application != docket.application.id:
        raise NotFound("session")
    return docket, session


def invited(case: Case) -> list[Party]:
    """Who comes: all parties, or who is there for them."""
    return [one for one in case.people if one.part in INVITED and one.attends]


async def _view(tx: Tx, call: Call[Any], docket: Docket, session: Session) -> HearingView:
    case = await cases.load(tx, docket.case.id)
    here = call.request.app[ATTENDANCE].here(session.id)
    seats = {seat.party_id: seat for seat in await sessions.seats_of(tx, session.id)}
    people = []
    for one in invited(case):
        whom = case.party(one.acts_for or "")
        progress = session_rules.progress(seats.get(one.id), one.id in here)
        people.append(
            InvitedView(one.id, one.name, one.part, one.label, whom.name if whom else "", one.assurance, progress)
        )
    early = session_rules.early(session, call.now())
    return HearingView(
        session.id, session.starts_at, session.minutes, session.state, early, session.with_mediator, people
    )
