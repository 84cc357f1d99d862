"""A mediator took a matter: its case is opened, or goes on with another mediator; and the matter follows its case."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case, CaseAct, CaseState, Filed, Party, Side
from server.ids import AccountId, CaseId, PartyId, new
from server.law.dates import ZONE
from server.matters import store
from server.matters.model import Matter, MatterAct, MatterState
from server.people.model import Assurance
from server.settings import Centre
from server.store.db import Tx

Pairs = Collection[tuple[PartyId, PartyId]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the sessions know and keep of a case; `app.py` hands them in."""

    keep_apart: Callable[[Tx, CaseId, Pairs, str, datetime], Awaitable[None]]
    answers: Callable[[Tx, CaseId], Awaitable[Mapping[PartyId, str]]]
    """Person -> asked, opened, agreed or declined: how far the invitation to the first session has come."""


NEIGHBOURS: web.AppKey[Neighbours] = web.AppKey("matter_neighbours", Neighbours)
FOLLOWS = {
    CaseAct.settle: MatterAct.settle,
    CaseAct.fail: MatterAct.fail,
    CaseAct.withdraw: MatterAct.withdraw,
    CaseAct.reopen: MatterAct.reopen,
}


async def take(
    tx: Tx, matter: Matter, act: MatterAct, mediator: AccountId, centre: Centre, neighbours: Neighbours, at: datetime
) -> Matter:
    """The matter after `act` (agree or claim) and its case, with which a second mediator goes on; raises IllegalAct."""
    if matter.case_id is not None:
        after = await store.advance(tx, matter, act, mediator, at, mediator_id=mediator, claimable=False)
        await cases.appoint(tx, await cases.load(tx, matter.case_id), mediator, mediator, at)
        return after
    local = at.astimezone(ZONE)
    running = await cases.next_number(tx, local.year, centre.first_number)
    case_id = CaseId(new("cas"))
    number = f"({local.year}){centre.series.removesuffix('字')}受字第{running:04d}号"
    case = Case(
        case_id, number, matter.title, matter.category or "other", CaseState.assigned, matter.facts, matter.claims,
        mediator, None, matter.rehearsal, at, _people(matter, case_id),
    )  # fmt: skip
    await cases.add(tx, case, mediator)
    after = await store.advance(tx, matter, act, mediator, at, mediator_id=mediator, case_id=case_id, claimable=False)
    if matter.needs.apart:
        coming = [one for one in case.parties if one.attends]
        mine, theirs = ([one.id for one in coming if one.side is side] for side in Side)
        pairs = {(min(one, other), max(one, other)) for one in mine for other in theirs}
        await neighbours.keep_apart(tx, case_id, pairs, mediator, at)
    return after


def _people(matter: Matter, case_id: CaseId) -> tuple[Party, ...]:
    """甲方, 乙方 ... in the order of filing; nothing about them is proven yet."""
    return tuple(
        Party(
            PartyId(new("pty")), case_id, one.side,
            f"{case_rules.LABELS[n]}方" if n < len(case_rules.LABELS) else f"当事人{n + 1}", one.name,
            Filed("", "", "", "", one.address, "" if one.organisation else one.id_no, one.phone,
                  code=one.id_no if one.organisation else ""),
            Assurance.none, organisation=one.organisation,
        )
        for n, one in enumerate(matter.people)
    )  # fmt: skip


async def follow(tx: Tx, case: Case, act: CaseAct, actor: str, at: datetime) -> None:
    """A matter ends, and begins anew, with its case."""
    step = FOLLOWS.get(act)
    matter = await store.of_case(tx, case.id) if step else None
    if matter is None or step is None:
        return
    if step is MatterAct.reopen and matter.state is not MatterState.settled:
        return
    if step is not MatterAct.reopen and matter.state is not MatterState.mediating:
        return
    await store.advance(tx, matter, step, actor, at)


async def release(tx: Tx, matter: Matter, actor: str, at: datetime) -> Matter:
    """Its mediator steps back: the matter waits for another, the case with it."""
    after = await store.advance(tx, matter, MatterAct.recuse, actor, at, mediator_id=None)
    if matter.case_id is not None:
        await cases.advance(tx, await cases.load(tx, matter.case_id), CaseAct.recuse, actor, at)
    return after
