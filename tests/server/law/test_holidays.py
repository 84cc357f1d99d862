"""Working days and terms against a slow count of day after day, and the plans against what was announced."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.law import holidays
from server.law.holidays import BadPlan, Calendar, Plan

CALENDAR = holidays.read()
DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 12, 1), date(2030, 12, 31))
OFF_2026 = (
    "01-01 01-02 01-03 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 04-04 04-05 04-06 05-01 05-02 05-03 "
)
OFF_2026 += "05-04 05-05 06-19 06-20 06-21 09-25 09-26 09-27 10-01 10-02 10-03 10-04 10-05 10-06 10-07"
WORKED_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"


def works(day: date) -> bool:
    """What a clerk would say with the notice of 2026 in hand; other years by the law's 13 days or weekends only."""
    short = f"{day:%m-%d}"
    if day.year == 2026:
        return short in WORKED_2026.split() or (short not in OFF_2026.split() and day.isoweekday() <= 5)
    return day.isoweekday() <= 5 and short not in OFF_BY_LAW.get(day.year, "").split()


OFF_BY_LAW = {2027: "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03"}


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_day_is_worked_as_a_clerk_reads_the_notice(day: date) -> None:
    assert CALENDAR.works(day) == works(day)


@given(st.dates(date(2026, 1, 1), date(2027, 9, 30)), st.integers(1, 60))
def test_working_days_are_counted_one_by_one_without_the_first(first: date, days: int) -> None:
    day, left = first, days
    while left:
        day += DAY
        left -= works(day)
    assert CALENDAR.working_day(first, days) == day


@given(DAYS)
def test_a_last_day_off_moves_to_the_first_day_worked_and_no_other_moves(day: date) -> None:
    moved = CALENDAR.moved(day)
    assert CALENDAR.works(moved)
    assert not any(CALENDAR.works(day + n * DAY) for n in range((moved - day).days))


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-10-01", "2026-10-08"),  # National Day, the week after it
        ("2026-10-10", "2026-10-10"),  # a Saturday that is worked
        ("2026-02-14", "2026-02-14"),
        ("2026-02-15", "2026-02-24"),
        ("2026-12-26", "2026-12-28"),  # a plain weekend
        ("2025-10-04", "2025-10-09"),
        ("2027-02-05", "2027-02-09"),  # not announced: New Year's Eve and three days by law
        ("2027-10-02", "2027-10-04"),
        ("2026-12-23", "2026-12-23"),
    ],
)
def test_days_of_the_announced_years_and_of_one_that_is_not(day: str, moved: str) -> None:
    assert CALENDAR.moved(date.fromisoformat(day)) == date.fromisoformat(moved)


def test_what_is_not_announced_is_said() -> None:
    assert CALENDAR.known(date(2025, 1, 1), date(2026, 12, 28))
    assert not CALENDAR.known(date(2026, 12, 1), date(2026, 12, 29)), "a New Year holiday may begin in December"
    assert not CALENDAR.known(date(2027, 3, 1), date(2027, 3, 1))
    assert not CALENDAR.known(date(2024, 12, 31), date(2025, 1, 2))


@pytest.mark.parametrize("year", [2025, 2026])
def test_bundled_plans_hold_the_days_of_the_law(year: int) -> None:
    """13 days; 春节, 清明, 端午 and 中秋 by name, each year as many off as the notice says."""
    plan = msgspec.json.decode((holidays.BUNDLED / f"{year}.json").read_bytes(), type=Plan)
    days = [day for span in plan.holidays for day in span.days()]
    assert len(days) == len(set(days)) == {2025: 28, 2026: 33}[year]
    assert holidays.statutory(year) <= set(days)
    assert all(name in "".join(span.name for span in plan.holidays) for name in ("春节", "清明", "端午", "中秋"))


@given(st.integers(2027, 2036))
def test_the_law_gives_thirteen_days_which_may_fall_together(year: int) -> None:
    found = holidays.statutory(year)
    assert 12 <= len(found) <= 13 and {day.year for day in found} == {year}


def plan(**changes: object) -> bytes:
    whole = msgspec.json.decode((holidays.BUNDLED / "2026.json").read_bytes())
    return msgspec.json.encode(whole | changes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (plan(workdays=["2026-10-01"]), "both a holiday and a working day"),
        (plan(workdays=["2026-03-04"]), "no weekend day"),
        (plan(workdays=["2027-03-06"]), "is not in 2026"),
        (plan(holidays=[{"name": "元旦", "from": "2026-01-03", "to": "2026-01-01"}]), "1 to 16 days"),
        (plan(holidays=[{"name": "元旦", "from": "2026-01-01", "to": "2026-02-01"}]), "1 to 16 days"),
        (plan(holidays=[]), "2026-01-01 is missing"),
        (plan(year=2027), "named after its year"),
        (plan(holidays=[{"name": "元旦", "from": "2026-02-30", "to": "2026-03-01"}]), "Invalid RFC3339"),
        (plan(surprise=1), "unknown field `surprise`"),
        (b"\xff", "2026.json: "),
    ],
)
def test_a_plan_that_cannot_be_right_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(BadPlan, match=said):
        holidays.parse("2026.json", content)


def test_a_centres_file_adds_a_year_and_replaces_ours(tmp_path: Path) -> None:
    with pytest.raises(BadPlan, match=r"no file such as 2027\.json"):
        holidays.read(tmp_path)
    longer = [
        {"name": "元旦至国庆", "from": f"2026-{start}-01", "to": f"2026-{start}-12"} for start in ("01", "05", "10")
    ]
    (tmp_path / "2026.json").write_bytes(plan(holidays=longer, workdays=[]))
    (tmp_path / "notes.txt").write_text("not a plan")
    changed = holidays.read(tmp_path)
    assert changed.announced == {2025, 2026}
    assert changed.moved(date(2026, 10, 1)) == date(2026, 10, 13)
    assert changed.moved(date(2026, 2, 16)) == date(2026, 2, 16)


def test_a_calendar_without_any_plan_still_knows_the_law() -> None:
    bare = Calendar(frozenset(), frozenset(), frozenset())
    assert bare.moved(date(2040, 10, 1)) == date(2040, 10, 4), "a Thursday, and the moon of 2040 is not in the table"
