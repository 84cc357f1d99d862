"""When a message is tried again, and when no more. Pure."""

from datetime import datetime, timedelta

from server.messages.model import Row, State, Way
from server.people.rules import mask_mail, mask_phone

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
"""The pause after the first attempt doubles up to the longest."""
PATIENCE = timedelta(hours=24)
"""After that a message is given up and staff are told."""
LEASE = timedelta(minutes=3)
"""So long nobody else takes a message that is being handed over; longer than any gateway may take."""
KEPT = timedelta(days=30)
"""How long the content of a message given up waits for somebody who tries again."""


def pause(attempts: int) -> timedelta:
    """After so many attempts, at least one."""
    return min(FIRST * (1 << min(attempts - 1, 10)), LONGEST)


def ends(now: datetime, valid_until: datetime | None) -> datetime:
    """When a message asked for now is given up."""
    return min(now + PATIENCE, valid_until or now + PATIENCE)


def after_failure(attempts: int, until: datetime, now: datetime) -> tuple[State, datetime | None]:
    """The state and the next try after an attempt that may be repeated. The last one is at the very end."""
    if now >= until:
        return State.given_up, None
    return State.failed, min(now + pause(attempts), until)


def may_repeat(row: Row, now: datetime) -> bool:
    """Whether staff may ask for it again: it did not go, and what it says still holds."""
    open_still = row.state in (State.failed, State.given_up) and row.kept
    return open_still and (row.valid_until is None or now < row.valid_until)


def masked(way: Way, to: str) -> str:
    """199****0002, or the first letter of a mail address and where it is."""
    return mask_mail(to) if way is Way.mail else mask_phone(to)
