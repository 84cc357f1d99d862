"""Tables of the ceremony. F, the accepted updates and the drawings are rows, so a signature is stored whole or not at
all and a void ceremony is erased by deleting."""

import sqlalchemy as sa

from server.store.db import Instant, metadata

ceremonies = sa.Table(
    "ceremonies",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("void_reason", sa.String(40)),
    sa.Column("number", sa.String(60), nullable=False),
    sa.Column("manifest", sa.LargeBinary, nullable=False),
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
    sa.Column("deadline", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("effective_at", Instant),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("mode", sa.String(10), nullable=False, server_default="together"),
    sa.Column("reminded_at", Instant),
    sa.Column("lease", sa.String(24)),
    sa.Column("sealing_state", sa.String(16)),
    sa.Column("sealing_detail", sa.String(60), nullable=False),
    sa.Column("sealing_attempts", sa.Integer, nullable=False),
)
slots = sa.Table(
    "ceremony_slots",
    metadata,
    sa.Column("ceremony", sa.String(24), sa.ForeignKey("ceremonies.id"), primary_key=True),
    sa.Column("slot", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(24), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("confirmed_at", Instant),
    sa.Column("ready_at", Instant),
    sa.Column("signed_at", Instant),
    sa.Column("refusal", sa.Text),
    sa.Column("clerk", sa.String(24)),
    sa.Column("paper", sa.String(64)),
    sa.Column("known", sa.String(12), nullable=False, server_default="none"),
)
separate = sa.Table(
    "ceremony_separate",
    metadata,
    sa.Column("agreement", sa.String(24), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
    sa.Column("agreed", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""What each person answered to signing at separate times; the last answer counts, the journal keeps all."""
files = sa.Table(
    "ceremony_files",
    metadata,
    sa.Column("ceremony", sa.String(24), sa.ForeignKey("ceremonies.id"), primary_key=True),
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.String(100), nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("frozen", sa.LargeBinary),
    sa.Column("frozen_sha256", sa.String(64), nullable=False),
    sa.Column("pending_sha256", sa.String(64)),
    sa.Column("final_sha256", sa.String(64), index=True),
    sa.Column("text_hash", sa.String(64), index=True),
    sa.Column("of_party", sa.String(24)),
)
revisions = sa.Table(
    "ceremony_revisions",
    metadata,
    sa.Column("ceremony", sa.String(24), sa.ForeignKey("ceremonies.id"), primary_key=True),
    sa.Column("file", sa.String(20), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("slot", sa.String(32), nullable=False),
    sa.Column("change", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)
enrolments = sa.Table(
    "ceremony_enrolments",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("ceremony", sa.String(24), sa.ForeignKey("ceremonies.id"), nullable=False, index=True),
    sa.Column("slot", sa.String(32), nullable=False),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("spki", sa.LargeBinary, nullable=False),
    sa.Column("drawing", sa.LargeBinary),
    sa.Column("assurance", sa.String(12), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("certificate", sa.LargeBinary),
    sa.Column("serial", sa.String(50), unique=True),
    sa.Column("revoked_at", Instant),
)
LIVE = sa.and_(enrolments.c.certificate.is_not(None), enrolments.c.revoked_at.is_(None))
sa.Index(
    "ix_ceremony_enrolments_live",
    enrolments.c.ceremony,
    enrolments.c.slot,
    unique=True,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
"""One live certificate per slot, whatever the code above does."""
leases = sa.Table(
    "ceremony_leases",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("ceremony", sa.String(24), sa.ForeignKey("ceremonies.id"), nullable=False, index=True),
    sa.Column("slot", sa.String(32), nullable=False),
    sa.Column("enrolment", sa.String(24), nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("answer", sa.Text),
)
lease_files = sa.Table(
    "ceremony_lease_files",
    metadata,
    sa.Column("lease", sa.String(24), sa.ForeignKey("ceremony_leases.id"), primary_key=True),
    sa.Column("file", sa.String(20), primary_key=True),
    sa.Column("base_sha256", sa.String(64), nullable=False),
    sa.Column("change", sa.LargeBinary, nullable=False),
)
