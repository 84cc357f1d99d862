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
from server.confirmation import rules, store
from server.confirmation.model import Act, Application, Checked, Event, Ruling, State
from server.confirmation.rulings import CHECK, LIMIT, need_pdf
from server.errors import IllegalAct, Invalid, JsonValue, NotFound, Unavailable
from server.ids import new
from server.law import confirmation as law
from server.law import dates
from server.law.sources import spelled
from server.store import journal
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


class AppointmentView(View):
    """A day at court, or before its camera."""

    id: str
    starts_at: str
    where: str
    online: bool
    note: str


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
        created = before.state is State.preparing
        earlier = [one.on for one in await store.events(tx, before.id) if one.kind in rules.ACTS]
        last = max(earlier, default=None)
        after = rules.moved(before, said, window_of(call, desk), last, dates.legal_day(now))
        await store.save(tx, after, new=created)
        event = Event(new("cfe"), body.act.value, said.on, now, call.caller.id, said.data())
        await store.add_event(tx, after, event)
        entry: dict[str, JsonValue] = {
            "agreement": after.agreement_id, "confirmation": after.id, "from": before.state.value,
            "to": after.state.value, "on": said.on.isoformat(),
        }  # fmt: skip
        await journal.append(tx, after.case_id, f"confirmation.{body.act.value}", call.caller.id, entry, now)
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
    need_pdf(call.body)
    case_no = clean(call.query("case_no"), "case_no")
    if not 0 < len(case_no) <= 60:
        raise Invalid({"case_no": "required" if not case_no else "too_long"})
    on, now = _day(call.query("on")), call.now()
    async with call.db.reading() as tx:
        _need_ruling(await _current(call, tx, await desk_in_effect(call, tx)), on, dates.legal_day(now))
    app = call.request.app
    checked = await app[CHECK](app, call.body)
    digest = await call.blobs.put(call.body)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        before = await _current(call, tx, desk)
        _need_ruling(before, on, dates.legal_day(now))
        ruling = Ruling(digest, case_no, on.isoformat(), checked, call.caller.id, wire(now))
        after = replace(before, ruling=ruling, case_no=before.case_no or case_no)
        await store.save(tx, after, new=False)
        event = Event(new("cfe"), "ruling", on, now, call.caller.id, {"sha256": digest, "case_no": case_no})
        await store.add_event(tx, after, event)
        entry: dict[str, JsonValue] = {
            "agreement": after.agreement_id, "confirmation": after.id, "file": digest, "checked": checked,
        }  # fmt: skip
        await journal.append(tx, after.case_id, "confirmation.ruling", call.caller.id, entry, now)
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


def _need_ruling(application: Application, on: date, today: date) -> None:
    if application.state not in rules.RULED:
        raise IllegalAct(application.state, "ruling", rules.RULED)
    if not (application.submitted_on or on) <= on <= today:
        raise Invalid({"on": "range"})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": "format" if text else "required"}) from None


async def _event(call: Call[Any], kind: Literal["appointment", "cancelled"], data: dict[str, str]) -> ApplicationView:
    now = call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        application = await _current(call, tx, desk)
        if application.state not in rules.AT_COURT:
            raise IllegalAct(application.state, kind, rules.AT_COURT)
        standing = rules.appointments(await store.events(tx, application.id))
        if kind == "cancelled" and data["of"] not in {one.id for one in standing}:
            raise NotFound("appointment")
        event = Event(new("cfe"), kind, dates.legal_day(now), now, call.caller.id, data)
        await store.add_event(tx, application, event)
        entry: dict[str, JsonValue] = {"agreement": desk.agreement.id, "event": data.get("of", event.id)}
        await journal.append(tx, desk.case.id, f"confirmation.{kind}", call.caller.id, entry, now)
        return await _view(call, tx, desk, application)


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
                one.id, one.data["starts_at"], one.data["where"], bool(one.data["online"]), one.data["note"]
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
        data.get("note", "") if inside or act is Act.ask_correction else "",
    )  # fmt: skip


def _article(act: Act | None, reason: str) -> str:
    found = rules.article_of(act, reason) if act else ""
    return spelled(found) if found else ""
