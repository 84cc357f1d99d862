"""The hash chain: whole as written, and read back as it was."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from server.store import journal
from server.store.db import Database
from server.store.journal import GENESIS, verify
from tests.actors import START
from tests.conftest import both

pytestmark = both

CASE = "cas_aaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
async def db(place: Path | str) -> AsyncIterator[Database]:
    opened = Database(place)
    yield opened
    await opened.close()


async def test_entries_follow_each_other_and_the_head_is_the_last_hash(db: Database) -> None:
    async with db.transaction() as tx:
        assert await journal.head(tx, CASE) == GENESIS
        heads = [await journal.append(tx, CASE, "session.open", "acc_x", {"n": n}, START) for n in range(3)]
        other = await journal.append(tx, "cas_b", "session.open", "acc_x", {"n": 0}, START)
        entries = await journal.read(tx, CASE)
        assert await journal.head(tx, CASE) == heads[-1] == entries[-1].hash
        assert await journal.cases(tx) == [CASE, "cas_b"]
    assert [entry.previous for entry in entries] == [GENESIS, *heads[:-1]]
    assert verify(entries) == [] and other not in heads


async def test_an_entry_can_be_checked_with_nothing_but_sha_256(db: Database) -> None:
    async with db.transaction() as tx:
        head = await journal.append(tx, CASE, "code.sent", "server", {"party": "pty_x"}, START, salt="00" * 16)
    salt = hmac.digest(bytes(16), b"hejie-journal-field-2\nparty", "sha256").hex()
    blind = hmac.digest(bytes(16), b"hejie-journal-blind-2\n", "sha256").hex()
    field = hashlib.sha256(f'hejie-journal-field-2\n["{salt}","party","pty_x"]'.encode()).hexdigest()
    body = hashlib.sha256(("hejie-journal-body-2\n" + "\n".join(sorted((blind, field)))).encode()).hexdigest()
    line = (
        f'{{"actor":"server","at":"2026-11-26T05:50:00Z","body":"{body}","case":"{CASE}",'
        f'"kind":"code.sent","previous":"{"0" * 64}","seq":1}}'
    )
    assert hashlib.sha256(line.encode()).hexdigest() == head


async def test_the_database_refuses_to_change_or_delete_an_entry(db: Database) -> None:
    async with db.transaction() as tx:
        await journal.append(tx, CASE, "session.open", "acc_x", {}, START)
    for statement in ("UPDATE journal SET actor = 'acc_y'", "DELETE FROM journal"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with db.transaction() as tx:
                await tx.execute(sa.text(statement))


async def test_a_body_that_is_gone_without_a_word_is_found(db: Database) -> None:
    async with db.transaction() as tx:
        for n in range(3):
            await journal.append(tx, CASE, "session.open", "acc_x", {"n": n}, START)
        await tx.execute(journal.bodies.delete().where(journal.bodies.c.seq == 2))
        entries = await journal.read(tx, CASE)
    assert entries[1].body is None
    assert [str(one) for one in verify(entries)] == ["2: body (missing)"]
