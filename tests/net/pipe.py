"""What one direction of a line does to packets: a pure model, the same fates for the same seed.

Times are seconds of any clock that does not go back, sizes are bytes of the IP packet. A packet meets, in this order,
the queue before the bottleneck (drop-tail, counted in bytes), the bottleneck's rate, loss, delay with jitter.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a direction treats packets; the default leaves them alone."""

    loss: float = 0.0
    """Share of packets lost, 0 to 1."""
    burst: float = 0.0
    """Mean length of a run of lost packets (Gilbert: all packets of the bad state are lost); 0: each on its own."""
    delay: float = 0.0
    """Least seconds on the way."""
    jitter: float = 0.0
    """Most seconds on top of `delay`."""
    wander: float = 0.1
    """Seconds between two fresh draws of the jitter, which goes straight from one to the next; order is kept.
    0: drawn for each packet, so that packets overtake one another."""
    rate: float = 0.0
    """Bit/s of the bottleneck; 0: none."""
    queue: int = 64_000
    """Bytes that may wait before the bottleneck."""


class Pipe:
    """One direction with its state. `shape` may be replaced while packets are under way."""

    def __init__(self, shape: Shape, seed: int | str) -> None:
        self.shape = shape
        self.lost = 0
        """Packets lost on the way."""
        self.dropped = 0
        """Packets the full queue did not take."""
        self._chance = random.Random(f"{seed}/loss")
        self._swing = random.Random(f"{seed}/jitter")
        self._bad = False
        self._free = 0.0  # when the bottleneck has sent all it took
        self._last = 0.0  # when the newest packet arrives
        self._from = self._to = (0.0, 0.0)  # the two draws of the jitter (time, share) around now

    def send(self, now: float, size: int) -> float | None:
        """When a packet given now arrives; None: never."""
        shape = self.shape
        leaves = now
        if shape.rate:
            waiting = max(0.0, self._free - now) * shape.rate / 8
            if waiting + size > shape.queue:
                self.dropped += 1
                return None
            leaves = self._free = max(now, self._free) + size * 8 / shape.rate
        if shape.loss and self._loses(shape):
            self.lost += 1
            return None
        if not shape.jitter:
            arrives = leaves + shape.delay
        elif not shape.wander:
            return leaves + shape.delay + shape.jitter * self._swing.random()
        else:
            arrives = leaves + shape.delay + shape.jitter * self._share(leaves, shape.wander)
        self._last = max(arrives, self._last)
        return self._last

    def _loses(self, shape: Shape) -> bool:
        draw = self._chance.random()
        if not shape.burst or shape.loss >= 1:
            return draw < shape.loss
        leave = 1 / shape.burst
        enter = leave * shape.loss / (1 - shape.loss)  # makes `loss` the share of time in the bad state
        self._bad = draw >= leave if self._bad else draw < enter
        return self._bad

    def _share(self, now: float, wander: float) -> float:
        if now >= self._to[0] + wander:  # first packet, or nothing was sent for long
            self._from, self._to = (now, self._swing.random()), (now + wander, self._swing.random())
        elif now >= self._to[0]:
            self._from, self._to = self._to, (self._to[0] + wander, self._swing.random())
        (start, low), (end, high) = self._from, self._to
        return low + (high - low) * (now - start) / (end - start)
