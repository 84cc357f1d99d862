"""The product on bad networks: the real server in one namespace, real Chromium of each person in one of their own.

async with Lab() as lab:
    room = await lab.room("applicant")           # the mediator is always there
    lin = room.people["applicant"]
    lin.host.shape(down=Shape(loss=0.1), seed=7)
    await lin.until_received(room.people["mediator"], since=time.time())
"""

import asyncio
import http.client
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, ViewportSize

from tests.browser.steps import like, say
from tests.net.link import Host
from tests.net.scene import Person, Scene
from tests.running import Server

PARTY: ViewportSize = {"width": 480, "height": 640}
MEDIATOR: ViewportSize = {"width": 1280, "height": 720}


@dataclass
class Room:
    """One case; people by role."""

    case: dict[str, Any]
    people: dict[str, Person] = field(default_factory=dict)

    async def close(self) -> None:
        for person in self.people.values():
            await person.browser.close()
            person.host.drop()


class Lab(Scene):
    """Our server, and as many rooms as wanted."""

    def __init__(self, *, port: int = 8080, **extra: str) -> None:
        """`extra` are settings of the server (`HEJIE_...`)."""
        super().__init__(port)
        self.extra = extra
        self.server: Server

    async def serve(self) -> None:
        host = self.host
        extra = {"HEJIE_MEDIA_HOST": host.address, **self.extra}
        data = self.folder / "var"
        self.server = Server(
            data, self.port, host=host.address, inside=host.command, urlopen=_opener(host), extra=extra
        )
        self.stack.callback(self.server.stop)
        await asyncio.to_thread(self.server.start)

    async def room(self, *roles: str, story: str = "leak") -> Room:
        """A fresh case with the mediator and these parties in its room, everybody receiving everybody."""
        case = await asyncio.to_thread(self.server.case, story)
        links = {link["role"]: link for link in case["links"]}
        room = Room(case)
        people = await asyncio.gather(self.person("mediator", MEDIATOR), *(self.person(role, PARTY) for role in roles))
        room.people = {person.name: person for person in people}
        mediator = room.people["mediator"]
        await asyncio.gather(_host(mediator, case), *(self._arrive(room.people[role], links[role]) for role in roles))
        for role in roles:
            person = room.people[role]
            person.name = links[role]["person"]
            await mediator.page.locator(f"[data-admit='{person.name}']").click()
            await person.page.locator("[data-room=party][data-chamber=joint]").wait_for()
        now = time.time()
        mediator.name = await self._mediator(room.people[roles[0]], {link["person"] for link in links.values()})
        for one in people:
            await asyncio.gather(*(one.until_received(other, now) for other in people if other is not one))
        return room

    async def _mediator(self, person: Person, parties: set[str]) -> str:
        """Whom this person receives that is no party."""
        end = time.time() + 20
        while time.time() < end:
            if others := {row["person"] for row in (await person.rows()).rows} - parties:
                return str(others.pop())
            await asyncio.sleep(0.1)
        raise TimeoutError("the mediator was not received in 20 s")

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
