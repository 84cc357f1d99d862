"""The "before": aiortc's stock way, `RTCPeerConnection` and `MediaRelay`, which decodes and encodes again.

Run as a module it is the server: one JSON line in, one out: {"publish": sdp} and {"subscribe": sdp, "not": person}
return answers. `measure` drives it with one room of four, pictures and voices that can be decoded.
"""

import asyncio
import fractions
import json
import sys
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from av import CodecContext, VideoFrame
from av.video.codeccontext import VideoCodecContext

from signaling.media.synthetic import tone

from . import load
from .connection import Connection, browser
from .person import Room, Sending, Wire
from .pinned import pinned

PEOPLE = 4
PART = 1050
WIDTH, HEIGHT, FRAMES = 640, 360, 60


def pictures() -> load.Clip:
    """Two seconds of a moving pattern at about 1 Mbit/s, really encoded."""
    codec = CodecContext.create("libvpx", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = WIDTH, HEIGHT, "yuv420p", 1_000_000
    codec.time_base = fractions.Fraction(1, 30)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "kf-max-dist": "3000"}
    frames: list[list[bytes]] = []
    for number in range(FRAMES):
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane in frame.planes:
            rows = [bytes((x * (1 + y // 64) + 5 * number + y) % 251 for x in range(plane.line_size)) for y in range(4)]
            plane.update(b"".join(rows[y % 4] for y in range(plane.height)))
        frame.pts, frame.time_base = number, codec.time_base
        data = b"".join(bytes(packet) for packet in codec.encode(frame))
        frames.append([data[at : at + PART] for at in range(0, len(data), PART)])
    return load.write_clip("pictures", frames, {0})


class Server:
    def __init__(self) -> None:
        self.relay = MediaRelay()
        self.connections: list[RTCPeerConnection] = []
        self.tracks: list[list[Any]] = []

    async def do(self, order: dict[str, Any]) -> str:
        connection = RTCPeerConnection()
        self.connections.append(connection)
        if "publish" in order:
            mine: list[Any] = []
            self.tracks.append(mine)
            connection.on("track", mine.append)
        else:
            for person, tracks in enumerate(self.tracks):
                for track in tracks if person != order["not"] else ():
                    connection.addTrack(self.relay.subscribe(track))
        sdp = order.get("publish") or order["subscribe"]
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp


async def serve() -> None:
    server = Server()
    lines = asyncio.StreamReader(limit=1 << 26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        print(json.dumps(await server.do(json.loads(line))), flush=True)


async def measure(core: int, load_core: int) -> dict[str, Any]:
    """One room of four at browser rates; CPU per received packet, and how many such rooms a core would carry."""
    playing = {
        "audio": load.Part(load.write_clip("tone", [[each] for each in tone(440)], set()), 0.02, 960, stamped=False),
        "video": load.Part(pictures(), 1 / 30, 3000, stamped=False),
    }
    child = await pinned(core, sys.executable, "-m", "tests.bench.media.relay")
    assert child.stdin is not None and child.stdout is not None
    identity, room = browser(), Room()
    for receiving in (False, True):
        for person in range(PEOPLE):
            wire = Wire(Connection(identity))
            kinds = ("audio", "video") * (PEOPLE - 1 if receiving else 1)
            lines = [Sending(wire, kind, f"0{at}", PEOPLE - 1) for at, kind in enumerate(kinds)]
            offer = describe(wire.connection, lines, "recvonly" if receiving else "sendonly")
            order = {"subscribe": offer, "not": person} if receiving else {"publish": offer}
            child.stdin.write(json.dumps(order).encode() + b"\n")
            await asyncio.to_thread(wire.connection.open, json.loads(await child.stdout.readline()))
            room.wires.append(wire)
            room.sending += [] if receiving else lines
    found = await load.play([room], playing, core=load_core, pid=child.pid, warm=3.0, seconds=5.0)
    found["rooms_per_core"] = round(found["seconds"] / found["cpu_s"], 2)
    child.terminate()
    await child.wait()
    return found


def describe(connection: Connection, lines: list[Sending], way: str) -> str:
    mids = " ".join(each.mid for each in lines)
    out = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}", "a=msid-semantic: WMS *"]
    port = connection.socket.getsockname()[1]
    for each in lines:
        out += [f"m={each.kind} {port} UDP/TLS/RTP/SAVPF {111 if each.kind == 'audio' else 96}", "c=IN IP4 127.0.0.1"]
        out += [f"a=mid:{each.mid}", *connection.lines(), *each.codec(), f"a={way}"]
        out += [f"a=ssrc:{each.ssrc} cname:x"] if way == "sendonly" else []
        out += [f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host", "a=end-of-candidates"]
    return "\r\n".join(out) + "\r\n"


if __name__ == "__main__":
    asyncio.run(serve())
