"""The journal 存证日志: append-only entries of one case, each carrying the hash of the one before.

Bodies are hashed with a salt (`documents/entries.py`) and kept apart, so that one can be shown in part, or erased for
good, and the chain still verifies (`chain.py`).
Content of a caucus (chat, offers, terms, notes) is never written here: only attendance, acts and hashes are."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import rfc8785
import sqlalchemy as sa

from documents import BY_FIELD, body_hash
from server.errors import JsonValue
from server.store.chain import GENESIS, Entry, entry_hash, verify
from server.store.db import Instant, Tx, metadata

entries = sa.Table(
    "journal",
    metadata,
    sa.Column("case_id", sa.String(24), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("actor", sa.String(40), nullable=False),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
bodies = sa.Table(
    "journal_bodies",
    metadata,
    sa.Column("case_id", sa.String(24), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["case_id", "seq"], ["journal.case_id", "journal.seq"]),
)


# Built once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
LAST = (
    sa.select(entries.c.seq, entries.c.hash)
    .where(entries.c.case_id == sa.bindparam("case_id"))
    .order_by(entries.c.seq.desc())
    .limit(1)
)
NEW_ENTRY, NEW_BODY = entries.insert(), bodies.insert()


async def append(
    tx: Tx, case_id: str, kind: str, actor: str, body: Mapping[str, JsonValue], at: datetime, *, salt: str | None = None
) -> str:
    """Add an entry and return its hash (the new head). `kind` is noun.verb; `actor` an id or `server`, never a name."""
    salt = salt or secrets.token_hex(16)
    text = rfc8785.dumps(dict(body)).decode()
    hashed = body_hash(BY_FIELD, salt, text)

    def write(connection: sa.Connection) -> str:
        last = connection.execute(LAST, {"case_id": case_id}).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        own = entry_hash(case_id, seq, at, kind, actor, hashed, previous)
        place = {"case_id": case_id, "seq": seq}
        facts = {"at": at, "kind": kind, "actor": actor, "body_hash": hashed, "previous": previous, "hash": own}
        connection.execute(NEW_ENTRY, {**place, **facts})
        connection.execute(NEW_BODY, {**place, "salt": salt, "body": text, "form": BY_FIELD})
        return own

    return await tx.run(write)


async def head(tx: Tx, case_id: str) -> str:
    """Hex hash of the last entry, 64 zeros for a case without one."""
    found = await tx.scalar(
        sa.select(entries.c.hash).where(entries.c.case_id == case_id).order_by(entries.c.seq.desc()).limit(1)
    )
    return found or GENESIS


async def read(tx: Tx, case_id: str) -> list[Entry]:
    """All entries of a case in order, with the bodies that are still kept; a long one is read beside the loop."""
    query = (
        sa.select(entries, bodies.c.salt, bodies.c.body, bodies.c.form)
        .select_from(entries.outerjoin(bodies))
        .where(entries.c.case_id == case_id)
        .order_by(entries.c.seq)
    )
    return await tx.run(lambda connection: [Entry(**row._mapping) for row in connection.execute(query)])


async def cases(tx: Tx) -> list[str]:
    """Ids of all cases that have a journal."""
    return await tx.scalars(sa.select(entries.c.case_id).distinct().order_by(entries.c.case_id))


__all__ = ["GENESIS", "Entry", "append", "bodies", "cases", "entries", "entry_hash", "head", "read", "verify"]
