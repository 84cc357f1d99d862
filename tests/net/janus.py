"""Janus as Debian ships it (packages janus, janus-demos), with its own video room page and its own demo room.

Nothing of it is changed but two names its settings.js should define: 128 kbit/s for pictures, one connection per
person received, HTTP long polling.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import ViewportSize

from tests.net.scene import Person, Scene

PAGES = Path("/usr/share/janus/demos")
VIEW: ViewportSize = {"width": 1000, "height": 720}
WHO = """
  window.token = window.apisecret = null;  // the page wants them; Debian's settings.js has lost them
  window.__lab.who = (mid, connection) =>
    (window.feeds ?? []).find((feed) => feed?.webrtcStuff?.pc === connection)?.rfdisplay ?? '';
"""
SECONDS = 30.0


class Janus(Scene):
    """The gateway and a web server with its pages."""

    name = "janus"

    def __init__(self) -> None:
        super().__init__(8000)

    def version(self) -> str:
        words = ["dpkg-query", "--show", "--showformat=${Version}", "janus"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    async def serve(self) -> None:
        if not _installed():
            raise OSError("Janus is not here: apt-get install --no-install-recommends janus janus-demos")
        log = self.stack.enter_context((self.folder / "janus.log").open("wb"))
        for words in (
            ["janus", "-F", "/etc/janus", "-i", self.host.address],
            ["python3", "-m", "http.server", str(self.port), "--directory", str(PAGES)],
        ):
            started = subprocess.Popen(self.host.command(*words), stdout=log, stderr=log)  # noqa: ASYNC220 (at once)
            self.stack.callback(started.wait, 10)
            self.stack.callback(started.terminate)
        end = time.monotonic() + SECONDS
        for port in (self.port, 8088):
            while True:
                try:
                    self.host.connect((self.host.address, port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise
                    await asyncio.sleep(0.1)

    @asynccontextmanager
    async def room(self, parties: int) -> AsyncIterator[tuple[Person, list[Person]]]:
        """Janus has one demo room: one at a time."""
        people = await asyncio.gather(*(self.person(f"guest{n}", VIEW) for n in range(parties + 1)))
        try:
            await asyncio.gather(*(_join(one) for one in people))
            since = time.time()
            for one in people:
                await asyncio.gather(*(one.until_received(other, since) for other in people if other is not one))
            yield people[0], list(people[1:])
        finally:
            for one in people:
                await one.browser.close()
                one.host.drop()


def _installed() -> bool:
    return shutil.which("janus") is not None and PAGES.exists()


async def _join(person: Person) -> None:
    page = person.page
    await page.add_init_script(WHO)
    await page.goto("/videoroomtest.html")
    await page.locator("#start").click()
    await page.locator("#username").fill(person.name)
    await page.locator("#register").click()
