"""HTTP doors of one matter's clock: look, stop, resume, extend, urge, answer."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec

from server.errors import Invalid, JsonValue, NotFound
from server.ids import new
from server.law.dates import legal_day
from server.limits import rules, store, watching
from server.limits.clock import Extension, Pause, Standing
from server.limits.model import Lamp, LimitChanged, Prolonged, Suspension, Urging
from server.limits.views import ClockView, clock_view
from server.matters import rules as matter_rules
from server.matters import store as matters
from server.matters.model import Matter
from server.people import organisations
from server.people import store as people
from server.people.model import Organisation
from server.store import journal
from server.store.db import Tx
from server.web.call import Body, Call
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("limits")
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
FARTHEST = 366
"""Days ahead of an agreed last day, at most."""


class SuspendIn(Body):
    """Why the clock stands from now on: a code of the list, and in words whom one waits for."""

    reason: Annotated[str, msgspec.Meta(max_length=24)]
    note: Words


class ExtendIn(Body):
    """The last day all parties agreed on."""

    until: date
    note: Words
    agreed: bool
    """All parties have agreed."""


class UrgeIn(Body):
    """What the supervision asks; the answer is due in so many working days."""

    words: Words
    days: Annotated[int, msgspec.Meta(ge=1, le=10)]


class AnswerIn(Body):
    """What the handler says."""

    words: Words


@dataclass(frozen=True, slots=True)
class Desk:
    """A matter the caller may see, and how its clock stands now."""

    matter: Matter
    lamp: Lamp
    standing: Standing | None


async def own_of(tx: Tx, caller_id: str) -> Organisation | None:
    """Where the caller works; None: nowhere."""
    where = (await people.account(tx, caller_id)).organisation_id
    return await organisations.load(tx, where) if where else None


async def matter_of(call: Call[Any], tx: Tx, matter_id: str) -> Matter:
    """By id; raises NotFound for those who may not see it."""
    matter = await matters.load(tx, matter_id)
    holds = await organisations.load(tx, matter.organisation_id)
    matter_rules.may_see(matter, call.caller, await own_of(tx, call.caller.id), holds)
    return matter


async def desk_of(call: Call[Any], tx: Tx, matter_id: str, act: str = "") -> Desk:
    """Raises NotFound for who may not see the matter or do this, LimitChanged when the clock has no such act now."""
    matter = await matter_of(call, tx, matter_id)
    lamp, standing = await watching.refresh(tx, call.settings.terms, call.settings.calendar, matter, call.now())
    if act and not rules.keeps(matter, call.caller):
        raise NotFound("matter")
    extended = any(one.round == lamp.round for one in await store.prolonged(tx, matter.id))
    if act and act not in rules.acts(standing, extended, lamp.stage):
        raise LimitChanged(act)
    return Desk(matter, lamp, standing)


async def done(call: Call[Any], tx: Tx, matter: Matter, kind: str, body: dict[str, JsonValue]) -> ClockView:
    """Written into the journal, the lamp reckoned anew."""
    await journal.append(tx, matter.id, kind, call.caller.id, body, call.now())
    terms = call.settings.terms
    lamp, standing = await watching.refresh(tx, terms, call.settings.calendar, matter, call.now())
    return await clock_view(tx, terms, matter, lamp, standing, call.caller, call.now())


@routes.route(
    "GET", "/api/matters/{id}/clock", response=ClockView, permit=right("matters.see"), errors=(NotFound,)
)  # fmt: skip
async def show(call: Call[None]) -> ClockView:
    """The clock of a matter: light, last day, what stopped and extended it, what was urged."""
    terms, now = call.settings.terms, call.now()
    async with call.db.reading() as tx:
        matter = await matter_of(call, tx, call.path("id"))
        lamp, standing = await watching.reckon(tx, terms, call.settings.calendar, matter, now)
        return await clock_view(tx, terms, matter, lamp, standing, call.caller, now)


@routes.route(
    "POST", "/api/matters/{id}/clock/suspend", request=SuspendIn, response=ClockView, permit=right("limits.keep"),
    errors=(NotFound, Invalid, LimitChanged),
)  # fmt: skip
async def suspend(call: Call[SuspendIn]) -> ClockView:
    """The clock stands from now on, for a reason of the list."""
    if call.settings.terms.stop(call.body.reason) is None:
        raise Invalid({"reason": "value"})
    async with call.db.transaction() as tx:
        desk = await desk_of(call, tx, call.path("id"), "suspend")
        pause = Pause(call.now())
        one = Suspension(new("sus"), desk.lamp.round, call.body.reason, call.body.note, call.caller.id, pause)
        await store.suspend(tx, desk.matter.id, one)
        body: dict[str, JsonValue] = {"suspension": one.id, "reason": one.reason, "stage": desk.lamp.stage}
        return await done(call, tx, desk.matter, "limit.suspend", body)


@routes.route(
    "POST", "/api/matters/{id}/clock/resume", response=ClockView, permit=right("limits.keep"),
    errors=(NotFound, LimitChanged),
)  # fmt: skip
async def resume(call: Call[None]) -> ClockView:
    """What was waited for is there: the clock goes on with the next day."""
    async with call.db.transaction() as tx:
        desk = await desk_of(call, tx, call.path("id"), "resume")
        found = [one for one in await store.stops(tx, desk.matter.id) if one.pause.end is None]
        for one in found:
            await store.resume(tx, one.id, call.now())
        return await done(call, tx, desk.matter, "limit.resume", {"suspensions": [one.id for one in found]})


@routes.route(
    "POST", "/api/matters/{id}/clock/extend", request=ExtendIn, response=ClockView, permit=right("limits.keep"),
    errors=(NotFound, Invalid, LimitChanged),
)  # fmt: skip
async def extend(call: Call[ExtendIn]) -> ClockView:
    """A new last day by consent of all parties, once in a mediation, before the old one has passed."""
    async with call.db.transaction() as tx:
        desk = await desk_of(call, tx, call.path("id"), "extend")
        if not call.body.agreed:
            raise Invalid({"agreed": "required"})
        until, due = call.body.until, desk.lamp.due
        if due is None or until <= due or (until - legal_day(call.now())).days > FARTHEST:
            raise Invalid({"until": "range"})
        one = Prolonged(desk.lamp.round, call.body.note, call.caller.id, Extension(call.now(), until))
        await store.extend(tx, desk.matter.id, one)
        return await done(call, tx, desk.matter, "limit.extend", {"from": due.isoformat(), "to": until.isoformat()})


@routes.route(
    "POST", "/api/matters/{id}/urgings", request=UrgeIn, response=ClockView, permit=right("matters.supervise"),
    errors=(NotFound, LimitChanged),
)  # fmt: skip
async def urge(call: Call[UrgeIn]) -> ClockView:
    """督办: ask whoever has the matter how it stands; an answer is due."""
    async with call.db.transaction() as tx:
        desk = await desk_of(call, tx, call.path("id"))
        if desk.standing is None:
            raise LimitChanged("urge")
        due = call.settings.calendar.working_day(legal_day(call.now()), call.body.days)
        own = (await people.account(tx, call.caller.id)).id
        to = rules.handler_of(desk.matter)
        one = Urging(new("urg"), desk.matter.id, own, to, call.body.words, call.now(), due)
        await store.urge(tx, one)
        body: dict[str, JsonValue] = {"urging": one.id, "to": to, "answer_due": due.isoformat()}
        return await done(call, tx, desk.matter, "urging.ask", body)


@routes.route(
    "POST", "/api/urgings/{id}/answer", request=AnswerIn, response=ClockView, permit=right("limits.keep"),
    errors=(NotFound, LimitChanged),
)  # fmt: skip
async def answer(call: Call[AnswerIn]) -> ClockView:
    """What whoever has the matter says to the supervision; said once."""
    async with call.db.transaction() as tx:
        urging = await store.urging(tx, call.path("id"))
        matter = await matter_of(call, tx, urging.matter_id)
        if not rules.keeps(matter, call.caller):
            raise NotFound("urging")
        if urging.answered_at is not None:
            raise LimitChanged("answer")
        await store.answer(tx, urging.id, call.body.words, call.caller.id, call.now())
        return await done(call, tx, matter, "urging.answer", {"urging": urging.id})
