"""What people typed into the forms of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "form_values",
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(24), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_form_values_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "form", name="pk_form_values"),
    )
