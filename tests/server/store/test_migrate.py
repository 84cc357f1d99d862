"""Migrations: from nothing to newest, again without harm, and the same tables as the code declares."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import server.app  # noqa: F401 (declares every table)
from documents import BY_FIELD, WHOLE, body_hash
from server.store import journal, migrate
from server.store.db import Database, metadata
from server.store.journal import GENESIS, entry_hash
from tests.actors import START


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
    tables = ("journal", "journal_anchors", "journal_anchor_heads")
    assert triggers == {f"{table}_no_{verb}" for table in tables for verb in ("UPDATE", "DELETE")}


async def test_bodies_of_before_stay_in_the_form_they_were_hashed_in(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    await asyncio.to_thread(migrate.upgrade, path, "0015")
    hashed = body_hash(WHOLE, "00" * 16, "{}")
    own = entry_hash("cas_a", 1, START, "case.added", "acc_a", hashed, GENESIS)
    with closing(sqlite3.connect(path)) as connection, connection:
        row = ("cas_a", 1, "2026-11-26T05:50:00.000000Z", "case.added", "acc_a", hashed, GENESIS, own)
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("INSERT INTO journal_bodies VALUES ('cas_a', 1, ?, '{}')", ("00" * 16,))
    await asyncio.to_thread(migrate.upgrade, path)
    db = Database(path)
    async with db.transaction() as tx:
        await journal.append(tx, "cas_a", "case.open", "acc_a", {"to": "open"}, START)
        found = await journal.read(tx, "cas_a")
    await db.close()
    assert [one.form for one in found] == [WHOLE, BY_FIELD] and journal.verify(found) == []
