"""Recordings of sessions, and who is in them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("session_id", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("keep_until", AT, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("ended_at", AT),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_recordings_case_id_cases"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_recordings_session_id_sessions"),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
    )
    op.create_index("ix_recordings_case_id", "recordings", ["case_id"])
    op.create_index("ix_recordings_state", "recordings", ["state"])
    op.create_table(
        "recorded",
        sa.Column("recording", sa.String(24), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("asked_at", AT),
        sa.Column("refused_at", AT),
        sa.Column("open_until", AT),
        sa.Column("delete_at", AT),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"], name="fk_recorded_recording_recordings"),
        sa.PrimaryKeyConstraint("recording", "person", name="pk_recorded"),
    )
