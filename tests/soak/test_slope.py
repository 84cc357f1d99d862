"""The slope finds what was put in, and says when it cannot know."""

from __future__ import annotations

import random

from tests.soak.slope import slope


def series(per_hour: float, noise: float) -> list[tuple[float, float]]:
    draw = random.Random(7)
    return [(n / 360, 100 + per_hour * n / 360 + draw.gauss(0, noise)) for n in range(180)]


def test_a_leak_is_found_within_its_interval() -> None:
    _, low, high = slope(series(6.0, 0.3))
    assert low <= 6.0 <= high
    assert low > 1.0


def test_no_growth_has_zero_within() -> None:
    found, low, high = slope(series(0.0, 0.3))
    assert low <= 0.0 <= high
    assert found < 1.0


def test_more_noise_is_less_sure() -> None:
    _, low, high = slope(series(2.0, 0.1))
    _, wide_low, wide_high = slope(series(2.0, 2.0))
    assert wide_high - wide_low > 3 * (high - low)
