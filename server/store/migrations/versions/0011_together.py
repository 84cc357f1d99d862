"""Writing a draft together: which save led to which version, and remarks on clauses with suggestions of other words."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "agreement_saves",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("save", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sent", sa.Text),
        sa.Column("both", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_agreement_saves_agreement_id_agreements"),
        sa.PrimaryKeyConstraint("agreement_id", "person", "save", name="pk_agreement_saves"),
    )
    op.create_table(
        "agreement_remarks",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("author", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("confided", sa.Boolean, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_by", ID),
        sa.Column("taken_in", sa.Integer),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_remarks_agreement_id_agreements"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_remarks"),
    )
    op.create_index("ix_agreement_remarks_agreement_id", "agreement_remarks", ["agreement_id"])
