"""HTTP doors of an application: where it stands, what happened, its appointments, the ruling. Staff of the case write;
its people read where it stands and what is asked of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from server.agreements.desk import Desk, load_desk
from server.agreements.model import State as AgreementState
from server.agreements.typed import clean, clean_lines
from server.clock import wire
from server.confirmation import acting, rules, store
from server.confirmation.acting import Author
from server.confirmation.model import Act, Application, Checked, Event, State
from server.confirmation.rulings import LIMIT
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted, Unavailable
from server.ids import new
from server.law import confirmation as law
from server.law import dates
from server.law.sources import spelled
from server.store.db import Tx
from server.web.call import Body, Call, Reply, View, known, staff
from server.web.routes import Routes

routes = Routes("confirmation")
IN_EFFECT = (AgreementState.EFFECTIVE, AgreementState.COMPLETE)
Line = Annotated[str, msgspec.Meta(max_length=200)]
Number = Annotated[str, msgspec.Meta(max_length=60)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]


class CourtActIn(Body):
    """What happened on the day `on`; which fields an act needs is in `rules`."""

    act: Act
    on: date
    court: Line = ""
    case_no: Number = ""
    deadline: date | None = None
    reason: Annotated[str, msgspec.Meta(max_length=24)] = ""
    note: Words = ""


class AppointmentIn(Body):
    """When and where the court wants the parties, together [JS 356]."""

    starts_at: datetime
    where: Line
    """A court room, or the address of a video meeting."""
    online: bool = False
    note: Words = ""


class CourtEventView(View):
    """One thing that happened; fields are empty where it has none. `note` is for staff."""

    id: str
    kind: str
    on: str
    court: str = ""
    case_no: str = ""
    deadline: str = ""
    reason: str = ""
    article: str = ""
    note: str = ""
    by_court: str = ""
    """The judge or clerk who did it through the court's link, by name."""


class AppointmentView(View):
    """A day at court, or before its camera."""

    id: str
    starts_at: str
    where: str
    online: bool
    note: str
    session: str
    """The court's own room with us, where it is one."""


class RulingView(View):
    """The ruling as uploaded; `checked` says what its own signatures prove, never what it decides."""

    case_no: str
    on: str
    sha256: str
    checked: Checked


class ApplicationView(View):
    """Where the application stands."""

    state: State
    court: str
    case_no: str
    submitted_on: str
    deadline: str
    """Of a correction; the last day, included."""
    reason: str
    article: str
    last: str
    """Last day to apply."""
    left: int
    """Days left after today to apply; below 0 when it is over."""
    over: bool
    """The days it waits for have run out."""
    again: bool
    """Nothing was decided: the parties may apply once more."""
    appointments: list[AppointmentView]
    events: list[CourtEventView]
    ruling: RulingView | None
    acts: list[Act]
    """For staff: what may be written down now."""
    grounds: dict[str, list[str]]
    """For staff: reason codes of the acts that need one."""


