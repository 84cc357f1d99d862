"""Staff accounts can end, have second factors, and begin with an invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

ID = sa.String(24)
AT = sa.String(27)


def upgrade() -> None:
    """Forward."""
    op.add_column("accounts", sa.Column("ended_at", AT))
    op.add_column("logins", sa.Column("proved_at", AT))
    op.create_table(
        "authenticators",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("secret", sa.LargeBinary),
        sa.Column("pending", sa.LargeBinary),
        sa.Column("step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_authenticators"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("uses", sa.BigInteger, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"])
    op.create_table(
        "invitations",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_invitations"),
        sa.UniqueConstraint("hash", name="uq_invitations_hash"),
    )
