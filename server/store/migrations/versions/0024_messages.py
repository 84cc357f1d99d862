"""Messages to people with their state, and the versions of a session's calendar file."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("shown", sa.String(60), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("next_at", AT),
        sa.Column("until", AT, nullable=False),
        sa.Column("valid_until", AT),
        sa.Column("leased_until", AT),
        sa.Column("sent_at", AT),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_index("ix_messages_state_next_at", "messages", ["state", "next_at"])
    op.create_index("ix_messages_case_id_at", "messages", ["case_id", "at"])
    op.create_table(
        "calendar_versions",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("facts", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_calendar_versions"),
    )
