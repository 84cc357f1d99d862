"""Reviews in the database. Returns models, decides nothing."""

from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from server.agreements.review.model import Outcome, Remark, Review
from server.store.db import Instant, Tx, metadata

reviews = sa.Table(
    "agreement_reviews",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("terms_hash", sa.String(64), nullable=False),
    sa.Column("given_by", sa.String(24), nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("outcome", sa.String(12), nullable=False, index=True),
    sa.Column("reviewer", sa.String(24), nullable=False),
    sa.Column("decided_at", Instant),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("remarks", sa.JSON, nullable=False),
)


async def add(tx: Tx, review: Review) -> None:
    """A draft more in review."""
    await tx.execute(reviews.insert().values(**_row(review)))


async def load(tx: Tx, review_id: str) -> Review | None:
    """One review, or None."""
    row = (await tx.execute(sa.select(reviews).where(reviews.c.id == review_id))).first()
    return _review(row) if row else None


async def of_agreement(tx: Tx, agreement_id: str) -> list[Review]:
    """All reviews of an agreement, oldest first."""
    query = sa.select(reviews).where(reviews.c.agreement_id == agreement_id)
    return [_review(row) for row in await tx.execute(query.order_by(reviews.c.round))]


async def last(tx: Tx, agreement_id: str) -> Review | None:
    """The newest review of an agreement; None when there was none."""
    found = await of_agreement(tx, agreement_id)
    return found[-1] if found else None


async def waiting(tx: Tx) -> list[Review]:
    """What waits for a reviewer, whoever has waited longest first."""
    query = sa.select(reviews).where(reviews.c.outcome == Outcome.WAITING.value)
    return [_review(row) for row in await tx.execute(query.order_by(reviews.c.given_at, reviews.c.id))]


async def decided_by(tx: Tx, reviewer: str, since: datetime) -> list[Review]:
    """What somebody decided since then, newest first."""
    query = sa.select(reviews).where(reviews.c.reviewer == reviewer, reviews.c.decided_at >= since)
    return [_review(row) for row in await tx.execute(query.order_by(reviews.c.decided_at.desc(), reviews.c.id))]


async def decide(
    tx: Tx,
    review: Review,
    outcome: Outcome,
    who: str,
    at: datetime,
    reason: str = "",
    remarks: tuple[Remark, ...] = (),
) -> Review:
    """The review with its end."""
    done = replace(review, outcome=outcome, reviewer=who, decided_at=at, reason=reason, remarks=remarks)
    await tx.execute(reviews.update().where(reviews.c.id == review.id).values(**_row(done)))
    return done


def _row(review: Review) -> dict[str, object]:
    return asdict(review) | {"outcome": review.outcome.value}


def _review(row: sa.Row[tuple[object, ...]]) -> Review:
    values = dict(row._mapping)
    remarks = tuple(Remark(**one) for one in values["remarks"])
    return Review(**{**values, "outcome": Outcome(values["outcome"]), "remarks": remarks})
