"""Limits in words and days counted in the committee's zone."""

from datetime import UTC, date, datetime

import pytest

from server.law import dates


def test_evening_in_utc_is_already_the_next_legal_day() -> None:
    assert dates.legal_day(datetime(2026, 11, 21, 15, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert dates.legal_day(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)) == date(2026, 11, 22)


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError):
        dates.legal_day(datetime(2026, 11, 21))


def test_a_limit_says_that_its_last_day_counts() -> None:
    assert dates.until(date(2026, 12, 5)) == "2026年12月5日前（含当日）"
    assert dates.within(7) == "本协议生效之日起7日内"


def test_first_day_is_not_counted() -> None:
    assert dates.last_day(date(2026, 11, 21), 7) == date(2026, 11, 28)
    assert dates.last_day(date(2026, 2, 27), 2) == date(2026, 3, 1)


def test_end_of_day_is_midnight_where_the_committee_sits() -> None:
    assert dates.end_of(date(2026, 11, 26)).astimezone(UTC) == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
