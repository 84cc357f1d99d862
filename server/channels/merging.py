"""Matters that a person found to be the same dispute: one goes on for both, and each keeps its source."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from server.channels.store import records
from server.errors import Conflict, NotFound
from server.matters import store as matters
from server.matters.model import Matter, MatterAct, MatterState
from server.matters.rules import OVER
from server.store.db import Instant, Tx, metadata

merges = sa.Table(
    "matter_merges",
    metadata,
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("into_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("state_then", sa.String(16), nullable=False),
    sa.Column("by", sa.String(24), nullable=False),
    sa.Column("at", Instant, nullable=False),
)


class NotMergeable(Conflict):
    """The other matter is over, or is this one, or was itself merged (409)."""

    code = "not_mergeable"


class MovedOn(Conflict):
    """The matter that goes on for both has moved on since: they stay together (409)."""

    code = "merge_moved_on"


def fits(matter: Matter, into: Matter) -> bool:
    """Whether the one can be merged into the other: nobody has taken it up yet, and the other goes on."""
    return matter.id != into.id and matter.state is MatterState.received and into.state not in OVER


async def merge(tx: Tx, matter: Matter, into: Matter, actor: str, at: datetime) -> None:
    """`into` goes on for both from now on. Raises NotMergeable."""
    if not fits(matter, into):
        raise NotMergeable
    await matters.advance(tx, matter, MatterAct.merge, actor, at)
    await tx.execute(
        merges.insert().values(matter_id=matter.id, into_id=into.id, state_then=into.state.value, by=actor, at=at)
    )
    await _handled(tx, [matter.id, *await below(tx, matter.id)], into)


async def unmerge(tx: Tx, matter: Matter, actor: str, at: datetime) -> None:
    """On its own again, as long as the other has not moved on. Raises NotFound, MovedOn."""
    row = (await tx.execute(sa.select(merges).where(merges.c.matter_id == matter.id))).first()
    if row is None:
        raise NotFound("merge")
    if (await matters.load(tx, row.into_id)).state.value != row.state_then:
        raise MovedOn
    await tx.execute(merges.delete().where(merges.c.matter_id == matter.id))
    after = await matters.advance(tx, matter, MatterAct.unmerge, actor, at)
    await _handled(tx, [matter.id, *await below(tx, matter.id)], after)


async def into_of(tx: Tx, matter_id: str) -> str | None:
    """The matter that goes on for this one; None when it was not merged."""
    found: str | None = await tx.scalar(sa.select(merges.c.into_id).where(merges.c.matter_id == matter_id))
    return found


async def below(tx: Tx, matter_id: str) -> Sequence[str]:
    """Ids of all that were merged into a matter, directly or through another."""
    found: list[str] = []
    layer = [matter_id]
    while layer:
        layer = await tx.scalars(sa.select(merges.c.matter_id).where(merges.c.into_id.in_(layer)))
        found += layer
    return found


async def _handled(tx: Tx, ids: list[str], by: Matter) -> None:
    """Sources follow the matter that goes on for them."""
    changed = await tx.execute(records.update().where(records.c.matter_id.in_(ids)).values(handled_id=by.id))
    if changed.changed:
        await tx.execute(matters.changes.insert().values(matter_id=by.id))
