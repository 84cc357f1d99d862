"""What the people of a dispute say to a guest: an expert or observer takes part with the parties' consent [RMTJ 20]."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "guest_answers",
        sa.Column("guest", sa.String(24), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_guest_answers_case_id_cases"),
        sa.ForeignKeyConstraint(["guest"], ["parties.id"], name="fk_guest_answers_guest_parties"),
        sa.ForeignKeyConstraint(["person"], ["parties.id"], name="fk_guest_answers_person_parties"),
        sa.PrimaryKeyConstraint("guest", "person", name="pk_guest_answers"),
    )
    op.create_index("ix_guest_answers_case_id", "guest_answers", ["case_id"])
