"""Erasing the content of an entry by a rule of retention: what remains is the entry's head, and a later entry that says
what was erased and by which rule. The chain, its anchors and every signed file stay true."""

import re
from datetime import datetime

from server.errors import Conflict, Invalid, JsonValue, NotFound
from server.store import journal
from server.store.chain import TOMBSTONE
from server.store.db import Database

RULE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
"""A rule's name, such as `retention-5y`; never words about a person."""


class NotErasable(Conflict):
    """What says that something was erased stays; and nothing is erased twice (409)."""

    code = "not_erasable"


async def erase(db: Database, case_id: str, seq: int, rule: str, actor: str, now: datetime) -> bool:
    """Content and salt are destroyed, also in the database's log (False: readers held on to that, the next erasing
    brings it), and the journal says so, in one transaction. Older backups still have them. Raises Invalid, NotFound,
    NotErasable."""
    if not RULE.fullmatch(rule):
        raise Invalid({"rule": "format"})
    async with db.transaction() as tx:
        entry = next((one for one in await journal.read(tx, case_id) if one.seq == seq), None)
        if entry is None:
            raise NotFound("entry")
        if entry.body is None or entry.kind == TOMBSTONE:
            raise NotErasable(f"{seq}: {entry.kind}")
        here = (journal.bodies.c.case_id == case_id) & (journal.bodies.c.seq == seq)
        await tx.execute(journal.bodies.delete().where(here))
        body: dict[str, JsonValue] = {
            "seq": seq,
            "body_hash": entry.body_hash,
            "class": entry.kind.split(".")[0],
            "rule": rule,
        }
        await journal.append(tx, case_id, TOMBSTONE, actor, body, now)
    return await db.forget()
