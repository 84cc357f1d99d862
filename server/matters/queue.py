"""Lists of matters, sorted and cut by the database: the intake's queue and what waits for a mediator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.ids import AccountId, MatterId
from server.matters.asking import asks
from server.matters.model import MatterState, Source
from server.matters.store import matters
from server.people.model import Organisation
from server.people.organisations import organisations
from server.people.store import accounts
from server.store.db import Tx

PAGE = 50
WORKING = ("received", "accepted", "routed", "appointed", "mediating")
"""States in which somebody has to do something; what is over is asked for by its state."""
ROW = sa.select(
    matters.c.id, matters.c.number, matters.c.state, matters.c.source, matters.c.title, matters.c.category,
    matters.c.complexity, matters.c.received_at, matters.c.claimable, matters.c.case_id,
    organisations.c.name.label("organisation"), accounts.c.name.label("mediator"),
).select_from(
    matters.join(organisations, organisations.c.id == matters.c.organisation_id).outerjoin(
        accounts, accounts.c.id == matters.c.mediator_id
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: nobody's name of the dispute, no contact."""

    id: MatterId
    number: str
    state: str
    source: str
    title: str
    category: str
    complexity: str
    received_at: datetime
    claimable: bool
    case_id: str | None
    organisation: str
    mediator: str | None


def _below(top: Organisation) -> sa.ScalarSelect[str]:
    return (
        sa.select(organisations.c.id)
        .where(organisations.c.path.startswith(top.path, autoescape=True))
        .scalar_subquery()
    )


async def page(
    tx: Tx, top: Organisation, state: MatterState | None, source: Source | None, after: tuple[datetime, str] | None
) -> Sequence[Line]:
    """At most PAGE + 1 of `top` and below, the oldest first, those behind `after` (time of receipt, id)."""
    query = ROW.where(matters.c.organisation_id.in_(_below(top)))
    states = (state.value,) if state else WORKING
    query = query.where(matters.c.state.in_(states))
    if source is not None:
        query = query.where(matters.c.source == source.value)
    if after is not None:
        at, own = after
        later = sa.and_(matters.c.received_at == at, matters.c.id > own)
        query = query.where(sa.or_(matters.c.received_at > at, later))
    found = await tx.execute(query.order_by(matters.c.received_at, matters.c.id).limit(PAGE + 1))
    return [Line(**row._mapping) for row in found]


async def counts(tx: Tx, top: Organisation) -> dict[str, int]:
    """State -> how many of `top` and below."""
    query = sa.select(matters.c.state, sa.func.count().label("n")).where(matters.c.organisation_id.in_(_below(top)))
    return {row.state: row.n for row in await tx.execute(query.group_by(matters.c.state))}


async def asked_of(tx: Tx, mediator: str) -> Sequence[tuple[Line, datetime]]:
    """What this mediator is asked to take, with the end of the time to answer."""
    query = ROW.add_columns(asks.c.until).join(asks, asks.c.matter_id == matters.c.id)
    mine = query.where(
        asks.c.mediator_id == AccountId(mediator), asks.c.state == "asked", matters.c.state == "appointed"
    )
    return [_with_time(row) for row in await tx.execute(mine.order_by(asks.c.until))]


async def mediated_by(tx: Tx, mediator: str) -> Sequence[Line]:
    """What this mediator has now."""
    mine = (matters.c.mediator_id == mediator, matters.c.state == MatterState.mediating.value)
    return [Line(**row._mapping) for row in await tx.execute(ROW.where(*mine).order_by(matters.c.received_at))]


async def claimable(tx: Tx, own: Organisation) -> Sequence[Line]:
    """What mediators of this organisation may take: of it and of those above; at most PAGE."""
    above = own.path.rstrip("/").split("/")
    open_ = (matters.c.state == MatterState.routed.value, matters.c.claimable, matters.c.organisation_id.in_(above))
    found = await tx.execute(ROW.where(*open_).order_by(matters.c.received_at).limit(PAGE))
    return [Line(**row._mapping) for row in found]


def _with_time(row: sa.Row[tuple[object, ...]]) -> tuple[Line, datetime]:
    values = dict(row._mapping)
    until = values.pop("until")
    return Line(**values), until
