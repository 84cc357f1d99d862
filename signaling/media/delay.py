"""What delay tells of a queue: whether it grows, and whether it stands. Pure.

`Trend` is after draft-ietf-rmcat-gcc-02 5.2 to 5.4, with libwebrtc's least-squares line in place of the Kalman filter.
"""

from collections import deque
from typing import Literal

State = Literal["normal", "over", "under"]

WINDOW = 20
"""Groups the line is laid through."""
SMOOTHING = 0.9
GAIN = 4.0
MAX_GROUPS = 60
OVER_TIME = 0.010
"""Seconds the slope must stay above the threshold."""
K_UP, K_DOWN = 8.7, 39.0
"""How fast the threshold follows, 1/s: up slowly, so that a growing queue is not learned."""
LOWEST, HIGHEST = 6.0, 600.0
OUTLIER = 15.0
"""Milliseconds above the threshold beyond which a spike teaches nothing."""
MARK, BASE_SPAN = 0.1, 15.0
"""Seconds: a mark is the least delay of a tenth; the least of long is that of the last 15 to 30."""


class Trend:
    """Is a queue growing? Gaps in seconds go in, one of three states comes out."""

    __slots__ = (
        "_above",
        "_count",
        "_groups",
        "_points",
        "_slope",
        "_smooth",
        "_sum",
        "_updated_at",
        "state",
        "threshold",
    )

    def __init__(self) -> None:
        self.state: State = "normal"
        self.threshold = 12.5
        """Milliseconds; it learns the jitter of the line."""
        self._points: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._groups = 0
        self._sum = self._smooth = self._slope = 0.0
        self._above = -1.0
        """Seconds the slope has been too steep, -1 when it is not."""
        self._count = 0
        self._updated_at = 0.0

    def add(self, departure_gap: float, arrival_gap: float, arrived: float) -> State:
        """Take the gaps between two groups of packets, at their departure and at their arrival."""
        self._groups = min(self._groups + 1, MAX_GROUPS)
        self._sum += (arrival_gap - departure_gap) * 1000
        self._smooth += (1 - SMOOTHING) * (self._sum - self._smooth)
        self._points.append((arrived, self._smooth))
        slope = self._fit() if len(self._points) == WINDOW else self._slope
        self._judge(self._groups * slope * GAIN, slope, departure_gap, arrived)
        self._slope = slope
        return self.state

    def _fit(self) -> float:
        """Milliseconds of delay per millisecond of time, by least squares."""
        (left, low), total, height, squares, products = self._points[0], 0.0, 0.0, 0.0, 0.0
        for x, y in self._points:
            x -= left
            y -= low
            total += x
            height += y
            squares += x * x
            products += x * y
        under = squares - total * total / WINDOW
        return (products - total * height / WINDOW) / under / 1000 if under > 0 else self._slope

    def _judge(self, weighted: float, slope: float, gap: float, arrived: float) -> None:
        if self._groups < 2:
            return
        if weighted > self.threshold:
            self._above = gap / 2 if self._above < 0 else self._above + gap
            self._count += 1
            if self._above > OVER_TIME and self._count > 1 and slope >= self._slope:
                self._above, self._count = 0.0, 0
                self.state = "over"
        else:
            self._above, self._count = -1.0, 0
            self.state = "under" if weighted < -self.threshold else "normal"
        self._learn(abs(weighted), arrived)

    def _learn(self, size: float, arrived: float) -> None:
        elapsed = min(max(0.0, arrived - self._updated_at), 0.1)
        self._updated_at = arrived
        if size > self.threshold + OUTLIER:
            return
        rate = K_DOWN if size < self.threshold else K_UP
        self.threshold += rate * (size - self.threshold) * elapsed
        self.threshold = min(max(self.threshold, LOWEST), HIGHEST)


class Standing:
    """The queue that does not drain: the least delay of late over the least of long, less what jitter explains.

    Jitter changes from one tenth of a second to the next; a queue stays.
    """

    __slots__ = ("_before", "_former", "_jitter", "_least", "_mark", "_mark_at", "_since", "delay", "excess")

    def __init__(self) -> None:
        self.delay = self.excess = 0.0
        """Seconds, without and with what jitter explains."""
        self._least = self._former = float("inf")
        self._since = 0.0
        self._mark = self._before = float("inf")
        """Least delay of this tenth of a second and of the one before."""
        self._mark_at = 0.0
        self._jitter = 0.0

    def add(self, least: float, now: float) -> None:
        """Take the least one-way delay of one report; the clocks need not agree."""
        if now - self._since > BASE_SPAN:
            self._former, self._least, self._since = self._least, least, now
        self._least = min(self._least, least)
        if now - self._mark_at < MARK:
            self._mark = min(self._mark, least)
        else:
            if self._before < float("inf"):
                self._jitter += (abs(self._mark - self._before) - self._jitter) / 16
            self._before, self._mark, self._mark_at = self._mark, least, now
        self.excess = min(self._mark, self._before) - min(self._least, self._former)
        self.delay = max(0.0, self.excess - 3 * self._jitter)

    def accept(self, excess: float) -> None:
        """So much over the least of long is the way itself: it has become longer."""
        self._least = self._former = min(self._least, self._former) + excess
