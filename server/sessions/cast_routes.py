"""HTTP doors of who leads and who must not meet: for the staff of the case only, and nobody else learns of it."""

from datetime import datetime
from itertools import pairwise
from typing import Annotated

from msgspec import Meta

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case, StaffRef
from server.errors import Invalid, NotFound
from server.ids import AccountId, PartyId
from server.law import dates
from server.people import store as people
from server.sessions import casting, store
from server.sessions.expecting import people_changed
from server.sessions.model import CastView
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, mediator, staff
from server.web.routes import Routes

routes = Routes("sessions")
Id = Annotated[str, Meta(max_length=24)]


class Apart(Body):
    """Groups of people none of whom may meet another of the same group."""

    groups: Annotated[list[Annotated[list[Id], Meta(min_length=2, max_length=8)]], Meta(max_length=20)]


class Leading(Body):
    """Who leads beside the mediator."""

    accounts: Annotated[list[Id], Meta(max_length=4)]


@routes.route("GET", "/api/cases/{id}/cast", response=CastView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> CastView:
    """Who leads, who must not meet."""
    async with call.db.reading() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_see(case, call.caller)
        return await cast_view(tx, case, call.now())


@routes.route(
    "PUT", "/api/cases/{id}/apart", request=Apart, response=CastView, permit=mediator, errors=(NotFound, Invalid)
)
async def keep_apart(call: Call[Apart]) -> CastView:
    """These must never meet; whoever is no longer named may again. A room that meets is told at once: who sits with
    somebody they must not meet goes out to the lobby, who may meet all again is called into the joint chamber."""
    async with call.db.transaction() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_host(case, call.caller)
        attending = {one.id for one in case.invited if one.attends}
        pairs = set()
        for group in call.body.groups:
            chosen = sorted(PartyId(one) for one in group)
            if not attending.issuperset(chosen) or any(one == other for one, other in pairwise(chosen)):
                raise Invalid({"groups": "value"})
            pairs |= {casting.pair(one, other) for n, one in enumerate(chosen) for other in chosen[n + 1 :]}
        if any(casting.pair(one.id, whom) in pairs for one in case.people if (whom := casting.tied_to(case, one))):
            raise Invalid({"groups": "interpreter"})
        await store.set_pairs(tx, case.id, pairs, call.caller.id, call.now())
        answer = await cast_view(tx, case, call.now())
    await people_changed(call.request.app, case.id)
    return answer


@routes.route(
    "PUT", "/api/cases/{id}/co_mediators", request=Leading, response=CastView, permit=mediator,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def lead_together(call: Call[Leading]) -> CastView:
    """Ask other mediators to lead beside the case's own. They see the case from now on; who is left out no more."""
    async with call.db.transaction() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_lead(case, call.caller)
        could = {one.id for one in await available(tx, case)}
        if not could.issuperset(call.body.accounts):
            raise Invalid({"accounts": "value"})
        gone = set(case.co_mediators) - set(call.body.accounts)
        await cases.set_co_mediators(tx, case, map(AccountId, call.body.accounts), call.caller.id, call.now())
        case = await cases.load(tx, case.id)
        answer = await cast_view(tx, case, call.now())
        running = await store.of_case(tx, case.id)
    for session in running:
        for account in gone:
            await call.request.app[keys.ROOMS].dismiss(session.id, account)
    return answer


async def available(tx: Tx, case: Case) -> list[StaffRef]:
    """Mediators who could lead beside the case's own; of a practice case only those who practise with it, whose user
    names end alike."""
    own = await people.account(tx, case.mediator_id)
    _, _, group = own.username.partition("-")
    return [
        StaffRef(one.id, one.name)
        for one in await people.mediators(tx, rehearsal=case.rehearsal)
        if one.id != own.id and (not case.rehearsal or one.username.endswith(f"-{group}"))
    ]


async def cast_view(tx: Tx, case: Case, now: datetime) -> CastView:
    """As the staff of the case see it."""
    could = await available(tx, case)
    limits = await store.limits_of(tx, case.id)
    answers = [casting.answers_to(case, limits, guest, dates.legal_day(now)) for guest in case.guests]
    return CastView(sorted(limits.pairs), answers, [one for one in could if one.id in case.co_mediators], could)
