"""Brings the database to the newest form (Alembic), and says how far behind it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.store.db import engine_of

SCRIPTS = Path(__file__).parent / "migrations"


@contextmanager
def _engine(database: Path | str) -> Iterator[sa.Engine]:
    if isinstance(database, str):
        engine = engine_of(database)
    else:  # without foreign keys: a batch copies tables others point to
        engine = sa.create_engine(f"sqlite:///{database}", hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def upgrade(database: Path | str, to: str = "head") -> None:
    """Create the file and its directory if need be (a PostgreSQL database must be there) and run what is missing up to
    a revision. Blocking: call it before the loop runs, or in a thread."""
    if isinstance(database, Path):
        database.parent.mkdir(parents=True, exist_ok=True)
    config = _config()
    with _engine(database) as engine, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def pending(database: Path | str) -> list[str]:
    """Revisions the database still lacks, oldest first; for a file that does not exist, all of them."""
    scripts = ScriptDirectory.from_config(_config())
    current: str | None = None
    if isinstance(database, str) or database.exists():
        with _engine(database) as engine, engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    missing = []
    for script in scripts.walk_revisions():
        if script.revision == current:
            break
        missing.append(script.revision)
    return missing[::-1]


def ready(database: Path | str) -> bool:
    """It is there, in the newest form."""
    return (isinstance(database, str) or database.exists()) and not pending(database)
