"""评价: what those of a matter thought of how it was handled, once each, and their one wish for another mediator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from server.errors import Conflict
from server.matters.model import Matter
from server.matters.rules import OVER
from server.store import journal
from server.store.db import Instant, Tx, metadata

ratings = sa.Table(
    "matter_ratings",
    metadata,
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
changes = sa.Table(
    "mediator_changes",
    metadata,
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
FILER = "filer"
"""Who rates through the link of the receipt."""


class NotOver(Conflict):
    """It is rated when it has ended (409)."""

    code = "matter_not_over"


class ChangedOnce(Conflict):
    """Another mediator can be asked for once in a matter (409)."""

    code = "mediator_changed_once"


@dataclass(frozen=True, slots=True)
class Rating:
    """`score` from 1, bad, to 5."""

    score: int
    words: str = field(repr=False)
    at: datetime


async def rate(tx: Tx, matter: Matter, person: str, score: int, words: str, at: datetime) -> None:
    """In place of what the same person said before; raises NotOver. The journal says that, never what."""
    if matter.state not in OVER:
        raise NotOver
    await tx.execute(ratings.delete().where(ratings.c.matter_id == matter.id, ratings.c.person == person))
    await tx.execute(ratings.insert().values(matter_id=matter.id, person=person, score=score, words=words, at=at))
    await journal.append(tx, matter.id, "matter.rated", person, {}, at)


async def of(tx: Tx, matter_id: str) -> Sequence[Rating]:
    """All of a matter."""
    found = await tx.execute(sa.select(ratings).where(ratings.c.matter_id == matter_id).order_by(ratings.c.at))
    return [Rating(row.score, row.words, row.at) for row in found]


async def use_change(tx: Tx, matter: Matter, at: datetime) -> None:
    """The one change of mediator is used; raises ChangedOnce."""
    if await tx.scalar(sa.select(changes.c.at).where(changes.c.matter_id == matter.id)) is not None:
        raise ChangedOnce
    await tx.execute(changes.insert().values(matter_id=matter.id, at=at))
