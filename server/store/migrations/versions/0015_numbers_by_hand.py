"""Numbers of agreements signed by hand: in force they are void no more; a draft keeps none of its print."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Forward. The number a draft let go of is void from the next start on, like every number nobody holds."""
    op.execute(
        "UPDATE agreement_numbers SET void_at = NULL WHERE number IN"
        " (SELECT number FROM agreements WHERE state IN ('on_paper', 'complete'))"
    )
    op.execute(
        "UPDATE agreements SET number = NULL, text_hash = NULL, paper = NULL"
        " WHERE state IN ('drafting', 'in_review', 'reading')"
    )
