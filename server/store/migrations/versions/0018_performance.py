"""What was performed of an agreement, when waiting terms began to run, and which reminders went out."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Forward."""
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
