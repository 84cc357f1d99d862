"""The load client: load.c, compiled here, on the other core; streams of ready-made frames for it to play."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .person import PAYLOAD, Room
from .pinned import pinned

BUILD = Path("build/bench/load")
KEY_FRAME = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\x68\x01"
"""A VP8 frame tag, start code, 640x360 (RFC 6386 9.1)."""
TICK_US = 500


@dataclass(frozen=True)
class Clip:
    """Frames of packets to play in a loop; the first is a key frame."""

    path: Path
    packets: int
    frames: int


def write_clip(name: str, frames: list[list[bytes]], keys: set[int]) -> Clip:
    out = bytearray()
    for at, frame in enumerate(frames):
        for part, payload in enumerate(frame):
            flags = (at in keys) | (part == len(frame) - 1) << 1
            out += len(payload).to_bytes(2, "big") + bytes([flags]) + payload
    path = BUILD.parent / f"{name}.clip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out)
    return Clip(path, sum(map(len, frames)), len(frames))


def steady(size: int) -> Clip:
    """One packet per frame, a key frame in 500; `size` bytes of RTP payload in all."""
    body = size - 5
    key = KEY_FRAME + bytes(body - len(KEY_FRAME))
    return write_clip("steady", [[key]] + [[b"\x11" + bytes(body - 1)]] * 499, {0})


def camera(packets: int = 4, size: int = 1050) -> Clip:
    """A camera's rhythm: `packets` per frame of about 1 Mbit/s at 30 frames a second, a key frame in 300."""
    rest = [bytes(size - 5)] * (packets - 1)
    key = [KEY_FRAME + bytes(size - 5 - len(KEY_FRAME)), *rest]
    return write_clip("camera", [key] + [[b"\x11" + bytes(size - 6), *rest]] * 299, {0})


def voice(size: int = 90) -> Clip:
    return write_clip("voice", [[b"\x78" + bytes(size - 1)]], set())


@dataclass(frozen=True)
class Part:
    """How one kind is played: a frame of `clip` every `interval` seconds, `clock` ticks apart."""

    clip: Clip
    interval: float
    clock: int
    stamped: bool = True


def build() -> None:
    BUILD.parent.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).parent / "load.c"
    subprocess.run(["gcc", "-O2", "-o", str(BUILD), str(source), "-lcrypto"], check=True)


async def play(
    rooms: list[Room], parts: dict[str, Part], *, core: int, pid: int, warm: float, seconds: float
) -> dict[str, Any]:
    """Play every stream of every room; what was sent, delivered, delayed, and what process `pid` spent on it."""
    orders = [f"window {round(1000 * warm)} {round(1000 * seconds)} {TICK_US}", f"watch {pid}"]
    clips = {kind: at for at, kind in enumerate(parts)}
    orders += [f"clip {part.clip.path}" for part in parts.values()]
    wires = [wire for room in rooms for wire in room.wires]
    for wire in wires:
        each = wire.connection
        orders.append(f"socket {each.socket.fileno()} {each.tx.hex()} {each.rx.hex()} {each.check.hex()} {wire.twcc}")
    at = {id(wire): number for number, wire in enumerate(wires)}
    streams = [sending for room in rooms for sending in room.sending]
    for number, each in enumerate(streams):
        part = parts[each.kind]
        interval = round(1e9 * part.interval)
        extension, twcc = each.extension()
        phase = interval * number // len(streams)
        orders.append(
            f"stream {at[id(each.wire)]} {each.ssrc} {PAYLOAD[each.kind]} {interval} {part.clock} {clips[each.kind]} "
            f"{int(part.stamped)} {int(each.kind == 'video')} {phase} {extension.hex()} {twcc}"
        )
    child = await pinned(core, str(BUILD), pass_fds=[wire.connection.socket.fileno() for wire in wires])
    out, _ = await child.communicate("\n".join(orders).encode() + b"\n")
    if child.returncode != 0:
        raise RuntimeError("the load failed")
    found: dict[str, Any] = json.loads(out)
    weight = {kind: part.clip.packets / part.clip.frames / part.interval for kind, part in parts.items()}
    total = sum(weight[each.kind] for each in streams)
    fan_out = sum(weight[each.kind] * each.heard for each in streams) / total
    found["offered_pps"] = round(total)
    found["expected"] = round(found["sent"] * fan_out)
    found["delivered"] = round(found["received"] / max(1, found["expected"]), 5)
    found["us_per_packet"] = round(1e6 * found["cpu_s"] / max(1, found["sent"]), 2)
    return found
