"""Anchors of the journal: one time-stamp over the heads of all cases that grew. Who changes a journal later must change
the anchors, too, and what was taken of them elsewhere. Append-only, as the journal is.

A case's tree has its entries' hashes as leaves, an anchor's tree the cases (`documents.anchored`) in the order of
their ids; the token is over the root."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from server.store.db import Instant, Tx, metadata
from server.store.journal import entries

anchors = sa.Table(
    "journal_anchors",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("token", sa.LargeBinary, nullable=False),
)
heads = sa.Table(
    "journal_anchor_heads",
    metadata,
    sa.Column("case_id", sa.String(24), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("anchor", sa.String(24), sa.ForeignKey("journal_anchors.id"), nullable=False, index=True),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("tree_root", sa.String(64), nullable=False),
)
LONGEST = sa.select(entries.c.case_id, sa.func.max(entries.c.seq)).group_by(entries.c.case_id)
ANCHORED = sa.select(heads.c.case_id, sa.func.max(heads.c.seq)).group_by(heads.c.case_id)


@dataclass(frozen=True, slots=True)
class CaseHead:
    """A case's journal when it was `seq` entries long: its last hash, and the root of the tree over all of them."""

    case_id: str
    seq: int
    head: str
    tree_root: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """`heads` in the order of the tree's leaves, `root` over them hex, `token` DER over the root."""

    id: str
    at: datetime
    root: str
    token: bytes
    heads: tuple[CaseHead, ...]


async def grown(tx: Tx) -> dict[str, int]:
    """Case -> length of its journal, of those that are longer than anchored."""
    return await tx.run(_grown)


def _grown(connection: sa.Connection) -> dict[str, int]:
    known = {case: seq for case, seq in connection.execute(ANCHORED)}
    return {case: seq for case, seq in connection.execute(LONGEST) if seq > known.get(case, 0)}


async def hashes(tx: Tx, case_id: str, upto: int) -> list[str]:
    """Of the first `upto` entries, in order."""
    query = sa.select(entries.c.hash).where(entries.c.case_id == case_id, entries.c.seq <= upto)
    return list(await tx.scalars(query.order_by(entries.c.seq)))


async def keep(tx: Tx, anchor: Anchor) -> bool:
    """False, and nothing kept, when another process has anchored one of the cases that far meanwhile."""
    known = {row[0]: row[1] for row in await tx.execute(ANCHORED)}
    if any(one.seq <= known.get(one.case_id, 0) for one in anchor.heads):
        return False
    await tx.execute(anchors.insert().values(id=anchor.id, at=anchor.at, root=anchor.root, token=anchor.token))
    await tx.execute(heads.insert(), [asdict(one) | {"anchor": anchor.id} for one in anchor.heads])
    return True


async def of_case(tx: Tx, case_id: str) -> list[Anchor]:
    """All anchors in which the case is, oldest first, each with all its cases."""
    own = sa.select(heads.c.anchor).where(heads.c.case_id == case_id)
    return await tx.run(_read, anchors.c.id.in_(own))


async def everything(tx: Tx) -> list[Anchor]:
    """Oldest first."""
    return await tx.run(_read, sa.true())


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Anchor]:
    inside: dict[str, list[CaseHead]] = {}
    query = sa.select(heads).join(anchors, anchors.c.id == heads.c.anchor).where(which).order_by(heads.c.case_id)
    for row in connection.execute(query):
        inside.setdefault(row.anchor, []).append(CaseHead(row.case_id, row.seq, row.head, row.tree_root))
    rows = connection.execute(sa.select(anchors).where(which).order_by(anchors.c.at, anchors.c.id))
    return [Anchor(row.id, row.at, row.root, row.token, tuple(inside.get(row.id, ()))) for row in rows]
