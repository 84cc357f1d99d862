"""Janus's VideoRoom as the bench drives it: Debian's package, its own configuration files, its HTTP interface.

Settings that spare it work: ICE lite, no ICE over TCP, only the plugin and the transport in use loaded, warnings only
in the log, event loops per `LOOPS`.
"""

import asyncio
import secrets
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import aiohttp

from .connection import Connection, attribute, browser
from .person import PAYLOAD, Room, Sending, Wire, sections, twcc_of
from .pinned import pinned

LOOPS = 1
PATIENCE = 10.0
"""Seconds for an answer: with many handles this Janus now and then never gives one, and the run is repeated."""
PLUGINS = Path("/usr/lib/x86_64-linux-gnu/janus")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Janus:
    """Start with `start`, end with `stop`."""

    def __init__(self, core: int, loops: int = LOOPS) -> None:
        self._core, self._loops = core, loops
        self._identity = browser()
        self._rooms = 0

    def configure(self, place: Path, port: int) -> None:
        """The three files this run needs."""
        others = [f.name for kind in ("plugins", "transports") for f in (PLUGINS / kind).glob("*.so")]
        plugins = ",".join(name for name in others if name != "libjanus_videoroom.so")
        (place / "janus.jcfg").write_text(f"""
general: {{ configs_folder = "{place}" plugins_folder = "{PLUGINS}/plugins" transports_folder = "{PLUGINS}/transports"
  events_folder = "{place}" loggers_folder = "{place}" interface = "127.0.0.1" debug_level = 3 debug_timestamps = false
  debug_colors = false session_timeout = 0 event_loops = {self._loops} hide_dependencies = true admin_secret = "x" }}
media: {{ ipv6 = false rtp_port_range = "20000-40000" }}
nat: {{ ice_lite = true ice_tcp = false full_trickle = false }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{",".join(name for name in others if name != "libjanus_http.so")}" }}
""")
        (place / "janus.transport.http.jcfg").write_text(
            f'general: {{ json = "compact" base_path = "/janus" http = true port = {port} ip = "127.0.0.1" }}\n'
            "admin: { admin_http = false }\n"
        )
        (place / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")

    async def start(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="hejie-janus-"))
        port = free_port()
        self.configure(self._place, port)
        self._log = (self._place / "log").open("wb")
        self._child = await pinned(
            self._core, "janus", "-F", str(self._place), stdin=None, stdout=self._log, stderr=self._log
        )
        self.pid = self._child.pid
        self._root = f"http://127.0.0.1:{port}/janus"
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        for _ in range(100):
            try:
                self._session = (await self._post("", {"janus": "create"}))["data"]["id"]
                break
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        body["transaction"] = body.get("transaction", secrets.token_hex(6))
        async with self._http.post(self._root + path, json=body) as response:
            found = await response.json(content_type=None)
        if found["janus"] == "error":
            raise RuntimeError(str(found))
        return found

    async def _listen(self) -> None:
        while True:
            waiting = aiohttp.ClientTimeout(total=None)
            query = {"maxev": 20}
            async with self._http.get(f"{self._root}/{self._session}", params=query, timeout=waiting) as response:
                events = await response.json(content_type=None)
            for event in events if isinstance(events, list) else [events]:
                answered = self._waiting.pop(event.get("transaction", ""), None)
                if answered is not None and not answered.done():
                    answered.set_result(event)

    async def _attach(self) -> int:
        found = await self._post(f"/{self._session}", {"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(found["data"]["id"])

    async def _message(self, handle: int, body: dict[str, Any], sdp: tuple[str, str] | None = None) -> Any:
        """What the plugin says to a message, at once or by an event."""
        transaction = secrets.token_hex(6)
        waiting = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        order: dict[str, Any] = {"janus": "message", "body": body, "transaction": transaction}
        if sdp is not None:
            order["jsep"] = {"type": sdp[0], "sdp": sdp[1], "trickle": False}
        found = await self._post(f"/{self._session}/{handle}", order)
        if found["janus"] == "ack":
            found = await asyncio.wait_for(waiting, PATIENCE)
        data = found.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise RuntimeError(data["error"])
        return found

    async def room(self, people: list[bool], kinds: tuple[str, ...]) -> Room:
        """A room whose publishing people send `kinds` and whose people all hear all others."""
        self._rooms += 1
        room, number, feeds = Room(), self._rooms, {}
        handles = [await self._attach() for _ in people]
        order = {
            "request": "create",
            "room": number,
            "publishers": len(people),
            "audiocodec": "opus",
            "videocodec": "vp8",
        }
        await self._message(handles[0], order)
        for at, handle in enumerate(handles):
            join = {"request": "join", "ptype": "publisher", "room": number}
            joined = await self._message(handle, join)
            if people[at]:
                feeds[at] = joined["plugindata"]["data"]["id"]
                await self._publish(handle, room, kinds, len(people) - 1)
        for at in range(len(people)):
            if heard := [{"feed": feed} for other, feed in feeds.items() if other != at]:
                await self._subscribe(room, number, heard)
        return room

    async def _publish(self, handle: int, room: Room, kinds: tuple[str, ...], heard: int) -> None:
        wire = Wire(Connection(self._identity))
        sending = [Sending(wire, kind, f"0{at}", heard) for at, kind in enumerate(kinds)]
        offer = self._description(
            wire.connection,
            [
                (
                    each.kind,
                    each.mid,
                    [
                        "a=sendonly",
                        *each.codec(),
                        f"a=msid:x x{each.mid}",
                        f"a=ssrc:{each.ssrc} cname:x",
                    ],
                )
                for each in sending
            ],
        )
        answer = await self._message(handle, {"request": "publish"}, ("offer", offer))
        await asyncio.to_thread(wire.connection.open, answer["jsep"]["sdp"])
        room.wires.append(wire)
        room.sending += sending

    async def _subscribe(self, room: Room, number: int, streams: list[dict[str, int]]) -> None:
        handle = await self._attach()
        join = {"request": "join", "ptype": "subscriber", "room": number, "streams": streams}
        offer = (await self._message(handle, join))["jsep"]["sdp"]
        wire = Wire(Connection(self._identity), twcc_of(offer))
        lines = []
        for section in sections(offer):
            kept = [
                line
                for line in section.splitlines()
                if line.startswith(("a=rtpmap", "a=fmtp", "a=rtcp-fb", "a=extmap"))
            ]
            lines.append((section.split()[0][2:], attribute(section, "mid"), ["a=recvonly", *kept]))
        await self._message(handle, {"request": "start"}, ("answer", self._description(wire.connection, lines)))
        await asyncio.to_thread(wire.connection.open, offer)
        room.wires.append(wire)

    def _description(self, connection: Connection, lines: list[tuple[str, str, list[str]]]) -> str:
        host, port = "127.0.0.1", connection.socket.getsockname()[1]  # a lite agent does not use it
        mids = " ".join(mid for _, mid, _ in lines)
        out = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}", "a=msid-semantic: WMS *"]
        for kind, mid, attributes in lines:
            payload = next(
                a.split(":")[1].split()[0] for a in [*attributes, f"a=rtpmap:{PAYLOAD[kind]}"] if "rtpmap" in a
            )
            out += [f"m={kind} {port} UDP/TLS/RTP/SAVPF {payload}", f"c=IN IP4 {host}", f"a=mid:{mid}"]
            out += [*connection.lines(), *attributes, f"a=candidate:1 1 udp 2130706431 {host} {port} typ host"]
        return "\r\n".join(out) + "\r\n"

    async def stop(self) -> None:
        self._listening.cancel()
        await self._http.close()
        self._child.kill()
        await self._child.wait()
        self._log.close()
        shutil.rmtree(self._place)
