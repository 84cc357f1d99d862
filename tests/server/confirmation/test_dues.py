"""Instalments and acts with their last days, standing and the two years: by table, and as properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.model import ByDate, ByDays, Clause, ClauseFields, Instalment, Terms
from server.confirmation.dues import Due, Entry, dues, enforceable_until, rows
from server.law import holidays

CALENDAR = holidays.read()
EFFECT, TODAY = date(2026, 11, 26), date(2026, 12, 16)


def payment(**fields: object) -> Terms:
    made = ClauseFields(obligor="pty_b", obligee="pty_a", **fields)  # type: ignore[arg-type]
    return Terms(clauses=(Clause(id="cla_1", kind="payment", fields=made),))


@pytest.mark.parametrize(
    ("due", "start", "day", "event"),
    [
        (ByDate(date(2026, 12, 5)), None, date(2026, 12, 5), ""),  # a Saturday that was named
        (ByDays(7), None, date(2026, 12, 3), ""),
        (ByDays(9), None, date(2026, 12, 7), ""),  # day 9 is a Saturday
        (ByDays(7, working=True), None, date(2026, 12, 7), ""),
        (ByDays(10, working=True, event="收到材料"), None, None, "收到材料"),
        (ByDays(10, working=True, event="收到材料"), date(2026, 12, 1), date(2026, 12, 15), "收到材料"),
        (None, None, None, ""),
    ],
)
def test_the_last_day_is_named_counted_or_awaited(
    due: ByDate | ByDays | None, start: date | None, day: date | None, event: str
) -> None:
    starts = {("cla_1", 0): start} if start else {}
    (one,) = dues(payment(amount_fen=500_00, due=due), EFFECT, CALENDAR, starts)
    assert (one.day, one.event, one.fen, one.obligor, one.obligee) == (day, event, 500_00, "pty_b", "pty_a")


def test_each_instalment_is_a_row_and_what_the_year_does_not_tell_is_said() -> None:
    parts = (Instalment(amount_fen=1, due=ByDate(date(2026, 12, 15))), Instalment(amount_fen=2, due=ByDays(60)))
    first, second = dues(payment(amount_fen=3, instalments=parts), EFFECT, CALENDAR, {})
    assert (first.key, first.fen, first.known) == (("cla_1", 0), 1, True)
    assert (second.key, second.fen, second.known) == (("cla_1", 1), 2, False), "2027 is not announced"


def test_acts_are_rows_without_a_sum_and_free_words_are_none() -> None:
    fields = ClauseFields(obligor="pty_a", act="修好防水", due=ByDate(date(2026, 12, 5)))
    free = Clause(id="cla_2", kind="free", fields=ClauseFields(text="再无争议"))
    (one,) = dues(Terms(clauses=(Clause(id="cla_1", kind="act", fields=fields), free)), EFFECT, CALENDAR, {})
    assert (one.fen, one.obligee) == (None, "")


def paid(fen: int, confirmed: str = "staff", **more: object) -> Entry:
    return Entry("per_1", "cla_1", 0, date(2026, 12, 10), fen, "", confirmed, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "entries", "standing", "paid_fen", "said_fen"),
    [
        (date(2026, 12, 16), [], "due", 0, 0),
        (date(2026, 12, 15), [], "overdue", 0, 0),
        (date(2026, 12, 15), [paid(100)], "performed", 100, 0),
        (date(2026, 12, 15), [paid(60)], "overdue", 60, 0),
        (date(2026, 12, 15), [paid(60), paid(40, "obligee")], "performed", 100, 0),
        (date(2026, 12, 15), [paid(100, "")], "overdue", 0, 100),
        (date(2026, 12, 15), [paid(100, struck=True)], "overdue", 0, 0),
        (None, [], "waiting", 0, 0),
    ],
)
def test_only_what_is_confirmed_counts(
    day: date | None, entries: list[Entry], standing: str, paid_fen: int, said_fen: int
) -> None:
    (row,) = rows([Due("cla_1", 0, "b", "a", 100, day)], entries, TODAY)
    assert (row.standing, row.paid_fen, row.said_fen) == (standing, paid_fen, said_fen)
    assert (row.enforce_until is None) == (standing in ("performed", "waiting"))


def test_an_act_is_performed_by_a_confirmed_word() -> None:
    due = Due("cla_1", 0, "a", "", None, date(2026, 12, 5))
    assert [rows([due], one, TODAY)[0].standing for one in ([], [paid(0, "")], [paid(0)])] == [
        "overdue", "overdue", "performed"
    ]  # fmt: skip


@given(st.dates(date(2025, 1, 1), date(2040, 12, 31)))
def test_two_years_end_on_the_same_day_of_the_calendar(day: date) -> None:
    end = enforceable_until(day)
    assert end is not None and (end.year, end.month) == (day.year + 2, day.month)
    assert end.day == (28 if (day.month, day.day) == (2, 29) else day.day)
