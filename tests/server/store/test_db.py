"""Transactions: one writer at a time, all or nothing, durable through kill -9; times that sort."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from server.store import db as db_module
from server.store import migrate
from server.store.db import Database, DatabaseClosed, Instant
from signaling import spawn
from tests.conftest import both
from tests.postgres import Cluster

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def db(place: Path | str) -> AsyncIterator[Database]:
    opened = Database(place)
    yield opened
    await opened.close()


async def count(db: Database) -> int:
    async with db.reading() as tx:
        return int(await tx.scalar(sa.text("SELECT count(*) FROM case_numbers")) or 0)


@both
async def test_an_exception_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 1)"))
            raise ZeroDivisionError
    assert await count(db) == 0


@both
async def test_writers_take_turns_and_lose_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 0)"))

    async def add_one() -> None:
        async with db.transaction() as tx:
            last = await tx.scalar(sa.text("SELECT last FROM case_numbers"))
            await asyncio.sleep(0)
            await tx.execute(sa.text("UPDATE case_numbers SET last = :n"), {"n": last + 1})

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with db.reading() as tx:
        assert await tx.scalar(sa.text("SELECT last FROM case_numbers")) == 20


async def test_another_process_cannot_write_in_between(db: Database) -> None:
    code = (
        "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=0.1,isolation_level=None)\n"
        "try:\n c.execute('BEGIN IMMEDIATE')\nexcept sqlite3.OperationalError as e:\n print(e)\n"
    )
    async with db.transaction() as tx:
        await tx.scalar(sa.text("SELECT 1"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(db.place), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
    assert b"locked" in out


async def test_on_postgresql_another_process_writes_only_after_us_and_reads_what_we_committed(cluster: Cluster) -> None:
    address = cluster.fresh()
    ours, theirs = Database(address), Database(address)  # two processes: each its own queue of writers

    async def add_one(db: Database) -> None:
        async with db.transaction() as tx:
            last = await tx.scalar(sa.text("SELECT last FROM case_numbers"))
            await asyncio.sleep(0.001)
            await tx.execute(sa.text("UPDATE case_numbers SET last = :n"), {"n": last + 1})

    async with ours.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 0)"))
    await asyncio.gather(*(add_one(db) for db in (ours, theirs) * 20))
    async with ours.reading() as tx:
        assert await tx.scalar(sa.text("SELECT last FROM case_numbers")) == 40
    await ours.close()
    await theirs.close()


async def test_who_only_reads_cannot_write_on_postgresql(cluster: Cluster) -> None:
    db = Database(cluster.fresh())
    with pytest.raises(DBAPIError):
        async with db.reading() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 1)"))
    assert await count(db) == 0
    await db.close()


async def test_connections_a_restart_of_postgresql_cut_are_made_anew(cluster: Cluster) -> None:
    db = Database(cluster.fresh())
    assert await count(db) == 0
    with psycopg.connect(str(db.place), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert await count(db) == 0
    with pytest.raises(DBAPIError):
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 1)"))
            await tx.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with db.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2027, 1)"))
    assert await count(db) == 1
    await db.close()


@both
async def test_a_reader_sees_a_snapshot_and_cannot_block_a_writer(db: Database) -> None:
    async with db.reading() as reader:
        before = await reader.scalar(sa.text("SELECT count(*) FROM case_numbers"))
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 1)"))
        assert await reader.scalar(sa.text("SELECT count(*) FROM case_numbers")) == before == 0
    assert await count(db) == 1


@both
async def test_cancelling_a_writer_frees_the_turn(db: Database) -> None:
    inside = asyncio.Event()

    async def hold() -> None:
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2026, 1)"))
            inside.set()
            await asyncio.Event().wait()

    task = spawn(hold(), name="hold")
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO case_numbers VALUES (2027, 1)"))
    assert await count(db) == 1


async def test_what_was_committed_survives_kill_9(tmp_path: Path) -> None:
    """A child commits rows one by one, reporting each; killed in the middle of it, every reported row is there."""
    path = tmp_path / "x.sqlite3"
    await asyncio.to_thread(migrate.upgrade, path)
    code = """
