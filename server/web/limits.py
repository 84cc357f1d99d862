"""Rate limits in memory: a token bucket for each rule and key (an address, an account). Lost on restart, by design."""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.errors import TooMany

CAPACITY = 50_000
"""Buckets kept; the least recently used are forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, then one every `seconds / burst` seconds."""

    name: str
    burst: int
    seconds: float


class Limits:
    """`clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._held: Counter[str] = Counter()

    def check(self, rate: Rate, key: str) -> None:
        """Take one token; raises TooMany with the seconds until the next one."""
        now = self._clock()
        tokens, at = self._buckets.pop((rate.name, key), (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + (now - at) * rate.burst / rate.seconds)
        allowed = tokens >= 1
        self._buckets[rate.name, key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > CAPACITY:
            self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany(math.ceil((1 - tokens) * rate.seconds / rate.burst))

    @contextmanager
    def holding(self, key: str, most: int) -> Iterator[None]:
        """Something that lasts, at most `most` of `key` at once; raises TooMany."""
        if self._held[key] >= most:
            raise TooMany(10)
        self._held[key] += 1
        try:
            yield
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
