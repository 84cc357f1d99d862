"""Released files through the years: every version with its hash and its ends. A renewed file begins with all bytes of
the one before, so only the newest is kept; the hashes of the former stay known. Knows no feature."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.store.db import Instant, Tx, metadata

versions = sa.Table(
    "kept_files",
    metadata,
    sa.Column("ceremony", sa.String(24), primary_key=True),
    sa.Column("file", sa.String(20), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("stamped_at", Instant, nullable=False),
    sa.Column("stamp_ends", Instant, nullable=False),
    sa.Column("status_ends", Instant, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
)
pending = sa.Table(
    "kept_pending",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("started_at", Instant, nullable=False),
)
"""Blobs that a renewal or an upload is about to write, whose bytes nobody else has; of one that was cut off they are
found here and done away with."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a released file; `n` is 0 as it was sealed. `length`: its bytes are that many first ones of every
    later version."""

    ceremony: str
    file: str
    n: int
    sha256: str
    length: int
    stamped_at: datetime
    stamp_ends: datetime
    status_ends: datetime
    kept_at: datetime


async def note(tx: Tx, version: Version) -> None:
    """Write down a version."""
    await tx.execute(versions.insert().values(**{name: getattr(version, name) for name in Version.__slots__}))


async def newest(tx: Tx, ceremony: str, file: str) -> Version | None:
    """The version served now, if it was written down."""
    query = (
        sa.select(versions)
        .where(versions.c.ceremony == ceremony, versions.c.file == file)
        .order_by(versions.c.n.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return Version(**row._mapping) if row else None


NEWEST = (
    "SELECT ceremony, file, n, sha256, length, stamped_at, stamp_ends, status_ends, kept_at FROM kept_files AS one "
    "WHERE n = (SELECT max(n) FROM kept_files WHERE ceremony = one.ceremony AND file = one.file)"
)
"""For the doctor, who reads the file without the server."""


async def all_newest(tx: Tx) -> list[Version]:
    """The present version of every file that was written down."""
    last = (
        sa.select(versions.c.ceremony, versions.c.file, sa.func.max(versions.c.n).label("n"))
        .group_by(versions.c.ceremony, versions.c.file)
        .subquery()
    )
    rows = await tx.execute(
        sa.select(versions).join(
            last,
            sa.and_(last.c.ceremony == versions.c.ceremony, last.c.file == versions.c.file, last.c.n == versions.c.n),
        )
    )
    return [Version(**row._mapping) for row in rows]


async def known(tx: Tx, sha256: str) -> tuple[str, str] | None:
    """(ceremony, file) of which this is a version, the present or a former one."""
    row = (await tx.execute(sa.select(versions.c.ceremony, versions.c.file).where(versions.c.sha256 == sha256))).first()
    return (row.ceremony, row.file) if row else None


async def former(tx: Tx, before: datetime) -> list[str]:
    """Hashes of versions followed by another before that moment: their bytes lie in the newer one."""
    later = versions.alias("later")
    query = (
        sa.select(versions.c.sha256)
        .join(
            later,
            sa.and_(
                later.c.ceremony == versions.c.ceremony, later.c.file == versions.c.file, later.c.n == versions.c.n + 1
            ),
        )
        .where(later.c.kept_at < before)
    )
    return list(await tx.scalars(query))


async def begin(tx: Tx, sha256: str, now: datetime) -> None:
    """Name a blob before it is written."""
    await tx.execute(pending.insert().values(sha256=sha256, started_at=now))


async def settle(tx: Tx, sha256: str) -> bool:
    """It is no longer pending; False when somebody has given it up meanwhile."""
    return (await tx.execute(pending.delete().where(pending.c.sha256 == sha256))).changed == 1


async def left_over(tx: Tx, before: datetime) -> list[str]:
    """Blobs that have been pending since before that moment."""
    return list(await tx.scalars(sa.select(pending.c.sha256).where(pending.c.started_at < before)))
