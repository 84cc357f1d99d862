"""What a cookie stands for: hashed, expiring twice over, ended at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.store import logins
from server.store.db import Database
from tests.actors import START
from tests.conftest import both

pytestmark = both


@pytest.fixture
async def db(place: Path | str) -> AsyncIterator[Database]:
    opened = Database(place)
    yield opened
    await opened.close()


async def test_only_the_hash_of_a_cookie_is_kept(db: Database) -> None:
    async with db.transaction() as tx:
        token, login = await logins.start(tx, "staff", "acc_x", START, 60, 600)
        kept = list(await tx.execute(sa.select(logins.logins)))
    assert token not in str(kept) and login.hash in str(kept)


async def test_a_login_ends_when_idle_and_in_any_case(db: Database) -> None:
    async with db.transaction() as tx:
        token, _ = await logins.start(tx, "staff", "acc_x", START, 100, 250)
        for seconds, alive in ((99, True), (100, False)):
            assert bool(await logins.find(tx, "staff", token, START + timedelta(seconds=seconds))) is alive
        for seconds in (90, 180, 240):
            now = START + timedelta(seconds=seconds)
            login = await logins.find(tx, "staff", token, now)
            assert login is not None
            await logins.touch(tx, login, now, 100)
        assert await logins.find(tx, "staff", token, START + timedelta(seconds=249))
        assert await logins.find(tx, "staff", token, START + timedelta(seconds=250)) is None


async def test_a_login_is_of_its_kind_only_and_ends_with_all_of_its_subject(db: Database) -> None:
    async with db.transaction() as tx:
        first, _ = await logins.start(tx, "seat", "sea_x", START, 60, 600)
        second, _ = await logins.start(tx, "seat", "sea_x", START, 60, 600)
        assert await logins.find(tx, "staff", first, START) is None
        assert await logins.alive(tx, "seat", "sea_x", START)
        assert await logins.end_all(tx, "seat", "sea_x") == 2
        assert await logins.find(tx, "seat", second, START) is None
        assert not await logins.alive(tx, "seat", "sea_x", START)
