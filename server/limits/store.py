"""Tables of time limits: lamps, suspensions, extensions, warnings, urgings."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa

from server.errors import NotFound
from server.ids import AccountId, MatterId
from server.limits.clock import Extension, Light, Pause
from server.limits.model import Lamp, Prolonged, Suspension, Urging, Warned
from server.limits.rules import ENDED, RANK
from server.matters.store import matters
from server.store import journal
from server.store.db import Instant, Tx, metadata

ID = sa.String(24)
lamps = sa.Table(
    "limit_lamps",
    metadata,
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("light", sa.String(12), nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
    sa.Index(None, "rank", "due", "matter_id"),
    sa.Index(None, "ended_at"),
)
suspensions = sa.Table(
    "limit_suspensions",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", ID, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)
extensions = sa.Table(
    "limit_extensions",
    metadata,
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("until", sa.String(10), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", ID, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
warnings = sa.Table(
    "limit_warnings",
    metadata,
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("light", sa.String(12), primary_key=True),
    sa.Column("audience", sa.String(8), primary_key=True),
    sa.Column("account_id", ID, index=True),
    sa.Column("organisation_id", ID, nullable=False),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
urgings = sa.Table(
    "limit_urgings",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("by", ID, nullable=False),
    sa.Column("to", ID),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("answer_due", sa.String(10), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_by", ID),
    sa.Column("answered_at", Instant),
)


async def unlooked(tx: Tx, now: datetime, most: int) -> list[str]:
    """Ids of matters whose lamp is missing, due to change, older than their journal, or from a clock that was ahead."""
    entries = journal.entries
    head = sa.select(sa.func.max(entries.c.seq)).where(entries.c.case_id == matters.c.id).scalar_subquery()
    stale = sa.or_(
        lamps.c.matter_id.is_(None),
        lamps.c.state != matters.c.state,
        lamps.c.next_at <= now,
        sa.and_(lamps.c.rank < ENDED, lamps.c.looked_at > now),
        sa.and_(matters.c.state != "archived", lamps.c.seq < head),
    )
    query = sa.select(matters.c.id).select_from(matters.outerjoin(lamps, lamps.c.matter_id == matters.c.id))
    return await tx.scalars(query.where(stale).limit(most))


async def steps(tx: Tx, matter_id: str) -> list[tuple[int, str, datetime]]:
    """Number, kind and time of every entry of a matter's journal."""
    entries = journal.entries
    query = sa.select(entries.c.seq, entries.c.kind, entries.c.at).where(entries.c.case_id == matter_id)
    return [(row.seq, row.kind, row.at) for row in await tx.execute(query.order_by(entries.c.seq))]


async def lamp(tx: Tx, matter_id: str) -> Lamp | None:
    """As it was last looked at."""
    row = (await tx.execute(sa.select(lamps).where(lamps.c.matter_id == matter_id))).first()
    return None if row is None else lamp_of(row)


def lamp_of(row: sa.Row[tuple[object, ...]]) -> Lamp:
    """A row of `lamps`, or one that holds its columns."""
    values = {name: row._mapping[name] for name in Lamp.__dataclass_fields__}
    light = Light(values["light"]) if values["light"] else None
    return Lamp(**(values | {"light": light, "due": _day(values["due"])}))


async def keep(tx: Tx, lamp: Lamp) -> None:
    """In place of the one before."""
    rank = RANK[lamp.light] if lamp.light else ENDED
    values = asdict(lamp) | {"light": lamp.light or "", "rank": rank, "due": _text(lamp.due)}
    await tx.execute(lamps.delete().where(lamps.c.matter_id == lamp.matter_id))
    await tx.execute(lamps.insert().values(values))


async def stops(tx: Tx, matter_id: str) -> list[Suspension]:
    """All of a matter, oldest first."""
    query = sa.select(suspensions).where(suspensions.c.matter_id == matter_id).order_by(suspensions.c.started_at)
    return [
        Suspension(row.id, row.round, row.reason, row.note, row.by, Pause(row.started_at, row.ended_at))
        for row in await tx.execute(query)
    ]


async def suspend(tx: Tx, matter_id: str, one: Suspension) -> None:
    """The clock stands from now on."""
    await tx.execute(
        suspensions.insert().values(
            id=one.id, matter_id=matter_id, round=one.round, reason=one.reason, note=one.note, by=one.by,
            started_at=one.pause.start, ended_at=one.pause.end,
        )
    )  # fmt: skip


async def resume(tx: Tx, suspension_id: str, at: datetime) -> None:
    """It goes on."""
    await tx.execute(suspensions.update().where(suspensions.c.id == suspension_id).values(ended_at=at))


async def prolonged(tx: Tx, matter_id: str) -> list[Prolonged]:
    """The extensions of a matter, one for each round at most."""
    query = sa.select(extensions).where(extensions.c.matter_id == matter_id).order_by(extensions.c.at)
    return [
        Prolonged(row.round, row.note, row.by, Extension(row.at, date.fromisoformat(row.until)))
        for row in await tx.execute(query)
    ]


async def extend(tx: Tx, matter_id: str, one: Prolonged) -> None:
    """A new last day."""
    await tx.execute(
        extensions.insert().values(
            matter_id=matter_id, round=one.round, until=_text(one.extension.until), note=one.note, by=one.by,
            at=one.extension.at,
        )
    )  # fmt: skip


async def warn(tx: Tx, one: Warned) -> bool:
    """Keep a warning unless it was given before; returns whether it was new."""
    c = warnings.c
    same = (c.matter_id == one.matter_id, c.round == one.round, c.turn == one.turn, c.light == one.light)
    if await tx.scalar(sa.select(c.at).where(*same, c.audience == one.audience)) is not None:
        return False
    await tx.execute(warnings.insert().values(asdict(one) | {"due": _text(one.due)}))
    return True


async def urged(tx: Tx, matter_ids: Sequence[str]) -> list[Urging]:
    """The urgings of these matters, newest first."""
    query = sa.select(urgings).where(urgings.c.matter_id.in_(matter_ids)).order_by(urgings.c.asked_at.desc())
    return [_urging(row) for row in await tx.execute(query)]


async def urging(tx: Tx, urging_id: str) -> Urging:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(urgings).where(urgings.c.id == urging_id))).first()
    if row is None:
        raise NotFound("urging")
    return _urging(row)


async def urge(tx: Tx, one: Urging) -> None:
    """A new question of the supervision."""
    await tx.execute(urgings.insert().values(asdict(one) | {"answer_due": _text(one.answer_due)}))


async def answer(tx: Tx, urging_id: str, words: str, by: str, at: datetime) -> None:
    """What the handler says."""
    values = {"answer": words, "answered_by": by, "answered_at": at}
    await tx.execute(urgings.update().where(urgings.c.id == urging_id).values(values))


def _urging(row: sa.Row[tuple[object, ...]]) -> Urging:
    values = dict(row._mapping)
    accounts = {name: AccountId(values[name]) if values[name] else None for name in ("to", "answered_by")}
    day = date.fromisoformat(values["answer_due"])
    return Urging(**(values | accounts | {"matter_id": MatterId(values["matter_id"]), "answer_due": day}))


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
