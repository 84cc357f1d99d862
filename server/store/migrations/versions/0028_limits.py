"""Time limits of matters: lamps, suspensions, extensions, warnings, urgings."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

ID = sa.String(24)
AT = sa.String(27)


def of_matter(table: str) -> sa.ForeignKeyConstraint:
    """The matter a row belongs to."""
    return sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=f"fk_{table}_matter_id_matters")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "limit_lamps",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("light", sa.String(12), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("ended_at", AT),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("next_at", AT),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("looked_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", name="pk_limit_lamps"),
        of_matter("limit_lamps"),
    )
    op.create_index("ix_limit_lamps_rank_due_matter_id", "limit_lamps", ["rank", "due", "matter_id"])
    op.create_index("ix_limit_lamps_ended_at", "limit_lamps", ["ended_at"])
    op.create_table(
        "limit_suspensions",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ended_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_limit_suspensions"),
        of_matter("limit_suspensions"),
    )
    op.create_index("ix_limit_suspensions_matter_id", "limit_suspensions", ["matter_id"])
    op.create_table(
        "limit_extensions",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "round", name="pk_limit_extensions"),
        of_matter("limit_extensions"),
    )
    op.create_table(
        "limit_warnings",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("light", sa.String(12), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "round", "turn", "light", "audience", name="pk_limit_warnings"),
        of_matter("limit_warnings"),
    )
    op.create_index("ix_limit_warnings_account_id", "limit_warnings", ["account_id"])
    op.create_index("ix_limit_warnings_at", "limit_warnings", ["at"])
    op.create_table(
        "limit_urgings",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("to", ID),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer_due", sa.String(10), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", ID),
        sa.Column("answered_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_limit_urgings"),
        of_matter("limit_urgings"),
    )
    op.create_index("ix_limit_urgings_matter_id", "limit_urgings", ["matter_id"])
