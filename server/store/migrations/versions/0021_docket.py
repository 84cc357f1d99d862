"""Links by which a court sees one application, and sessions that a court hosts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "docket_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("confirmation_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("court", sa.String(200), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("phone", sa.String(24), nullable=False),
        sa.Column("slug", sa.String(24), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("opened_at", AT),
        sa.Column("seen_at", AT),
        sa.Column("revoked_at", AT),
        sa.Column("closed_at", AT),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmations.id"], name="fk_docket_links_confirmation_id_confirmations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_docket_links"),
        sa.UniqueConstraint("slug", name="uq_docket_links_slug"),
    )
    op.create_index("ix_docket_links_confirmation_id", "docket_links", ["confirmation_id"])
    op.add_column("sessions", sa.Column("application", ID, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("court", sa.String(200), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("with_mediator", sa.Boolean, nullable=False, server_default=sa.false()))
