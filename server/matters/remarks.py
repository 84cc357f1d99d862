"""Table of the words beside an act: why a matter was declined, where it was referred to. Never in the journal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from server.ids import MatterId, new
from server.store.db import Instant, Tx, metadata

remarks = sa.Table(
    "matter_remarks",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("article", sa.String(80), nullable=False),
    sa.Column("target", sa.String(80), nullable=False),
    sa.Column("actor", sa.String(24), nullable=False),
    sa.Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody gave as reason. `target` is whom it was referred to, `article` the rule it follows."""

    act: str
    words: str = field(repr=False)
    article: str
    target: str
    at: datetime


async def add(
    tx: Tx, matter_id: MatterId, act: str, words: str, actor: str, at: datetime, *, article: str = "", target: str = ""
) -> None:
    """Beside the act's own entry of the same time."""
    await tx.execute(
        remarks.insert().values(
            id=new("rem"), matter_id=matter_id, act=act, words=words, article=article, target=target, actor=actor, at=at
        )
    )


async def of(tx: Tx, matter_id: str) -> Sequence[Remark]:
    """In the order of writing."""
    found = await tx.execute(sa.select(remarks).where(remarks.c.matter_id == matter_id).order_by(remarks.c.at))
    return [Remark(row.act, row.words, row.article, row.target, row.at) for row in found]


async def last(tx: Tx, matter_id: str, act: str) -> Remark | None:
    """The newest beside this kind of act."""
    return next((one for one in reversed(await of(tx, matter_id)) if one.act == act), None)
