"""Ceremonies at separate times, slots signed on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.add_column("ceremonies", sa.Column("mode", sa.String(10), nullable=False, server_default="together"))
    op.add_column("ceremonies", sa.Column("reminded_at", AT))
    op.add_column("ceremony_slots", sa.Column("clerk", sa.String(24)))
    op.add_column("ceremony_slots", sa.Column("paper", sa.String(64)))
    op.add_column("ceremony_slots", sa.Column("known", sa.String(12), nullable=False, server_default="none"))
    op.create_table(
        "ceremony_separate",
        sa.Column("agreement", sa.String(24), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("agreed", sa.Boolean, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["agreement"], ["agreements.id"], name="fk_ceremony_separate_agreement_agreements"),
        sa.PrimaryKeyConstraint("agreement", "person", name="pk_ceremony_separate"),
    )
