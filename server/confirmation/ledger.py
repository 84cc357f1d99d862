"""What was performed, when awaited events happened, and which reminders went out, in the database. Decides nothing."""

from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa

from server.confirmation.dues import Entry, Key
from server.store.db import Instant, Tx, metadata

performances = sa.Table(
    "performances",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), nullable=False, index=True),
    sa.Column("clause", sa.String(40), nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("on", sa.String(10), nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("said_by", sa.String(24), nullable=False),
    sa.Column("confirmed", sa.String(12), nullable=False),
    sa.Column("proof", sa.String(64), nullable=False),
    sa.Column("proof_type", sa.String(40), nullable=False),
    sa.Column("recorded_by", sa.String(24), nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("struck_at", Instant),
)
starts = sa.Table(
    "performance_starts",
    metadata,
    sa.Column("agreement_id", sa.String(24), primary_key=True),
    sa.Column("clause", sa.String(40), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("on", sa.String(10), nullable=False),
    sa.Column("by", sa.String(24), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
reminded = sa.Table(
    "confirmation_reminders",
    metadata,
    sa.Column("agreement_id", sa.String(24), primary_key=True),
    sa.Column("kind", sa.String(60), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)


async def entries(tx: Tx, agreement_id: str) -> list[Entry]:
    """Everything written down, struck out or not, in that order."""
    rows = await tx.execute(
        sa.select(performances)
        .where(performances.c.agreement_id == agreement_id)
        .order_by(performances.c.on, performances.c.recorded_at)
    )
    return [
        Entry(
            row.id, row.clause, row.part, date.fromisoformat(row.on), row.amount_fen, row.said_by, row.confirmed,
            row.proof, row.proof_type, row.struck_at is not None,
        )
        for row in rows
    ]  # fmt: skip


async def add(tx: Tx, agreement_id: str, entry: Entry, actor: str, at: datetime) -> None:
    """Write down what was performed."""
    values = asdict(entry)
    fen, _ = values.pop("fen"), values.pop("struck")
    values |= {"on": entry.on.isoformat(), "amount_fen": fen, "recorded_by": actor, "recorded_at": at}
    await tx.execute(performances.insert().values(agreement_id=agreement_id, struck_at=None, **values))


async def confirm(tx: Tx, entry: Entry, by: str) -> None:
    """It counts from now on."""
    await tx.execute(performances.update().where(performances.c.id == entry.id).values(confirmed=by))


async def prove(tx: Tx, entry: Entry, sha256: str, media_type: str) -> None:
    """The file that shows it."""
    await tx.execute(
        performances.update().where(performances.c.id == entry.id).values(proof=sha256, proof_type=media_type)
    )


async def strike(tx: Tx, entry: Entry, at: datetime) -> None:
    """It was written down by mistake and counts no more; it stays readable."""
    await tx.execute(performances.update().where(performances.c.id == entry.id).values(struck_at=at))


async def started(tx: Tx, agreement_id: str) -> dict[Key, date]:
    """The days on which awaited events happened."""
    rows = await tx.execute(sa.select(starts).where(starts.c.agreement_id == agreement_id))
    return {(row.clause, row.part): date.fromisoformat(row.on) for row in rows}


async def start(tx: Tx, agreement_id: str, key: Key, on: date, actor: str, at: datetime) -> None:
    """The awaited event happened on that day; another day takes its place."""
    clause, part = key
    where = sa.and_(starts.c.agreement_id == agreement_id, starts.c.clause == clause, starts.c.part == part)
    await tx.execute(starts.delete().where(where))
    await tx.execute(
        starts.insert().values(agreement_id=agreement_id, clause=clause, part=part, on=on.isoformat(), by=actor, at=at)
    )


async def first_time(tx: Tx, agreement_id: str, kind: str, day: date, at: datetime) -> bool:
    """Whether this reminder did not go out before; from now on it did."""
    key = {"agreement_id": agreement_id, "kind": kind, "day": day.isoformat()}
    found = await tx.scalar(sa.select(reminded.c.at).filter_by(**key))
    if found is None:
        await tx.execute(reminded.insert().values(**key, at=at))
    return found is None
