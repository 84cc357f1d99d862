"""What is read from samples, on samples written by hand."""

import pytest

from tests.net.watch import Row, Rows

START = 1000.0


def rows(kind: str, news: list[float], until: float) -> list[Row]:
    """A sample each 0.1 s; at each time of `news` a frame or 960 real samples more; sound also makes up 100 each."""
    found: list[Row] = []
    for n in range(round((until - START) * 10) + 1):
        t = START + n / 10
        count = sum(one <= t for one in news)
        row: Row = {"t": t, "person": "chen", "kind": kind, "height": 360, "frozen": 0, "bytes": n * 1000}
        row |= {"decoded": count if kind == "video" else 0, "silent": n * 40, "concealed": n * 100}
        found.append(row | {"samples": count * 960 + n * 100})
    return found


def steady(*spans: tuple[float, float]) -> list[float]:
    return [START + (start * 10 + n) / 10 for start, end in spans for n in range(round((end - start) * 10) + 1)]


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_standstill_has_its_start_its_end_and_its_recovery(kind: str) -> None:
    seen = Rows(rows(kind, steady((1, 5), (12, 15)), START + 15))
    assert seen.gaps("chen", kind) == [pytest.approx((1005, 1012))]
    assert seen.back("chen", kind, 1010.0) == pytest.approx(2.0)
    assert seen.back("chen", kind, 1004.5) == pytest.approx(7.5), "begins a moment after"
    assert seen.back("chen", kind, 1002.0) == 0.0 and seen.back("chen", kind, 1013.0) == 0.0
    assert Rows([]).gaps("chen", kind) == []


def test_what_does_not_come_back_is_told() -> None:
    seen = Rows(rows("video", steady((1, 5)), START + 15))
    assert seen.back("chen", "video", 1010.0) is None


def test_quality_is_of_the_time_asked_for() -> None:
    seen = Rows(rows("video", steady((0, 5), (12, 30)), START + 30) + rows("audio", steady((0, 30)), START + 30))
    quality = seen.quality("chen", START + 10, START + 20)
    assert quality["still_s_min"] == pytest.approx(12.0)
    assert quality["frames_s"] == pytest.approx(8.1)
    assert quality["concealed"] == pytest.approx(100 / 1060) and quality["audible"] == pytest.approx(60 / 1060)
    assert quality["kbit_s"] == pytest.approx(160)
    with pytest.raises(LookupError):
        seen.quality("lin", START, START + 10)
