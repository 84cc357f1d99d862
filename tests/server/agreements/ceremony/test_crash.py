"""kill -9 in the middle of a ceremony, in a real server process: between signatures, in a turn, while sealing."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from documents import verify
from server.store import journal
from server.store.db import Database
from tests.actors import Browser, Hands
from tests.conftest import Cast, Office
from tests.running import Server, free_port
from tests.server.agreements.signer import Signer, frozen, signers


class Remote(Office):
    """An office in another process: only its doors are known."""

    async def code(self, person: str) -> str:
        outbox = (await (await self.browser()).get("/api/demo")).json["outbox"]
        return [str(one["code"]) for one in outbox if one["person"] == person and one["code"]][-1]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A child process on a data directory of its own."""
    child = Server(tmp_path / "var", free_port())
    await asyncio.to_thread(child.start)
    yield child
    await asyncio.to_thread(child.stop, signal.SIGKILL)


async def crash(server: Server) -> None:
    """Killed without a word, and started again on the same data."""
    await asyncio.to_thread(server.stop, signal.SIGKILL)
    await asyncio.to_thread(server.start)


async def look(signer: Signer) -> dict[str, Any]:
    view: dict[str, Any] = (await signer.browser.get(signer.path)).json
    return view


async def complete(signer: Signer) -> dict[str, Any]:
    end = asyncio.get_running_loop().time() + 45
    for pause in repeat(0.1):
        view = await look(signer)
        if view["state"] == "complete":
            return view
        assert view["state"] == "sealing" and asyncio.get_running_loop().time() < end, view
        await asyncio.sleep(pause)
    raise AssertionError


@pytest.mark.timeout(180)
async def test_nothing_is_lost_when_the_server_is_killed(server: Server) -> None:
    async with AsyncExitStack() as stack:
        cast: Cast = await Remote(web.Application(), server.url, Hands(), stack).cast()
        lin, chen, gu = (await signers(cast, (await frozen(cast))["ceremony"])).values()
        for signer in (lin, chen, gu):
            await signer.get_ready()
        await lin.take_and_sign()
        await crash(server)
        states = [slot["state"] for slot in (await look(gu))["slots"]]
        assert states == ["signed", "ready", "ready"]
        turn = (await chen.turn()).json
        body = chen.sign(turn)
        await crash(server)
        late = await chen.hand_in(turn, body)
        if late.status != 200:
            assert (late.code, late.data) == ("stale_lease", {"reason": "expired"})
            await chen.take_and_sign()
        again = await chen.hand_in(turn, body)
        assert (again.status == late.status and again.json == late.json) or again.code == "stale_lease"
        await gu.take_and_sign()
        await crash(server)
        view = await complete(gu)
        root = await (await cast.office.browser()).get("/trust/root.pem")
        for file in view["files"]:
            content = (await lin.browser.get(file["download"])).body
            report = await asyncio.to_thread(verify, content, (root.body,))
            assert (report.verdict, report.sha256) == ("valid", file["sha256"])
            judged = await court(await cast.office.browser(), content)
            assert judged["verdict"] == "valid"
            assert judged["known"]["number"] == view["number"]
        await chain(server, cast.case)


async def court(browser: Browser, content: bytes) -> dict[str, Any]:
    answer = await browser.post("/api/verify", data=content, kind="application/pdf")
    assert answer.status == 200, answer.json
    judged: dict[str, Any] = answer.json
    return judged


async def chain(server: Server, case: str) -> None:
    """After three crashes the journal is whole and tells every signature once."""
    await asyncio.to_thread(server.stop)
    db = Database(server.data / "hejie.sqlite3")
    async with db.reading() as tx:
        entries = await journal.read(tx, case)
    await db.close()
    assert journal.verify(entries) == []
    kinds = [entry.kind for entry in entries]
    assert (kinds.count("ceremony.sign"), kinds.count("agreement.complete")) == (3, 1)
