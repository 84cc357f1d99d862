"""A server that may die at any moment, and people who go on when it is back: what a browser would send again is sent
again, nothing else is known to them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from server.store.blobs import DRAFT
from tests.actors import Answer, Browser, Hands
from tests.conftest import Cast, Office
from tests.kill.faults import Fault
from tests.running import ROOT, free_port


class Nursery:
    """The process that forks servers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, order: dict[str, Any]) -> int:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@dataclass
class House:
    """One data directory and the servers that live on it, one after another. `faults` are met in their order; then a
    server that lives."""

    nursery: Nursery
    data: Path
    faults: list[Fault | None]
    prepare: str = ""
    """module:function to be called in each server before it serves."""
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    pid: int = 0
    deaths: list[Fault] = field(default_factory=list)
    armed: Fault | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    async def start(self) -> None:
        """The next server, with the next fault in it; returns when it answers or is dead already."""
        self.armed = self.faults.pop(0) if self.faults else None
        for draft in (self.data / "blobs").glob(f"{DRAFT}*"):
            os.utime(draft, (0, 0))  # it was hours, to the next server
        env = {"HEJIE_DEMO": "1", "HEJIE_PORT": str(self.port), "HEJIE_DATA": str(self.data), **self.env}
        fault = asdict(self.armed) if self.armed else None
        order = {"env": env, "fault": fault, "log": str(self.log), "prepare": self.prepare}
        self.pid = await asyncio.to_thread(self.nursery.ask, order)
        async with aiohttp.ClientSession() as http:
            for pause in repeat(0.03):
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    if not alive(self.pid):
                        return
                await asyncio.sleep(pause)

    async def revive(self) -> None:
        """Somebody got no answer: the server must be dead, by the fault that was armed. Start the next."""
        pid = self.pid
        async with self.lock:
            if pid != self.pid:  # somebody else did
                return
            code = await asyncio.to_thread(self.nursery.ask, {"wait": pid})
            if code != -signal.SIGKILL or self.armed is None:
                raise AssertionError(f"the server left with {code}: {self.log.read_text()[-3000:]}")
            self.deaths.append(self.armed)
            await self.start()

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.pid:
            await asyncio.to_thread(self.kill, how)
            await asyncio.to_thread(self.nursery.ask, {"wait": self.pid})
            self.pid = 0

    def kill(self, how: signal.Signals) -> None:
        """From outside; a process that is dead already stays so."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, how)


def alive(pid: int) -> bool:
    """A zombie has no memory map any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@dataclass
class Patient(Browser):
    """Asks again, the same, when no answer came."""

    revive: Callable[[], Awaitable[None]] = field(kw_only=True)

    async def send(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        while True:
            try:
                return await Browser.send(self, method, path, body, **options)
            except (aiohttp.ClientError, OSError):
                await self.revive()


class Remote(Office):
    """An office in another process, of which only the doors are known."""

    house: House

    async def browser(self, seat: str | None = None) -> Browser:
        return await self.stack.enter_async_context(Patient(self.house.url, seat, revive=self.house.revive))

    async def code(self, person: str) -> str:
        outbox = (await (await self.browser()).get("/api/demo")).json["outbox"]
        return [str(one["code"]) for one in outbox if one["person"] == person and one["code"]][-1]


@asynccontextmanager
async def opened(nursery: Nursery, data: Path, faults: Iterable[Fault | None], **options: Any) -> AsyncIterator[Remote]:
    """A house with its first server running, and its office."""
    house = House(nursery, data, list(faults), **options)
    async with AsyncExitStack() as stack:
        office = Remote(web.Application(), house.url, Hands(), stack)
        office.house = house
        stack.push_async_callback(house.stop, signal.SIGKILL)
        await house.start()
        yield office


@dataclass(frozen=True)
class Prepared:
    """A case read and confirmed by everybody, not frozen yet: data to be copied, and what the browsers hold."""

    data: Path
    facts: dict[str, Any]
    logins: dict[str, tuple[str | None, dict[str, str], dict[str, str]]]
    agreement: str


async def enter(prepared: Prepared, office: Remote) -> Cast:
    """The people of the prepared case at the doors of this house."""
    browsers: dict[str, Browser] = {}
    for role, (seat, tokens, cookies) in prepared.logins.items():
        browser = browsers[role] = await office.browser(seat)
        browser.tokens = dict(tokens)
        browser._http.cookie_jar.update_cookies(cookies, URL(office.base))
    mediator = browsers.pop("mediator")
    return Cast(office=office, mediator=mediator, seats=browsers, **prepared.facts)


def copy(prepared: Prepared, data: Path) -> None:
    shutil.copytree(prepared.data, data)
