"""A stage for products on bad networks: a network, a server's host, and for each person Chromium on a host."""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import Browser, Page, Playwright, ViewportSize, async_playwright

from tests.net.link import Host, Network
from tests.net.watch import KINDS, Rows

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


class Scene:
    """Everything is torn down with the block; what outlives a killed test is ended by the kernel (link.py)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stack = AsyncExitStack()
        self.network: Network
        self.host: Host
        """The server's."""
        self.folder: Path
        self._play: Playwright
        self._people = 0

    @property
    def url(self) -> str:
        """Of the server."""
        return f"http://{self.host.address}:{self.port}"

    async def __aenter__(self) -> Self:
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.network = self.stack.enter_context(Network())
        self.host = self.network.host("server")
        self._play = await self.stack.enter_async_context(async_playwright())
        try:
            await self.serve()
        except BaseException:
            await self.stack.aclose()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.stack.aclose()

    async def serve(self) -> None:
        """Start the server."""
        raise NotImplementedError

    async def browser(self, host: Host, *flags: str) -> Browser:
        """Chromium on that host."""
        wrapper = self.folder / f"chromium-{host.name}"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(host.command(CHROMIUM))} "$@"\n')
        wrapper.chmod(0o755)
        secure = f"--unsafely-treat-insecure-origin-as-secure={self.url}"  # cameras want a secure page
        return await self._play.chromium.launch(executable_path=wrapper, args=[*FLAGS, secure, *flags])

    async def person(self, name: str, view: ViewportSize, *flags: str) -> Person:
        """Somebody new on a host of their own, looking at an empty page."""
        self._people += 1
        host = self.network.host(f"{name}-{self._people}")
        browser = await self.browser(host, *flags)
        # Camera and microphone are allowed by Chromium's feigned question: an override would allow every frame.
        page = await browser.new_page(base_url=self.url, viewport=view, locale="zh-CN")
        page.set_default_timeout(20_000)
        await page.add_init_script(SAMPLER)
        made = Person(name, host, browser, page)
        page.on("load", lambda _: setattr(made, "loads", made.loads + 1))
        return made
