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


def test_numbers_of_agreements_signed_by_hand_are_put_right(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate.upgrade(path, "0014")
    with closing(sqlite3.connect(path)) as connection, connection:
        for n, state in enumerate(("complete", "on_paper", "void", "drafting")):
            row = (f"agr_{n}", state, f"第{n}号", "hash", '{"pages": 1}')
            connection.execute(
                "INSERT INTO agreements (id, case_id, profile, state, number, text_hash, created_at, paper)"
                " VALUES (?, 'cas', 'people', ?, ?, ?, '', ?)", row,
            )  # fmt: skip
            connection.execute(
                "INSERT INTO agreement_numbers VALUES ('号', 2026, ?, ?, ?, '', '', 'then')",
                (n, f"第{n}号", f"agr_{n}"),
            )
    migrate.upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT number, text_hash, paper FROM agreements ORDER BY id").fetchall()
        voided = [row[0] for row in connection.execute("SELECT void_at FROM agreement_numbers ORDER BY seq")]
    assert voided == [None, None, "then", "then"]
    assert [row[0] for row in kept] == ["第0号", "第1号", "第2号", None]
    assert kept[3] == (None, None, None)


def test_the_journal_is_append_only_from_the_first_migration(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    migrate.upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        triggers = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert triggers >= {"journal_no_UPDATE", "journal_no_DELETE"}
