"""kill -9 at any moment: every message arrives, none twice. A real process, SQLite file, mail server, text gateway."""

import asyncio
import multiprocessing
import random
from itertools import repeat
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.messages.store import messages
from server.store import migrate
from server.store.db import Database
from tests.server.messages import postman
from tests.server.messages.world import Mailbox, Texts, mail_server, options, text_server

FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["tests.server.messages.postman"])


def start(data: Path, texts: int, mail: int, minutes: int, put: int) -> tuple[BaseProcess, Connection]:
    here, there = FRESH.Pipe()
    child = FRESH.Process(target=postman.run, args=(data, texts, mail, minutes, put, there))
    child.start()
    return child, here


async def finished(data: Path, texts: int, mail: int, minutes: int, put: int) -> None:
    child, _ = await asyncio.to_thread(start, data, texts, mail, minutes, put)
    await asyncio.to_thread(child.join)
    assert child.exitcode == 0


async def rows(data: Path) -> list[sa.Row[tuple[object, ...]]]:
    db = Database(options(data).database)
    async with db.reading() as tx:
        found = list(await tx.execute(sa.select(messages).order_by(messages.c.id)))
    await db.close()
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    migrate.upgrade(options(tmp_path / "var").database)
    return tmp_path / "var"


@pytest.mark.timeout(180)
async def test_killed_between_the_gateways_yes_and_the_commit(data: Path) -> None:
    """Both gateways have taken it and the process dies before it knows: asked again, under the same id."""
    texts, box = Texts(held=asyncio.Event()), Mailbox(held=asyncio.Event())
    async with text_server(texts) as text_port, mail_server(box) as mail_port:
        child, _ = await asyncio.to_thread(start, data, text_port, mail_port, 0, 1)
        for pause in repeat(0.02):
            if texts.sent and box.letters:
                break
            await asyncio.sleep(pause)
        child.kill()
        await asyncio.to_thread(child.join)
        assert [(row.state, row.attempts) for row in await rows(data)] == [("waiting", 1)] * 2
        texts.held = box.held = None
        await finished(data, text_port, mail_port, 1, 0)  # under the lease nobody else touches it
        assert (len(texts.bodies), box.times) == (1, 1)
        await finished(data, text_port, mail_port, 5, 1)  # its cause is repeated too
    found = await rows(data)
    assert [(row.state, row.attempts, row.sealed) for row in found] == [("sent", 2, None)] * 2
    assert (len(texts.bodies), box.times) == (2, 2)
    assert len(texts.sent) == len(box.letters) == 1


@pytest.mark.timeout(180)
async def test_killed_anywhere_again_and_again(data: Path) -> None:
    """Twelve causes by two ways; processes die while they put, take, send and write down."""
    texts, box, chance = Texts(), Mailbox(), random.Random(8)
    killed = 0
    async with text_server(texts) as text_port, mail_server(box) as mail_port:
        for minutes in range(0, 80, 4):
            child, told = await asyncio.to_thread(start, data, text_port, mail_port, minutes, 12)
            if minutes % 8:  # somewhere in the sending, else in the putting or before
                await asyncio.to_thread(told.poll, 60)
            await asyncio.to_thread(child.join, chance.random() * 0.2)
            killed += child.is_alive()
            child.kill()
            await asyncio.to_thread(child.join)
        await finished(data, text_port, mail_port, 90, 12)
    found = await rows(data)
    assert killed >= 5
    assert len(found) == 24 and {row.state for row in found} == {"sent"}
    assert sorted(str(one["text"]) for one in texts.sent.values()) == sorted(f"text {n}" for n in range(12))
    assert len(box.letters) == 12
    assert set(texts.sent) | {one[1:].partition("@")[0] for one in box.letters} == {row.id for row in found}
