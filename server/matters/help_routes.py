"""HTTP doors of calls to others, 协办 and 吹哨: who is called reads what is asked, and nothing else of the matter."""

from typing import Any, Literal

from server.errors import Conflict, NotFound
from server.matters import helping, rules, store
from server.matters.routes import Reason
from server.matters.views import (
    HelpCallView,
    MatterView,
    OrganisationRef,
    call_view,
    matter_view,
    need_unit,
    own_unit,
    unit_view,
)
from server.people import organisations
from server.store import journal
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("matters")


class Calling(Body):
    """Whom, and what for: `assist` to work along, `whistle` to come at once."""

    kind: Literal["assist", "whistle"]
    organisation: str
    words: Reason


class CallAnswer(Body):
    """What was done, or will be."""

    words: Reason


class CallsView(View):
    """Calls to the caller's organisation, the oldest first."""

    calls: list[HelpCallView]


class UnitsView(View):
    """Whom one can call: the whole tree of the centre."""

    units: list[OrganisationRef]


@routes.route("GET", "/api/calls", response=CallsView, permit=right("matters.see"))
async def waiting(call: Call[None]) -> CallsView:
    """What the caller's organisation is called for and has not answered."""
    return await _waiting(call)


@routes.route("GET", "/api/calls/units", response=UnitsView, permit=right("matters.see"), errors=(NotFound,))
async def units(call: Call[None]) -> UnitsView:
    """Everybody of the caller's tree."""
    async with call.db.reading() as tx:
        own = await need_unit(tx, call)
        top = await organisations.load(tx, own.path.split("/", 1)[0])
        found = await organisations.tree(tx, top)
    return UnitsView([unit_view(one, top) for one in found])


@routes.route(
    "POST", "/api/matters/{id}/calls", request=Calling, response=MatterView, permit=right("matters.see"),
    errors=(NotFound, Conflict),
)  # fmt: skip
async def ask(call: Call[Calling]) -> MatterView:
    """Call another organisation: its intake desk or mediators, or its mediator, may."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        matter = await store.load(tx, call.path("id"))
        own, holds = await need_unit(tx, call), await organisations.load(tx, matter.organisation_id)
        rules.may_see(matter, call.caller, own, holds)
        if matter.state in rules.OVER:
            raise Conflict("over")
        to = await organisations.load(tx, body.organisation)
        if not to.path.startswith(own.path.split("/", 1)[0]):
            raise NotFound("organisation")
        await helping.add(tx, matter.id, body.kind, to.id, body.words, call.caller.id, now)
        told = {"kind": body.kind, "organisation_id": to.id}
        await journal.append(tx, matter.id, f"matter.{body.kind}", call.caller.id, told, now)
        return await matter_view(tx, call, matter)


@routes.route(
    "POST", "/api/calls/{id}/answer", request=CallAnswer, response=CallsView, permit=right("matters.see"),
    errors=(NotFound, Conflict),
)  # fmt: skip
async def answer(call: Call[CallAnswer]) -> CallsView:
    """By anybody of the organisation that was called, once."""
    async with call.db.transaction() as tx:
        found, own = await helping.load(tx, call.path("id")), await need_unit(tx, call)
        if found.organisation_id != own.id:
            raise NotFound("call")
        now = call.now()
        await helping.answer(tx, found, call.body.words, call.caller.id, now)
        told = {"kind": found.kind, "organisation_id": own.id}
        await journal.append(tx, found.matter_id, "matter.answered", call.caller.id, told, now)
    return await _waiting(call)


async def _waiting(call: Call[Any]) -> CallsView:
    async with call.db.reading() as tx:
        own = await own_unit(tx, call)
        found = await helping.open_at(tx, own.id) if own else []
        return CallsView([await call_view(tx, one) for one in found])
