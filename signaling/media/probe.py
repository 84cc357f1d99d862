"""One try for more than the estimate. Pure."""

SAFE = 0.95
"""A short look sees a little too much."""


class Probe:
    """Packets sent faster than the rate for a moment, to see how fast they arrive."""

    __slots__ = ("_arrived", "_bytes", "_departed", "_first_size", "_last_size", "first", "last", "until")

    def __init__(self, first: int, until: float) -> None:
        self.first = first
        self.last: int | None = None
        """Number after the last packet, None while it is being sent."""
        self.until = until
        """When an answer is no longer waited for."""
        self._arrived: list[float] = []
        self._departed: list[float] = []
        self._bytes = self._first_size = self._last_size = 0

    def add(self, departed: float, arrived: float, size: int) -> None:
        if not self._arrived:
            self._first_size = size
        self._arrived.append(arrived)
        self._departed.append(departed)
        self._last_size = size
        self._bytes += size

    def result(self, own: float) -> float | None:
        """Bit/s the pipe has shown to carry, which loses the share `own` anyway; None when too few arrived to tell."""
        if self.last is None or len(self._arrived) < max(5, 0.8 * (1 - own) * (self.last - self.first)):
            return None
        leaving = max(self._departed) - min(self._departed)
        arriving = max(self._arrived) - min(self._arrived)
        if leaving < 0.01 or arriving < 0.01:
            return None
        sent = 8 * (self._bytes - self._last_size) / leaving / (1 - own)
        came = 8 * (self._bytes - self._first_size) / arriving / (1 - own)
        return SAFE * min(sent, came)
