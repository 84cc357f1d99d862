"""Every look of staff into a matter is in its journal, at most once an hour and person."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from server.matters.model import Matter
from server.store import journal
from server.store.db import Database, Instant, metadata

looks = sa.Table(
    "matter_looks",
    metadata,
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("account_id", sa.String(24), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
HOUR = timedelta(hours=1)


async def looked(db: Database, matter: Matter, account_id: str, at: datetime) -> None:
    """Writes nothing where the same person looked within the hour."""
    mine = (looks.c.matter_id == matter.id, looks.c.account_id == account_id)
    recent = sa.select(looks.c.at).where(*mine, looks.c.at > at - HOUR)
    async with db.reading() as tx:
        if await tx.scalar(recent) is not None:
            return
    async with db.transaction() as tx:
        if await tx.scalar(recent) is not None:
            return
        await tx.execute(looks.delete().where(*mine))
        await tx.execute(looks.insert().values(matter_id=matter.id, account_id=account_id, at=at))
        await journal.append(tx, matter.id, "matter.seen", account_id, {}, at)
