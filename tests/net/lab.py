"""The product on bad networks: the real server in one namespace, real Chromium of each person in one of their own.

    async with Lab() as lab:
        room = await lab.room("applicant")           # the mediator is always there
        lin = room.people["applicant"]
        lin.host.shape(down=Shape(loss=0.1), seed=7)
        await lin.until_received(room.people["mediator"], since=time.time())

Everything is torn down with the block; what outlives a killed test is ended by the kernel (tests/net/link.py).
"""

import asyncio
import http.client
import tempfile
import time
import urllib.request
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.async_api import Browser, Page, Playwright, ViewportSize, async_playwright

from tests.browser.steps import like, say
from tests.net.link import Host, Network
from tests.net.watch import KINDS, Rows
from tests.running import Server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
SAMPLER = (Path(__file__).parent / "sampler.js").read_text(encoding="utf-8")
PARTY: ViewportSize = {"width": 480, "height": 640}
MEDIATOR: ViewportSize = {"width": 1280, "height": 720}


@dataclass
class Person:
    """Somebody with a browser behind a line of their own."""

    name: str
    """Id in the room."""
    host: Host
    browser: Browser
    page: Page
    loads: int = 0
    """Documents this page has loaded: a reload is one more."""

    async def rows(self) -> Rows:
        """All samples of this page so far."""
        return Rows(await self.page.evaluate("window.__lab.rows"))

    async def until_received(self, other: "Person", since: float, deadline: float = 30.0) -> float:
        """Seconds from `since` (Unix time) until pictures and sound of `other` came, 0 if they had not stopped."""
        while True:
            rows = await self.rows()
            back = [rows.back(other.name, kind, since) for kind in KINDS]
            late = [max(rows.news(other.name, kind), default=0.0) <= since for kind in KINDS]
            if None not in back and not any(late):
                return max(one or 0.0 for one in back)
            if time.time() > since + deadline:
                raise TimeoutError(f"{self.name} received nothing of {other.name} in {deadline:.0f} s")
            await asyncio.sleep(0.2)


@dataclass
class Room:
    """One case; people by role."""

    case: dict[str, Any]
    people: dict[str, Person] = field(default_factory=dict)

    async def close(self) -> None:
        for person in self.people.values():
            await person.browser.close()
            person.host.drop()


class Lab:
    """A network, the server on it, and as many rooms as wanted."""

    def __init__(self, *, port: int = 8080, **extra: str) -> None:
        """`extra` are settings of the server (`HEJIE_...`)."""
        self.port, self.extra = port, extra
        self._stack = AsyncExitStack()
        self.network: Network
        self.server: Server
        self._play: Playwright
        self._hosts = 0

    async def __aenter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.network = self._stack.enter_context(Network())
        host = self.network.host("server")
        self._folder = folder
        self.server = Server(
            folder / "var", self.port, host=host.address, inside=host.command, urlopen=_opener(host),
            extra={"HEJIE_MEDIA_HOST": host.address, **self.extra},
        )  # fmt: skip
        self._stack.callback(self.server.stop)
        await asyncio.to_thread(self.server.start)
        self._play = await self._stack.enter_async_context(async_playwright())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        await self._stack.aclose()

    async def browser(self, host: Host, *flags: str) -> Browser:
        """Chromium on that host."""
        wrapper = self._folder / f"chromium-{host.name}"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(host.command(CHROMIUM))} "$@"\n')
        wrapper.chmod(0o755)
        secure = f"--unsafely-treat-insecure-origin-as-secure={self.server.url}"  # cameras want a secure page
        return await self._play.chromium.launch(executable_path=wrapper, args=[*FLAGS, secure, *flags])

    async def person(self, name: str, *flags: str) -> Person:
        """Somebody new on a host of their own, looking at an empty page of the server."""
        self._hosts += 1
        host = self.network.host(f"{name}-{self._hosts}")
        browser = await self.browser(host, *flags)
        page = await browser.new_page(
            base_url=self.server.url,
            viewport=MEDIATOR if name == "mediator" else PARTY,
            locale="zh-CN",
            permissions=["microphone", "camera"],
        )
        page.set_default_timeout(20_000)
        await page.add_init_script(SAMPLER)
        made = Person(name, host, browser, page)
        page.on("load", lambda _: setattr(made, "loads", made.loads + 1))
        return made

    async def room(self, *roles: str, story: str = "leak") -> Room:
        """A fresh case with the mediator and these parties in its room, everybody receiving everybody."""
        case = await asyncio.to_thread(self.server.case, story)
        links = {link["role"]: link for link in case["links"]}
        room = Room(case)
        people = await asyncio.gather(*(self.person(role) for role in ("mediator", *roles)))
        room.people = {person.name: person for person in people}
        mediator = room.people["mediator"]
        await asyncio.gather(_host(mediator, case), *(self._arrive(room.people[role], links[role]) for role in roles))
        for role in roles:
            person = room.people[role]
            person.name = links[role]["person"]
            await mediator.page.locator(f"[data-admit='{person.name}']").click()
            await person.page.locator("[data-room=party][data-chamber=joint]").wait_for()
        now = time.time()
        mediator.name = await mediator.page.evaluate("document.querySelector('[data-person]').dataset.person")
        for one in people:
            await asyncio.gather(*(one.until_received(other, now) for other in people if other is not one))
        return room

    async def _arrive(self, person: Person, link: dict[str, Any]) -> None:
        """From the link to the lobby."""
        page = person.page
        await page.goto(link["url"])
        await _press(page, "seat.invite.go")
        await page.locator("#consent-online").check()
        await page.locator("#consent-esign").check()
        await _press(page, "seat.consent.go")
        await _press(page, "seat.code.send")
        code = page.locator("#seat-code")
        await code.wait_for()
        await code.fill(await asyncio.to_thread(self.server.code, link["person"]))
        check = page.get_by_role("button", name=say("seat.code.check"), exact=True)
        if await check.is_visible():  # six digits may already have sent themselves
            await check.click()
        await code.wait_for(state="detached")
        await page.locator("[data-device-preview][data-camera=live][data-microphone=live]").wait_for()
        await _press(page, "seat.devices.go")
        await page.locator("[data-lobby][data-state=waiting]").wait_for()


async def _press(page: Page, key: str) -> None:
    name = like(key) if "{" in say(key) else say(key)
    await page.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()


async def _host(person: Person, case: dict[str, Any]) -> None:
    """The mediator logs in and opens the room."""
    page = person.page
    await page.goto("/login")
    await page.locator("input[autocomplete=username]").fill(case["login"]["username"])
    await page.locator("input[type=password]").fill(case["login"]["password"])
    await page.locator("form button[type=submit]").click()
    await page.wait_for_url("**/day")
    await page.goto(f"/session/{case['session_id']}")
    await _press(page, "case.session_enter")
    await page.locator("[data-room][data-chamber=joint]").wait_for()


def _opener(host: Host) -> Any:
    """`urllib.request.urlopen` of another namespace."""

    class Connection(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = host.connect((self.host, self.port), self.timeout)

    class Handler(urllib.request.HTTPHandler):
        def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Connection, request)

    return urllib.request.build_opener(urllib.request.ProxyHandler({}), Handler).open
