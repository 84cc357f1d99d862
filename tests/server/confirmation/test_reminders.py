"""Which reminders are due on which day, by table; each kind once, none when there is nothing to do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from server.confirmation import reminders
from server.confirmation.dues import Due, Entry, Row, enforceable_until, rows
from server.confirmation.model import Application, State
from server.confirmation.reminders import Meeting
from server.law import holidays
from server.law.confirmation import window

WINDOW = window(holidays.read(), date(2026, 11, 26), 30)  # until 2026-12-28
BLANK = Application("", "agr", "cas", State.preparing, datetime(2026, 11, 26, tzinfo=UTC))
CORRECTING = replace(BLANK, state=State.correcting, deadline=date(2026, 12, 10))
CONFIRMED = replace(BLANK, state=State.confirmed)
DAY = date(2026, 12, 15)
ROW = Row(Due("cla", 0, "pty_b", "pty_a", 100, DAY), "due", 0, 0, enforceable_until(DAY))


@pytest.mark.parametrize(
    ("application", "today", "found"),
    [
        (BLANK, date(2026, 12, 17), []),
        (BLANK, date(2026, 12, 18), [("apply", date(2026, 12, 18))]),
        (BLANK, date(2026, 12, 24), [("apply", date(2026, 12, 18))]),
        (BLANK, date(2026, 12, 26), [("apply", date(2026, 12, 25))]),
        (BLANK, date(2026, 12, 28), [("apply", date(2026, 12, 28))]),
        (BLANK, date(2026, 12, 29), []),
        (CORRECTING, date(2026, 12, 7), []),
        (CORRECTING, date(2026, 12, 8), [("correct", date(2026, 12, 8))]),
        (CORRECTING, date(2026, 12, 10), [("correct", date(2026, 12, 10))]),
        (CORRECTING, date(2026, 12, 11), []),
        (CONFIRMED, date(2026, 12, 28), []),
    ],
)
def test_the_days_to_apply_and_to_correct(application: Application, today: date, found: list[tuple[str, date]]) -> None:
    due = reminders.due(application, WINDOW, [], [], today)
    assert [(one.kind, one.day) for one in due] == found and all(one.whom == "" for one in due)


@pytest.mark.parametrize(
    ("today", "kinds"),
    [
        (date(2026, 12, 11), []),
        (date(2026, 12, 12), [("due:cla:0", "pty_b")]),
        (date(2026, 12, 15), [("due:cla:0", "pty_b")]),
        (date(2026, 12, 16), [("overdue:cla:0", "pty_b"), ("unpaid:cla:0", "pty_a")]),
        (date(2027, 1, 14), [("overdue:cla:0", "pty_b"), ("unpaid:cla:0", "pty_a")]),
        (date(2027, 1, 15), []),
        (date(2028, 9, 15), []),
        (date(2028, 9, 16), [("enforce:cla:0", "pty_a")]),
        (date(2028, 11, 20), [("enforce:cla:0", "pty_a")]),
        (date(2028, 12, 15), [("enforce:cla:0", "pty_a")]),
        (date(2028, 12, 16), []),
    ],
)
def test_instalments_before_and_after_their_day(today: date, kinds: list[tuple[str, str]]) -> None:
    found = [(one.kind, one.whom) for one in reminders.due(CONFIRMED, WINDOW, [ROW], [], today)]
    assert found == kinds
    assert reminders.due(CONFIRMED, WINDOW, [replace(ROW, standing="performed")], [], today) == ()


def test_the_end_of_the_two_years_is_told_three_times_each_with_a_day_of_its_own() -> None:
    days = {
        one.day
        for n in range(100)
        for one in reminders.due(CONFIRMED, WINDOW, [ROW], [], date(2028, 9, 10) + timedelta(days=n))
    }
    assert days == {date(2028, 9, 16), date(2028, 11, 15), date(2028, 12, 8)}


def test_what_one_side_says_the_other_is_asked_about_until_it_is_answered() -> None:
    said = Entry("per_1", "cla", 0, DAY, 100, "pty_b", "")
    (row,) = rows([ROW.due], [said], date(2026, 12, 1))
    (asked,) = reminders.due(CONFIRMED, WINDOW, [row], [], date(2026, 12, 1))
    assert (asked.kind, asked.whom) == ("said:per_1", "pty_a")
    for answered in (replace(said, confirmed="denied"), replace(said, confirmed="staff"), replace(said, struck=True)):
        (row,) = rows([ROW.due], [answered], date(2026, 12, 1))
        assert reminders.due(CONFIRMED, WINDOW, [row], [], date(2026, 12, 1)) == ()


def test_who_was_refused_may_apply_again_and_is_reminded() -> None:
    (one,) = reminders.due(replace(BLANK, state=State.refused), WINDOW, [], [], date(2026, 12, 25))
    assert one.kind == "apply"
    assert reminders.due(replace(BLANK, state=State.dismissed), WINDOW, [], [], date(2026, 12, 25)) == ()


def test_without_a_ruling_nothing_is_enforced() -> None:
    assert reminders.due(replace(BLANK, state=State.refused), WINDOW, [ROW], [], date(2028, 12, 1)) == ()


def test_a_day_at_court_is_told_from_the_day_before() -> None:
    meeting = Meeting("cfe_1", date(2026, 12, 2), "12月2日9:00")
    days = [date(2026, 11, 30) + n * timedelta(days=1) for n in range(4)]
    found = [len(reminders.due(CONFIRMED, WINDOW, [], [meeting], day)) for day in days]
    assert found == [0, 1, 1, 0]
