"""Which reminders are due on a day: the days to apply, corrections, days at court, instalments, the two years. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.confirmation.dues import Row
from server.confirmation.model import Application, State
from server.law.confirmation import Window
from server.law.dates import written

DAY = timedelta(days=1)
APPLY = (10, 3, 0)
"""Days left to apply at which the parties are reminded."""
CORRECT = (2, 0)
BEFORE_DUE = 3
OVERDUE = 30
"""Days after the last day until which somebody is told, once, that it has passed."""
ENFORCE = (90, 30, 7)
"""Days before the end of the two years at which the obligee is told."""
MAY_APPLY = (State.preparing, State.refused, State.withdrawn)


@dataclass(frozen=True)
class Reminder:
    """`kind` and `day` tell it apart for good; `whom` is a party's id, or "" for all parties."""

    kind: str
    day: date
    whom: str
    words: str
    """What the message says after naming the agreement: never a sum, a name or an account."""


@dataclass(frozen=True)
class Meeting:
    """A day at court."""

    id: str
    on: date
    at: str
    """As people read it: 12月1日9:00."""


def due(
    application: Application, window: Window, rows: Sequence[Row], meetings: Iterable[Meeting], today: date
) -> tuple[Reminder, ...]:
    """All that are due today and may have gone out already."""
    return (
        *_apply(application, window, today),
        *_correct(application, today),
        *(
            Reminder(f"meeting:{one.id}", one.on, "", f"{one.at}法院通知各方一起到场，请提前安排。")
            for one in meetings
            if one.on - DAY <= today <= one.on
        ),
        *(found for row in rows for found in _perform(row, application, today)),
    )


def _last_chance(last: date, steps: Iterable[int], today: date) -> date | None:
    """The newest of the days on which one is reminded of `last`; None before the first and after the last."""
    days = [last - step * DAY for step in steps]
    return max((day for day in days if day <= today), default=None) if today <= last else None


def _apply(application: Application, window: Window, today: date) -> Iterator[Reminder]:
    day = _last_chance(window.last, APPLY, today)
    if application.state in MAY_APPLY and day:
        words = f"可以由各方一起向法院申请司法确认，最晚{written(window.last)}（含当日）。已经履行完的不用申请。"
        yield Reminder("apply", day, "", words)


def _correct(application: Application, today: date) -> Iterator[Reminder]:
    day = _last_chance(application.deadline, CORRECT, today) if application.deadline else None
    if application.state is State.correcting and application.deadline and day:
        words = f"的司法确认申请，法院要求补正材料，最晚{written(application.deadline)}（含当日）。"
        yield Reminder("correct", day, "", words)


def _perform(row: Row, application: Application, today: date) -> Iterator[Reminder]:
    owed, day = row.due, row.due.day
    if row.standing == "performed":
        return
    for one in row.unanswered:
        yield Reminder(f"said:{one.id}", one.on, owed.obligee, "有一笔履行，对方登记了，请您确认是否收到。")
    if day is None:
        return
    key = f"{owed.clause}:{owed.part}"
    until = written(day)
    if day - BEFORE_DUE * DAY <= today <= day:
        yield Reminder(f"due:{key}", day, owed.obligor, f"有一项由您履行，最晚{until}（含当日）。")
    if day < today <= day + OVERDUE * DAY:
        words = f"有一项应当在{until}前由您履行，还没有登记履行。已经履行的，请登记，有凭证的传上来。"
        yield Reminder(f"overdue:{key}", day, owed.obligor, words)
        if owed.obligee:
            words = f"有一项应当在{until}前向您履行，还没有登记履行。收到了的请登记，没有收到的可以联系调解组织。"
            yield Reminder(f"unpaid:{key}", day, owed.obligee, words)
    end = row.enforce_until
    warned = _last_chance(end, ENFORCE, today) if end else None
    if application.state is State.confirmed and owed.obligee and end and warned:
        words = f"有一项还没有登记履行，申请法院强制执行请不要晚于{written(end)}。"
        yield Reminder(f"enforce:{key}", warned, owed.obligee, words)
