"""The database itself refuses to change or delete rows of the journal: triggers, in each database's own words."""

from alembic import op

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
POSTGRES_REFUSES = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
"""
POSTGRES = """
CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()
"""


def make_append_only(table: str) -> None:
    """Called by migrations."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(table=table, verb=verb))
        return
    op.execute(POSTGRES_REFUSES)
    for verb in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(POSTGRES.format(table=table, verb=verb))
