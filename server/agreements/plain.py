"""Everyday sentences for the summary beside the text, in Chinese and English, from structured fields alone. Pure.

No figure is computed here: every number written stands in the clause too."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.agreements.model import ByDate, ByDays, Instalment
from server.agreements.schedule import Run, day_of
from server.law import dates, money

Language = Literal["zh-CN", "en"]
Due = ByDate | ByDays | None
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Chinese:
    """`you` is how the reader is addressed; other people go by name."""

    you: str = "您"

    def pays(self, who: str, whom: str, fen: int) -> str:
        return f"{who}要付给{whom}{money.in_figures(fen)}元"

    def gives(self, who: str, whom: str) -> str:
        return f"{who}付给{whom}"

    def does(self, who: str) -> str:
        return f"{who}要做这件事"

    def when(self, due: Due) -> str:
        match due:
            case ByDate(date=day):
                return f"最晚{dates.written(day)}，当天也算"
            case ByDays(days=days, working=working, event=event):
                since = f"“{event}”" if event else "协议生效"
                return f"{since}之后{days}{'个工作日' if working else '天'}内"
            case _:
                return "没有写到什么时候"

    def part(self, one: Instalment) -> str:
        paid = f"付{money.in_figures(one.amount_fen)}元" if one.amount_fen else "付一部分"
        return f"{self.when(one.due)}，{paid}"

    def monthly(self, run: Run) -> str:
        start = f"从{run.first.year}年{run.first.month}月起，每月"
        return f"{start}{self.day(run)}前付{money.in_figures(run.amount_fen)}元，一共{run.count}期，当天也算"

    def day(self, run: Run) -> str:
        match _month_end(run):
            case "always":
                return "最后一天"
            case "sometimes":
                return f"{run.day}日（没有这一天的月份是最后一天）"
            case _:
                return f"{run.day}日"

    def sentence(self, *parts: str) -> str:
        return "，".join(part for part in parts if part) + "。"

    def dated(self, when: str, what: str) -> str:
        return f"{when}：{what}。"


@dataclass(frozen=True)
class English:
    """The same for the English interface; words of the text itself stay Chinese."""

    you: str = "you"

    def pays(self, who: str, whom: str, fen: int) -> str:
        return f"{who} must pay {whom} {money.in_figures(fen)} yuan"

    def gives(self, who: str, whom: str) -> str:
        return f"{who} to {whom}"

    def does(self, who: str) -> str:
        return f"{who} must do this"

    def when(self, due: Due) -> str:
        match due:
            case ByDate(date=day):
                return f"by {_english(day)}, that day included"
            case ByDays(days=days, working=working, event=event):
                since = f"“{event}”" if event else "the agreement takes effect"
                return f"within {days} {'working days' if working else 'days'} after {since}"
            case _:
                return "no time is written"

    def part(self, one: Instalment) -> str:
        paid = f"{money.in_figures(one.amount_fen)} yuan" if one.amount_fen else "a part"
        return f"{self.when(one.due)}: {paid}"

    def monthly(self, run: Run) -> str:
        start = f"from {MONTHS[run.first.month - 1]} {run.first.year} on"
        paid = f"{money.in_figures(run.amount_fen)} yuan"
        return f"{start}, {run.count} times, by {self.day(run)}, that day included: {paid}"

    def day(self, run: Run) -> str:
        match _month_end(run):
            case "always":
                return "the last day of each month"
            case "sometimes":
                return f"day {run.day} of each month, or its last day where there is no such day"
            case _:
                return f"day {run.day} of each month"

    def sentence(self, *parts: str) -> str:
        whole = ", ".join(part for part in parts if part)
        return whole[:1].upper() + whole[1:] + "."

    def dated(self, when: str, what: str) -> str:
        return f"{when[:1].upper()}{when[1:]}: {what}."


Words = Chinese | English


def words_of(language: Language) -> Words:
    """The phrases of a language."""
    return English() if language == "en" else Chinese()


def _english(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _month_end(run: Run) -> Literal["always", "sometimes", "never"]:
    days = [day_of(run, n) for n in range(run.count)]
    if all(one.day == run.day for one in days):
        return "never"
    last = [(one.replace(day=28).toordinal() + 4, one) for one in days]
    ends = all(date.fromordinal(at).replace(day=1).toordinal() - 1 == one.toordinal() for at, one in last)
    return "always" if ends else "sometimes"
