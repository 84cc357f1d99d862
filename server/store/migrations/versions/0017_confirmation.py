"""Applications for judicial confirmation with what happened to them, what was asked before, and
performance after: what was performed, when waiting terms began to run, which reminders went out."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "confirmations",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("court", sa.String(200), nullable=False),
        sa.Column("case_no", sa.String(60), nullable=False),
        sa.Column("submitted_on", sa.String(10), nullable=False),
        sa.Column("deadline", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("ruling", sa.JSON),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmations"),
        sa.UniqueConstraint("agreement_id", "n", name="uq_confirmations_agreement_id_n"),
    )
    op.create_table(
        "confirmation_events",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("confirmation_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(24), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmation_events"),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmations.id"], name="fk_confirmation_events_confirmation_id_confirmations"
        ),
    )
    op.create_index("ix_confirmation_events_confirmation_id", "confirmation_events", ["confirmation_id"])
    op.create_table(
        "confirmation_answers",
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("saved_by", sa.String(24), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name="pk_confirmation_answers"),
    )
    op.create_table(
        "confirmation_reminders",
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "kind", "day", name="pk_confirmation_reminders"),
    )
    op.create_table(
        "performance_starts",
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("by", sa.String(24), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "clause", "part", name="pk_performance_starts"),
    )
    op.create_table(
        "performances",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("said_by", sa.String(24), nullable=False),
        sa.Column("confirmed", sa.String(12), nullable=False),
        sa.Column("proof", sa.String(64), nullable=False),
        sa.Column("proof_type", sa.String(40), nullable=False),
        sa.Column("recorded_by", sa.String(24), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("struck_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_performances"),
    )
    op.create_index("ix_performances_agreement_id", "performances", ["agreement_id"])
