"""A sealed recording -> WebM files that any browser plays, one for each person, a screen apart. Nothing is decoded or
encoded: VP8 and Opus are put as they came into another box, silence stands where a microphone was closed."""

import fractions
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import msgspec
from av.container import OutputContainer

from signaling.media.types import Kind

from .chunks import BadRecording, Chunk, Head, chunks, name_of
from .frames import Frame, Part, size_of
from .timeline import Timeline

MILLISECOND = fractions.Fraction(1, 1000)
VOICE = 20
"""Milliseconds of the silence that is put in, and of the packets browsers send."""
SILENCE = b"\xf8\xff\xfe"
"""20 ms of nothing (RFC 6716 3.1: CELT, full band, mono; RFC 7845 keeps clocks going like this)."""


@dataclass(frozen=True)
class Summary:
    """What a file is, told without its key: which recording, how far its chain reaches, bytes that were cut off."""

    recording: str
    head: Head
    cut_off: int


@dataclass(frozen=True)
class Order:
    """Films to be made of the file at `path`, which must be this recording and reach `head`; of `people`, or of all."""

    recording: str
    path: str
    key: bytes
    head: Head | None
    into: str
    people: list[str] | None = None


@dataclass(frozen=True)
class Exported:
    """One file made; `begins`, `ends` are milliseconds after the recording began."""

    file: str
    person: str
    what: str
    """`camera` (with the voice) or `screen`."""
    frames: int
    voices: int
    begins: int
    ends: int


def inspect(path: Path, head: Head | None = None) -> Summary:
    """Walk the chain. With `head`, which the journal kept, the file must hold that very chunk. Raises BadRecording,
    OSError. Blocking."""
    with path.open("rb") as file:
        name, last = name_of(file)
        file.seek(0)
        met = head is None or head == last
        for chunk in chunks(file):
            last = chunk.head
            met = met or last == head
        if not met:
            raise BadRecording("not_as_journalled", last.chunks)
    return Summary(name, last, path.stat().st_size - last.size)


def salvage(path: Path, head: Head | None) -> Head:
    """Cut off what a crash left after the last whole chunk (half a chunk, or blocks a lost power supply left empty).
    `head`, which the journal kept, must be reached: else nothing is cut. Raises BadRecording, OSError. Blocking."""
    with path.open("r+b") as file:
        _, last = name_of(file)
        file.seek(0)
        met = head is None or head == last
        with suppress(BadRecording):
            for chunk in chunks(file):
                last = chunk.head
                met = met or last == head
        if not met:
            raise BadRecording("not_as_journalled", last.chunks)
        file.truncate(last.size)
    return last


def parts(path: Path, key: bytes) -> Iterator[tuple[Chunk, Part]]:
    """Every chunk with what was sealed in it. Raises BadRecording, OSError. Blocking."""
    with path.open("rb") as file:
        for chunk in chunks(file):
            try:
                yield chunk, msgspec.msgpack.decode(chunk.open(key), type=Part)
            except msgspec.DecodeError:
                raise BadRecording("unreadable", chunk.index) from None


def fulfil(order: Order) -> list[Exported]:
    """Check the whole file, then `export`. Raises BadRecording, OSError. Blocking."""
    if inspect(Path(order.path), order.head).recording != order.recording:
        raise BadRecording("another_recording")
    return export(Path(order.path), order.key, Path(order.into), order.people)


