"""Everybody of a case: representatives, guardians, interpreters, witnesses, organisations; agreements on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.add_column("parties", sa.Column("part", sa.String(16), nullable=False, server_default="party"))
    op.add_column("parties", sa.Column("organisation", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("parties", sa.Column("acts_for", sa.String(24)))
    op.add_column("parties", sa.Column("authority", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("agreements", sa.Column("paper", sa.JSON))
