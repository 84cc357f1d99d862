"""Instalments in words: a reader written apart gets every sum and day back from the sentence."""

import re
from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.model import ByDate, ByDays, Instalment
from server.agreements.schedule import schedule
from tests.server.law.test_money import reference_from_words


def monthly(count: int, fen: int, year: int, month: int, day: int) -> list[Instalment]:
    found = []
    for n in range(count):
        at = year * 12 + month - 1 + n
        last = monthrange(at // 12, at % 12 + 1)[1]
        found.append(Instalment(amount_fen=fen, due=ByDate(date(at // 12, at % 12 + 1, min(day, last)))))
    return found


def on(fen: int, day: str) -> Instalment:
    return Instalment(amount_fen=fen, due=ByDate(date.fromisoformat(day)))


FIRST = on(3000000, "2026-12-31")


@pytest.mark.parametrize(
    ("parts", "total", "words"),
    [
        (
            [FIRST, *monthly(8, 1200000, 2027, 1, 25)],
            12600000,
            "于2026年12月31日前（含当日）支付30000元（大写：叁万元整），余款96000元（大写：玖万陆仟元整）自2027年1月起"
            "分8期，每月25日前（含当日）支付12000元（大写：壹万贰仟元整）",
        ),
        (
            monthly(12, 100000, 2027, 1, 5),
            1200000,
            "自2027年1月起分12期，每月5日前（含当日）支付1000元（大写：壹仟元整）",
        ),
        (
            monthly(3, 100000, 2027, 1, 5),
            999,
            "自2027年1月起分3期，每月5日前（含当日）支付1000元（大写：壹仟元整）",
        ),
        (
            [*monthly(3, 100000, 2027, 1, 5), on(50, "2027-04-05")],
            300050,
            "自2027年1月起分3期，每月5日前（含当日）支付1000元（大写：壹仟元整），计3000元（大写：叁仟元整），"
            "于2027年4月5日前（含当日）支付0.50元（大写：伍角整）",
        ),
        (
            monthly(3, 100000, 2026, 12, 31),
            300000,
            "自2026年12月起分3期，每月最后一日前（含当日）支付1000元（大写：壹仟元整）",
        ),
        (
            monthly(3, 100000, 2027, 1, 30),
            300000,
            "自2027年1月起分3期，每月30日前（含当日，当月没有该日的为当月最后一日）支付1000元（大写：壹仟元整）",
        ),
        (
            [
                Instalment(amount_fen=100, due=ByDays(7)),
                Instalment(amount_fen=200, due=ByDays(10, working=True, event="验收合格")),
                Instalment(amount_fen=300),
                Instalment(due=ByDays(30)),
                Instalment(),
            ],
            600,
            "于本协议生效之日起7日内支付1元（大写：壹元整），于验收合格之日起10个工作日内支付2元（大写：贰元整），"
            "支付3元（大写：叁元整），于本协议生效之日起30日内支付",
        ),
    ],
)
def test_instalments_read_as_people_write_them(parts: list[Instalment], total: int, words: str) -> None:
    assert schedule(parts, total, "支付") == words


def test_the_last_month_of_the_calendar_is_no_trouble() -> None:
    parts = [*monthly(3, 100, 9999, 10, 31), on(100, "9999-12-31"), on(100, "9999-12-31")]
    assert schedule(parts, None, "支付").count("9999年") == 3


AMOUNT = r"(\d+(?:\.\d\d)?)元（大写：(\w+)）"
ONE = re.compile(rf"于(\d+)年(\d+)月(\d+)日前（含当日）支付{AMOUNT}")
MONTHS = re.compile(
    rf"(?:余款{AMOUNT})?自(\d+)年(\d+)月起分(\d+)期，每月(?:(\d+)日|(最后一日))前（含当日[^）]*）支付{AMOUNT}(?:，计{AMOUNT})?"
)


def fen(figures: str, words: str) -> int:
    whole, _, cents = figures.partition(".")
    assert int(whole) * 100 + int(cents or 0) == reference_from_words(words)
    return int(whole) * 100 + int(cents or 0)


def read(text: str) -> list[tuple[date, int]]:
    """Days and sums of a schedule, by patterns and calendar of the test's own."""
    found: list[tuple[date, int]] = []
    while text:
        if match := ONE.match(text):
            year, month, day, figures, words = match.groups()
            found.append((date(int(year), int(month), int(day)), fen(figures, words)))
        else:
            match = MONTHS.match(text)
            assert match, text
            rest, rest_words, year, month, count, day, _, figures, words, all_, all_words = match.groups()
            run = monthly(int(count), fen(figures, words), int(year), int(month), int(day or 31))
            found += [(one.due.date, one.amount_fen) for one in run if isinstance(one.due, ByDate)]
            for stated, spelled in ((rest, rest_words), (all_, all_words)):
                assert stated is None or fen(stated, spelled) == sum(one.amount_fen for one in run)
        text = text[match.end() :].removeprefix("，")
    return found


SUMS = st.integers(1, 10**12)
DAYS = st.dates(date(2026, 1, 1), date(2040, 1, 1))
SINGLE = st.builds(lambda sum_, day: [Instalment(amount_fen=sum_, due=ByDate(day))], SUMS, DAYS)
RUN = st.builds(
    lambda count, sum_, start, day: monthly(count, sum_, start.year, start.month, day),
    st.integers(2, 14),
    SUMS,
    DAYS,
    st.integers(1, 31),
)


@given(st.lists(SINGLE | RUN, min_size=1, max_size=5), st.booleans())
def test_every_sum_and_day_comes_back_from_the_words(groups: list[list[Instalment]], known: bool) -> None:
    parts = [one for group in groups for one in group]
    total = sum(one.amount_fen for one in parts)
    given_ = [(one.due.date, one.amount_fen) for one in parts if isinstance(one.due, ByDate)]
    assert read(schedule(parts, total if known else None, "支付")) == given_
