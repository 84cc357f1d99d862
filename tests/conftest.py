"""Fixtures of all tests: a clock with hands, an office on a free port with an SQLite file of its own, browsers."""

import asyncio
import logging
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from argon2 import PasswordHasher

from server import vault
from server.app import create_app
from server.custody import open_authority
from server.people import rules
from server.people.model import Message
from server.people.store import messages
from server.settings import HttpOptions, Settings
from server.store import migrate
from server.store.db import Database
from server.web import keys
from tests import postgres
from tests.actors import Browser, Hands


@dataclass
class Office:
    """A running server and ways to look behind its counter."""

    app: web.Application
    base: str
    clock: Hands
    stack: AsyncExitStack

    @property
    def db(self) -> Database:
        return self.app[keys.DB]

    async def browser(self, seat: str | None = None) -> Browser:
        """A fresh one, with no cookies."""
        return await self.stack.enter_async_context(Browser(self.base, seat))

    async def outbox(self) -> list[Message]:
        """All messages sent, oldest first."""
        async with self.db.reading() as tx:
            return await messages(tx, rehearsal_only=False)

    async def code(self, person: str) -> str:
        """The newest one-time code of a person."""
        return [one.code for one in await self.outbox() if one.person == person and one.code][-1]

    async def link(self, person: str) -> str:
        """The newest join link of a person."""
        return [one.url for one in await self.outbox() if one.person == person and one.url][-1]

    async def cast(self, sample: str = "leak") -> "Cast":
        """A fresh rehearsal case and its mediator, logged in. A second link of a role is `role-2`."""
        mediator = await self.browser()
        made = (await mediator.post("/api/demo/cases", {"case": sample})).json
        answer = await mediator.login(**made["login"])
        assert answer.status == 200, answer.json
        links: dict[str, Any] = {}
        for link in made["links"]:
            same = sum(one["role"] == link["role"] for one in links.values())
            links[f"{link['role']}-{same + 1}" if same else link["role"]] = link
        logins = {role: made[role] for role in ("recorder", "beside", "reviewer")}
        return Cast(self, mediator, answer.json["id"], made["case_id"], made["session_id"], links, logins=logins)


@dataclass
class Cast:
    """The people of one case. `links` by role: person, name, role, url."""

    office: Office
    mediator: Browser
    mediator_id: str
    case: str
    session: str
    links: dict[str, Any]
    seats: dict[str, Browser] = field(default_factory=dict)
    logins: dict[str, Any] = field(default_factory=dict)
    """Of the staff beside the mediator."""

    def person(self, role: str) -> str:
        """The party's id."""
        return str(self.links[role]["person"])

    async def seat(self, role: str) -> Browser:
        """The party's browser, link opened."""
        if role not in self.seats:
            browser = self.seats[role] = await self.office.browser()
            answer = await browser.open(self.links[role]["url"])
            assert answer.status == 200, answer.json
        return self.seats[role]

    async def ready(self, role: str, *, esign: bool = True) -> Browser:
        """The party has agreed, proved the phone, tested devices."""
        browser = await self.seat(role)
        for path, body in (
            ("identify", {"is_me": True}),
            ("consents", {"online": True, "esign": esign}),
            ("code", {}),
        ):
            answer = await browser.post(f"/api/seat/{path}", body)
            assert answer.status == 200, answer.json
        for path, body in (
            ("code/check", {"code": await self.office.code(self.person(role))}),
            ("devices", {"camera": True, "microphone": True, "result": {}}),
        ):
            answer = await browser.post(f"/api/seat/{path}", body)
            assert answer.status == 200, answer.json
        return browser

    async def seen(self, role: str) -> None:
        """The mediator compared face and document."""
        body = {"party": self.person(role), "seen": True, "document": "id_card"}
        answer = await self.mediator.post(f"/api/sessions/{self.session}/identity", body)
        assert answer.status == 200, answer.json


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an empty database in newest form and a CA, to be copied: made once, not by every test."""
    settings = Settings(data=tmp_path_factory.mktemp("founded") / "var", demo=True)
    migrate.upgrade(settings.database)
    open_authority(settings, Hands())
    return settings.data


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL that forgets when the machine stops: started when the first test asks for it."""
    with postgres.running("fsync=off", "synchronous_commit=off", "full_page_writes=off") as started:
        yield started


@pytest.fixture
def postgresql(request: pytest.FixtureRequest) -> str | None:
    """Address of a database in newest form, in a test marked `both` and then the second time; else None."""
    if not getattr(request, "param", False):
        return None
    cluster: postgres.Cluster = request.getfixturevalue("cluster")
    return cluster.fresh()


both = pytest.mark.parametrize("postgresql", [False, True], ids=["sqlite", "postgresql"], indirect=True)
"""Run on an SQLite file and on PostgreSQL."""


@pytest.fixture
def place(postgresql: str | None, founded: Path, tmp_path: Path) -> Path | str:
    """Where a database in newest form is."""
    path = tmp_path / "x.sqlite3"
    return postgresql or Path(shutil.copyfile(founded / "hejie.sqlite3", path))


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm at its lowest cost."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(rules, "HASHER", hasher)
    monkeypatch.setattr(rules, "NOBODYS", hasher.hash("nobody's"))


@pytest.fixture
def settings(tmp_path: Path, postgresql: str | None) -> Settings:
    """A demo centre in a temporary directory that does not exist yet."""
    static = tmp_path / "dist"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>page</title>")
    (static / "offline.html").write_text("<!doctype html><title>verifier</title>")
    (static / "assets" / "main-3f9a71c2.js").write_text("export {}")
    return Settings(data=tmp_path / "var", postgresql=postgresql, demo=True, http=HttpOptions(port=0, static=static))


MakeOffice = Callable[..., Awaitable[Office]]


@pytest.fixture
async def make_office(settings: Settings, clock: Hands, founded: Path) -> AsyncIterator[MakeOffice]:
    """Start an office; `changes` replace parts of the settings."""
    async with AsyncExitStack() as stack:

        async def make(**changes: Any) -> Office:
            if not settings.data.exists():
                await asyncio.to_thread(shutil.copytree, founded, settings.data)
            if not changes.get("demo", True):  # a demo's CA and vault do not open outside demo mode
                await asyncio.to_thread(shutil.rmtree, settings.authority)
                (settings.data / vault.FILE).unlink(missing_ok=True)
            listening = socket.create_server(("127.0.0.1", 0))
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            http = replace(changes.pop("http", settings.http), origin=origin)
            app = create_app(replace(settings, http=http, **changes), clock)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            return Office(app, origin, clock, stack)

        yield make


@pytest.fixture
async def office(make_office: MakeOffice) -> Office:
    return await make_office()


@pytest.fixture
async def cast(office: Office) -> Cast:
    return await office.cast()


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """Whoever sets up logging in a test does not set it up for the next."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
