"""Our server as the bench drives it: a child process of its own, pinned."""

import asyncio
import json
import os
import sys
from typing import Any

from .connection import Connection, attribute, browser
from .person import Room, Sending, Wire, sections, twcc_of
from .pinned import pinned


class Ours:
    """Start with `start`, end with `stop`. `settings` go into the child's environment."""

    def __init__(self, core: int, settings: dict[str, str] | None = None) -> None:
        self._core = core
        self._settings = settings or {}
        self._identity = browser()

    async def start(self) -> None:
        command = (sys.executable, "-m", "tests.bench.media.house")
        self._child = await pinned(self._core, *command, env={**os.environ, **self._settings})
        self.pid = self._child.pid
        await self.ask({})

    async def ask(self, order: dict[str, Any]) -> Any:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(json.dumps(order).encode() + b"\n")
        line = await self._child.stdout.readline()
        if not line:
            raise RuntimeError("our server ended")
        return json.loads(line)

    async def room(self, people: list[bool], kinds: tuple[str, ...]) -> Room:
        """A room whose publishing people send `kinds` and whose people all hear all others."""
        room, answers, opening = Room(), [], []
        for (peer, n, offer, mids), publishes in zip(await self.ask({"people": people}), people, strict=True):
            wire = Wire(Connection(self._identity), twcc_of(offer))
            sending = [Sending(wire, kind, mids[kind], len(people) - 1) for kind in kinds] if publishes else []
            answers.append([peer, n, self._answer(offer, wire.connection, {each.mid: each for each in sending})])
            opening.append((wire.connection, offer))
            room.wires.append(wire)
            room.sending += sending
        await self.ask({"answers": answers})
        for connection, offer in opening:
            await asyncio.to_thread(connection.open, offer)
        return room

    def _answer(self, offer: str, connection: Connection, sending: dict[str, Sending]) -> str:
        out = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
        for section in sections(offer):
            mid = attribute(section, "mid")
            out += [section.splitlines()[0], "c=IN IP4 127.0.0.1", f"a=mid:{mid}", *connection.lines()]
            if mid in sending:
                out += ["a=sendonly", *sending[mid].codec(), f"a=ssrc:{sending[mid].ssrc} cname:x"]
            else:
                out.append("a=recvonly" if "a=sendonly" in section else "a=inactive")
        return "\r\n".join(out) + "\r\n"

    async def stop(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        await self._child.wait()
