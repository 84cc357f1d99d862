"""One person of a rehearsal: HTTP with own cookies, a room socket, and a WebRTC client with synthetic media."""

import asyncio
import io
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
import socketio

from signaling.media import Offer
from signaling.media.client import SyntheticClient

DEADLINE = 30.0
"""Seconds any single promise of the server may take."""


class BrokenPromise(Exception):
    """The server did not do what the story says; the message names the step and what came instead."""


class Actor:
    """A browser's worth of client: `name` is for messages; `hertz` and `colour` (0..24) mark what it publishes."""

    def __init__(self, base: str, name: str, *, hertz: int = 220, colour: int = 0) -> None:
        self.base = base.rstrip("/")
        self.name = name
        self.media = SyntheticClient(hertz=hertz, colour=colour)
        self.view: dict[str, Any] = {}
        self.chat: list[dict[str, Any]] = []
        self.csrf = ""
        self.seat: str | None = None
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._socket = socketio.AsyncClient(reconnection=False)
        self._changed = asyncio.Condition()

    async def close(self) -> None:
        """Leave the room and drop every connection."""
        if self._socket.connected:
            await self._socket.disconnect()
        await self.media.close()
        await self._http.close()

    async def raw(self, method: str, path: str, *, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        """Status and body of one request; `body` goes as `kind` (content type)."""
        headers = {"Origin": self.base}
        if self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        if self.seat:
            headers["X-Hejie-Seat"] = self.seat
        if kind:
            headers["Content-Type"] = kind
        data = io.BytesIO(body) if body is not None else None  # a packet is too large to be sent in one piece
        async with self._http.request(method, self.base + path, data=data, headers=headers) as answer:
            return answer.status, await answer.read()

    async def call(self, method: str, path: str, body: object = None, *, refused: str | None = None) -> Any:
        """The decoded answer. With `refused`, the call must fail with that code, and its error is returned."""
        data = msgspec.json.encode(body) if body is not None else None
        status, content = await self.raw(method, path, body=data, kind="application/json" if data is not None else "")
        answer = msgspec.json.decode(content) if content else {}
        if refused is not None:
            if status < 400 or answer["error"]["code"] != refused:
                raise BrokenPromise(f"{self.name}: {method} {path} should be refused as {refused}, answered {status}")
            return answer["error"]
        if status >= 400:
            raise BrokenPromise(f"{self.name}: {method} {path} answered {status} {answer.get('error')}")
        return answer

    async def open_seat(self, link: str) -> Any:
        """Open a join link `/r/<slug>#<token>` as a browser does: the secret travels in the body only."""
        parts = urlsplit(link)
        self.seat = parts.path.rsplit("/", 1)[-1]
        seat = await self.call("POST", f"/api/seats/{self.seat}/open", {"token": parts.fragment})
        self.csrf = seat["csrf"]
        return seat

    async def enter(self, ticket: dict[str, Any]) -> None:
        """Connect to the room; events are followed in the background from here on."""
        for name in ("offer", "room", "draining", "go", "chat"):
            self._socket.on(name, getattr(self, f"_on_{name}"), namespace="/room")
        await self._socket.connect(
            ticket["url"] or self.base,
            transports=["websocket"],
            namespaces=["/room"],
            auth={"ticket": ticket["ticket"], "device": f"rehearse-{self.name}"},
        )

    async def tell(self, event: str, data: dict[str, Any]) -> Any:
        """Send a room event; its acknowledgement must be ok."""
        answer = await self._socket.call(event, data, namespace="/room", timeout=DEADLINE)
        if "error" in answer:
            raise BrokenPromise(f"{self.name}: {event} was refused: {answer['error']}")
        return answer

    async def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`; looks again at every room event and every 50 ms."""
        end = time.monotonic() + DEADLINE
        while not holds():
            if time.monotonic() > end:
                raise BrokenPromise(f"{self.name}: waited {DEADLINE:.0f} s in vain for: {what}")
            async with self._changed:
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.05)
                except TimeoutError:
                    continue

    async def _on_room(self, view: dict[str, Any]) -> None:
        self.view = view
        await self._look()

    async def _on_offer(self, offer: dict[str, Any]) -> None:
        sdp = await self.media.answer(msgspec.convert(offer, Offer))
        await self.tell("answer", {"n": offer["n"], "sdp": sdp})

    async def _on_draining(self, event: dict[str, Any]) -> None:
        self.media.drain()
        await self.tell("drained", {"epoch": event["epoch"]})

    async def _on_go(self, event: dict[str, Any]) -> None:
        self.media.use_set(event["set"])
        await self._look()

    async def _on_chat(self, message: dict[str, Any]) -> None:
        self.chat.append(message)
        await self._look()

    async def _look(self) -> None:
        async with self._changed:
            self._changed.notify_all()
