"""Synthetic pictures and tones, encoded once: a solid colour as one VP8 key frame, a tone as a loop of Opus packets."""

import asyncio
import fractions
import math
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from aiortc import MediaStreamTrack
from av import AudioFrame, CodecContext, Packet, VideoFrame
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT = 160, 120
COLOURS = 25
"""Colour codes 0..24: five levels of each chroma, far enough apart to survive any quantiser."""
_LEVELS = (32, 80, 128, 176, 224)
SAMPLE_RATE = 48_000
PTIME = 960
"""Samples in one 20 ms packet."""
LOOP = 50
"""Packets in the loop of a tone: one second, so that whole numbers of Hz have no seam."""


@lru_cache(maxsize=COLOURS)
def key_frame(colour: int) -> bytes:
    """One VP8 key frame, 160x120, filled with colour code `colour`."""
    u, v = _LEVELS[colour % 5], _LEVELS[colour // 5]
    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, level in zip(frame.planes, (128, u, v), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    codec = CodecContext.create("libvpx", "w")
    assert isinstance(codec, VideoCodecContext)  # noqa: S101 -- narrows the type av declares
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base = fractions.Fraction(1, 90_000)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    frame.pts, frame.time_base = 0, codec.time_base
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def colour_of(frame: VideoFrame) -> int:
    """The colour code in the middle of a decoded frame."""
    middle = []
    for plane in (frame.planes[1], frame.planes[2]):
        at = (plane.height // 2) * plane.line_size + plane.width // 2
        middle.append(memoryview(plane)[at])
    u, v = (min(range(5), key=[abs(known - level) for known in _LEVELS].__getitem__) for level in middle)
    return u + 5 * v


@lru_cache(maxsize=16)
def tone(hertz: int) -> tuple[bytes, ...]:
    """One second of a sine of `hertz`, as 50 Opus packets of 20 ms, mono."""
    codec = CodecContext.create("libopus", "w")
    assert isinstance(codec, AudioCodecContext)  # noqa: S101 -- narrows the type av declares
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = SAMPLE_RATE, "mono", "s16", 24_000
    codec.time_base = fractions.Fraction(1, SAMPLE_RATE)
    packets: list[bytes] = []
    step = 2 * math.pi * hertz / SAMPLE_RATE
    for index in range(LOOP + 5):
        samples = array("h", (int(8000 * math.sin(step * (index * PTIME + i))) for i in range(PTIME)))
        frame = AudioFrame(format="s16", layout="mono", samples=PTIME)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, index * PTIME, codec.time_base
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(packets[-LOOP:])


def hertz_of(frames: Sequence[AudioFrame]) -> int:
    """The frequency of decoded frames by rising zero crossings; 0 for silence."""
    rising = total = 0
    before = 0
    for frame in frames:
        channels = len(frame.layout.channels)
        samples = array("h", bytes(frame.planes[0])[: 2 * frame.samples * channels])[::channels]
        if max(samples, default=0) < 500:
            continue
        total += len(samples)
        for sample in samples:
            rising += before < 0 <= sample
            before = sample
    return round(rising * SAMPLE_RATE / total) if total else 0


class Clocked(MediaStreamTrack):
    """A track of ready-made packets, `interval` seconds apart."""

    def __init__(self, interval: float, rate: int) -> None:
        super().__init__()
        self._interval = interval
        self._step = round(interval * rate)
        self._time_base = fractions.Fraction(1, rate)
        self._next: float | None = None
        self._index = 0

    def payload(self, index: int) -> bytes:
        raise NotImplementedError

    async def recv(self) -> "Packet[Any]":
        """The next packet, when its time has come; a track left idle starts anew, without a burst."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._next is None or now - self._next > 10 * self._interval:
            self._next = now
        if self._next > now:
            await asyncio.sleep(self._next - now)
        self._next += self._interval
        packet = Packet(self.payload(self._index))
        packet.pts = self._index * self._step
        packet.time_base = self._time_base
        self._index += 1
        return packet


class ColourTrack(Clocked):
    """Solid colour, every frame a key frame; `colour` may be changed at any time."""

    kind = "video"

    def __init__(self, colour: int, fps: int) -> None:
        super().__init__(1 / fps, 90_000)
        self.colour = colour

    def payload(self, index: int) -> bytes:
        return key_frame(self.colour)


class ToneTrack(Clocked):
    """A sine; `hertz` may be changed at any time."""

    kind = "audio"

    def __init__(self, hertz: int) -> None:
        super().__init__(PTIME / SAMPLE_RATE, SAMPLE_RATE)
        self.hertz = hertz

    def payload(self, index: int) -> bytes:
        return tone(self.hertz)[index % LOOP]
