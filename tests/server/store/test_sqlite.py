"""One trip for a statement: the same answers as from aiosqlite's own cursor, errors included."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.store.db import Database
from server.store.sqlite import connect

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
        assert one.rowcount == 1
        assert (await tx.execute(things.update().values(name=things.c.name + "方"))).rowcount == 3
        assert list(await tx.scalars(sa.select(things.c.name).order_by(things.c.id))) == ["甲方", "乙方", "丙方"]
        assert (await tx.execute(sa.select(things).where(things.c.id == 9))).first() is None


async def test_a_statement_that_fails_raises_and_the_transaction_is_undone(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as tx:
            await tx.execute(things.insert().values(id=1, name="甲"))
            await tx.execute(things.insert().values(id=2, name="甲"))
    async with db.reading() as tx:
        assert list(await tx.scalars(sa.select(things.c.id))) == []


async def test_a_trip_runs_on_the_connections_own_thread(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "x"), check_same_thread=True)
    assert (await connection.trip(lambda plain: plain.execute("SELECT 7").fetchone())) == (7,)
    await connection.close()
