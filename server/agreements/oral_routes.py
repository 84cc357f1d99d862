"""HTTP doors of oral agreements: the mediator records one, everybody of the case reads what was recorded."""

import hashlib
from datetime import date
from typing import Annotated, Any

import msgspec

from server.agreements import oral, rules
from server.agreements.desk import admit, conclude, matter_of
from server.agreements.errors import InCaucus, OralUnfit, PeopleLacking
from server.agreements.model import Matter
from server.agreements.rooms import announce, whereabouts
from server.agreements.wire import clean_lines
from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.clock import wire
from server.errors import IllegalAct, Invalid, JsonValue, NotFound, NotPermitted
from server.ids import new
from server.law.sources import spelled
from server.store import journal
from server.store.db import Tx
from server.web.call import Body, Call, View, known, mediator
from server.web.routes import Routes

routes = Routes("agreements")


class OralIn(Body):
    """What the parties agreed by word of mouth. `heard`: the people whose yes the mediator heard, all who decide."""

    content: Annotated[str, msgspec.Meta(max_length=4000)]
    performed: bool
    reached_on: date
    heard: Annotated[list[str], msgspec.Meta(max_length=40)]


class HeardView(View):
    """Somebody whose yes is needed, or was heard; parties by their labels, as a draft names them."""

    person: str
    label: str


class OralView(View):
    """An oral agreement as recorded; in effect since `reached_on`."""

    id: str
    content: str
    performed: bool
    reached_on: str
    heard: list[HeardView]
    recorded_at: str


class OralsView(View):
    """All of a case, and for the mediator whose yes a further one needs; none where `written` must be."""

    recorded: list[OralView]
    needed: list[HeardView]
    written: str = ""
    """The article that wants a written agreement, if one does."""


@routes.route(
    "POST", "/api/cases/{id}/oral", request=OralIn, response=OralsView, permit=mediator,
    errors=(NotFound, NotPermitted, IllegalAct, Invalid, InCaucus, OralUnfit, PeopleLacking),
)  # fmt: skip
async def record(call: Call[OralIn]) -> OralsView:
    """Record what was agreed orally; it takes effect, and the case with it unless another agreement is open. Never from
    within a private talk: everybody reads it at once."""
    body, now = call.body, call.now()
    content = "\n".join(clean_lines(body.content, "content"))
    if not content:
        raise Invalid({"content": "required"})
    async with call.db.transaction() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_lead(case, call.caller)
        if (await whereabouts(call.request.app, tx, case.id, call.caller.id)).private:
            raise InCaucus
        matter = await matter_of(tx, case, call.settings.centre, now)
        oral.check(case, matter, body.heard, body.reached_on)
        one = oral.Oral(
            new("orl"), case.id, content, body.performed, body.reached_on, tuple(body.heard), call.caller.id, now
        )
        await oral.add(tx, one)
        digest = hashlib.sha256(content.encode()).hexdigest()
        entry: dict[str, JsonValue] = {
            "oral": one.id,
            "content": digest,
            "performed": one.performed,
            "on": one.reached_on.isoformat(),
        }
        await journal.append(tx, case.id, "agreement.oral", call.caller.id, {**entry, "heard": list(one.heard)}, now)
        await conclude(tx, case, call.caller.id, now)
        view = await _view(call, tx, case, matter)
    await announce(call.request.app, case.id, f"oral:{one.id}")
    return view


@routes.route("GET", "/api/cases/{id}/oral", response=OralsView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> OralsView:
    """What was recorded, for everybody of the case."""
    async with call.db.reading() as tx:
        case = await cases.load(tx, call.path("id"))
        await admit(tx, case, call.caller)
        return await _view(call, tx, case, await matter_of(tx, case, call.settings.centre, call.now()))


async def _view(call: Call[Any], tx: Tx, case: Case, matter: Matter) -> OralsView:
    unfit = oral.unfit(case.kind)
    leads = call.caller.id == matter.mediator_id
    return OralsView(
        recorded=[
            OralView(
                one.id, one.content, one.performed, one.reached_on.isoformat(),
                [_heard(person, matter) for person in one.heard], wire(one.recorded_at),
            )
            for one in await oral.of_case(tx, case.id)
        ],
        needed=[_heard(person, matter) for person in rules.confirmers(matter, oral.PEOPLE)] if leads else [],
        written=spelled(unfit.article("document_title")) if unfit else "",
    )  # fmt: skip


def _heard(person: str, matter: Matter) -> HeardView:
    one = next((one for one in matter.people if one.id == person), None)
    if one is None or one.part == "party":
        return HeardView(person, matter.label_of(person))
    return HeardView(person, f"{matter.label_of(one.acts_for)}代理人")
