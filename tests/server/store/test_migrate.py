"""Migrations: from nothing to newest, again without harm, and the same tables as the code declares."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import server.app  # noqa: F401 (declares every table)
from documents import BY_FIELD, WHOLE, body_hash
from server.store import journal, migrate
from server.store.db import Database, engine_of, metadata
from server.store.journal import GENESIS, entry_hash
from tests.actors import START
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database will be, or one without tables is."""
    if request.param == "sqlite":
        return tmp_path / "deep" / "x.sqlite3"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.empty()


def test_migrating_gives_the_tables_the_code_declares(empty: Path | str) -> None:
    assert migrate.pending(empty)[0] == "0001" and not migrate.ready(empty)
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    assert migrate.pending(empty) == [] and migrate.ready(empty)
    engine = engine_of(empty)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert difference == []


def test_numbers_of_agreements_signed_by_hand_are_put_right(empty: Path | str) -> None:
    migrate.upgrade(empty, "0014")
    with work(empty) as connection:
        for n, state in enumerate(("complete", "on_paper", "void", "drafting")):
            row = {"n": n, "id": f"agr_{n}", "state": state, "number": f"第{n}号", "paper": '{"pages": 1}'}
            connection.execute(
                sa.text(
                    "INSERT INTO agreements (id, case_id, profile, state, number, text_hash, created_at, paper)"
                    " VALUES (:id, 'cas', 'people', :state, :number, 'hash', '', :paper)"
                ), row,
            )  # fmt: skip
            connection.execute(
                sa.text("INSERT INTO agreement_numbers VALUES ('号', 2026, :n, :number, :id, '', '', 'then')"), row
            )
    migrate.upgrade(empty)
    with work(empty) as connection:
        query = "SELECT number, text_hash, paper FROM agreements ORDER BY id"
        kept = [tuple(row) for row in connection.execute(sa.text(query))]
        voided = list(connection.execute(sa.text("SELECT void_at FROM agreement_numbers ORDER BY seq")).scalars())
    assert voided == [None, None, "then", "then"]
    assert [row[0] for row in kept] == ["第0号", "第1号", "第2号", None]
    assert kept[3] == (None, None, None)


def test_the_journal_is_append_only_from_the_first_migration(empty: Path | str) -> None:
    migrate.upgrade(empty)
    tables = ("journal", "journal_anchors", "journal_anchor_heads")
    with work(empty) as connection:
        postgresql = connection.dialect.name == "postgresql"
        names = "tgname FROM pg_trigger WHERE NOT tgisinternal" if postgresql else "name FROM sqlite_master"
        triggers = {name for name in connection.execute(sa.text(f"SELECT {names}")).scalars() if "_no_" in name}
    verbs = ("UPDATE", "DELETE", "TRUNCATE") if postgresql else ("UPDATE", "DELETE")
    assert triggers == {f"{table}_no_{verb}" for table in tables for verb in verbs}


@contextmanager
def work(place: Path | str) -> Iterator[sa.Connection]:
    engine = engine_of(place)
    try:
        with engine.connect() as connection:
            yield connection
            connection.commit()
    finally:
        engine.dispose()


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
