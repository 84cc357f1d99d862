"""The hash chain: whole as written, and any change of it is found."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from server.store import journal, migrate
from server.store.db import Database
from server.store.journal import GENESIS, Entry, body_hash, entry_hash, verify
from tests.actors import START

CASE = "cas_aaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "x.sqlite3"
    await asyncio.to_thread(migrate.upgrade, path)
    opened = Database(path)
    yield opened
    await opened.close()


def chain(length: int) -> list[Entry]:
    """A whole chain made by hand."""
    made: list[Entry] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        at, salt, body = START + timedelta(seconds=seq), f"{seq:032x}", f'{{"n":{seq}}}'
        hashed = body_hash(salt, body)
        own = entry_hash(CASE, seq, at, "session.open", "acc_x", hashed, previous)
        made.append(Entry(CASE, seq, at, "session.open", "acc_x", hashed, previous, own, salt, body))
        previous = own
    return made


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
    body = hashlib.sha256(("00" * 16 + "\n" + '{"party":"pty_x"}').encode()).hexdigest()
    line = (
        f'{{"actor":"server","at":"2026-11-26T05:50:00Z","body":"{body}","case":"{CASE}",'
        f'"kind":"code.sent","previous":"{"0" * 64}","seq":1}}'
    )
    assert hashlib.sha256(line.encode()).hexdigest() == head


async def test_the_database_refuses_to_change_or_delete_an_entry(db: Database) -> None:
    async with db.transaction() as tx:
        await journal.append(tx, CASE, "session.open", "acc_x", {}, START)
    for statement in ("UPDATE journal SET actor = 'acc_y'", "DELETE FROM journal"):
        with pytest.raises(IntegrityError, match="append-only"):
            async with db.transaction() as tx:
                await tx.execute(sa.text(statement))


async def test_a_body_can_be_withheld_and_the_chain_still_verifies(db: Database) -> None:
    async with db.transaction() as tx:
        for n in range(3):
            await journal.append(tx, CASE, "session.open", "acc_x", {"n": n}, START)
        await tx.execute(journal.bodies.delete().where(journal.bodies.c.seq == 2))
        entries = await journal.read(tx, CASE)
    assert entries[1].body is None
    assert verify(entries) == []


@given(st.data())
def test_any_altered_field_is_found(data: st.DataObject) -> None:
    entries = chain(5)
    at = data.draw(st.integers(0, 4))
    field = data.draw(
        st.sampled_from(["case_id", "seq", "at", "kind", "actor", "body_hash", "previous", "hash", "body"])
    )
    old = getattr(entries[at], field)
    new = old + timedelta(seconds=1) if field == "at" else old + 1 if field == "seq" else old[:-1] + "~"
    entries[at] = replace(entries[at], **{field: new})
    assert verify(entries)


@given(st.integers(0, 3))
def test_a_missing_or_swapped_entry_is_found(at: int) -> None:
    entries = chain(5)
    assert verify(entries[:at] + entries[at + 1 :])
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    assert verify(entries)


def test_an_entry_rehashed_after_a_change_breaks_the_next_one() -> None:
    entries = chain(3)
    forged = replace(entries[1], actor="acc_forged")
    own = entry_hash(CASE, 2, forged.at, forged.kind, forged.actor, forged.body_hash, forged.previous)
    entries[1] = replace(forged, hash=own)
    assert verify(entries) == ["3: does not follow the entry before"]
