"""A record comes in: once, whatever is sent again or out of order; and what its sender is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from server.channels import rules, store
from server.channels.model import Channel, Held, Outcome, Record, RecordView
from server.clock import wire
from server.ids import MatterId, new
from server.matters import store as matters
from server.matters.model import Matter
from server.matters.rules import OVER
from server.store import journal
from server.store.db import Tx

ENDS = {"matter.settle": "settled", "matter.fail": "failed", "matter.refer": "referred", "matter.decline": "declined",
        "matter.withdraw": "withdrawn"}  # fmt: skip
"""Entry of the journal -> result."""


async def would(tx: Tx, channel: Channel, ref: str, record: Record) -> tuple[Outcome | None, Held | None]:
    """What would become of it, and what is held now; None: it is here already. Raises VersionReused."""
    held = await store.held(tx, channel.id, ref)
    state = (await matters.load(tx, held.matter_id)).state if held else None
    return rules.decide(held, record.version, rules.digest(record), state), held


async def receive(tx: Tx, channel: Channel, ref: str, record: Record, actor: str, now: datetime) -> Held:
    """Take a record in; in a writing transaction, so that two at once come one after another. `actor` is the channel,
    or who imported its file. The answer's outcome is that of this version. Raises VersionReused."""
    outcome, held = await would(tx, channel, ref, record)
    content = rules.digest(record)
    if held is None:
        number = await matters.next_number(tx, now)
        matter = rules.matter(record, channel, ref, MatterId(new("mat")), number, now)
        await matters.add(tx, matter, actor)
        fresh = Held(channel.id, ref, record.version, content, Outcome.created, matter.id, matter.id, now)
        await store.keep(tx, fresh, fresh=True)
        return fresh
    if outcome is None:
        return held
    if outcome is Outcome.older:
        return replace(held, outcome=outcome)
    if outcome is Outcome.replaced:
        await matters.amend(tx, await matters.load(tx, held.matter_id), actor, now, **rules.said(record))
    else:
        await store.note(tx, held.handled_id, channel.id, record, now)
        await journal.append(tx, held.handled_id, "matter.noted", actor, {"channel": channel.id}, now)
    after = replace(held, version=record.version, digest=content, outcome=outcome, received_at=now)
    await store.keep(tx, after, fresh=False)
    return after


async def views(tx: Tx, found: Sequence[Held]) -> list[RecordView]:
    """What the sender is told of each, in the same order."""
    ids = {one.handled_id for one in found} | {one.matter_id for one in found}
    rows = await tx.execute(sa.select(matters.matters).where(matters.matters.c.id.in_(ids)))
    loaded = {one.id: one for one in map(matters.matter_of, rows)}
    dates = await _dates(tx, {one.handled_id for one in found})
    return [_view(one, loaded, dates.get(one.handled_id, Dates())) for one in found]


@dataclass(slots=True)
class Dates:
    """Of a matter, from its journal."""

    accepted: datetime | None = None
    ended: datetime | None = None
    result: str = ""


async def _dates(tx: Tx, ids: set[MatterId]) -> dict[str, Dates]:
    entries = journal.entries
    query = sa.select(entries.c.case_id, entries.c.kind, entries.c.at).where(
        entries.c.case_id.in_(ids), entries.c.kind.in_(("matter.accept", *ENDS))
    )
    found: dict[str, Dates] = {}
    for row in await tx.execute(query.order_by(entries.c.case_id, entries.c.seq)):
        dates = found.setdefault(row.case_id, Dates())
        if row.kind in ENDS:
            dates.ended, dates.result = row.at, ENDS[row.kind]
        else:
            dates.accepted = row.at
    return found


def _view(one: Held, loaded: dict[MatterId, Matter], dates: Dates) -> RecordView:
    own, handled = loaded[one.matter_id], loaded[one.handled_id]
    over = handled.state in OVER  # a settled one may have been taken up again
    return RecordView(
        one.ref, one.version, one.outcome, own.number, handled.state, dates.result if over else "",
        wire(own.received_at), wire(dates.accepted) if dates.accepted else None,
        wire(dates.ended) if dates.ended and over else None,
    )  # fmt: skip
