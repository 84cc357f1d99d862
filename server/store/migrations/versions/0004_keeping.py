"""Released files through the years: versions, and what a renewal is about to write."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "kept_files",
        sa.Column("ceremony", sa.String(24), nullable=False),
        sa.Column("file", sa.String(20), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("stamped_at", sa.String(27), nullable=False),
        sa.Column("stamp_ends", sa.String(27), nullable=False),
        sa.Column("status_ends", sa.String(27), nullable=False),
        sa.Column("kept_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("ceremony", "file", "n", name="pk_kept_files"),
    )
    op.create_index("ix_kept_files_sha256", "kept_files", ["sha256"])
    op.create_table(
        "kept_pending",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_kept_pending"),
    )
