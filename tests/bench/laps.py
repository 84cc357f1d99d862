"""Clocks of the benches: named laps in milliseconds, and what a profile says dominates."""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Laps:
    """Milliseconds by name; each name as often as it was run."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.taken[name].append((time.perf_counter() - start) * 1000)

    def median(self, name: str) -> float:
        return statistics.median(self.taken[name])

    def medians(self, digits: int = 2) -> dict[str, float]:
        return {name: round(self.median(name), digits) for name in self.taken}

    def spread(self, name: str) -> dict[str, float]:
        """Median, 95th percentile, number of runs."""
        runs = sorted(self.taken[name])
        return {
            "p50": round(statistics.median(runs), 1),
            "p95": round(runs[min(len(runs) - 1, int(len(runs) * 0.95))], 1),
            "max": round(runs[-1], 1),
            "n": len(runs),
        }

    def ratio(self, one: str, other: str, digits: int = 3) -> float:
        """Median of the ratios of runs side by side: what a busy machine does to both cancels out."""
        pairs = zip(self.taken[one], self.taken[other], strict=True)
        return round(statistics.median(a / b for a, b in pairs), digits)


def profile(work: Callable[[], Any], rounds: int = 20, top: int = 6) -> list[str]:
    """Where the own time goes: `share function`, the largest first."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(rounds):
        work()
    profiler.disable()
    stats = pstats.Stats(profiler)
    total = stats.total_tt or 1.0  # type: ignore[attr-defined]
    rows = sorted(stats.stats.items(), key=lambda row: -row[1][2])[:top]  # type: ignore[attr-defined]
    return [f"{row[2] / total:.0%} {_place(*where)}" for where, row in rows]


def _place(path: str, line: int, name: str) -> str:
    return name if path == "~" else f"{'/'.join(path.split('/')[-2:])}:{line} {name}"
