"""What the desks write about a matter: who was asked to mediate, why something was decided, who else was called in."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.add_column("matters", sa.Column("claimable", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "matter_asks",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("mediator_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("conflict", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_asks"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_asks_matter_id_matters"),
        sa.ForeignKeyConstraint(["mediator_id"], ["accounts.id"], name="fk_matter_asks_mediator_id_accounts"),
    )
    op.create_index("ix_matter_asks_matter_id", "matter_asks", ["matter_id"])
    op.create_index("ix_matter_asks_state_until", "matter_asks", ["state", "until"])
    op.create_table(
        "matter_remarks",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("article", sa.String(80), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("actor", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_remarks"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_remarks_matter_id_matters"),
    )
    op.create_index("ix_matter_remarks_matter_id", "matter_remarks", ["matter_id"])
    op.create_table(
        "matter_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", ID),
        sa.Column("answered_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_matter_calls"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_calls_matter_id_matters"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_matter_calls_organisation_id_organisations"
        ),
    )
    op.create_index("ix_matter_calls_matter_id", "matter_calls", ["matter_id"])
    op.create_index("ix_matter_calls_organisation_id_answered_at", "matter_calls", ["organisation_id", "answered_at"])
    op.create_table(
        "matter_looks",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "account_id", name="pk_matter_looks"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_looks_matter_id_matters"),
    )
    op.create_table(
        "mediator_changes",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", name="pk_mediator_changes"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_mediator_changes_matter_id_matters"),
    )
    op.create_table(
        "matter_ratings",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "person", name="pk_matter_ratings"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_ratings_matter_id_matters"),
    )
    op.create_table(
        "matter_news",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("sent_at", AT),
        sa.PrimaryKeyConstraint("matter_id", "state", name="pk_matter_news"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_news_matter_id_matters"),
    )
    op.create_index("ix_matter_news_sent_at", "matter_news", ["sent_at"])
    op.create_table(
        "mediator_profiles",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("speciality", sa.String(200), nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("areas", sa.JSON, nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_mediator_profiles"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mediator_profiles_account_id_accounts"),
    )
