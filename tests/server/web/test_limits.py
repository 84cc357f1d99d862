"""The token bucket: a burst, then a steady trickle, each key for itself."""

import pytest

from server.errors import TooMany
from server.web import limits
from server.web.limits import Limits, Rate

RATE = Rate("x", 3, 30)


def test_a_burst_then_one_at_a_time() -> None:
    now = 0.0
    bucket = Limits(lambda: now)
    for _ in range(3):
        bucket.check(RATE, "a")
    with pytest.raises(TooMany) as caught:
        bucket.check(RATE, "a")
    assert caught.value.retry_after == 10
    bucket.check(RATE, "b")
    now = 10.0
    bucket.check(RATE, "a")
    with pytest.raises(TooMany):
        bucket.check(RATE, "a")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CAPACITY", 10)
    bucket = Limits(lambda: 0.0)
    for key in range(100):
        bucket.check(RATE, str(key))
    assert len(bucket._buckets) == 10
