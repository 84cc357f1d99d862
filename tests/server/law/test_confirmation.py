"""The thirty days for joint application: dated cases read from the notices by hand, and a slow reference."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.law import holidays
from server.law.confirmation import other_ways, window
from server.law.dates import legal_day
from server.law.sources import known

CALENDAR = holidays.read()
DAY = timedelta(days=1)
PLAN_2026 = (holidays.BUNDLED / "2026.json").read_bytes()
CASES = tomllib.loads((Path(__file__).parents[2] / "data/law/days.toml").read_text())["case"]


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(1, 60))
def test_the_window_is_the_count_of_days_moved_over_days_off(effective: date, days: int) -> None:
    found = window(CALENDAR, effective, days)
    day, n = effective, 0
    while n < days:  # day 1 is the day after effect
        day, n = day + DAY, n + 1
    assert found.counted == day
    while not CALENDAR.works(day):
        day += DAY
    assert found.last == day
    assert [found.left(day - DAY), found.left(day), found.left(day + DAY)] == [1, 0, -1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['counted']}")
def test_dated_cases_end_as_a_clerk_reads_the_notices(case: dict[str, Any]) -> None:
    found = window(CALENDAR, case["effective"], 30)
    assert (found.counted, found.last, found.announced) == (case["counted"], case["last"], case["sure"]), case["why"]


def test_each_kind_of_holiday_and_of_day_has_its_cases_and_each_case_its_source() -> None:
    kinds = {case["kind"] for case in CASES}
    assert kinds == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "调休上班", "周末", "工作日"}
    assert len(CASES) >= 40 and all(case["source"] for case in CASES)
    assert {span.name for span in holidays.parse("2026.json", PLAN_2026).holidays} <= kinds


def test_the_day_of_effect_is_the_centres_and_not_counted() -> None:
    """Half past midnight in Jianan is the afternoon before in Greenwich."""
    late = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    found = window(CALENDAR, legal_day(late), 30)
    assert (str(found.since), str(found.last)) == ("2026-11-01", "2026-12-01")


def test_afterwards_there_are_other_ways_and_those_for_sums_only_with_a_sum() -> None:
    assert [one.code for one in other_ways("people", money=True)] == [
        "perform", "payment_order", "notarised", "again", "sue"
    ]  # fmt: skip
    assert [one.code for one in other_ways("people", money=False)] == ["perform", "again", "sue"]
    assert ("payment_order", "LD 16") in [(one.code, one.article) for one in other_ways("labour", money=True)]
    assert all(known(one.article) for profile in ("people", "labour") for one in other_ways(profile, money=True))