@routes.route("GET", "/api/agreements/{id}/application", response=ApplicationView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> ApplicationView:
    """Where the application for confirmation stands; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        desk = await desk_in_effect(call, tx)
        return await _view(call, tx, desk, await _current(call, tx, desk))


@routes.route(
    "POST", "/api/agreements/{id}/application/acts", request=CourtActIn, response=ApplicationView, permit=staff,
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def act(call: Call[CourtActIn]) -> ApplicationView:
    """Write down what the parties or the court did."""
    body, now = call.body, call.now()
    said = rules.Said(
        body.act, body.on, clean(body.court, "court"), clean(body.case_no, "case_no"), body.deadline, body.reason,
        "\n".join(clean_lines(body.note, "note")),
    )  # fmt: skip
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        before = await _current(call, tx, desk)
        if body.act is Act.submit and before.state in rules.AGAIN:
            before = replace(_blank(desk, now), n=before.n + 1)
        after = await acting.act(tx, before, said, window_of(call, desk), author_of(call))
        return await _view(call, tx, desk, after)


@routes.route(
    "POST", "/api/agreements/{id}/application/appointments", request=AppointmentIn, response=ApplicationView,
    permit=staff, errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def appoint(call: Call[AppointmentIn]) -> ApplicationView:
    """The court wants to see the parties, together."""
    body, now = call.body, call.now()
    where = clean(body.where, "where")
    if not where:
        raise Invalid({"where": "required"})
    if body.starts_at.tzinfo is None or not now - timedelta(days=31) <= body.starts_at <= now + rules.LONGEST:
        raise Invalid({"starts_at": "range"})
    data = {
        "starts_at": wire(body.starts_at.replace(microsecond=0)), "where": where,
        "online": "1" if body.online else "", "note": "\n".join(clean_lines(body.note, "note")),
    }  # fmt: skip
    return await _event(call, "appointment", data)


@routes.route(
    "DELETE", "/api/agreements/{id}/application/appointments/{appointment}", response=ApplicationView, permit=staff,
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def call_off(call: Call[None]) -> ApplicationView:
    """The appointment is off; that there was one stays written down."""
    return await _event(call, "cancelled", {"of": call.path("appointment")})


@routes.route(
    "POST", "/api/agreements/{id}/application/ruling", request=bytes, consumes="application/pdf",
    response=ApplicationView, permit=staff, limit=LIMIT, queries=("case_no", "on"),
    errors=(NotFound, IllegalAct, Invalid, Unavailable),
)  # fmt: skip
async def upload(call: Call[bytes]) -> ApplicationView:
    """Keep the court's ruling (PDF); its own signatures are checked, if it has any. Another one takes its place."""
    case_no, on = clean(call.query("case_no"), "case_no"), day_of(call.query("on"))
    async with call.db.reading() as tx:
        acting.need_ruling(await _current(call, tx, await desk_in_effect(call, tx)), on, dates.legal_day(call.now()))
    filed = await acting.read_ruling(call.request.app, call.body, case_no, on)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        after = await acting.keep_ruling(tx, await _current(call, tx, desk), filed, author_of(call))
        return await _view(call, tx, desk, after)


@routes.route(
    "GET", "/api/agreements/{id}/application/ruling", response=bytes, produces="application/pdf", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def ruling_file(call: Call[None]) -> Reply:
    """The ruling as it was uploaded."""
    async with call.db.reading() as tx:
        kept = (await _current(call, tx, await desk_in_effect(call, tx))).ruling
    if kept is None:
        raise NotFound("ruling")
    return Reply(await call.blobs.get(kept.sha256), media_type="application/pdf")


async def desk_in_effect(call: Call[Any], tx: Tx) -> Desk:
    """The agreement, if it is in effect and the caller may see it; else NotFound."""
    desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
    if call.caller.kind != "staff":
        desk.seen_by(call.caller.id)
    if desk.agreement.state not in IN_EFFECT or desk.agreement.effective_at is None:
        raise NotFound("confirmation")
    return desk


def window_of(call: Call[Any], desk: Desk) -> law.Window:
    """The days in which the parties may apply."""
    if desk.agreement.effective_at is None:
        raise LookupError(desk.agreement.id)
    effective = dates.legal_day(desk.agreement.effective_at)
    return law.window(call.settings.calendar, effective, desk.profile.confirmation_days)


async def _current(call: Call[Any], tx: Tx, desk: Desk) -> Application:
    """The last application, or one that is still being prepared, of which nothing is written down."""
    return await store.newest(tx, desk.agreement.id) or _blank(desk, call.now())


def _blank(desk: Desk, now: datetime) -> Application:
    return Application(new("cfm"), desk.agreement.id, desk.case.id, State.preparing, now)


def day_of(text: str) -> date:
    """A calendar day from a query. Raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": "format" if text else "required"}) from None


async def _event(call: Call[Any], kind: Literal["appointment", "cancelled"], data: dict[str, str]) -> ApplicationView:
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        application = await _current(call, tx, desk)
        if kind == "cancelled" and await _of_court(tx, application, data["of"]):
            raise NotPermitted("the court calls off its own")
        await acting.appoint(tx, application, kind, data, author_of(call))
        return await _view(call, tx, desk, application)


async def _of_court(tx: Tx, application: Application, event: str) -> bool:
    events = await store.events(tx, application.id)
    return any(one.id == event and one.data.get("session") for one in events)


def author_of(call: Call[Any]) -> Author:
    """A member of staff."""
    return Author(call.caller.id, call.now())


async def _view(call: Call[Any], tx: Tx, desk: Desk, application: Application) -> ApplicationView:
    window, today = window_of(call, desk), dates.legal_day(call.now())
    events = await store.events(tx, application.id)
    inside = call.caller.kind == "staff"
    kept = application.ruling
    final = {State.refused: Act.refuse, State.dismissed: Act.dismiss}.get(application.state)
    again = application.state in rules.AGAIN and window.left(today) >= 0
    acts = rules.allowed(application, window, today) + ([Act.submit] if again else [])
    return ApplicationView(
        state=application.state,
        court=application.court,
        case_no=application.case_no,
        submitted_on=application.submitted_on.isoformat() if application.submitted_on else "",
        deadline=application.deadline.isoformat() if application.deadline else "",
        reason=application.reason,
        article=_article(final, application.reason),
        last=window.last.isoformat(),
        left=window.left(today),
        over=rules.over(application, window, today),
        again=again,
        appointments=[
            AppointmentView(
                one.id,
                one.data["starts_at"],
                one.data["where"],
                bool(one.data["online"]),
                one.data["note"],
                one.data.get("session", ""),
            )
            for one in rules.appointments(events)
        ],
        events=[_event_view(one, inside) for one in events],
        ruling=RulingView(kept.case_no, kept.on, kept.sha256, kept.checked) if kept else None,
        acts=acts if inside else [],
        grounds={act.value: list(grounds) for act, grounds in rules.GROUNDS.items()} if inside else {},
    )


def _event_view(event: Event, inside: bool) -> CourtEventView:
    data = event.data
    act = Act(event.kind) if event.kind in rules.ACTS else None
    return CourtEventView(
        event.id, event.kind, event.on.isoformat(), data.get("court", ""), data.get("case_no", ""),
        data.get("deadline", ""), data.get("reason", ""), _article(act, data.get("reason", "")),
        data.get("note", "") if inside or act is Act.ask_correction else "", data.get("by_court", ""),
    )  # fmt: skip


def _article(act: Act | None, reason: str) -> str:
    found = rules.article_of(act, reason) if act else ""
    return spelled(found) if found else ""
