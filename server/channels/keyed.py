"""The keys by which matters of the same people are found, as HMACs under a secret of the vault: who has a copy of the
table learns no name from it. The index follows `matter_changes`, whoever changed a matter."""

import hashlib
import hmac
from collections.abc import Sequence

import sqlalchemy as sa

from server.channels.alike import keys_of
from server.matters.model import Matter
from server.matters.store import changes, matter_of, matters
from server.store.db import Database, Instant, Tx, metadata
from server.vault import Vault

keyed = sa.Table(
    "matter_keys",
    metadata,
    sa.Column("hash", sa.String(32), primary_key=True),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), primary_key=True, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "hash", "at"),
)
done = sa.Table(
    "matter_keyed",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("upto", sa.Integer, nullable=False),
)
"""One row: the last change that is in the index."""
AT_ONCE = 200
NEWEST = 40
"""Matters read for one key: who has more disputes of one name is found by the pair of names."""


async def follow(db: Database, vault: Vault) -> None:
    """Bring the index up to the last change; some hundred at a time, so that others write in between."""
    while True:
        async with db.reading() as tx:
            if not await _waiting(tx, await _upto(tx)):
                return
        async with db.transaction() as tx:
            upto = await _upto(tx)
            waiting = await _waiting(tx, upto)
            for matter in await load(tx, {row.matter_id for row in waiting}):
                await tx.execute(keyed.delete().where(keyed.c.matter_id == matter.id))
                rows = [
                    {"hash": one, "matter_id": matter.id, "at": matter.received_at} for one in hashes(vault, matter)
                ]
                if rows:
                    await tx.execute(keyed.insert(), rows)
            await tx.execute(done.delete())
            await tx.execute(done.insert().values(id=1, upto=waiting[-1].n if waiting else upto))


async def found(tx: Tx, vault: Vault, matter: Matter) -> Sequence[Matter]:
    """Other matters that share a key with this one, the newest of each key."""
    ids: set[str] = set()
    for one in sorted(hashes(vault, matter)):
        query = sa.select(keyed.c.matter_id).where(keyed.c.hash == one).order_by(keyed.c.at.desc()).limit(NEWEST)
        ids.update(await tx.scalars(query))
    return await load(tx, ids - {matter.id})


def hashes(vault: Vault, matter: Matter) -> set[str]:
    """128 bits of each key's HMAC-SHA-256 in hex."""
    secret = vault.key("matter-keys")
    return {hmac.new(secret, one.encode(), hashlib.sha256).hexdigest()[:32] for one in keys_of(matter)}


async def load(tx: Tx, ids: set[str]) -> Sequence[Matter]:
    """Matters by id, the newest first; unknown ones are not there."""
    query = sa.select(matters).where(matters.c.id.in_(ids)).order_by(matters.c.received_at.desc(), matters.c.id)
    return [matter_of(row) for row in await tx.execute(query)]


async def _upto(tx: Tx) -> int:
    return int(await tx.scalar(sa.select(done.c.upto)) or 0)


async def _waiting(tx: Tx, upto: int) -> Sequence[sa.Row[tuple[int, str]]]:
    return list(await tx.execute(sa.select(changes).where(changes.c.n > upto).order_by(changes.c.n).limit(AT_ONCE)))
