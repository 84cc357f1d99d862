"""Papers for a court that are signed with an agreement: the choice, where each party is reached (sealed), and whose
alone a file of a ceremony is."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Forward."""
    op.add_column("ceremony_files", sa.Column("of_party", sa.String(24)))
    op.create_table(
        "companions",
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("court", sa.String(200), nullable=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name="pk_companions"),
    )
    op.create_table(
        "companion_services",
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("party", sa.String(24), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "party", name="pk_companion_services"),
    )
