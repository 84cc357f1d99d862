"""Applications and their events in the database. Returns models, decides nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa

from server.confirmation.model import Application, Event, Ruling, State
from server.errors import NotFound
from server.store.db import Instant, Tx, metadata

confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("court", sa.String(200), nullable=False),
    sa.Column("case_no", sa.String(60), nullable=False),
    sa.Column("submitted_on", sa.String(10), nullable=False),
    sa.Column("deadline", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("ruling", sa.JSON(none_as_null=True)),
    sa.Column("opened_at", Instant, nullable=False),
    sa.UniqueConstraint("agreement_id", "n"),
)
happened = sa.Table(
    "confirmation_events",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("confirmation_id", sa.String(24), sa.ForeignKey("confirmations.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("on", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(24), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
)
answered = sa.Table(
    "confirmation_answers",
    metadata,
    sa.Column("agreement_id", sa.String(24), primary_key=True),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("saved_by", sa.String(24), nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
)


async def newest(tx: Tx, agreement_id: str) -> Application | None:
    """The last application of an agreement, if there is one."""
    query = (
        sa.select(confirmations)
        .where(confirmations.c.agreement_id == agreement_id)
        .order_by(confirmations.c.n.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return _application(row) if row else None


async def load(tx: Tx, confirmation_id: str) -> Application:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(confirmations).where(confirmations.c.id == confirmation_id))).first()
    if row is None:
        raise NotFound("application")
    return _application(row)


async def save(tx: Tx, application: Application, *, new: bool) -> None:
    """Write the row; the caller holds the writer's lock since it loaded it."""
    values = {
        **asdict(application),
        "state": application.state.value,
        "submitted_on": _text(application.submitted_on),
        "deadline": _text(application.deadline),
    }
    where = confirmations.c.id == application.id
    await tx.execute(
        confirmations.insert().values(**values) if new else confirmations.update().where(where).values(**values)
    )


async def add_event(tx: Tx, application: Application, event: Event) -> None:
    """Write down what happened."""
    await tx.execute(
        happened.insert().values(
            id=event.id, confirmation_id=application.id, kind=event.kind, on=event.on.isoformat(), at=event.at,
            by=event.by, data=dict(event.data),
        )
    )  # fmt: skip


async def events(tx: Tx, confirmation_id: str) -> list[Event]:
    """What happened to an application, as it was written down."""
    rows = await tx.execute(
        sa.select(happened).where(happened.c.confirmation_id == confirmation_id).order_by(happened.c.at)
    )
    return [Event(row.id, row.kind, date.fromisoformat(row.on), row.at, row.by, row.data) for row in rows]


async def answers(tx: Tx, agreement_id: str) -> dict[str, str]:
    """What people answered before applying; empty when nobody was asked."""
    found = await tx.scalar(sa.select(answered.c.answers).where(answered.c.agreement_id == agreement_id))
    return found or {}


async def answer(tx: Tx, agreement_id: str, given: Mapping[str, str], actor: str, at: datetime) -> None:
    """Keep the answers in place of those before."""
    await tx.execute(answered.delete().where(answered.c.agreement_id == agreement_id))
    await tx.execute(
        answered.insert().values(agreement_id=agreement_id, answers=dict(given), saved_by=actor, saved_at=at)
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _application(row: sa.Row[tuple[object, ...]]) -> Application:
    opened_at: datetime = row.opened_at
    return Application(
        row.id, row.agreement_id, row.case_id, State(row.state), opened_at, row.n, row.court, row.case_no,
        _day(row.submitted_on), _day(row.deadline), row.reason, Ruling(**row.ruling) if row.ruling else None,
    )  # fmt: skip
