"""Links of courts in the database. Returns models, decides nothing."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from server.docket.model import CourtLinkUnknown, Link
from server.store.db import Instant, Tx, metadata

links = sa.Table(
    "docket_links",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), nullable=False),
    sa.Column("confirmation_id", sa.String(24), sa.ForeignKey("confirmations.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("court", sa.String(200), nullable=False),
    sa.Column("role", sa.String(8), nullable=False),
    sa.Column("phone", sa.String(24), nullable=False),
    sa.Column("slug", sa.String(24), nullable=False, unique=True),
    sa.Column("token_hash", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(24), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("opened_at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("closed_at", Instant),
)


async def add(tx: Tx, link: Link) -> None:
    """A new link."""
    await tx.execute(links.insert().values(**asdict(link)))


async def save(tx: Tx, link: Link) -> None:
    """What can change of it."""
    names = ("expires_at", "opened_at", "seen_at", "revoked_at", "closed_at")
    values = {name: getattr(link, name) for name in names}
    await tx.execute(links.update().where(links.c.id == link.id).values(**values))


async def load(tx: Tx, link_id: str) -> Link:
    """By id; raises CourtLinkUnknown."""
    return _one((await tx.execute(sa.select(links).where(links.c.id == link_id))).first())


async def alive(tx: Tx, link_id: str, now: datetime) -> bool:
    """Whether there is such a link and it opens anything."""
    row = (await tx.execute(sa.select(links).where(links.c.id == link_id))).first()
    return row is not None and _one(row).alive(now)


async def named(tx: Tx, slug: str) -> Link:
    """By slug; raises CourtLinkUnknown."""
    return _one((await tx.execute(sa.select(links).where(links.c.slug == slug))).first())


async def of_agreement(tx: Tx, agreement_id: str) -> list[Link]:
    """All, the newest first."""
    query = sa.select(links).where(links.c.agreement_id == agreement_id).order_by(links.c.made_at.desc())
    return [_one(row) for row in await tx.execute(query)]


async def to_close(tx: Tx, now: datetime) -> list[Link]:
    """Those that open nothing any more and whose people were not shown out yet."""
    dead = sa.or_(links.c.revoked_at.is_not(None), links.c.expires_at <= now)
    query = sa.select(links).where(links.c.closed_at.is_(None), dead)
    return [_one(row) for row in await tx.execute(query)]


def _one(row: sa.Row[tuple[object, ...]] | None) -> Link:
    if row is None:
        raise CourtLinkUnknown
    values = dict(row._mapping)
    return Link(**values)