def export(path: Path, key: bytes, into: Path, people: Collection[str] | None = None) -> list[Exported]:
    """Write the files of everybody, or of these people, into an empty directory; what was cut off is left out.

    Raises BadRecording, OSError. Blocking; holds no more than some chunks in memory."""
    timeline, films = Timeline(), dict[tuple[str, str], _Film]()
    for chunk, part in parts(path, key):
        timeline.learn(chunk.track, part)
        if people is None or part.person in people:
            what = "screen" if part.kind == "screen" else "camera"
            films.setdefault((part.person, what), _Film(part.person, what)).expect(part)
    for chunk, part in parts(path, key):
        timeline.note(chunk.track, part)
    shown = [film for film in films.values() if film.has]
    for number, film in enumerate(shown, 1):
        film.begin(into / f"{number:02}-{film.what}.webm")
    try:
        for chunk, part in parts(path, key):
            named = films.get((part.person, "screen" if part.kind == "screen" else "camera"))
            if named is not None and named.has:
                for frame in part.frames:
                    named.take(part.kind, frame, timeline.place(chunk.track, part, frame))
    finally:
        for film in shown:
            film.close()
    return [film.facts() for film in shown]


def spoken(packet: bytes) -> int:
    """Milliseconds of an Opus packet (RFC 6716 3.1), at least 1."""
    config, count = packet[0] >> 3, (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 1)[packet[0] & 3]
    if config < 12:
        each = (10.0, 20.0, 40.0, 60.0)[config & 3]
    else:
        each = (10.0, 20.0)[config & 1] if config < 16 else (2.5, 5.0, 10.0, 20.0)[config & 3]
    return max(1, round(each * count))


@dataclass
class _Film:
    """One file being made."""

    person: str
    what: str
    has: set[Kind] = field(default_factory=set)
    size: tuple[int, int] = (0, 0)
    _out: OutputContainer | None = None
    _streams: dict[Kind, Any] = field(default_factory=dict)
    _last: dict[Kind, int] = field(default_factory=dict)
    _counts: dict[Kind, int] = field(default_factory=dict)
    _voice_ends: int = 0
    _begins: int = -1
    _path: Path = Path()

    def expect(self, part: Part) -> None:
        """Which streams there will be; a picture has its first key frame's size."""
        if part.kind == "audio" and part.frames:
            self.has.add("audio")
        for frame in part.frames if part.kind != "audio" and part.kind not in self.has else ():
            if frame.key and (size := size_of(frame.data)) != (0, 0):
                self.size = size
                self.has.add(part.kind)
                return

    def begin(self, path: Path) -> None:
        self._path = path
        self._out = out = av.open(str(path), "w", format="webm")
        if "audio" in self.has:
            self._streams["audio"] = out.add_stream("libopus", rate=48_000)
        for kind in self.has - {"audio"}:
            self._streams[kind] = out.add_mux_stream("vp8", width=self.size[0], height=self.size[1])

    def take(self, kind: Kind, frame: Frame, shown: int) -> None:
        if kind not in self.has or (kind not in self._last and not frame.key):
            return
        if kind == "audio":
            self._silence(shown)
            self._voice_ends = max(self._voice_ends, shown) + spoken(frame.data)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._begins = shown if self._begins < 0 else min(self._begins, shown)
        self._put(kind, frame.data, shown, frame.key)

    def _silence(self, until: int) -> None:
        """From the file's first moment on, so that all files of a recording run side by side."""
        while self._voice_ends + VOICE <= until:
            self._put("audio", SILENCE, self._voice_ends, True)
            self._voice_ends += VOICE

    def _put(self, kind: Kind, data: bytes, shown: int, key: bool) -> None:
        if self._out is None:
            return
        shown = max(shown, self._last.get(kind, -1) + 1)
        self._last[kind] = shown
        packet: av.Packet[Any] = av.Packet(data)
        packet.stream = self._streams[kind]
        packet.pts = packet.dts = shown
        packet.time_base = MILLISECOND
        packet.is_keyframe = key
        if kind == "audio":
            packet.duration = spoken(data)
        self._out.mux(packet)

    def close(self) -> None:
        if self._out is not None:
            self._out.close()

    def facts(self) -> Exported:
        pictures: Kind = "screen" if self.what == "screen" else "video"
        counts = self._counts
        return Exported(
            self._path.name, self.person, self.what, counts.get(pictures, 0), counts.get("audio", 0),
            max(0, self._begins), max(self._last.values(), default=0),
        )  # fmt: skip
