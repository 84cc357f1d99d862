"""A real server with the rooms and the media plane, and people who come to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from aiohttp import web

from signaling.events import Detail, Received
from signaling.live import LiveRoom
from signaling.media import MediaOptions, MediaPlane
from signaling.namespace import Rooms
from signaling.office import Forwarded
from signaling.options import RoomOptions
from signaling.protocol import ChamberId, Seat
from tests.signaling.visitor import SECRET, Visitor, ticket


@dataclass
class Journal:
    """The office's ear, in memory."""

    lines: list[tuple[object, ...]] = field(default_factory=list)
    counts: list[tuple[int, Mapping[ChamberId, tuple[str, ...]], Forwarded, Received]] = field(default_factory=list)
    broken: bool = False

    async def on_attendance(self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime) -> None:
        self._write(room, person, state, chamber)

    async def on_move(self, room: str, epoch: int, people: tuple[str, ...], chamber: ChamberId, at: datetime) -> None:
        self._write(room, epoch, people, chamber)

    async def on_counts(
        self,
        room: str,
        epoch: int,
        people: Mapping[ChamberId, tuple[str, ...]],
        forwarded: Forwarded,
        received: Received,
        at: datetime,
    ) -> None:
        if self.broken:
            raise OSError("disk full")
        self.counts.append((epoch, people, forwarded, received))

    async def on_note(self, room: str, what: str, person: str, detail: Detail, at: datetime) -> None:
        self._write(room, what, person, detail)

    def _write(self, *line: object) -> None:
        if self.broken:
            raise OSError("disk full")
        self.lines.append(line)


@dataclass
class House:
    """`room` is the one of the tests; `visit` connects a person, `enter` also lets them in."""

    rooms: Rooms
    journal: Journal
    url: str
    stack: AsyncExitStack

    @property
    def room(self) -> LiveRoom:
        return self.rooms._rooms["ses_1"]

    async def visit(self, person: str, device: str = "device-1", text: str | None = None, peer: str = "") -> Visitor:
        visitor = Visitor(self.url)
        self.stack.push_async_callback(visitor.close)
        return await visitor.connect(text or ticket(person), device, peer)

    async def enter(self, *people: str) -> list[Visitor]:
        """The mediator first."""
        visitors = [await self.visit(person) for person in people]
        for person, visitor in zip(people[1:], visitors[1:], strict=True):
            await visitor.hear("room")
            assert await visitors[0].say("admit", {"person": person}) == {"ok": True}
        for visitor in visitors:
            await visitor.hear("go")
        return visitors


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        yield await build(stack)


@pytest.fixture
async def house_of() -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """Houses with other options."""
    async with AsyncExitStack() as stack:

        async def make(options: RoomOptions) -> House:
            return await build(stack, options)

        yield make


async def build(stack: AsyncExitStack, options: RoomOptions | None = None) -> House:
    media = await MediaPlane.open(MediaOptions())
    stack.push_async_callback(media.close)
    journal = Journal()
    rooms = Rooms(secret=SECRET, media=media, listener=journal, options=options)
    app = web.Application()
    rooms.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stack.push_async_callback(rooms.close_all)
    port = runner.addresses[0][1]
    return House(rooms, journal, f"http://127.0.0.1:{port}", stack)
