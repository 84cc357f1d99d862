"""Instalments in words: each with its day and both forms of its sum, equal monthly ones as one phrase. Pure."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from server.agreements.model import ByDate, ByDays, Instalment
from server.law import dates, money

SHORTEST_RUN = 3
"""Two equal months are sooner read one by one."""


@dataclass(frozen=True)
class Run:
    """Equal sums on the same `day` of month after month; where a month is shorter, on its last day."""

    first: date
    day: int
    count: int
    amount_fen: int


def schedule(parts: Sequence[Instalment], total: int | None, verb: str) -> str:
    """All instalments as one phrase, in the order given; `total` fen is the whole sum where it is known.

    于2026年12月31日前（含当日）支付30000元（大写：叁万元整），余款96000元（大写：玖万陆仟元整）自2027年1月起分8期，
    每月25日前（含当日）支付12000元（大写：壹万贰仟元整）
    """
    phrases, told = [], 0
    for one in gathered(parts):
        match one:
            case Instalment():
                phrases.append(_single(one, verb))
                told += one.amount_fen
            case Run():
                sum_of_run = one.count * one.amount_fen
                rest = told > 0 and told + sum_of_run == total == sum(part.amount_fen for part in parts)
                head = f"余款{both(sum_of_run)}" if rest else ""
                tail = "" if rest or one.count == len(parts) else f"，计{both(sum_of_run)}"
                phrases.append(f"{head}{_monthly(one, verb)}{tail}")
                told += sum_of_run
    return "，".join(phrase for phrase in phrases if phrase)


def gathered(parts: Sequence[Instalment]) -> Iterator[Instalment | Run]:
    """The instalments in their order, equal monthly ones gathered."""
    at = 0
    while at < len(parts):
        run = _longest(parts[at:])
        yield run or parts[at]
        at += run.count if run else 1


def due_words(due: ByDate | ByDays | None) -> str:
    """于2026年12月15日前（含当日）, 于收到齐全理赔材料之日起10个工作日内, or nothing."""
    match due:
        case ByDate(date=day):
            return f"于{dates.until(day)}"
        case ByDays(days=days, working=working, event=event):
            return f"于{dates.within(days, working=working, event=event)}"
        case _:
            return ""


def both(fen: int) -> str:
    """A part of a sum in figures and capitals: 12000元（大写：壹万贰仟元整）."""
    return f"{money.in_figures(fen)}元（大写：{money.in_words(fen)}）"


def day_of(run: Run, n: int) -> date:
    """The day on which instalment `n` (from 0) of a run is due."""
    months = run.first.year * 12 + run.first.month - 1 + n
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(run.day, monthrange(year, month)[1]))


def _single(one: Instalment, verb: str) -> str:
    paid = f"{verb}{both(one.amount_fen)}" if one.amount_fen else ""
    return f"{due_words(one.due)}{paid or (verb if one.due else '')}"


def _monthly(run: Run, verb: str) -> str:
    days = [day_of(run, n) for n in range(run.count)]
    if all(one.day == run.day for one in days):
        when = f"{run.day}日前（含当日）"
    elif all(one.day == monthrange(one.year, one.month)[1] for one in days):
        when = "最后一日前（含当日）"
    else:
        when = f"{run.day}日前（含当日，当月没有该日的为当月最后一日）"
    return f"自{run.first.year}年{run.first.month}月起分{run.count}期，每月{when}{verb}{both(run.amount_fen)}"


def _longest(parts: Sequence[Instalment]) -> Run | None:
    """The longest run from the first instalment on; None when it is too short to be told as one."""
    match parts[0]:
        case Instalment(due=ByDate(date=first), amount_fen=fen) if fen:
            last_of_month = first.day == monthrange(first.year, first.month)[1]
            days = range(first.day, 32) if last_of_month else (first.day,)
            runs = [Run(first, day, _length(parts, Run(first, day, 0, fen)), fen) for day in days]
            best = max(runs, key=lambda run: run.count)
            return best if best.count >= SHORTEST_RUN else None
        case _:
            return None


def _length(parts: Sequence[Instalment], like: Run) -> int:
    last_month = (date.max.year - like.first.year) * 12 + 12 - like.first.month
    for n, one in enumerate(parts):
        if n > last_month or one != Instalment(amount_fen=like.amount_fen, due=ByDate(day_of(like, n))):
            return n
    return len(parts)
