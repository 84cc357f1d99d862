"""Court packets, and the files that parties give for them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "packets",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("case_id", sa.String(24), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("input_sha256", sa.String(64), nullable=False),
        sa.Column("inputs", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String(24), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("wanted_at", sa.String(27), nullable=False),
        sa.Column("journal_seq", sa.Integer, nullable=False),
        sa.Column("journal_head", sa.String(64), nullable=False),
        sa.Column("cause", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(400), nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_packets"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_packets_agreement_id_agreements"),
        sa.UniqueConstraint("agreement_id", "n", name="uq_packets_agreement_id_n"),
    )
    op.create_table(
        "packet_attachments",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("agreement_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("slot", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("added_by", sa.String(24), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("left_out_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_packet_attachments"),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_packet_attachments_agreement_id_agreements"
        ),
    )
    op.create_index("ix_packet_attachments_agreement_id", "packet_attachments", ["agreement_id"])
