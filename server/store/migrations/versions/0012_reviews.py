"""Drafts given to a reviewer, and what they said about them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "agreement_reviews",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms_hash", sa.String(64), nullable=False),
        sa.Column("given_by", sa.String(24), nullable=False),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("reviewer", sa.String(24), nullable=False),
        sa.Column("decided_at", sa.String(27)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_reviews_agreement_id_agreements"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_reviews"),
    )
    op.create_index("ix_agreement_reviews_agreement_id", "agreement_reviews", ["agreement_id"])
    op.create_index("ix_agreement_reviews_outcome", "agreement_reviews", ["outcome"])
