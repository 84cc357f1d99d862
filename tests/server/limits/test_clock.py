"""The clock of a stage: forty days counted by hand on the calendar of 2026, and random stories against a reference that
goes day by day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.law import holidays, terms
from server.law.dates import ZONE
from server.law.terms import BadTerms, Term, Terms
from server.limits.clock import Clock, Extension, Light, Pause
from tests.server.limits.reference import light_on

CALENDAR = holidays.read()
TERMS = terms.read()
DAY = timedelta(days=1)


def of(days: int, working: bool = True) -> Term:
    return Term("mediation", days, "HOUSE", working)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def at(text: str, hour: int = 10) -> datetime:
    return datetime.combine(d(text), time(hour), ZONE).astimezone(UTC)


# Begins, days, due: counted by hand on the notice of 2026 (make-up days 01-04, 02-14, 02-28, 05-09, 09-20, 10-10).
BY_HAND = """
03-02 3 03-05 | 03-03 3 03-06 | 03-04 3 03-09 | 03-05 3 03-10 | 03-06 3 03-11 | 03-07 3 03-11 | 03-08 3 03-11
03-06 1 03-09 | 03-07 1 03-09 | 03-02 20 03-30 | 03-09 20 04-07 | 04-03 1 04-07 | 04-03 3 04-09 | 04-02 3 04-08
04-30 1 05-06 | 04-30 3 05-08 | 04-30 4 05-09 | 04-30 5 05-11 | 04-29 3 05-07 | 05-08 1 05-09 | 05-08 2 05-11
06-18 1 06-22 | 06-17 3 06-23 | 06-18 3 06-24 | 06-01 20 06-30 | 02-13 1 02-14 | 02-13 2 02-24 | 02-13 3 02-25
02-27 1 02-28 | 02-27 2 03-02 | 02-10 3 02-13 | 02-10 4 02-14 | 02-10 20 03-16 | 09-18 1 09-20 | 09-18 2 09-21
09-24 1 09-28 | 09-24 3 09-30 | 09-30 1 10-08 | 09-30 3 10-10 | 09-30 4 10-12 | 09-28 20 10-30 | 01-01 1 01-04
01-01 2 01-05 | 12-25 4 12-31
"""  # fmt: skip


@pytest.mark.parametrize("line", [one.strip() for one in BY_HAND.replace("\n", "|").split("|") if one.strip()])
def test_a_last_day_counted_by_hand(line: str) -> None:
    since, days, due = line.split()
    clock = Clock(of(int(days)), d(since))
    assert clock.due(CALENDAR) == d(due)
    assert clock.on(d(due), CALENDAR).light is Light.yellow and clock.on(d(due) + DAY, CALENDAR).light is Light.red


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [("03-02", 30, "04-01"), ("04-15", 15, "04-30"), ("04-16", 15, "05-06"), ("09-01", 30, "10-08")],
)
def test_days_of_the_calendar_end_on_a_working_day(since: str, days: int, due: str) -> None:
    assert Clock(of(days, False), d(since)).due(CALENDAR) == d(due)


@pytest.mark.parametrize(
    ("days", "story"),
    [
        (3, "03-02 green 3, 03-04 green 1, 03-05 yellow 0, 03-06 red -1, 03-07 red -1, 03-09 red -2"),
        (4, "03-02 green 4, 03-03 green 3, 03-04 yellow 2, 03-06 yellow 0, 03-07 red -1"),
        (20, "03-02 green 20, 03-19 green 7, 03-20 yellow 6, 03-22 yellow 6, 03-30 yellow 0, 03-31 red -1"),
    ],
)
def test_lights_turn_on_their_day(days: int, story: str) -> None:
    for one in story.split(", "):
        day, light, left = one.split()
        found = Clock(of(days), d("03-02")).on(d(day), CALENDAR)
        assert (found.light, found.left) == (light, int(left)), one


def test_a_stopped_clock_stands_whole_and_goes_on_with_what_was_left() -> None:
    stopped = Clock(of(20), d("03-02"), [Pause(at("03-06"))])
    assert stopped.on(d("05-30"), CALENDAR) == stopped.on(d("03-06"), CALENDAR)
    assert (stopped.on(d("03-06"), CALENDAR).light, stopped.on(d("03-06"), CALENDAR).left) == ("suspended", 17)
    # Three days were used up to Thursday; Friday and all to Monday the 16th are not counted.
    resumed = Clock(of(20), d("03-02"), [Pause(at("03-06"), at("03-16"))])
    assert resumed.on(d("03-16"), CALENDAR).left == 17 and resumed.due(CALENDAR) == d("04-09")


def test_a_stop_on_the_last_day_keeps_it_and_days_fall_where_the_centre_is() -> None:
    late = Pause(datetime(2026, 3, 4, 15, 59, tzinfo=UTC), datetime(2026, 3, 4, 16, 1, tzinfo=UTC))
    assert Clock(of(3), d("03-02"), [late]).due(CALENDAR) == d("03-09")  # one minute of the 4th, one of the 5th
    assert Clock(of(3), d("03-02"), [Pause(at("03-05"), at("03-06"))]).due(CALENDAR) == d("03-09")


def test_an_extension_names_the_day_and_a_later_stop_moves_it() -> None:
    agreed = Extension(at("03-04"), d("03-13"))
    assert Clock(of(3), d("03-02"), [], agreed).due(CALENDAR) == d("03-13")
    assert Clock(of(3), d("03-02"), [], Extension(at("03-05"), d("03-14"))).due(CALENDAR) == d("03-16")
    both = Clock(of(3), d("03-02"), [Pause(at("03-10"), at("03-11"))], agreed)
    assert both.due(CALENDAR) == d("03-17")


def test_what_hangs_on_next_years_notice_says_so() -> None:
    assert Clock(of(20), d("03-02")).on(d("03-03"), CALENDAR).announced
    assert not Clock(of(20), d("12-15")).on(d("12-16"), CALENDAR).announced


@st.composite
def stories(draw: st.DrawFn) -> tuple[Clock, date]:
    """A term, when it began, pauses one after another, an extension that was lawful when it was agreed."""
    term = of(draw(st.integers(1, 30)), draw(st.booleans()))
    since = d("01-01") + draw(st.integers(0, 330)) * DAY
    pauses: list[Pause] = []
    extension, day = None, since
    for _ in range(draw(st.integers(0, 4))):
        day += draw(st.integers(0, 12)) * DAY
        clock = Clock(term, since, tuple(pauses), extension)
        due = clock.due(CALENDAR)
        if due is None or day > due:
            break
        start = datetime.combine(day, time(draw(st.integers(0, 9))), ZONE)
        if extension is None and draw(st.booleans()):
            extension = Extension(start, due + draw(st.integers(1, 40)) * DAY)
        elif extension is None or day > extension.at.astimezone(ZONE).date():
            end = day + draw(st.integers(0, 20)) * DAY
            still = draw(st.booleans()) and draw(st.booleans())
            pauses.append(Pause(start, None if still else datetime.combine(end, time(10), ZONE)))
            day = end
    return Clock(term, since, tuple(pauses), extension), day + draw(st.integers(0, 60)) * DAY


@settings(max_examples=300, deadline=None)
@given(stories())
def test_random_stories_agree_with_a_count_day_by_day(story: tuple[Clock, date]) -> None:
    clock, today = story
    spans = [
        (one.start.astimezone(ZONE).date(), one.end.astimezone(ZONE).date() if one.end else None)
        for one in clock.pauses
    ]
    moved = (clock.extension.at.astimezone(ZONE).date(), clock.extension.until) if clock.extension else None
    found = clock.on(today, CALENDAR)
    expected = light_on(clock.term, clock.since, spans, moved, CALENDAR.works, today)
    assert (found.light.value, found.due, found.left) == expected
    if found.change:
        assert all(clock.on(today + n * DAY, CALENDAR).light is found.light for n in range((found.change - today).days))
        assert clock.on(found.change, CALENDAR).light is not found.light
    else:
        assert found.light in {"red", "suspended"}


def test_the_law_stands_above_the_house_and_complexity_above_neither() -> None:
    assert TERMS.of("mediation", "people", "simple").days == 3
    assert TERMS.of("mediation", "people", "complex").days == TERMS.of("mediation", "people", "").days == 20
    assert TERMS.of("mediation", "medical", "simple").source == "MED 38"
    assert TERMS.of("answer", "labour", "").days == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing required field `term`"),
        ('stop = []\n[[term]]\nstage = "answer"\ndays = 0\nsource = "x"', "days"),
        ('stop = []\n[[term]]\nstage = "answer"\ndays = 1\nsource = "x"', "no term of routing"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "terms.toml").write_text(text)
    with pytest.raises(BadTerms, match=problem):
        terms.read(tmp_path / "terms.toml")


def test_the_bundled_list_is_a_list() -> None:
    assert isinstance(TERMS, Terms) and TERMS.stop("appraisal") and TERMS.stop("mood") is None
