"""The journal 存证日志: append-only entries of one case, each carrying the hash of the one before.

Bodies are hashed with a salt and kept apart, so that one can be withheld or erased and the chain still verifies.
Content of a caucus (chat, offers, terms, notes) is never written here: only attendance, acts and hashes are."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import rfc8785
import sqlalchemy as sa

from server.clock import wire
from server.errors import JsonValue
from server.store.db import Instant, Tx, metadata

GENESIS = "0" * 64

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `salt` and `body` (canonical JSON) are None where the content is withheld."""

    case_id: str
    seq: int
    at: datetime
    kind: str
    actor: str
    body_hash: str
    previous: str
    hash: str
    salt: str | None
    body: str | None


def body_hash(salt: str, body: str) -> str:
    """Hex SHA-256 over salt (hex text), a line feed and the canonical JSON."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def entry_hash(case_id: str, seq: int, at: datetime, kind: str, actor: str, body: str, previous: str) -> str:
    """Hex SHA-256 over the RFC 8785 JSON of the head of an entry; `body` is the body's hash."""
    head: dict[str, str | int] = {
        "actor": actor, "at": wire(at), "body": body, "case": case_id, "kind": kind, "previous": previous, "seq": seq,
    }  # fmt: skip
    return hashlib.sha256(rfc8785.dumps(head)).hexdigest()


async def append(
    tx: Tx, case_id: str, kind: str, actor: str, body: Mapping[str, JsonValue], at: datetime, *, salt: str | None = None
) -> str:
    """Add an entry and return its hash (the new head). `kind` is noun.verb; `actor` an id or `server`, never a name."""
    salt = salt or secrets.token_hex(16)
    text = rfc8785.dumps(dict(body)).decode()
    hashed = body_hash(salt, text)

    def write(connection: sa.Connection) -> str:
        last = connection.execute(LAST, {"case_id": case_id}).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        own = entry_hash(case_id, seq, at, kind, actor, hashed, previous)
        place = {"case_id": case_id, "seq": seq}
        facts = {"at": at, "kind": kind, "actor": actor, "body_hash": hashed, "previous": previous, "hash": own}
        connection.execute(NEW_ENTRY, {**place, **facts})
        connection.execute(NEW_BODY, {**place, "salt": salt, "body": text})
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
        sa.select(entries, bodies.c.salt, bodies.c.body)
        .select_from(entries.outerjoin(bodies))
        .where(entries.c.case_id == case_id)
        .order_by(entries.c.seq)
    )
    return await tx.run(lambda connection: [Entry(**row._mapping) for row in connection.execute(query)])


async def cases(tx: Tx) -> list[str]:
    """Ids of all cases that have a journal."""
    return await tx.scalars(sa.select(entries.c.case_id).distinct().order_by(entries.c.case_id))


def verify(chain: Iterable[Entry]) -> list[str]:
    """What is wrong with a chain, as `seq: reason`; empty when it is whole. Withheld bodies are no fault."""
    problems: list[str] = []
    previous, expected = GENESIS, 1
    for entry in chain:
        if entry.seq != expected:
            problems.append(f"{entry.seq}: expected entry {expected}")
        if entry.previous != previous:
            problems.append(f"{entry.seq}: does not follow the entry before")
        if entry.salt is not None and entry.body is not None and body_hash(entry.salt, entry.body) != entry.body_hash:
            problems.append(f"{entry.seq}: body altered")
        own = entry_hash(entry.case_id, entry.seq, entry.at, entry.kind, entry.actor, entry.body_hash, entry.previous)
        if own != entry.hash:
            problems.append(f"{entry.seq}: entry altered")
        previous, expected = entry.hash, entry.seq + 1
    return problems
