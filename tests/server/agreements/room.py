"""People in the real meeting room without media: they connect, are let in, move, and note what they are told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import socketio

from tests.conftest import Cast


class Person:
    """One socket in `/room`."""

    def __init__(self, cast: Cast, person: str) -> None:
        self.base, self.id, self.clock = cast.office.base, person, cast.office.clock
        self.view: dict[str, Any] = {}
        self.changed: list[str] = []
        self.moved = asyncio.Event()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("room", self._room, namespace="/room")
        self.socket.on("changed", self._change, namespace="/room")
        self.socket.on("draining", self._drain, namespace="/room")

    async def _room(self, view: dict[str, Any]) -> None:
        self.view = view
        self.moved.set()

    async def _change(self, event: dict[str, Any]) -> None:
        self.changed.append(event["what"])

    async def _drain(self, event: dict[str, Any]) -> None:
        await self.socket.emit("drained", {"epoch": event["epoch"]}, namespace="/room")

    async def enter(self, ticket: dict[str, Any]) -> None:
        auth = {"ticket": ticket["ticket"], "device": f"test-{self.id}"}
        await self.socket.connect(self.base, transports=["websocket"], namespaces=["/room"], auth=auth)

    async def tell(self, event: str, data: dict[str, Any]) -> None:
        answer = await self.socket.call(event, data, namespace="/room", timeout=5)
        assert "error" not in answer, answer

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait for a view of the room."""
        async with asyncio.timeout(12):
            while not (self.view and holds(self.view)):
                self.moved.clear()
                await self.moved.wait()

    async def move(self, people: list[str], chamber: str, *, also: "Person") -> None:
        """As the mediator: move people once the sets have rested, wait until both sides are there."""
        self.clock.forward(seconds=12)
        await self.tell("move", {"people": people, "chamber": chamber})
        for person in (self, also):
            await person.until(lambda view: (view.get("chamber") or {}).get("id") == chamber and not view["moving"])


@asynccontextmanager
async def joined(cast: Cast) -> AsyncIterator[dict[str, Person]]:
    """The session is open, mediator and both parties sit in the joint chamber."""
    async with AsyncExitStack() as stack:
        opened = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
        assert opened.status == 200, opened.json
        people = {"mediator": Person(cast, cast.mediator_id)}
        for role in ("applicant", "respondent"):
            people[role] = Person(cast, cast.person(role))
        for role, person in people.items():
            stack.push_async_callback(person.socket.disconnect)
            if role == "mediator":
                ticket = await cast.mediator.post(f"/api/sessions/{cast.session}/ticket", {})
            else:
                ticket = await (await cast.ready(role)).post("/api/seat/ticket", {})
            assert ticket.status == 200, ticket.json
            await person.enter(ticket.json)
            if role != "mediator":
                await person.until(lambda view: view["you"]["state"] == "waiting")
                await people["mediator"].tell("admit", {"person": person.id})
            await person.until(lambda view: view["you"]["state"] == "present")
        yield people
