"""Channels and what they sent, what changed of matters, the keys by which people are found again, and merges."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "matter_changes",
        sa.Column("n", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("matter_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_matter_changes"),
    )
    op.execute("INSERT INTO matter_changes (matter_id) SELECT id FROM matters")
    op.create_table(
        "channels",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("key_hash", sa.String(64)),
        sa.Column("former_hash", sa.String(64)),
        sa.Column("former_until", AT),
        sa.Column("last_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("key_hash", name="uq_channels_key_hash"),
        sa.UniqueConstraint("former_hash", name="uq_channels_former_hash"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_channels_organisation_id_organisations"
        ),
    )
    op.create_table(
        "channel_records",
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("handled_id", ID, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "ref", name="pk_channel_records"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_channel_records_channel_id_channels"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_channel_records_matter_id_matters"),
        sa.ForeignKeyConstraint(["handled_id"], ["matters.id"], name="fk_channel_records_handled_id_matters"),
    )
    op.create_index("ix_channel_records_matter_id", "channel_records", ["matter_id"])
    op.create_index("ix_channel_records_handled_id", "channel_records", ["handled_id"])
    op.create_table(
        "channel_notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel_notes"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_channel_notes_matter_id_matters"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_channel_notes_channel_id_channels"),
    )
    op.create_index("ix_channel_notes_matter_id", "channel_notes", ["matter_id"])
    op.create_table(
        "matter_keys",
        sa.Column("hash", sa.String(32), nullable=False),
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("hash", "matter_id", name="pk_matter_keys"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_keys_matter_id_matters"),
    )
    op.create_index("ix_matter_keys_hash_at", "matter_keys", ["hash", "at"])
    op.create_index("ix_matter_keys_matter_id", "matter_keys", ["matter_id"])
    op.create_table(
        "matter_keyed",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("upto", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_keyed"),
    )
    op.create_table(
        "matter_merges",
        sa.Column("matter_id", ID, nullable=False),
        sa.Column("into_id", ID, nullable=False),
        sa.Column("state_then", sa.String(16), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("matter_id", name="pk_matter_merges"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_merges_matter_id_matters"),
        sa.ForeignKeyConstraint(["into_id"], ["matters.id"], name="fk_matter_merges_into_id_matters"),
    )
    op.create_index("ix_matter_merges_into_id", "matter_merges", ["into_id"])
