"""Logins: what a cookie stands for. Only its hash is kept; idle and absolute expiry. Knows no feature."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.store.db import Instant, Tx, metadata

logins = sa.Table(
    "logins",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("subject", sa.String(24), nullable=False),
    sa.Column("csrf", sa.String(43), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("idle_until", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("proved_at", Instant),
    sa.Index(None, "kind", "subject"),
)
TOUCH = timedelta(minutes=1)
"""`seen_at` is written at most this often."""


@dataclass(frozen=True, slots=True)
class Login:
    """A live login of kind `staff` (subject: account) or `seat` (subject: seat)."""

    hash: str
    kind: str
    subject: str
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    idle_until: datetime
    ends_at: datetime
    proved_at: datetime | None = None
    """When the person last showed a second factor in this login."""


def hashed(token: str) -> str:
    """Hex SHA-256 of a random token: what the database keeps instead of it."""
    return hashlib.sha256(token.encode()).hexdigest()


async def start(
    tx: Tx, kind: str, subject: str, now: datetime, idle: int, absolute: int, *, proved: bool = False
) -> tuple[str, Login]:
    """A new login (always a fresh id: rotation); returns the cookie's value and the row. Times in seconds. `proved`:
    with a second factor."""
    token = secrets.token_urlsafe(32)
    login = Login(
        hashed(token), kind, subject, secrets.token_urlsafe(32), now, now,
        now + timedelta(seconds=idle), now + timedelta(seconds=absolute), now if proved else None,
    )  # fmt: skip
    await tx.execute(logins.delete().where(logins.c.ends_at < now))
    await tx.execute(
        logins.insert().values(
            hash=login.hash, kind=kind, subject=subject, csrf=login.csrf, created_at=now, seen_at=now,
            idle_until=login.idle_until, ends_at=login.ends_at, proved_at=login.proved_at,
        )
    )  # fmt: skip
    return token, login


async def find(tx: Tx, kind: str, token: str, now: datetime) -> Login | None:
    """The live login of a cookie's value, or None when unknown, idle too long or past its end."""
    row = (
        await tx.execute(
            sa.select(logins).where(
                logins.c.hash == hashed(token), logins.c.kind == kind, logins.c.idle_until > now, logins.c.ends_at > now
            )
        )
    ).first()
    return Login(**row._mapping) if row else None


def due(login: Login, now: datetime) -> bool:
    """Whether the use of a login should be written down again."""
    return now - login.seen_at >= TOUCH


async def touch(tx: Tx, login: Login, now: datetime, idle: int) -> None:
    """Note the use; the idle limit starts anew."""
    await tx.execute(
        logins.update()
        .where(logins.c.hash == login.hash)
        .values(seen_at=now, idle_until=min(now + timedelta(seconds=idle), login.ends_at))
    )


async def prove(tx: Tx, login_hash: str, now: datetime) -> None:
    """The person showed a second factor."""
    await tx.execute(logins.update().where(logins.c.hash == login_hash).values(proved_at=now))


async def proved_at(tx: Tx, login_hash: str) -> datetime | None:
    """When a second factor was last shown in this login; None: never."""
    found: datetime | None = await tx.scalar(sa.select(logins.c.proved_at).where(logins.c.hash == login_hash))
    return found


async def end(tx: Tx, login_hash: str) -> None:
    """Log out."""
    await tx.execute(logins.delete().where(logins.c.hash == login_hash))


async def end_all(tx: Tx, kind: str, subject: str) -> int:
    """End every login of a subject (takeover, password change); returns how many."""
    return (await tx.execute(logins.delete().where(logins.c.kind == kind, logins.c.subject == subject))).changed


async def end_others(tx: Tx, kind: str, subject: str, kept: str) -> None:
    """End every login of a subject but the one with the hash `kept`."""
    of_subject = sa.and_(logins.c.kind == kind, logins.c.subject == subject)
    await tx.execute(logins.delete().where(of_subject, logins.c.hash != kept))


async def exists(tx: Tx, login_hash: str) -> bool:
    """Whether a login was not ended, idle or not."""
    return bool(await tx.scalar(sa.select(sa.func.count()).select_from(logins).where(logins.c.hash == login_hash)))


async def newest(tx: Tx, kind: str, subject: str) -> str:
    """Hash of the newest login of a subject; "" when there is none."""
    query = sa.select(logins.c.hash).where(logins.c.kind == kind, logins.c.subject == subject)
    return str(await tx.scalar(query.order_by(logins.c.created_at.desc()).limit(1)) or "")


async def alive(tx: Tx, kind: str, subject: str, now: datetime) -> bool:
    """Whether any browser holds a live login of this subject."""
    found = await tx.scalar(
        sa.select(sa.func.count())
        .select_from(logins)
        .where(logins.c.kind == kind, logins.c.subject == subject, logins.c.idle_until > now, logins.c.ends_at > now)
    )
    return bool(found)
