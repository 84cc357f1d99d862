"""The clock of one stage of a matter: when it is due and which light it shows on a day. Pure.

The day a stage begins on is not counted [CPL 85(2)]. A day on which the clock stood, even for a part, is not counted
either. An extension by consent names its last day; a stop after it moves that day like any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.law.dates import legal_day
from server.law.holidays import Calendar
from server.law.terms import Term

DAY = timedelta(days=1)
SHORT = 3
"""Limits of so many days turn yellow on the last day; longer ones when two days or a third is left."""
HORIZON = 4000
"""Days a clock is looked ahead; no calendar has so long a holiday."""


class Light(StrEnum):
    """In the order of the board."""

    red = "red"
    yellow = "yellow"
    green = "green"
    suspended = "suspended"
    """中止: the clock stands."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood from `start` to `end`; None: it still stands."""

    start: datetime
    end: datetime | None = None

    def holds(self, day: date) -> bool:
        """Whether it stood on a part of `day`."""
        return legal_day(self.start) <= day and (self.end is None or day <= legal_day(self.end))


@dataclass(frozen=True, slots=True)
class Extension:
    """What the parties agreed on: a new last day."""

    at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands on one day."""

    light: Light
    due: date | None
    """The last day; None while the clock stands."""
    left: int
    """Days of the limit after today: 0 on the last day; below 0 days overdue, at least one."""
    change: date | None
    """The day on which the light changes if nothing happens; None: it stays."""
    announced: bool
    """Whether the plans of holidays it depends on are known; else that year's notice decides."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What one stage's time is reckoned from."""

    term: Term
    since: date
    pauses: Sequence[Pause] = ()
    extension: Extension | None = None

    @property
    def told(self) -> date:
        """The newest day it knows of: today is no earlier, whatever a machine's clock that was set back says."""
        known = [one.end or one.start for one in self.pauses] + ([self.extension.at] if self.extension else [])
        return max([self.since, *(legal_day(at) for at in known)])

    def due(self, calendar: Calendar) -> date | None:
        """The last day, or None while the clock stands before it."""
        return self._walk(calendar)[0]

    def on(self, today: date, calendar: Calendar) -> Standing:
        """The standing on `today`."""
        due, counted, budget = self._walk(calendar)
        if due is None:
            return Standing(Light.suspended, None, budget - len(counted), None, True)
        announced = calendar.known(self.since, due)
        left = left_of(due, today, self.term.working, calendar)
        if today > due:
            return Standing(Light.red, due, left, None, announced)
        yellow = counted[budget - 1 - self._margin(budget)]
        if today < yellow:
            return Standing(Light.green, due, left, yellow, announced)
        return Standing(Light.yellow, due, left, due + DAY, announced)

    def _margin(self, budget: int) -> int:
        return 0 if budget <= SHORT else max(2, budget // 3)

    def _counts(self, day: date, calendar: Calendar) -> bool:
        return calendar.works(day) or not self.term.working

    def _stands(self, day: date) -> bool:
        return any(one.holds(day) for one in self.pauses)

    def _walk(self, calendar: Calendar) -> tuple[date | None, list[date], int]:
        """The last day, the days counted up to it, and how many there are to count."""
        budget, counted = self.term.days, list[date]()
        extension = self.extension
        for day in (self.since + n * DAY for n in range(HORIZON)):
            if any(one.end is None and one.holds(day) for one in self.pauses):
                return None, counted, budget
            free = not self._stands(day)
            if day > self.since and free and len(counted) < budget and self._counts(day, calendar):
                counted.append(day)
            if extension and legal_day(extension.at) == day:
                ahead = _days(day, calendar.moved(extension.until))
                budget = len(counted) + sum(self._counts(one, calendar) for one in ahead)
            ended = len(counted) >= budget and free and calendar.works(day)
            if ended and not (extension and legal_day(extension.at) == day):
                return day, counted, budget
        raise ValueError("a calendar without working days")


def left_of(due: date, today: date, working: bool, calendar: Calendar) -> int:
    """Days after `today` up to `due`; when it is past, those overdue below 0, at least one."""
    if today <= due:
        return sum(calendar.works(day) or not working for day in _days(today, due))
    return -max(1, sum(calendar.works(day) or not working for day in _days(due, today)))


def _days(after: date, last: date) -> Iterator[date]:
    """The days after `after` up to `last`."""
    return (after + n * DAY for n in range(1, (last - after).days + 1))
