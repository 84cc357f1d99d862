"""HTTP doors of a mediator's day: what they are asked to take or may claim, what they disclose, their profile."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from server.errors import IllegalAct, Invalid, NotFound
from server.ids import AccountId
from server.law.disputes import DISPUTES
from server.matters import asking, mediators, opening, queue, remarks, rules, store
from server.matters.fitting import Profile
from server.matters.model import MatterAct
from server.matters.opening import NEIGHBOURS
from server.matters.routes import Reason, RowView, row_view
from server.matters.telling import tell
from server.matters.views import own_unit
from server.people import organisations
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("matters")
Word = Annotated[str, Meta(min_length=1, max_length=24)]


class Answering(Body):
    """Whether one takes it. A known conflict is a refusal; `words` are for the intake desk alone."""

    agrees: bool
    conflict: Literal["none", "known"]
    words: Annotated[str, Meta(max_length=1000)] = ""


class Claiming(Body):
    """Saying that one has no conflict is part of it."""

    conflict: Literal["none"]


class Recusing(Body):
    """Why one steps back, for the intake desk alone."""

    reason: Reason


class ProfileIn(Body):
    """What a mediator says about themself."""

    fields: Annotated[list[str], Meta(max_length=16)]
    speciality: Annotated[str, Meta(max_length=200)]
    languages: Annotated[list[Word], Meta(max_length=12)]
    areas: Annotated[list[Word], Meta(max_length=24)]
    available: bool


class ProfileView(View):
    """The same, as it is kept."""

    fields: list[str]
    speciality: str
    languages: list[str]
    areas: list[str]
    available: bool


class AskedView(View):
    """What one is asked to take, until when one may say so."""

    row: RowView
    until: datetime


class HeldView(View):
    """What one has; its case is the place to work."""

    row: RowView
    case_id: str


class TasksView(View):
    """What waits for a mediator."""

    asked: list[AskedView]
    claimable: list[RowView]
    held: list[HeldView]


@routes.route("GET", "/api/tasks", response=TasksView, permit=right("matters.handle"))
async def tasks(call: Call[None]) -> TasksView:
    """What one is asked to take, what may be claimed here, and what one has."""
    return await _tasks(call)


@routes.route(
    "POST", "/api/matters/{id}/answer", request=Answering, response=TasksView, permit=right("matters.handle"),
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def answer(call: Call[Answering]) -> TasksView:
    """Disclose conflicts and agree, which opens the case, or refuse."""
    body, now, neighbours = call.body, call.now(), call.request.app[NEIGHBOURS]
    if body.agrees and body.conflict == "known":
        raise Invalid({"agrees": "value"})
    async with call.db.transaction() as tx:
        matter = await store.load(tx, call.path("id"))
        if matter.mediator_id != call.caller.id:
            raise NotFound("matter")
        await asking.need_open(tx, matter, now)
        me = AccountId(call.caller.id)
        await asking.close(tx, matter.id, "agreed" if body.agrees else "refused", body.conflict)
        if body.agrees:
            await opening.take(tx, matter, MatterAct.agree, me, call.settings.centre, neighbours, now)
        else:
            if body.words.strip():
                await remarks.add(tx, matter.id, MatterAct.refuse.value, body.words.strip(), me, now)
            await store.advance(tx, matter, MatterAct.refuse, me, now, mediator_id=None)
    await tell(call.request.app)
    return await _tasks(call)


@routes.route(
    "POST", "/api/matters/{id}/claim", request=Claiming, response=TasksView, permit=right("matters.handle"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def claim(call: Call[Claiming]) -> TasksView:
    """揭榜认领: whoever is first has it; for everybody after, it is not there any more."""
    now, me = call.now(), AccountId(call.caller.id)
    async with call.db.transaction() as tx:
        matter = await store.load(tx, call.path("id"))
        rules.may_claim(matter, await own_unit(tx, call), await organisations.load(tx, matter.organisation_id))
        if any(one.mediator_id == me and one.state in asking.STEPPED_BACK for one in await asking.of(tx, matter.id)):
            raise NotFound("matter")
        neighbours = call.request.app[NEIGHBOURS]
        after = await opening.take(tx, matter, MatterAct.claim, me, call.settings.centre, neighbours, now)
        await asking.taken(tx, after, me, now)
    await tell(call.request.app)
    return await _tasks(call)


@routes.route(
    "POST", "/api/matters/{id}/recuse", request=Recusing, response=TasksView, permit=right("matters.handle"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def recuse(call: Call[Recusing]) -> TasksView:
    """回避, later: the intake desk finds somebody else, and the case waits for them."""
    async with call.db.transaction() as tx:
        matter = await store.load(tx, call.path("id"))
        if matter.mediator_id != call.caller.id:
            raise NotFound("matter")
        now = call.now()
        await remarks.add(tx, matter.id, MatterAct.recuse.value, call.body.reason, call.caller.id, now)
        await opening.release(tx, matter, call.caller.id, now)
        await asking.close(tx, matter.id, "recused", was="agreed")
    return await _tasks(call)


@routes.route("GET", "/api/profile", response=ProfileView, permit=right("matters.handle"))
async def profile(call: Call[None]) -> ProfileView:
    """One's own profile."""
    async with call.db.reading() as tx:
        return profile_view(await mediators.load(tx, AccountId(call.caller.id)))


@routes.route(
    "PUT", "/api/profile", request=ProfileIn, response=ProfileView, permit=right("matters.handle"), errors=(Invalid,)
)
async def save_profile(call: Call[ProfileIn]) -> ProfileView:
    """Fields, speciality, languages, areas, and whether one can take more now."""
    body = call.body
    if not DISPUTES.keys() >= set(body.fields):
        raise Invalid({"fields": "value"})
    kept = Profile(
        AccountId(call.caller.id), fields=tuple(dict.fromkeys(body.fields)), speciality=body.speciality.strip(),
        languages=tuple(body.languages), areas=tuple(body.areas), available=body.available,
    )  # fmt: skip
    async with call.db.transaction() as tx:
        await mediators.save(tx, kept)
    return profile_view(kept)


async def _tasks(call: Call[Any]) -> TasksView:
    async with call.db.reading() as tx:
        own = await own_unit(tx, call)
        asked = await queue.asked_of(tx, call.caller.id)
        free = await queue.claimable(tx, own) if own else []
        held = await queue.mediated_by(tx, call.caller.id)
    now = call.now()
    return TasksView(
        [AskedView(row_view(one), until) for one, until in asked if until > now],
        [row_view(one) for one in free],
        [HeldView(row_view(one), one.case_id) for one in held if one.case_id],
    )


def profile_view(one: Profile) -> ProfileView:
    """On the wire."""
    return ProfileView(list(one.fields), one.speciality, list(one.languages), list(one.areas), one.available)
