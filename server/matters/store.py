"""Table of matters; every change of state writes its journal entry in the same transaction."""

from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from server.cases.model import Facts, Side
from server.errors import IllegalAct, JsonValue, NotFound
from server.ids import AccountId, CaseId, MatterId, OrganisationId
from server.law.dates import ZONE
from server.lifecycle import advance as next_state
from server.matters import index, news, rules
from server.matters.model import Filer, Matter, MatterAct, MatterState, Needs, Source
from server.store import journal
from server.store.db import Instant, Tx, metadata

matters = sa.Table(
    "matters",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("number", sa.String(24), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("channel", sa.String(24), nullable=False),
    sa.Column("source_ref", sa.String(80), nullable=False),
    sa.Column("organisation_id", sa.String(24), sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("claims", sa.Text, nullable=False),
    sa.Column("people", sa.JSON, nullable=False),
    sa.Column("needs", sa.JSON, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Column("category", sa.String(24), nullable=False),
    sa.Column("complexity", sa.String(12), nullable=False),
    sa.Column("clerk_id", sa.String(24), sa.ForeignKey("accounts.id")),
    sa.Column("mediator_id", sa.String(24), sa.ForeignKey("accounts.id"), index=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), unique=True),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("claimable", sa.Boolean, nullable=False),
    sa.Index(None, "organisation_id", "state", "received_at"),
    sa.Index(None, "state", "received_at"),
)
numbers = sa.Table(
    "matter_numbers",
    metadata,
    sa.Column("day", sa.String(8), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
changes = sa.Table(
    "matter_changes",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("matter_id", sa.String(24), nullable=False),
)
"""A row for each time a matter came or changed, in order: who follows matters remembers the last `n`."""


async def next_number(tx: Tx, at: datetime) -> str:
    """The next 受理号: the day in the deployment's zone and a running number, such as 20261126-0007."""
    day = at.astimezone(ZONE).strftime("%Y%m%d")
    last = await tx.scalar(sa.select(numbers.c.last).where(numbers.c.day == day))
    if last is None:
        await tx.execute(numbers.insert().values(day=day, last=1))
    else:
        await tx.execute(numbers.update().where(numbers.c.day == day).values(last=last + 1))
    return f"{day}-{(last or 0) + 1:04d}"


async def add(tx: Tx, matter: Matter, actor: str) -> None:
    """A new matter and the first entry of its journal: ids and words of ours, nothing that was written."""
    await tx.execute(matters.insert().values(**_row(matter)))
    await tx.execute(changes.insert().values(matter_id=matter.id))
    await index.put(tx, matter)
    body: dict[str, JsonValue] = {
        "source": matter.source.value, "channel": matter.channel, "organisation": matter.organisation_id
    }  # fmt: skip
    await journal.append(tx, matter.id, "matter.received", actor, body, matter.received_at)


async def load(tx: Tx, matter_id: str) -> Matter:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(matters).where(matters.c.id == matter_id))).first()
    if row is None:
        raise NotFound("matter")
    return matter_of(row)


async def of_case(tx: Tx, case_id: str) -> Matter | None:
    """The matter a case came from; None for a case that was made without one."""
    row = (await tx.execute(sa.select(matters).where(matters.c.case_id == case_id))).first()
    return None if row is None else matter_of(row)


async def advance(tx: Tx, matter: Matter, act: MatterAct, actor: str, at: datetime, **changed: object) -> Matter:
    """The matter after `act` with what changed beside its state, saved with its journal entry, which tells ids and
    words of ours only; raises IllegalAct, also when somebody else was first."""
    state = next_state(rules.TABLE, matter.state, act)
    after = replace(matter, state=state, **changed)  # type: ignore[arg-type]
    unmoved = (matters.c.id == matter.id, matters.c.state == matter.state.value)
    if not (await tx.execute(matters.update().where(*unmoved).values(**_row(after)))).changed:
        raise IllegalAct((await load(tx, matter.id)).state, act, ())
    await news.note(tx, matter.id, state, at)
    await index.put(tx, after, matter)
    body: dict[str, JsonValue] = {"from": matter.state.value, "to": state.value}
    body |= {name: value for name, value in changed.items() if name in TOLD and isinstance(value, str | None)}
    await tx.execute(changes.insert().values(matter_id=matter.id))
    await journal.append(tx, matter.id, f"matter.{act.value}", actor, body, at)
    return after


async def set_claimable(tx: Tx, matter: Matter, claimable: bool, actor: str, at: datetime) -> None:
    """揭榜: opened to whoever of the organisation takes it first, or no more; raises IllegalAct unless it is routed."""
    waits = (matters.c.id == matter.id, matters.c.state == MatterState.routed.value)
    if not (await tx.execute(matters.update().where(*waits).values(claimable=claimable))).changed:
        raise IllegalAct(matter.state, MatterAct.claim, ())
    await journal.append(tx, matter.id, "matter.claimable", actor, {"claimable": claimable}, at)


async def amend(tx: Tx, matter: Matter, actor: str, at: datetime, **changed: object) -> Matter:
    """The matter with what was corrected or added, in the same state; the journal names the fields, never a value."""
    after = replace(matter, **changed)  # type: ignore[arg-type]
    await tx.execute(matters.update().where(matters.c.id == matter.id).values(**_row(after)))
    await tx.execute(changes.insert().values(matter_id=matter.id))
    await index.put(tx, after, matter)
    await journal.append(tx, matter.id, "matter.amended", actor, {"fields": sorted(changed)}, at)
    return after


TOLD = frozenset({"organisation_id", "category", "complexity", "clerk_id", "mediator_id", "case_id"})


def matter_of(row: sa.Row[tuple[object, ...]]) -> Matter:
    """A row of `matters`."""
    values = dict(row._mapping)
    people = tuple(Filer(**(one | {"side": Side(one["side"])})) for one in values["people"])
    return Matter(
        id=MatterId(values["id"]),
        number=values["number"],
        state=MatterState(values["state"]),
        source=Source(values["source"]),
        channel=values["channel"],
        source_ref=values["source_ref"],
        organisation_id=OrganisationId(values["organisation_id"]),
        title=values["title"],
        facts=Facts(**values["facts"]),
        claims=values["claims"],
        people=people,
        needs=Needs(**values["needs"]),
        received_at=values["received_at"],
        rehearsal=values["rehearsal"],
        category=values["category"],
        complexity=values["complexity"],
        clerk_id=AccountId(values["clerk_id"]) if values["clerk_id"] else None,
        mediator_id=AccountId(values["mediator_id"]) if values["mediator_id"] else None,
        case_id=CaseId(values["case_id"]) if values["case_id"] else None,
        evidence=tuple(values["evidence"]),
        claimable=values["claimable"],
    )


def _row(matter: Matter) -> dict[str, object]:
    people = [asdict(one) | {"side": one.side.value} for one in matter.people]
    words = {"state": matter.state.value, "source": matter.source.value, "evidence": list(matter.evidence)}
    return asdict(matter) | words | {"people": people}
