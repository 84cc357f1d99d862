"""Puts a time-stamp on the journals that grew since the last."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from documents import TimeStamper, Tree, anchored
from server.ids import new
from server.store import anchors
from server.store.anchors import Anchor, CaseHead
from server.store.db import Database


async def anchor(db: Database, tsa: TimeStamper, now: datetime) -> int:
    """How many cases were anchored: 0 when none grew, or another process was faster. Raises DocumentError."""
    heads = []
    async with db.reading() as tx:
        for case, seq in sorted((await anchors.grown(tx)).items()):
            heads.append(await asyncio.to_thread(head_of, case, await anchors.hashes(tx, case, seq)))
    if not heads:
        return 0
    made = await asyncio.to_thread(stamped, heads, tsa, now)
    async with db.transaction() as tx:
        return len(heads) if await anchors.keep(tx, made) else 0


def head_of(case: str, hashes: Sequence[str]) -> CaseHead:
    """Of a journal that has these entries."""
    return CaseHead(case, len(hashes), hashes[-1], tree_of(hashes).root.hex())


def tree_of(hashes: Sequence[str]) -> Tree:
    """Over a case's entries."""
    return Tree([bytes.fromhex(one) for one in hashes])


def tree_over(heads: Sequence[CaseHead]) -> Tree:
    """Over the cases of an anchor."""
    return Tree([anchored(one.case_id, one.seq, one.head, one.tree_root) for one in heads])


def stamped(heads: Sequence[CaseHead], tsa: TimeStamper, now: datetime) -> Anchor:
    """Blocking. Raises DocumentError."""
    root = tree_over(heads).root
    return Anchor(new("anc"), now, root.hex(), tsa.token(root, now), tuple(heads))
