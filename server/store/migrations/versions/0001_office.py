"""The office: accounts, logins, codes, outbox, cases, parties, sessions, seats, links, journal."""

import sqlalchemy as sa
from alembic import op

from server.store.append_only import make_append_only

revision = "0001"
down_revision = None

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    people()
    cases()
    sessions()
    journal()


def people() -> None:
    """Accounts, logins, wrong tries, codes, outbox."""
    op.create_table(
        "accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
    )
    op.create_table(
        "logins",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("csrf", sa.String(43), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("idle_until", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_logins"),
    )
    op.create_index("ix_logins_kind_subject", "logins", ["kind", "subject"])
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("locked_until", AT),
        sa.PrimaryKeyConstraint("key", name="pk_login_attempts"),
    )
    op.create_table(
        "codes",
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("sent_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("locked_until", AT),
        sa.PrimaryKeyConstraint("purpose", "subject", name="pk_codes"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("person", ID, nullable=False),
        sa.Column("to", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("slot", sa.String(20), nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_person", "outbox", ["person"])


def cases() -> None:
    """Cases, parties, numbers."""
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("mediator_id", ID, nullable=False),
        sa.Column("recorder_id", ID),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.ForeignKeyConstraint(["mediator_id"], ["accounts.id"], name="fk_cases_mediator_id_accounts"),
        sa.ForeignKeyConstraint(["recorder_id"], ["accounts.id"], name="fk_cases_recorder_id_accounts"),
    )
    op.create_table(
        "parties",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("label", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("filed", sa.JSON, nullable=False),
        sa.Column("assurance", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_parties_case_id_cases"),
    )
    op.create_index("ix_parties_case_id", "parties", ["case_id"])
    op.create_table(
        "case_numbers",
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_case_numbers"),
    )


def sessions() -> None:
    """Sessions, seats, links."""
    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sessions_case_id_cases"),
    )
    op.create_index("ix_sessions_case_id", "sessions", ["case_id"])
    op.create_table(
        "seats",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.Column("slug", ID, nullable=False),
        sa.Column("opened_at", AT),
        sa.Column("identified_at", AT),
        sa.Column("online", sa.Boolean),
        sa.Column("esign", sa.Boolean),
        sa.Column("consented_at", AT),
        sa.Column("verified_at", AT),
        sa.Column("checked_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
        sa.UniqueConstraint("slug", name="uq_seats_slug"),
        sa.UniqueConstraint("session_id", "party_id", name="uq_seats_session_id_party_id"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_seats_session_id_sessions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_seats_case_id_cases"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_seats_party_id_parties"),
    )
    op.create_index("ix_seats_session_id", "seats", ["session_id"])
    op.create_index("ix_seats_case_id", "seats", ["case_id"])
    op.create_table(
        "links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("seat_id", ID, nullable=False),
        sa.Column("sent_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("opened_at", AT),
        sa.Column("voided_at", AT),
        sa.PrimaryKeyConstraint("token_hash", name="pk_links"),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name="fk_links_seat_id_seats"),
    )
    op.create_index("ix_links_seat_id", "links", ["seat_id"])


def journal() -> None:
    """Entries and bodies; the database itself refuses to change or delete an entry."""
    op.create_table(
        "journal",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal"),
    )
    op.create_table(
        "journal_bodies",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal_bodies"),
        sa.ForeignKeyConstraint(
            ["case_id", "seq"], ["journal.case_id", "journal.seq"], name="fk_journal_bodies_case_id_seq_journal"
        ),
    )
    make_append_only("journal")
