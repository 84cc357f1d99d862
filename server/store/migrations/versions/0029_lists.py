"""Lists of matters: each one's place in the line, in whose lists it stands, how many these hold, the words in it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Forward. There are no matters yet."""
    op.create_table(
        "matter_lines",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("matter_id", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_matter_lines"),
        sa.UniqueConstraint("matter_id", name="uq_matter_lines_matter_id"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_lines_matter_id_matters"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "matter_places",
        sa.Column("holder", sa.String(24), nullable=False),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("holder", "seq", name="pk_matter_places"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_matter_places_seq", "matter_places", ["seq"])
    op.create_index("ix_matter_places_holder_state_seq", "matter_places", ["holder", "state", "seq"])
    op.create_table(
        "matter_tallies",
        sa.Column("holder", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("holder", "state", name="pk_matter_tallies"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "matter_words",
        sa.Column("word", sa.String(32), nullable=False),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "seq", name="pk_matter_words"),
        sqlite_with_rowid=False,
    )