import asyncio, sys
from pathlib import Path
import sqlalchemy as sa
from server.store.db import Database
async def main():
    db = Database(Path(sys.argv[1]))
    for n in range(1, 100000):
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO case_numbers VALUES (:n, 1)"), {"n": n})
        print(n, flush=True)
asyncio.run(main())
"""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    reported = 0
    while reported < 25:
        reported = int(await child.stdout.readline())
    child.kill()
    rest, _ = await child.communicate()
    reported = max([reported, *(int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n"))])
    db = Database(path)
    found = await count(db)
    async with db.transaction() as tx:  # and the file can be written again
        await tx.execute(sa.text("INSERT INTO case_numbers VALUES (0, 0)"))
    await db.close()
    assert reported <= found <= reported + 1


async def test_the_file_is_in_wal_mode_with_full_sync_foreign_keys_and_secure_delete(db: Database) -> None:
    async with db.reading() as tx:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        values = [await tx.scalar(sa.text(f"PRAGMA {name}")) for name in names]
    assert values == ["wal", 2, 1, 1]


async def test_what_was_destroyed_is_in_no_byte_of_any_file(db: Database) -> None:
    secrets = [bytes([65 + number]) * 60 for number in range(20)]
    async with db.transaction() as tx:
        await tx.execute(sa.text("CREATE TABLE kept (id INTEGER PRIMARY KEY, key BLOB)"))
        for secret in secrets:
            await tx.execute(sa.text("INSERT INTO kept (key) VALUES (:key)"), {"key": secret})
    assert any(secrets[3] in data for data in files(db))
    async with db.transaction() as tx:
        await tx.execute(sa.text("UPDATE kept SET key = NULL WHERE id % 2"))
        await tx.execute(sa.text("DELETE FROM kept WHERE NOT id % 2"))
    assert await db.forget()
    assert [secret for secret in secrets for data in files(db) if secret in data] == []


async def test_who_reads_meanwhile_is_neither_waited_for_nor_held_up(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_module, "FORGETTING", 2)
    async with db.reading() as reader:
        before = await reader.scalar(sa.text("SELECT count(*) FROM accounts"))
        async with db.transaction() as tx:
            await tx.execute(sa.text("CREATE TABLE later (id INTEGER)"))
        assert not await db.forget()
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO later VALUES (1)"))
        assert await reader.scalar(sa.text("SELECT count(*) FROM accounts")) == before
    assert await db.forget()


def files(db: Database) -> list[bytes]:
    """The database and all beside it."""
    assert isinstance(db.place, Path)
    return [path.read_bytes() for path in db.place.parent.glob(f"{db.place.name}*")]


@both
async def test_errors_of_the_database_do_not_show_values(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "林秀珍"})
    assert "林秀珍" not in str(caught.value)


def test_times_are_stored_in_utc_and_naive_ones_refused() -> None:
    kind, dialect = Instant(), sa.create_mock_engine("sqlite://", lambda *_: None).dialect
    china = datetime(2026, 11, 26, 14, 0, tzinfo=timezone(timedelta(hours=8)))
    text = kind.process_bind_param(china, dialect)
    assert text == "2026-11-26T06:00:00.000000Z"
    assert kind.process_result_value(text, dialect) == datetime(2026, 11, 26, 6, tzinfo=UTC)
    with pytest.raises(ValueError, match="naive"):
        kind.process_bind_param(datetime(2026, 11, 26), dialect)


async def test_closing_waits_for_those_still_at_work(tmp_path: Path) -> None:
    db = Database(tmp_path / "x.sqlite3")
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        async with db.reading() as tx:
            reading.set()
            await go_on.wait()
            return int(await tx.scalar(sa.text("SELECT 1")))

    at_work = spawn(work(), name="test.read")
    await reading.wait()
    closing = spawn(db.close(), name="test.close")
    await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    with pytest.raises(DatabaseClosed):
        async with db.reading():
            pass
    await closing
    assert await at_work == 1
    gc.collect()  # a connection the pool forgot would warn here
