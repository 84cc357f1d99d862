"""What citizens write before it is a matter: drafts, files handed in, progress links, places."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

ID = sa.String(24)
AT = sa.String(27)
HASH = sa.String(64)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "filing_places",
        sa.Column("slug", sa.String(16), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_filing_places"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_filing_places_organisation_id_organisations"
        ),
        sa.UniqueConstraint("organisation_id", name="uq_filing_places_organisation_id"),
    )
    op.create_table(
        "filing_drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("story", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("locked_until", AT),
        sa.Column("matter_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_filing_drafts"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_filing_drafts_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_filing_drafts_matter_id_matters"),
        sa.UniqueConstraint("number", name="uq_filing_drafts_number"),
    )
    op.create_index("ix_filing_drafts_expires_at", "filing_drafts", ["expires_at"])
    op.create_table(
        "filing_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("blob", HASH, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filing_files"),
    )
    op.create_index("ix_filing_files_owner", "filing_files", ["owner"])
    op.create_table(
        "filing_links",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("slug_hash", HASH, nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("request", sa.String(40)),
        sa.PrimaryKeyConstraint("matter_id", name="pk_filing_links"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_filing_links_matter_id_matters"),
        sa.UniqueConstraint("slug_hash", name="uq_filing_links_slug_hash"),
        sa.UniqueConstraint("request", name="uq_filing_links_request"),
    )
    op.create_table(
        "filing_erasing",
        sa.Column("blob", HASH, nullable=False),
        sa.PrimaryKeyConstraint("blob", name="pk_filing_erasing"),
    )
