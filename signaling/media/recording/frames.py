"""Packets of one track in any order -> whole frames in theirs (RFC 7741 for VP8, RFC 7587 for Opus). Pure."""

from typing import NamedTuple

import msgspec

from signaling.media import rtp
from signaling.media.native import scan, vp8
from signaling.media.types import Kind

PATIENCE: dict[Kind, float] = {"audio": 0.2, "video": 1.0, "screen": 1.0}
"""Seconds a missing packet is waited for: repairs of pictures come after some round trips, voices are not repaired."""
MOST_WAITING = 1024
MOST_HELD = 2 * 1024 * 1024
"""Bytes of one picture; who sends more under one timestamp sends no picture."""


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """One encoded picture or 20 ms of voice, as it came."""

    at: int
    """Milliseconds after the recording began when its first packet arrived."""
    time: int
    """RTP timestamp without wrapping, 1/48000 s for voices, 1/90000 s for pictures."""
    key: bool
    data: bytes


class Report(msgspec.Struct, array_like=True, frozen=True):
    """The sender's wall clock (NTP, 1/2^32 s) at an RTP timestamp: keeps lips and voice together."""

    time: int
    ntp: int


class Part(msgspec.Struct, array_like=True):
    """What one track brought in some two seconds: the content of a chunk."""

    person: str
    kind: Kind
    frames: list[Frame] = []
    reports: list[Report] = []


class _Packet(NamedTuple):
    at: float
    time: int
    last: bool
    start: bool
    body: bytes


class Frames:
    """Feed with `put`, and with `due` now and then; both return what became whole."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._waiting: dict[int, _Packet] = {}
        self._next = -1
        self._highest = -1
        self._time = -1
        self._held: list[_Packet] = []
        self._size = 0
        self.broken = kind != "audio"
        """A picture is missing: none is taken before the next key frame."""
        self.lost = 0
        """Packets that never came."""

    def put(self, data: bytes | bytearray, at: float) -> list[Frame]:
        """A packet that arrived `at` seconds after the recording began."""
        layout = scan(data)
        if layout.payload < 0 or layout.payload >= layout.end:
            return []
        sequence, timestamp, _ = rtp.FIXED.unpack_from(data, 2)
        number = self._number(sequence)
        start, body = _body(data, layout, self._kind != "audio")
        if number < self._next or number in self._waiting or not body:
            return []
        self._waiting[number] = _Packet(at, self.unwrapped(timestamp), bool(data[1] & 0x80), start, body)
        return self._ready() + (self._skip() if len(self._waiting) > MOST_WAITING else [])

    def due(self, at: float) -> list[Frame]:
        """What waited too long for a missing packet goes on without it."""
        done: list[Frame] = []
        while self._waiting and at - self._waiting[min(self._waiting)].at > PATIENCE[self._kind]:
            done += self._skip()
        return done

    def unwrapped(self, timestamp: int) -> int:
        """Near the newest one; never negative."""
        if self._time < 0:
            self._time = timestamp + (1 << 32)
            return self._time
        ahead = (timestamp - self._time + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        time = self._time + ahead
        self._time = max(self._time, time)
        return time

    def _number(self, sequence: int) -> int:
        if self._highest < 0:
            self._next = self._highest = sequence + 0x10000
            return self._highest
        ahead = (sequence - self._highest) & 0xFFFF
        number = self._highest + (ahead if ahead < 0x8000 else ahead - 0x10000)
        self._highest = max(self._highest, number)
        return number

    def _skip(self) -> list[Frame]:
        first = min(self._waiting)
        self.lost += first - self._next
        self._next = first
        self._held.clear()
        self.broken = self._kind != "audio"
        return self._ready()

    def _ready(self) -> list[Frame]:
        done: list[Frame] = []
        while (packet := self._waiting.pop(self._next, None)) is not None:
            self._next += 1
            if self._kind == "audio":
                done.append(Frame(int(packet.at * 1000), packet.time, True, packet.body))
            elif (frame := self._picture(packet)) is not None:
                done.append(frame)
        return done

    def _picture(self, packet: _Packet) -> Frame | None:
        if packet.start:
            self.broken |= bool(self._held)
            self._held, self._size = [packet], len(packet.body)
        elif self._held and self._held[0].time == packet.time and self._size + len(packet.body) <= MOST_HELD:
            self._held.append(packet)
            self._size += len(packet.body)
        else:
            self._held = []
            self.broken = True
        if not packet.last or not self._held:
            return None
        first, data = self._held[0], b"".join(held.body for held in self._held)
        self._held = []
        key = not data[0] & 1
        if self.broken and not key:
            return None
        self.broken = False
        return Frame(int(first.at * 1000), first.time, key, data)


def _body(data: bytes | bytearray, layout: rtp.Layout, picture: bool) -> tuple[bool, bytes]:
    """Whether a frame begins here, and the payload without its descriptor (RFC 7741 4.2)."""
    at = layout.payload
    if not picture:
        return True, bytes(data[at : layout.end])
    found = vp8(data, at, layout.end)
    first = data[at]
    start = bool(first & 0x10) and not first & 0x07
    at += 1
    if first & 0x80:
        if at >= layout.end:
            return False, b""
        flags = data[at]
        at += 1 + (2 if found.wide else 1) * bool(flags & 0x80) + bool(flags & 0x40) + bool(flags & 0x30)
    return start, bytes(data[at : layout.end])


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a VP8 key frame (RFC 6386 9.1); (0, 0) for what is none."""
    if len(picture) < 10 or picture[3:6] != b"\x9d\x01\x2a":
        return 0, 0
    return int.from_bytes(picture[6:8], "little") & 0x3FFF, int.from_bytes(picture[8:10], "little") & 0x3FFF
