"""Every role of a meeting, made by the office's own doors, each with a socket into the room that obeys no page's rules:
it says what it likes and keeps all it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

import socketio

from server.web import keys
from tests.actors import Browser
from tests.conftest import Cast, Office

NAMESPACE = "/room"
DEADLINE = 60
"""Seconds any one change may take on a busy machine."""
GUESTS = {"expert": "钱教授", "observer": "邵岚", "witness": "叶青"}
WHO = {
    "applicant": "applicant", "representative": "representative", "respondent": "representative-2",
    "interpreter": "interpreter", **{part: part for part in GUESTS},
}  # fmt: skip
"""Name here -> link of the case. The respondent is a hospital; its employee sits there for it."""
STAFF = ("mediator", "co_mediator", "recorder")
ROLES = (*STAFF, *WHO)


class Guest:
    """One socket. `heard` is every event in order; a drain is acknowledged as pages do, or the room would wait."""

    def __init__(self, base: str, person: str) -> None:
        self.base, self.id = base, person
        self.heard: list[tuple[str, Any]] = []
        self.answers: list[Any] = []
        self._news = asyncio.Event()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("*", self._hear, namespace=NAMESPACE)

    async def _hear(self, event: str, *body: Any) -> None:
        if event == "draining":
            await self.socket.emit("drained", {"epoch": body[0]["epoch"]}, namespace=NAMESPACE)
        self.heard.append((event, body[0] if body else None))
        self._news.set()

    async def enter(self, ticket: dict[str, Any]) -> Self:
        auth = {"ticket": ticket["ticket"], "device": f"device-{self.id}"}
        await self.socket.connect(
            self.base, transports=["websocket"], namespaces=[NAMESPACE], auth=auth, wait_timeout=DEADLINE
        )
        return self

    async def say(self, event: str, body: object = None) -> dict[str, str]:
        """What the server answers: {} or `code` and `detail`."""
        answer = await self.socket.call(event, body or {}, namespace=NAMESPACE, timeout=DEADLINE)
        self.answers.append(answer)
        assert answer.keys() <= {"ok", "error"}, answer
        error: dict[str, str] = answer.get("error", {})
        return error

    async def tell(self, event: str, body: object = None) -> None:
        """It must be allowed."""
        assert await self.say(event, body) == {}, (self.id, event)

    @property
    def view(self) -> dict[str, Any]:
        return next((body for event, body in reversed(self.heard) if event == "room"), {})

    @property
    def place(self) -> str | None:
        """The chamber; None for the lobby and outside."""
        return str(self.view["chamber"]["id"]) if self.view.get("chamber") else None

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        async with asyncio.timeout(DEADLINE):
            while not holds():
                self._news.clear()
                await self._news.wait()


class Everybody:
    """The people of one case, and their browsers."""

    def __init__(self, cast: Cast, staff: dict[str, Browser], ids: dict[str, str]) -> None:
        self.cast, self.office, self.staff, self.ids = cast, cast.office, staff, ids

    @property
    def browsers(self) -> dict[str, Browser]:
        return self.staff | {role: self.cast.seats[link] for role, link in WHO.items()}

    @classmethod
    async def of(cls, office: Office) -> Self:
        """The hospital's case, with an expert, an observer and a witness invited, and a second mediator."""
        browser = await office.browser()
        made = (await browser.post("/api/demo/cases", {"case": "hospital"})).json
        staff, ids = {}, {}
        for role, login in zip(STAFF, ("login", "beside", "recorder"), strict=True):
            staff[role] = await office.browser()
            ids[role] = (await staff[role].login(**made[login])).json["id"]
        mediator, case, session = staff["mediator"], made["case_id"], made["session_id"]
        answer = await mediator.put(f"/api/cases/{case}/co_mediators", {"accounts": [ids["co_mediator"]]})
        assert answer.status == 200, answer.json
        links: dict[str, Any] = {}
        for link in made["links"]:
            links[f"{link['role']}-2" if link["role"] in links else link["role"]] = link
        for number, (part, name) in enumerate(GUESTS.items()):
            body = {"part": part, "name": name, "phone": f"1990000009{number}"}
            people = (await mediator.post(f"/api/cases/{case}/people", body)).json["parties"]
            person = next(one["id"] for one in people if one["name"] == name)
            assert (await mediator.post(f"/api/sessions/{session}/links", {"party": person})).status == 200
            links[part] = {"person": person, "name": name, "url": await office.link(person)}
        cast = Cast(office, mediator, ids["mediator"], case, session, links)
        assert (await mediator.post(f"/api/sessions/{session}/acts", {"act": "open"})).status == 200
        for role, link in WHO.items():
            await cast.ready(link)
            ids[role] = cast.person(link)
        return cls(cast, staff, ids)

    async def ticket(self, role: str) -> dict[str, Any]:
        """A new one, as the page fetches it."""
        session = self.cast.session
        door = f"/api/sessions/{session}/ticket" if role in STAFF else "/api/seat/ticket"
        self.office.clock.forward(seconds=2)
        answer = await self.browsers[role].post(door)
        assert answer.status == 200, (role, answer.json)
        found: dict[str, Any] = answer.json
        return found

    @asynccontextmanager
    async def meeting(self, *roles: str, waiting: tuple[str, ...] = ()) -> AsyncIterator[dict[str, Guest]]:
        """These in the joint chamber, a host first, others `waiting`; the meeting ends with the block."""
        async with AsyncExitStack() as stack:
            guests: dict[str, Guest] = {}
            stack.push_async_callback(self.office.app[keys.ROOMS].close, self.cast.session)
            for role in (*roles, *waiting):
                guest = await self.knock(guests, role)
                stack.push_async_callback(guest.socket.disconnect)
                if role in roles:
                    await self.admit(guests, role)
            yield guests

    async def knock(self, guests: dict[str, Guest], role: str) -> Guest:
        guest = guests[role] = Guest(self.office.base, self.ids[role])
        await guest.enter(await self.ticket(role))
        await guest.until(lambda: guest.view)
        return guest

    async def admit(self, guests: dict[str, Guest], role: str) -> None:
        """By who came first; a host is in already."""
        guest = guests[role]
        if guest.view["you"]["state"] == "waiting":
            await next(iter(guests.values())).tell("admit", {"person": guest.id})
        await guest.until(lambda: guest.view["you"]["state"] == "present", "admitted")

    async def come(self, guests: dict[str, Guest], role: str) -> None:
        """One more of a meeting under way."""
        await self.knock(guests, role)
        await self.admit(guests, role)

    async def move(self, guests: dict[str, Guest], people: list[str], chamber: str, host: str = "mediator") -> None:
        """By a host; waits until those named are there."""
        self.office.clock.forward(seconds=12)  # a set of lines has rested
        await guests[host].tell("move", {"people": [self.ids[one] for one in people], "chamber": chamber})
        for one in people:
            guest = guests[one]
            await guest.until(lambda g=guest: g.place == chamber and not g.view["moving"], chamber)  # type: ignore[misc]
