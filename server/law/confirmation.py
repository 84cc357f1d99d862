"""Until when the parties may jointly ask a court to confirm their agreement, and what remains afterwards. Pure."""

from dataclasses import dataclass
from datetime import date

from server.law import dates
from server.law.holidays import Calendar


@dataclass(frozen=True)
class Window:
    """The days for joint application [CPL 205; RMTJ 33]."""

    since: date
    """The day of effect, itself not counted [CPL 85(2)]."""
    counted: date
    """The last day by counting alone; nobody disputes an application by then."""
    last: date
    """`counted`, or the first working day after it where it is a day off [CPL 85(3)]."""
    announced: bool
    """Whether the plans of holidays this depends on are known; else that year's notice decides."""

    def left(self, today: date) -> int:
        """Days left after `today`: 0 on the last day, below 0 when it is over."""
        return (self.last - today).days


@dataclass(frozen=True)
class Way:
    """Another way to what was agreed: a code (words: i18n confirm.way.*) and the article behind it."""

    code: str
    article: str


def window(calendar: Calendar, effective: date, days: int) -> Window:
    """The window of an agreement that took effect on `effective`, in a profile that gives `days`."""
    counted = dates.last_day(effective, days)
    last = calendar.moved(counted)
    return Window(effective, counted, last, calendar.known(counted, last))


def other_ways(profile: str, money: bool) -> tuple[Way, ...]:
    """What parties can still do once the window is over; `money`: somebody owes a sum.

    A payment order and an enforceable notarial deed are for sums only [CPL 225, 249]. Labour agreements on wages,
    injury costs and compensation lead to a payment order by a rule of their own [LD 16].
    """
    order = Way("payment_order", "LD 16" if profile == "labour" else "CPL 225")
    return (
        Way("perform", "RMTJ 31"),
        *((order, Way("notarised", "CPL 249")) if money else ()),
        Way("again", "HOUSE"),
        Way("sue", "RMTJ 32"),
    )
