"""A person with a real Socket.IO connection: remembers what was said, waits for what should come, never sleeps."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import socketio

from signaling.protocol import NAMESPACE, SERVER_EVENTS, Role, Side
from signaling.ticket import Ticket, mint
from tests.signaling.meeting import CAST

SECRET = b"x" * 32
DEADLINE = 8.0
T = TypeVar("T")


def ticket(person: str, room: str = "ses_1", exp: int = 2**40) -> str:
    name, role, side = CAST[person]
    return mint(SECRET, _ticket(room, person, name, role, side, exp))


def _ticket(room: str, person: str, name: str, role: Role, side: Side, exp: int) -> Ticket:
    return Ticket(room, person, name, role, side, exp)


class Visitor:
    """`acks_drains` is the obedient client; switched off, it is the one that does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.also: dict[str, Callable[[Any], Awaitable[None]]] = {}
        self.acks_drains = True
        self.open = False
        self._news = asyncio.Condition()
        for event in SERVER_EVENTS:
            self.client.on(event, self._remember(event), namespace=NAMESPACE)
        self.client.on("disconnect", self._gone, namespace=NAMESPACE)

    async def connect(self, text: str, device: str = "device-1", peer: str = "") -> "Visitor":
        await self.client.connect(
            self.url,
            transports=["websocket"],
            namespaces=[NAMESPACE],
            auth={"ticket": text, "device": device, "peer": peer},
            wait_timeout=5,
        )
        self.open = True
        return self

    async def say(self, event: str, body: object = None) -> dict[str, Any]:
        answer: dict[str, Any] = await self.client.call(event, body or {}, namespace=NAMESPACE, timeout=5)
        return answer

    async def until(self, wanted: Callable[[], T]) -> T:
        """The first true value of `wanted`, tried after each event."""
        async with self._news:
            async with asyncio.timeout(DEADLINE):
                while not (value := wanted()):
                    await self._news.wait()
                return value

    async def hear(self, event: str) -> Any:
        """The first payload of that event, now or soon."""
        return (await self.until(lambda: [body for name, body in self.heard if name == event]))[0]

    def all(self, event: str) -> list[Any]:
        return [body for name, body in self.heard if name == event]

    @property
    def room(self) -> dict[str, Any]:
        """The newest view."""
        views = self.all("room")
        return views[-1] if views else {"you": {"state": None}, "chamber": None, "lobby": [], "chambers": []}

    async def close(self) -> None:
        await self.client.disconnect()

    def _remember(self, event: str) -> Callable[..., Any]:
        async def remember(body: Any) -> None:
            if event in self.also:
                await self.also[event](body)
            if event == "draining" and self.acks_drains:
                await self.client.emit("drained", {"epoch": body["epoch"]}, namespace=NAMESPACE)
            async with self._news:
                self.heard.append((event, body))
                self._news.notify_all()

        return remember

    async def _gone(self, reason: str = "") -> None:
        async with self._news:
            self.open = False
            self._news.notify_all()
