"""Table of what whoever filed a matter is to be told: each state once, also across restarts."""

from datetime import datetime

import sqlalchemy as sa

from server.matters.model import MatterState
from server.store.db import Instant, Tx, metadata

S = MatterState
news = sa.Table(
    "matter_news",
    metadata,
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("state", sa.String(16), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Index(None, "sent_at"),
)
TOLD = frozenset({S.accepted, S.routed, S.mediating, S.settled, S.failed, S.referred, S.declined, S.withdrawn})
AT_ONCE = 50


async def note(tx: Tx, matter_id: str, state: MatterState, at: datetime) -> None:
    """This state is to be told, if it is one that is and was not before."""
    if state not in TOLD:
        return
    known = sa.select(news.c.state).where(news.c.matter_id == matter_id, news.c.state == state.value)
    if await tx.scalar(known) is None:
        await tx.execute(news.insert().values(matter_id=matter_id, state=state.value, at=at))


async def waiting(tx: Tx, matter_id: str) -> bool:
    """Whether something is still to be told."""
    query = sa.select(news.c.state).where(news.c.matter_id == matter_id, news.c.sent_at.is_(None))
    return await tx.scalar(query.limit(1)) is not None


async def due(tx: Tx) -> list[tuple[str, MatterState]]:
    """What is to be told now, the oldest first."""
    query = sa.select(news.c.matter_id, news.c.state).where(news.c.sent_at.is_(None))
    found = await tx.execute(query.order_by(news.c.at).limit(AT_ONCE))
    return [(row.matter_id, MatterState(row.state)) for row in found]


async def take(tx: Tx, matter_id: str, state: MatterState, at: datetime) -> bool:
    """Written down as told; False when it was before."""
    mine = (news.c.matter_id == matter_id, news.c.state == state.value, news.c.sent_at.is_(None))
    return bool((await tx.execute(news.update().where(*mine).values(sent_at=at))).changed)
