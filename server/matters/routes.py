"""HTTP doors of the intake desk: the queue, a matter, and what the desk decides about it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from server.cases import store as cases
from server.cases.model import CaseAct
from server.errors import Conflict, IllegalAct, Invalid, NotFound
from server.law.disputes import DISPUTES
from server.matters import asking, mediators, queue, remarks, rules, store
from server.matters.fitting import fitting
from server.matters.looks import looked
from server.matters.model import Matter, MatterAct, MatterState, Source
from server.matters.queue import Line
from server.matters.telling import tell
from server.matters.views import MatterView, matter_view, missing, need_unit, own_unit
from server.people import organisations
from server.people.model import Organisation
from server.store.db import Tx
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("matters")
Reason = Annotated[str, Meta(min_length=1, max_length=1000)]
ABOVE = {MatterAct.refer, MatterAct.withdraw}
"""After these there is nothing left to mediate: a case that waits for another mediator ends too."""


class Incomplete(Conflict):
    """The matter cannot be laid to rest; `data.missing` says what is still to come (409)."""

    code = "matter_incomplete"


class Accepting(Body):
    """What a person decided."""

    category: str
    complexity: Literal["simple", "complex"]


class Reasoned(Body):
    """Why."""

    reason: Reason


class Declining(Body):
    """Why, and the rule it follows."""

    reason: Reason
    article: Annotated[str, Meta(min_length=1, max_length=80)]


class Referring(Body):
    """To whom outside, and why."""

    to: Literal["court", "arbitration", "police", "other"]
    reason: Reason
    name: Annotated[str, Meta(max_length=60)] = ""


class Routing(Body):
    """Whose it is from now on; `claimable`: whoever of them takes it first."""

    organisation: str
    claimable: bool = False


class Opening(Body):
    """揭榜, or no more."""

    claimable: bool


class Appointing(Body):
    """Whom to ask."""

    mediator: str


class RowView(View):
    """A line of the queue."""

    id: str
    number: str
    state: MatterState
    source: str
    title: str
    category: str
    complexity: str
    received_at: datetime
    claimable: bool
    organisation: str
    mediator: str | None


class QueueView(View):
    """A page; `next` is the place after it, empty on the last."""

    rows: list[RowView]
    next: str
    counts: dict[str, int]


class ReasonView(View):
    """A code with its figure or word."""

    code: str
    n: int
    word: str


class FitView(View):
    """A mediator who could be asked, and why."""

    id: str
    name: str
    organisation: str
    speciality: str
    available: bool
    reasons: list[ReasonView]


class FitsView(View):
    """The best first."""

    mediators: list[FitView]


@routes.route(
    "GET", "/api/matters", response=QueueView, permit=right("matters.route"), errors=(NotFound, Invalid),
    queries=("state", "source", "after"),
)  # fmt: skip
async def show_queue(call: Call[None]) -> QueueView:
    """What the caller's organisation and those below have, the oldest first, 50 a page."""
    try:
        state = MatterState(call.query("state")) if call.query("state") else None
        source = Source(call.query("source")) if call.query("source") else None
    except ValueError:
        raise Invalid({"state": "value"}) from None
    async with call.db.reading() as tx:
        own = await need_unit(tx, call)
        found = await queue.page(tx, own, state, source, _place(call.query("after")))
        counts = await queue.counts(tx, own)
    more = len(found) > queue.PAGE
    rows = [row_view(one) for one in found[: queue.PAGE]]
    place = f"{found[queue.PAGE - 1].received_at.timestamp():.6f}_{rows[-1].id}" if more else ""
    return QueueView(rows, place, counts)


@routes.route("GET", "/api/matters/{id}", response=MatterView, permit=right("matters.see"), errors=(NotFound,))
async def show(call: Call[None]) -> MatterView:
    """A matter, whole. Who looks stands in its journal."""
    async with call.db.reading() as tx:
        matter = await store.load(tx, call.path("id"))
        own, holds = await own_unit(tx, call), await organisations.load(tx, matter.organisation_id)
        rules.may_see(matter, call.caller, own, holds)
    await looked(call.db, matter, call.caller.id, call.now())
    async with call.db.reading() as tx:
        return await matter_view(tx, call, await store.load(tx, matter.id))


@routes.route(
    "GET", "/api/matters/{id}/mediators", response=FitsView, permit=right("matters.route"), errors=(NotFound,)
)
async def fits(call: Call[None]) -> FitsView:
    """Who could mediate it, with the reasons; nobody is asked by this."""
    async with call.db.reading() as tx:
        matter, holds = await to_route(call, tx)
        found = fitting(matter, await mediators.for_matter(tx, matter, holds))
    return FitsView(
        [
            FitView(
                one.profile.account_id, one.profile.name, one.profile.organisation, one.profile.speciality,
                one.profile.available, [ReasonView(why.code, why.n, why.word) for why in one.reasons],
            )
            for one in found
        ]
    )  # fmt: skip


