"""Migrations: from nothing to newest, again without harm, and the same tables as the code declares."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import server.app  # noqa: F401 (declares every table)
from server.store import migrate
from server.store.db import metadata


def test_migrating_gives_the_tables_the_code_declares(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.sqlite3"
    assert migrate.pending(path)[0] == "0001"
    migrate.upgrade(path)
    migrate.upgrade(path)
    assert migrate.pending(path) == []
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert difference == []


def test_the_journal_is_append_only_from_the_first_migration(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate.upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        triggers = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert triggers >= {"journal_no_UPDATE", "journal_no_DELETE"}
