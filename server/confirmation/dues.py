"""What is owed by when: one row for each instalment of an agreement, what was performed of it, and until when it can be
enforced. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.agreements.model import ByDate, ByDays, Clause, Terms
from server.law import dates
from server.law.holidays import Calendar

Key = tuple[str, int]
"""Clause and number of the instalment, from 0."""
Standing = Literal["waiting", "due", "overdue", "performed"]
ENFORCED_WITHIN = 2
"""Years [CPL 250]."""


@dataclass(frozen=True)
class Due:
    """One instalment, or one act, whose `fen` is None. `day` None: it waits for `event`, or no day was agreed."""

    clause: str
    part: int
    obligor: str
    obligee: str
    fen: int | None
    day: date | None
    event: str = ""
    known: bool = True
    """The holidays that `day` hangs on have been announced."""

    @property
    def key(self) -> Key:
        """What entries and starts name it by."""
        return self.clause, self.part


@dataclass(frozen=True)
class Entry:
    """Something performed; 0 fen for an act. `confirmed` by the obligee, by staff who saw the proof, or not yet;
    denied: the obligee says that it was not received."""

    id: str
    clause: str
    part: int
    on: date
    fen: int
    said_by: str
    """The party who says so; "" where staff know it themselves."""
    confirmed: Literal["", "obligee", "staff", "denied"]
    proof: str = ""
    proof_type: str = ""
    struck: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is performed, not only said to be."""
        return self.confirmed in ("obligee", "staff")


@dataclass(frozen=True)
class Row:
    """A due with what counts of its entries."""

    due: Due
    standing: Standing
    paid_fen: int
    """Confirmed; what is only said, and not denied, stands beside it."""
    said_fen: int
    enforce_until: date | None
    """A day on which it is not too late yet to ask a court to enforce this part, by counting alone."""
    unanswered: tuple[Entry, ...] = ()
    """What the obligor says, and the obligee has neither confirmed nor denied."""


def dues(terms: Terms, effective: date, calendar: Calendar, starts: Mapping[Key, date]) -> tuple[Due, ...]:
    """All rows in the order of the text; `starts` are the days on which awaited events happened."""
    return tuple(due for clause in terms.clauses for due in _of(clause, effective, calendar, starts))


def _of(clause: Clause, effective: date, calendar: Calendar, starts: Mapping[Key, date]) -> Iterator[Due]:
    fields = clause.fields
    if clause.kind == "free" or not fields.obligor:
        return
    parts = [(one.amount_fen, one.due) for one in fields.instalments] if clause.kind == "payment" else []
    amount = fields.amount_fen or 0 if clause.kind == "payment" else None
    for n, (fen, when) in enumerate(parts or [(amount, fields.due)]):
        day, event = _day(when, effective, calendar, starts.get((clause.id, n)))
        known = day is None or isinstance(when, ByDate) or calendar.known(effective, day)
        yield Due(clause.id, n, fields.obligor, fields.obligee, fen, day, event, known)


def _day(
    when: ByDate | ByDays | None, effective: date, calendar: Calendar, start: date | None
) -> tuple[date | None, str]:
    """The last day, and what it waits for. A day that was named stays; a counted one moves over days off [CIV 203]."""
    match when:
        case None:
            return None, ""
        case ByDate(date=day):
            return day, ""
        case ByDays(event=event):
            begin = start if event else effective
            if begin is None:
                return None, event
            if when.working:
                return calendar.working_day(begin, when.days), event
            return calendar.moved(dates.last_day(begin, when.days)), event


def rows(found: Iterable[Due], entries: Iterable[Entry], today: date) -> tuple[Row, ...]:
    """Each due with its standing on `today`."""
    standing = [one for one in entries if not one.struck]
    return tuple(_row(due, [one for one in standing if (one.clause, one.part) == due.key], today) for due in found)


def _row(due: Due, entries: list[Entry], today: date) -> Row:
    confirmed = [one for one in entries if one.counts]
    paid = sum(one.fen for one in confirmed)
    done = bool(confirmed) and (due.fen is None or paid >= due.fen)
    state: Standing = "performed" if done else "due"
    if not done and due.day is None:
        state = "waiting"
    elif not done and due.day is not None and due.day < today:
        state = "overdue"
    said = sum(one.fen for one in entries if not one.confirmed)
    waits = tuple(one for one in entries if due.obligee and one.said_by == due.obligor and not one.confirmed)
    return Row(due, state, paid, said, None if done else enforceable_until(due.day), waits)


def enforceable_until(day: date | None) -> date | None:
    """Two years from the last day of this instalment's own term; a 29 February ends on the 28th [CIV 202].

    Of a debt in instalments the two years begin with the end of the last one [CPL 250(2)], so this day is never too
    late; interruption and suspension [CPL 250(1)] only lengthen it and are for people to know.
    """
    if day is None:
        return None
    try:
        return day.replace(year=day.year + ENFORCED_WITHIN)
    except ValueError:
        return date(day.year + ENFORCED_WITHIN, 2, 28)
