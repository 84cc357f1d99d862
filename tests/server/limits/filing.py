"""Matters for tests of time limits, brought to a stage by their real acts."""

from datetime import datetime

from server.cases.model import Facts, Side
from server.ids import AccountId, MatterId, OrganisationId, new
from server.matters import store
from server.matters.model import Filer, Matter, MatterAct, MatterState, Needs, Source
from server.store.db import Tx

TO_MEDIATION = (MatterAct.accept, MatterAct.route, MatterAct.appoint, MatterAct.agree)


async def file(tx: Tx, organisation: OrganisationId, at: datetime, title: str = "楼上漏水", **more: object) -> Matter:
    """A matter just received."""
    people = (Filer(Side.applicant, "林秀珍", "19900000001"), Filer(Side.respondent, "陈国栋"))
    matter = Matter(
        MatterId(new("mat")), await store.next_number(tx, at), MatterState.received, Source.counter, "", "",
        organisation, title, Facts("九月", "青禾路88号", "楼上楼下", "渗水", "水管"), "赔偿", people, Needs(), at,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    await store.add(tx, matter, "citizen")
    return matter


async def mediating(tx: Tx, matter: Matter, mediator: AccountId, at: datetime, **changed: object) -> Matter:
    """Accepted, routed, given to a mediator who agreed, all at one moment."""
    for act in TO_MEDIATION:
        extra = changed | ({"mediator_id": mediator} if act is MatterAct.appoint else {})
        matter = await store.advance(tx, matter, act, "acc_x", at, **extra)
    return matter
