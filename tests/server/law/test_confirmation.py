"""The thirty days for joint application, counted by hand and by a slow reference."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.law import holidays
from server.law.confirmation import other_ways, window
from server.law.sources import known

CALENDAR = holidays.read()
DAY = timedelta(days=1)


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


@pytest.mark.parametrize(
    ("effective", "counted", "last", "announced"),
    [
        ("2026-11-23", "2026-12-23", "2026-12-23", True),
        ("2026-09-01", "2026-10-01", "2026-10-08", True),  # domain.md B7(m): the 30th day is National Day
        ("2026-09-10", "2026-10-10", "2026-10-10", True),  # a Saturday worked for the holiday
        ("2026-11-26", "2026-12-26", "2026-12-28", True),  # a Saturday
        ("2026-12-02", "2027-01-01", "2027-01-04", False),  # 2027 is not announced yet
        ("2027-01-31", "2027-03-02", "2027-03-02", False),  # over the end of February
        ("2028-01-31", "2028-03-01", "2028-03-01", False),  # a leap year
    ],
)
def test_days_counted_by_hand(effective: str, counted: str, last: str, announced: bool) -> None:
    found = window(CALENDAR, date.fromisoformat(effective), 30)
    assert (str(found.counted), str(found.last), found.announced) == (counted, last, announced)


def test_afterwards_there_are_other_ways_and_those_for_sums_only_with_a_sum() -> None:
    assert [one.code for one in other_ways("people", money=True)] == [
        "perform", "payment_order", "notarised", "again", "sue"
    ]  # fmt: skip
    assert [one.code for one in other_ways("people", money=False)] == ["perform", "again", "sue"]
    assert ("payment_order", "LD 16") in [(one.code, one.article) for one in other_ways("labour", money=True)]
    assert all(known(one.article) for profile in ("people", "labour") for one in other_ways(profile, money=True))
