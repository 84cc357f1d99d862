"""Connections on threads of their own: rows and errors come back, nothing is left behind by who fails or leaves."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.store.db import LINES, Database
from signaling import spawn

things = sa.table("things", sa.column("id"), sa.column("name"))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(tmp_path / "things.sqlite3")
    async with made.transaction() as tx:
        await tx.execute(sa.text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    yield made
    await made.close()


async def test_rows_counts_and_keys_come_back(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(things.insert(), [{"id": 1, "name": "甲"}, {"id": 2, "name": "乙"}])
        one = await tx.execute(things.insert().values(name="丙"))
        assert one.changed == 1
        assert (await tx.execute(things.update().values(name=things.c.name + "方"))).changed == 3
        assert await tx.scalars(sa.select(things.c.name).order_by(things.c.id)) == ["甲方", "乙方", "丙方"]
        assert (await tx.execute(sa.select(things).where(things.c.id == 9))).first() is None


async def test_a_statement_that_fails_raises_and_the_transaction_is_undone(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as tx:
            await tx.execute(things.insert().values(id=1, name="甲"))
            await tx.execute(things.insert().values(id=2, name="甲"))
    async with db.reading() as tx:
        assert await tx.scalars(sa.select(things.c.id)) == []


async def test_several_statements_go_on_one_trip_away_from_the_loop(db: Database) -> None:
    def add_and_count(connection: sa.Connection, name: str) -> tuple[int, int | None]:
        connection.execute(things.insert().values(name=name))
        return threading.get_ident(), connection.scalar(sa.select(sa.func.count()).select_from(things))

    async with db.transaction() as tx:
        (one, first), (other, second) = await tx.run(add_and_count, "甲"), await tx.run(add_and_count, "乙")
    assert (first, second) == (1, 2)
    assert one == other != threading.get_ident()


async def test_a_statement_whose_asker_left_ends_before_the_rollback(db: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sa.Connection) -> None:
        begun.set()
        go_on.wait(5)
        connection.execute(things.insert().values(id=1, name="甲"))

    async def work() -> None:
        async with db.transaction() as tx:
            await tx.run(slow)

    task = spawn(work(), name="test.slow")
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    await asyncio.sleep(0.01)
    assert not task.done()  # the writer's turn ends with the rollback
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.transaction() as tx:
        assert await tx.scalars(sa.select(things.c.id)) == []
        await tx.execute(things.insert().values(id=1, name="甲"))


async def test_a_commit_that_fails_leaves_the_line_clean(db: Database) -> None:
    def forbid(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE parts (thing REFERENCES things(id) DEFERRABLE INITIALLY DEFERRED)")
        connection.exec_driver_sql("INSERT INTO parts VALUES (7)")

    with pytest.raises(IntegrityError):
        async with db.transaction() as tx:
            await tx.run(forbid)
    async with db.transaction() as tx:
        assert await tx.scalar(sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'parts'")) == 0


async def test_who_finds_no_free_line_waits_for_one(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(LINES):
            await stack.enter_async_context(db.reading())
        monkeypatch.setattr("server.store.db.PATIENCE", 0.01)
        with pytest.raises(TimeoutError):
            async with db.reading():
                pass
    async with db.reading() as tx:
        assert await tx.scalar(sa.text("SELECT 1")) == 1
