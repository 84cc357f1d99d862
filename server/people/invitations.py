"""Table of invitations: the one-time link by which somebody chooses the password of their account. Only its hash is
kept."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.ids import AccountId
from server.store.db import Instant, Tx, metadata
from server.store.logins import hashed

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("account_id", sa.String(24), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("ends_at", Instant, nullable=False),
)


async def make(tx: Tx, account_id: AccountId, now: datetime, seconds: int) -> str:
    """The token of a fresh invitation; the one before is void."""
    token = secrets.token_urlsafe(24)
    await forget(tx, account_id)
    ends = now + timedelta(seconds=seconds)
    await tx.execute(invitations.insert().values(account_id=account_id, hash=hashed(token), ends_at=ends))
    return token


async def invited(tx: Tx, token: str, now: datetime) -> AccountId | None:
    """Whose invitation this is; None when it is unknown, used or over."""
    query = sa.select(invitations.c.account_id).where(invitations.c.hash == hashed(token), invitations.c.ends_at > now)
    found = await tx.scalar(query)
    return AccountId(found) if found else None


async def waiting(tx: Tx, now: datetime) -> frozenset[str]:
    """Accounts whose invitation nobody used yet."""
    return frozenset(await tx.scalars(sa.select(invitations.c.account_id).where(invitations.c.ends_at > now)))


async def forget(tx: Tx, account_id: AccountId) -> None:
    """It was used, or is void."""
    await tx.execute(invitations.delete().where(invitations.c.account_id == account_id))
