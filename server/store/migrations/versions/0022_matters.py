"""Organisations, and the matters that people bring to them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "organisations",
        sa.Column("id", ID, nullable=False),
        sa.Column("parent_id", ID),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("path", sa.String(260), nullable=False),
        sa.Column("presence", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.ForeignKeyConstraint(["parent_id"], ["organisations.id"], name="fk_organisations_parent_id_organisations"),
    )
    op.create_index("ix_organisations_parent_id", "organisations", ["parent_id"])
    op.create_index("ix_organisations_path", "organisations", ["path"])
    op.add_column("accounts", sa.Column("organisation_id", ID))
    op.create_table(
        "matters",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("channel", ID, nullable=False),
        sa.Column("source_ref", sa.String(80), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("needs", sa.JSON, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("complexity", sa.String(12), nullable=False),
        sa.Column("clerk_id", ID),
        sa.Column("mediator_id", ID),
        sa.Column("case_id", ID),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
        sa.UniqueConstraint("number", name="uq_matters_number"),
        sa.UniqueConstraint("case_id", name="uq_matters_case_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_matters_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name="fk_matters_clerk_id_accounts"),
        sa.ForeignKeyConstraint(["mediator_id"], ["accounts.id"], name="fk_matters_mediator_id_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_matters_case_id_cases"),
    )
    op.create_index("ix_matters_mediator_id", "matters", ["mediator_id"])
    op.create_index(
        "ix_matters_organisation_id_state_received_at", "matters", ["organisation_id", "state", "received_at"]
    )
    op.create_index("ix_matters_state_received_at", "matters", ["state", "received_at"])
    op.create_table(
        "matter_numbers",
        sa.Column("day", sa.String(8), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_matter_numbers"),
    )
