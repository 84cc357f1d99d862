"""In whose films somebody else is seen or heard, who sat at the same device or was on the telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "recorded_beside",
        sa.Column("recording", sa.String(24), nullable=False),
        sa.Column("film", sa.String(24), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"], name="fk_recorded_beside_recording_recordings"),
        sa.PrimaryKeyConstraint("recording", "film", "person", name="pk_recorded_beside"),
    )
