"""Whether the other side comes: the first figure that matters. Of each case, from the first invitation of anybody on
the respondent's side to the first time somebody of it is in a meeting. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Course:
    """What became of inviting one side of one case, or one person of it."""

    invited_at: datetime
    opened_at: datetime | None = None
    """Somebody opened a link."""
    answered_at: datetime | None = None
    agreed: bool = False
    """To meet by video, or asked to be called."""
    came_at: datetime | None = None

    def with_(self, other: "Course") -> "Course":
        """Of two people of one side: the first of each."""
        return Course(
            min(self.invited_at, other.invited_at), _first(self.opened_at, other.opened_at),
            _first(self.answered_at, other.answered_at), self.agreed or other.agreed,
            _first(self.came_at, other.came_at),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers of cases; `came`: within the days asked for, `open` of them may still come in time."""

    invited: int
    opened: int
    answered: int
    agreed: int
    came: int
    open: int


def figure(courses: Iterable[Course], within: timedelta, now: datetime) -> Figure:
    """Counted over all of them."""
    known = list(courses)
    in_time = [one for one in known if one.came_at is not None and one.came_at - one.invited_at <= within]
    still = [one for one in known if one.came_at is None and now - one.invited_at < within]
    return Figure(
        len(known), sum(one.opened_at is not None for one in known), sum(one.answered_at is not None for one in known),
        sum(one.agreed for one in known), len(in_time), len(still),
    )  # fmt: skip


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
