"""A pipe in memory under a virtual clock: rate, queue, delay, jitter, loss, cross traffic, and a browser that reports.

Everything is seeded; the same run gives the same figures on every machine.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from signaling.media import rtcp
from signaling.media.allocate import Want
from signaling.media.downlink import Downlink
from signaling.media.pace import OVERHEAD
from signaling.media.rtp import OPUS, RTX, VP8

TWCC_AT = 16


class World:
    """A clock that only moves when something is due."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    class Handle:
        def __init__(self) -> None:
            self.cancelled = False

        def cancel(self) -> None:
            self.cancelled = True

    def later(self, delay: float, act: Callable[[], None]) -> World.Handle:
        handle = World.Handle()
        self._count += 1
        heapq.heappush(self._due, (self.now + delay, self._count, lambda: None if handle.cancelled else act()))
        return handle

    def every(self, interval: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            self.later(interval, again)

        self.later(interval, again)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, _, act = heapq.heappop(self._due)
            act()
        self.now = end


@dataclass
class Pipe:
    """`rate` and `cross` are bit/s, `queue` bytes (tail drop), the rest seconds and fractions; change them at will."""

    world: World
    rate: float
    queue: int = 100_000
    delay: float = 0.03
    jitter: float = 0.0
    reordering: bool = False
    wander: float = 0.0
    """Seconds between two draws of the jitter, which goes straight from one to the next; 0: drawn for each packet."""
    loss: float = 0.0
    cross: float = 0.0
    seed: int = 1
    waited: list[tuple[float, float]] = field(default_factory=list)
    """When a packet entered and how long it stood in the queue."""
    lost: int = 0
    passed: int = 0
    delivered: int = 0
    """Bytes."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._filled = 0.0
        self._at = self.world.now
        self._last = 0.0
        self._from = self._to = (0.0, 0.0)

    def late(self) -> float:
        """Seconds of jitter now."""
        now, chance = self.world.now, self._random.random
        if not self.wander:
            return chance() * self.jitter
        while now >= self._to[0]:
            self._from, self._to = self._to, (max(now, self._to[0] + self.wander), chance() * self.jitter)
        (start, low), (end, high) = self._from, self._to
        return low + (high - low) * (now - start) / (end - start)

    def carry(self, size: int, deliver: Callable[[float], None]) -> None:
        now = self.world.now
        elapsed, self._at = now - self._at, now
        self._filled = max(0.0, self._filled - elapsed * self.rate / 8)
        if self.cross:  # bursts of a greedy stranger, tail-dropped like ours
            self._filled = min(self.queue, self._filled + self._random.expovariate(1.0) * elapsed * self.cross / 8)
        if self._random.random() < self.loss or self._filled + size > self.queue:
            self.lost += 1
            return
        self.waited.append((now, 8 * self._filled / self.rate))
        self._filled += size
        arrival = now + 8 * self._filled / self.rate + self.delay + self.late()
        if not self.reordering:
            arrival = self._last = max(self._last, arrival)
        self.passed += 1
        self.delivered += size
        self.world.later(arrival - now, lambda: deliver(self.world.now))


class Browser:
    """Reports arrivals by transport-wide number, through the real builder and the real reader."""

    def __init__(self, world: World, pipe: Pipe, interval: float = 0.1) -> None:
        self._world, self._pipe = world, pipe
        self._arrived: dict[int, int] = {}
        self._next = -1
        self._count = 0
        self.downlink = Downlink(self, lambda: world.now, world.later)
        self.voices: list[float] = []
        """Seconds each voice packet was under way."""
        self.deaf = False
        world.every(interval, self._report)

    def send_rtp(self, packet: bytes, twcc: int = 0) -> None:
        number = int.from_bytes(packet[TWCC_AT : TWCC_AT + 2], "big")
        left, voice = self._world.now, packet[1] == OPUS

        def deliver(at: float) -> None:
            self._arrived[number] = int((at + 7777) * 1_000_000)
            if voice:
                self.voices.append(at - left)

        self._pipe.carry(len(packet) + OVERHEAD, deliver)

    def send_rtcp(self, packet: bytes) -> None: ...
    def drop(self, *ssrcs: int) -> None: ...

    def _report(self) -> None:
        top = self.downlink.pacer.sent.next
        arrivals = sorted((top - ((top - number) & 0xFFFF), at) for number, at in self._arrived.items())
        self._arrived.clear()
        while arrivals:
            base = arrivals[0][0] if self._next < 0 else min(self._next, arrivals[0][0])
            data, taken = rtcp.transport_feedback(1, 2, self._count, base, arrivals[:400])
            self._next = max(self._next, arrivals[taken - 1][0] + 1)
            self._count += 1
            arrivals = arrivals[taken:]
            if not self.deaf:
                back = self._pipe.delay + (self._pipe.late() if self._pipe.wander else 0.0)
                self._world.later(back, lambda data=data: self._hear(data))  # type: ignore[misc]

    def _hear(self, data: bytes) -> None:
        for item in rtcp.walk(data):
            assert isinstance(item, rtcp.Feedback)
            self.downlink.on_feedback(item, self._world.now)


class Meeting:
    """Voices at 32 kbit/s each and pictures in layers, aimed by the downlink as in life."""

    def __init__(
        self, browser: Browser, world: World, voices: int, pictures: Sequence[Sequence[int]], fps: int = 25
    ) -> None:
        self.world, self.browser = world, browser
        self.voices = voices
        self.pictures = [tuple(layers) for layers in pictures]
        self.aims: dict[int, int | None] = dict.fromkeys(range(len(pictures)), 0)
        self.history: list[tuple[float, int, dict[int, int | None]]] = []
        self.padding = 0
        self._random = random.Random(7)
        for index in range(voices):
            world.later(0.02 * index / voices, lambda: world.every(0.02, self._speak))
        for index in range(len(pictures)):
            world.later(0.04 * index / len(pictures), lambda i=index: world.every(1 / fps, lambda: self._show(i, fps)))  # type: ignore[misc]
        world.every(0.05, self._tick)

    def _speak(self) -> None:
        self._send(OPUS, 80)

    def _show(self, index: int, fps: int) -> None:
        aim = self.aims[index]
        if aim is None:
            return
        left = int(self._bitrate(index, aim) / fps / 8 * self._random.uniform(0.6, 1.4))
        while left > 0:
            self._send(VP8, max(60, min(left, 1100)))
            left -= 1100

    def _bitrate(self, index: int, aim: int) -> float:
        return self.pictures[index][aim]

    def _send(self, payload_type: int, size: int) -> None:
        packet = bytearray(size)
        packet[1] = payload_type
        self.browser.downlink.pacer.send_rtp(packet, TWCC_AT)

    def _pad(self, size: int) -> None:
        self.padding += size
        self._send(RTX, size + 20)

    def _tick(self) -> None:
        wants = [
            Want(index, False, index == 0, 1080, layers, self.aims[index]) for index, layers in enumerate(self.pictures)
        ]
        downlink = self.browser.downlink
        shares = downlink.tick(wants, self.voices * 50 * (80 + OVERHEAD) * 8, self._pad, self.world.now)
        self.aims = {index: shares[index].layer for index in self.aims}
        self.history.append((self.world.now, downlink.estimator.bitrate, dict(self.aims)))


class Greedy(Meeting):
    """Two voices and one picture that takes whatever the estimate leaves, up to 6 Mb/s."""

    def __init__(self, browser: Browser, world: World) -> None:
        super().__init__(browser, world, 2, [(6_000_000,)])

    def _bitrate(self, index: int, aim: int) -> float:
        voices = self.voices * 50 * (80 + OVERHEAD) * 8
        return min(self.pictures[0][0], max(0, self.browser.downlink.pace - voices) * 1100 / 1144)

    def _tick(self) -> None:
        super()._tick()
        self.aims = {0: 0}
