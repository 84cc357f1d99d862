"""What was agreed by word of mouth, as the mediator recorded it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "oral_agreements",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("performed", sa.Boolean, nullable=False),
        sa.Column("reached_on", sa.String(10), nullable=False),
        sa.Column("heard", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String(24), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oral_agreements"),
    )
    op.create_index("ix_oral_agreements_case_id", "oral_agreements", ["case_id"])
