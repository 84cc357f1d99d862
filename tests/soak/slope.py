"""The slope of a noisy series and how sure it is. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import linear_regression

Point = tuple[float, float]
BLOCK = 12
"""Points resampled together: two minutes of samples, longer than the memory's own rhythm."""
ROUNDS = 2000


def slope(points: Sequence[Point], seed: int = 1) -> tuple[float, float, float]:
    """(least squares slope, and its 95 % interval by a moving-block bootstrap of the residuals), y per unit of x."""
    times, values = [x for x, _ in points], [y for _, y in points]
    found, start = linear_regression(times, values)
    rest = [y - (start + found * x) for x, y in points]
    draw = random.Random(seed)
    slopes = []
    for _ in range(ROUNDS):
        noise: list[float] = []
        while len(noise) < len(rest):
            at = draw.randrange(max(1, len(rest) - BLOCK + 1))
            noise += rest[at : at + BLOCK]
        shaken = [start + found * x + e for x, e in zip(times, noise, strict=False)]
        slopes.append(linear_regression(times, shaken).slope)
    slopes.sort()
    return found, slopes[int(0.025 * ROUNDS)], slopes[int(0.975 * ROUNDS) - 1]
