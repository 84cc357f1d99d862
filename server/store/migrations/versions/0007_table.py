"""The mediator's table: agenda, notes, offers, proposals with their answers, papers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    words()
    papers()


def words() -> None:
    """Agenda, notes, offers, proposals."""
    op.create_table(
        "table_ticks",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("answer", sa.Boolean, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_table_ticks_session_id_sessions"),
        sa.PrimaryKeyConstraint("session_id", "item", "person", name="pk_table_ticks"),
    )
    op.create_table(
        "table_notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("author", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_table_notes_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_table_notes"),
    )
    op.create_table(
        "table_offers",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("giver", ID, nullable=False),
        sa.Column("addressee", ID, nullable=False),
        sa.Column("may_be_told", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", AT),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("put_at", AT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_table_offers_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_table_offers"),
    )
    op.create_table(
        "table_proposals",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("parties", sa.JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_table_proposals_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_table_proposals"),
    )
    op.create_table(
        "table_answers",
        sa.Column("proposal", ID, nullable=False),
        sa.Column("party", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["table_proposals.id"], name="fk_table_answers_proposal_table_proposals"),
        sa.PrimaryKeyConstraint("proposal", "party", name="pk_table_answers"),
    )
    for table in ("table_notes", "table_offers", "table_proposals"):
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])


def papers() -> None:
    """Papers, their pages, who was handed a copy, and what is to be erased."""
    op.create_table("table_erasing", sa.Column("blob", sa.String(64), primary_key=True))
    op.create_table(
        "table_papers",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("owner", ID, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_table_papers_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_table_papers"),
    )
    op.create_index("ix_table_papers_case_id", "table_papers", ["case_id"])
    op.create_table(
        "table_pages",
        sa.Column("paper", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["table_papers.id"], name="fk_table_pages_paper_table_papers"),
        sa.PrimaryKeyConstraint("paper", "number", name="pk_table_pages"),
    )
    op.create_table(
        "table_handed",
        sa.Column("paper", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["table_papers.id"], name="fk_table_handed_paper_table_papers"),
        sa.PrimaryKeyConstraint("paper", "person", name="pk_table_handed"),
    )
