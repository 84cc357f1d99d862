"""The journal's anchors: heads of cases under one time-stamp. Bodies say in which form they were hashed."""

import sqlalchemy as sa
from alembic import op

from server.store.append_only import make_append_only

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Forward. What is there was hashed as a whole, form 1, and stays so."""
    op.add_column("journal_bodies", sa.Column("form", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "journal_anchors",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_anchors"),
    )
    op.create_table(
        "journal_anchor_heads",
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("anchor", sa.String(24), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("tree_root", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal_anchor_heads"),
        sa.ForeignKeyConstraint(
            ["anchor"], ["journal_anchors.id"], name="fk_journal_anchor_heads_anchor_journal_anchors"
        ),
    )
    op.create_index("ix_journal_anchor_heads_anchor", "journal_anchor_heads", ["anchor"])
    for table in ("journal_anchors", "journal_anchor_heads"):
        make_append_only(table)