@routes.route(
    "POST", "/api/matters/{id}/accept", request=Accepting, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def accept(call: Call[Accepting]) -> MatterView:
    """受理, with the category and complexity a person decided."""
    if call.body.category not in DISPUTES:
        raise Invalid({"category": "value"})
    decided = {"category": call.body.category, "complexity": call.body.complexity, "clerk_id": call.caller.id}
    return await act(call, MatterAct.accept, decided)


@routes.route(
    "POST", "/api/matters/{id}/decline", request=Declining, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def decline(call: Call[Declining]) -> MatterView:
    """不予受理, with the reason and its article."""
    return await act(call, MatterAct.decline, {"clerk_id": call.caller.id}, call.body.reason, call.body.article)


@routes.route(
    "POST", "/api/matters/{id}/refer", request=Referring, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def refer(call: Call[Referring]) -> MatterView:
    """转出 to a court, arbitration, the police or another office outside."""
    target = call.body.name.strip() or TARGETS[call.body.to]
    return await act(call, MatterAct.refer, {}, call.body.reason, target=target)


TARGETS = {"court": "人民法院", "arbitration": "仲裁机构", "police": "公安机关", "other": "有关单位"}


@routes.route(
    "POST", "/api/matters/{id}/withdraw", request=Reasoned, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def withdraw(call: Call[Reasoned]) -> MatterView:
    """Who filed it does not want it any more."""
    return await act(call, MatterAct.withdraw, {"mediator_id": None}, call.body.reason)


@routes.route(
    "POST", "/api/matters/{id}/route", request=Routing, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def send_on(call: Call[Routing]) -> MatterView:
    """分流: an organisation of the caller's tree has it from now on."""
    async with call.db.reading() as tx:
        own, to = await need_unit(tx, call), await organisations.load(tx, call.body.organisation)
    if not to.within(own):
        raise Invalid({"organisation": "value"})
    changed = {"organisation_id": to.id, "claimable": call.body.claimable}
    return await act(call, MatterAct.route, changed)


@routes.route(
    "POST", "/api/matters/{id}/send_back", request=Reasoned, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def send_back(call: Call[Reasoned]) -> MatterView:
    """退回 to the organisation above, which routes it anew."""
    async with call.db.reading() as tx:
        _, holds = await to_route(call, tx)
    changed = {"organisation_id": holds.parent_id or holds.id, "claimable": False}
    return await act(call, MatterAct.send_back, changed, call.body.reason)


@routes.route(
    "PUT", "/api/matters/{id}/claimable", request=Opening, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def open_to_claim(call: Call[Opening]) -> MatterView:
    """揭榜: whoever of the organisation takes it first, or no more."""
    async with call.db.transaction() as tx:
        matter, _ = await to_route(call, tx)
        await store.set_claimable(tx, matter, call.body.claimable, call.caller.id, call.now())
        return await matter_view(tx, call, await store.load(tx, matter.id))


@routes.route(
    "POST", "/api/matters/{id}/appoint", request=Appointing, response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def appoint(call: Call[Appointing]) -> MatterView:
    """Ask a mediator of the organisation that has it; they answer within a day."""
    async with call.db.transaction() as tx:
        matter, holds = await to_route(call, tx)
        mediator = await mediators.need_mediator(tx, call.body.mediator, holds)
        now = call.now()
        matter = await store.advance(tx, matter, MatterAct.appoint, call.caller.id, now, mediator_id=mediator.id)
        await asking.ask(tx, matter, mediator.id, now)
        return await matter_view(tx, call, matter)


@routes.route(
    "POST", "/api/matters/{id}/archive", response=MatterView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct, Incomplete),
)  # fmt: skip
async def archive(call: Call[None]) -> MatterView:
    """归档, when all is there."""
    await tell(call.request.app)
    async with call.db.transaction() as tx:
        matter, _ = await to_route(call, tx)
        if lacks := await missing(tx, matter):
            raise Incomplete(missing=lacks)
        matter = await store.advance(tx, matter, MatterAct.archive, call.caller.id, call.now())
        return await matter_view(tx, call, matter)


async def act(
    call: Call[Any], what: MatterAct, changed: dict[str, Any], reason: str = "", article: str = "", target: str = ""
) -> MatterView:
    """An act of the desk with its reason, and who filed it is told."""
    async with call.db.transaction() as tx:
        matter, holds = await to_route(call, tx)
        if what not in rules.acts_of(matter, call.caller, await own_unit(tx, call), holds):
            raise IllegalAct(matter.state, what, ())
        now = call.now()
        if reason:
            await remarks.add(
                tx, matter.id, what.value, reason, call.caller.id, now, article=article, target=target
            )  # fmt: skip
        await asking.close(tx, matter.id, "void")
        after = await store.advance(tx, matter, what, call.caller.id, now, **changed)
        if what in ABOVE and matter.case_id is not None:
            case = await cases.load(tx, matter.case_id)
            await cases.advance(tx, case, CaseAct.withdraw, call.caller.id, now)
        answer = await matter_view(tx, call, after)
    await tell(call.request.app)
    return answer


async def to_route(call: Call[Any], tx: Tx) -> tuple[Matter, Organisation]:
    """The matter of the path and who has it, for its intake desk; raises NotFound, NotPermitted."""
    matter = await store.load(tx, call.path("id"))
    holds = await organisations.load(tx, matter.organisation_id)
    rules.may_route(holds, call.caller, await own_unit(tx, call))
    return matter, holds


def row_view(one: Line) -> RowView:
    """A line without the case's id."""
    return RowView(
        one.id, one.number, MatterState(one.state), one.source, one.title, one.category, one.complexity,
        one.received_at, one.claimable, one.organisation, one.mediator,
    )  # fmt: skip


def _place(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    try:
        at, _, own = text.partition("_")
        return datetime.fromtimestamp(float(at), UTC), own
    except (ValueError, OverflowError, OSError):
        raise Invalid({"after": "value"}) from None
