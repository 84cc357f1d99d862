"""Who leads and who must not meet; telephone, trial runs and the centre's device of a seat; what who waits is told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.add_column("sessions", sa.Column("since", AT))
    op.add_column("sessions", sa.Column("wait", sa.Integer))
    op.add_column("sessions", sa.Column("wait_at", AT))
    op.add_column("seats", sa.Column("phone_at", AT))
    op.add_column("seats", sa.Column("phone", sa.String(24), nullable=False, server_default=""))
    op.add_column("seats", sa.Column("tried_at", AT))
    op.add_column("seats", sa.Column("tried", sa.JSON))
    op.add_column("seats", sa.Column("device", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "co_mediators",
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("account_id", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_co_mediators_case_id_cases"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_co_mediators_account_id_accounts"),
        sa.PrimaryKeyConstraint("case_id", "account_id", name="pk_co_mediators"),
    )
    op.create_table(
        "kept_apart",
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("one", sa.String(24), nullable=False),
        sa.Column("other", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_kept_apart_case_id_cases"),
        sa.ForeignKeyConstraint(["one"], ["parties.id"], name="fk_kept_apart_one_parties"),
        sa.ForeignKeyConstraint(["other"], ["parties.id"], name="fk_kept_apart_other_parties"),
        sa.PrimaryKeyConstraint("case_id", "one", "other", name="pk_kept_apart"),
    )
