"""Bit/s over the last second or so, from a byte count that only grows. Pure."""

from collections import deque

STEP = 0.2
"""Seconds between two samples."""
SAMPLES = 6


class Meter:
    __slots__ = ("_samples",)

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=SAMPLES)

    def note(self, count: int, now: float) -> None:
        """To be called often; samples nearer than `STEP` are left out."""
        if not self._samples or now - self._samples[-1][0] >= STEP:
            self._samples.append((now, count))

    def rate(self, count: int, now: float) -> int:
        """Bit/s since the oldest sample; 0 without one."""
        if not self._samples or now - self._samples[0][0] < STEP / 2:
            return 0
        at, before = self._samples[0]
        return int(8 * (count - before) / (now - at))
