"""Table of calls to others about a matter: 协办 to work along, 吹哨 to a department to come at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from server.errors import Conflict, NotFound
from server.ids import MatterId, OrganisationId, new
from server.store.db import Instant, Tx, metadata

calls = sa.Table(
    "matter_calls",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("organisation_id", sa.String(24), sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("asked_by", sa.String(24), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_by", sa.String(24)),
    sa.Column("answered_at", Instant),
    sa.Index(None, "organisation_id", "answered_at"),
)


@dataclass(frozen=True, slots=True)
class HelpCall:
    """`kind`: assist or whistle. Who is called reads `words`, not the matter."""

    id: str
    matter_id: MatterId
    kind: str
    organisation_id: OrganisationId
    words: str = field(repr=False)
    asked_by: str
    asked_at: datetime
    answer: str = field(repr=False)
    answered_by: str | None
    answered_at: datetime | None


async def add(
    tx: Tx, matter_id: MatterId, kind: str, organisation: OrganisationId, words: str, by: str, at: datetime
) -> None:
    """An open call."""
    await tx.execute(
        calls.insert().values(
            id=new("cal"), matter_id=matter_id, kind=kind, organisation_id=organisation, words=words, asked_by=by,
            asked_at=at, answer="",
        )
    )  # fmt: skip


async def load(tx: Tx, call_id: str) -> HelpCall:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(calls).where(calls.c.id == call_id))).first()
    if row is None:
        raise NotFound("call")
    return HelpCall(**row._mapping)


async def answer(tx: Tx, call: HelpCall, words: str, by: str, at: datetime) -> None:
    """Raises Conflict when somebody has answered."""
    open_ = (calls.c.id == call.id, calls.c.answered_at.is_(None))
    done = await tx.execute(calls.update().where(*open_).values(answer=words, answered_by=by, answered_at=at))
    if not done.changed:
        raise Conflict("answered")


async def of(tx: Tx, matter_id: str) -> Sequence[HelpCall]:
    """All of a matter."""
    found = await tx.execute(sa.select(calls).where(calls.c.matter_id == matter_id).order_by(calls.c.asked_at))
    return [HelpCall(**row._mapping) for row in found]


async def open_at(tx: Tx, organisation_id: str) -> Sequence[HelpCall]:
    """Those an organisation has not answered, the oldest first."""
    mine = (calls.c.organisation_id == organisation_id, calls.c.answered_at.is_(None))
    found = await tx.execute(sa.select(calls).where(*mine).order_by(calls.c.asked_at))
    return [HelpCall(**row._mapping) for row in found]
