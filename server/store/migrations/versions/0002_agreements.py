"""Agreements: versions with their audience, stances, official numbers; ceremonies with their files, keys and turns."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.String(24)
AT = sa.String(27)
HASH = sa.String(64)
LIVE = sa.text("certificate IS NOT NULL AND revoked_at IS NULL")


def upgrade() -> None:
    """Forward."""
    agreements()
    ceremonies()


def agreements() -> None:
    """Rows, versions, stances, numbers."""
    op.create_table(
        "agreement_numbers",
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("void_at", AT),
        sa.PrimaryKeyConstraint("series", "year", "seq", name="pk_agreement_numbers"),
        sa.UniqueConstraint("number", name="uq_agreement_numbers_number"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("profile", sa.String(20), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("number", sa.String(60)),
        sa.Column("text_hash", HASH),
        sa.Column("ceremony", ID),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("effective_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_case_id", "agreements", ["case_id"])
    op.create_table(
        "agreement_stances",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("agree", sa.Boolean, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_stances_agreement_id_agreements"
        ),
        sa.PrimaryKeyConstraint("agreement_id", "person", "clause", "hash", name="pk_agreement_stances"),
    )
    op.create_table(
        "agreement_versions",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("terms_hash", HASH, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("saved_by", ID, nullable=False),
        sa.Column("saved_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_versions_agreement_id_agreements"
        ),
        sa.PrimaryKeyConstraint("agreement_id", "number", name="pk_agreement_versions"),
    )


def ceremonies() -> None:
    """Ceremonies, slots, files, revisions, enrolments, leases."""
    op.create_table(
        "ceremonies",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("void_reason", sa.String(40)),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.Column("manifest_sha256", HASH, nullable=False),
        sa.Column("deadline", AT, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("effective_at", AT),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease", ID),
        sa.Column("sealing_state", sa.String(16)),
        sa.Column("sealing_detail", sa.String(60), nullable=False),
        sa.Column("sealing_attempts", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_ceremonies_agreement_id_agreements"),
        sa.PrimaryKeyConstraint("id", name="pk_ceremonies"),
    )
    op.create_index("ix_ceremonies_agreement_id", "ceremonies", ["agreement_id"])
    op.create_index("ix_ceremonies_state", "ceremonies", ["state"])
    op.create_table(
        "ceremony_enrolments",
        sa.Column("id", ID, nullable=False),
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("nonce", HASH, nullable=False),
        sa.Column("spki", sa.LargeBinary, nullable=False),
        sa.Column("drawing", sa.LargeBinary),
        sa.Column("assurance", sa.String(12), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("certificate", sa.LargeBinary),
        sa.Column("serial", sa.String(50)),
        sa.Column("revoked_at", AT),
        sa.ForeignKeyConstraint(["ceremony"], ["ceremonies.id"], name="fk_ceremony_enrolments_ceremony_ceremonies"),
        sa.PrimaryKeyConstraint("id", name="pk_ceremony_enrolments"),
        sa.UniqueConstraint("serial", name="uq_ceremony_enrolments_serial"),
    )
    op.create_index("ix_ceremony_enrolments_ceremony", "ceremony_enrolments", ["ceremony"])
    op.create_index(
        "ix_ceremony_enrolments_live",
        "ceremony_enrolments",
        ["ceremony", "slot"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "ceremony_files",
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("frozen", sa.LargeBinary),
        sa.Column("frozen_sha256", HASH, nullable=False),
        sa.Column("pending_sha256", HASH),
        sa.Column("final_sha256", HASH),
        sa.ForeignKeyConstraint(["ceremony"], ["ceremonies.id"], name="fk_ceremony_files_ceremony_ceremonies"),
        sa.PrimaryKeyConstraint("ceremony", "id", name="pk_ceremony_files"),
    )
    op.create_index("ix_ceremony_files_final_sha256", "ceremony_files", ["final_sha256"])
    op.create_table(
        "ceremony_leases",
        sa.Column("id", ID, nullable=False),
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("enrolment", ID, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("answer", sa.Text),
        sa.ForeignKeyConstraint(["ceremony"], ["ceremonies.id"], name="fk_ceremony_leases_ceremony_ceremonies"),
        sa.PrimaryKeyConstraint("id", name="pk_ceremony_leases"),
    )
    op.create_index("ix_ceremony_leases_ceremony", "ceremony_leases", ["ceremony"])
    op.create_table(
        "ceremony_revisions",
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("file", sa.String(20), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("change", sa.LargeBinary, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.ForeignKeyConstraint(["ceremony"], ["ceremonies.id"], name="fk_ceremony_revisions_ceremony_ceremonies"),
        sa.PrimaryKeyConstraint("ceremony", "file", "n", name="pk_ceremony_revisions"),
    )
    op.create_table(
        "ceremony_slots",
        sa.Column("ceremony", ID, nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("confirmed_at", AT),
        sa.Column("ready_at", AT),
        sa.Column("signed_at", AT),
        sa.Column("refusal", sa.Text),
        sa.ForeignKeyConstraint(["ceremony"], ["ceremonies.id"], name="fk_ceremony_slots_ceremony_ceremonies"),
        sa.PrimaryKeyConstraint("ceremony", "slot", name="pk_ceremony_slots"),
    )
    op.create_table(
        "ceremony_lease_files",
        sa.Column("lease", ID, nullable=False),
        sa.Column("file", sa.String(20), nullable=False),
        sa.Column("base_sha256", HASH, nullable=False),
        sa.Column("change", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["lease"], ["ceremony_leases.id"], name="fk_ceremony_lease_files_lease_ceremony_leases"
        ),
        sa.PrimaryKeyConstraint("lease", "file", name="pk_ceremony_lease_files"),
    )
