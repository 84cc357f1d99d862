"""What ends, when, and how grave that is: told long before anything does. Pure; the words are the browser's and the
doctor's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from documents import Standing
from server.keeping.renewal import Round
from server.store.kept import Version

Level = Literal["hint", "problem"]
Code = Literal[
    "certificate_ending", "root_list_ending", "timestamp_outage", "renewal_overdue", "renewal_failed", "proof_lost",
    "backup_old", "backup_missing",
]  # fmt: skip
YEAR = timedelta(days=365)
DAY = timedelta(days=1)
AHEAD: Mapping[str, tuple[timedelta, timedelta]] = {
    "service": (90 * DAY, 30 * DAY),
    "seal": (90 * DAY, 30 * DAY),
    "ocsp": (90 * DAY, 30 * DAY),
    "tsa": (2 * YEAR + 90 * DAY, YEAR),
    "issuing": (20 * YEAR, 10 * YEAR),
    "root": (20 * YEAR, 10 * YEAR),
}
"""Certificate -> how long before its end it is a hint, then a problem. A time-stamp authority must outlast the margin
of the renewals; CAs must outlast the time files are kept, since an ended one spoils every signature below it."""
LIST_AHEAD = (120 * DAY, 30 * DAY)
"""The root's list: made anew by itself at half of its year where the root's key is at hand."""
BACKUP_EVERY = (7 * DAY, 30 * DAY)
OUTAGE = timedelta(minutes=10)
"""A time-stamp server that fails once is passed over; one that fails that long is told."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to do. `subject`: which certificate or server; `count`: how many files; `at`: when it ends, or since
    when it is so; `cause`: for operators."""

    code: Code
    level: Level
    subject: str = ""
    at: datetime | None = None
    count: int = 0
    cause: str = ""


def ending(ends: Mapping[str, datetime], list_end: datetime, now: datetime) -> list[Notice]:
    """Certificates by name and the root's list."""
    found = [_ending("certificate_ending", name, end, AHEAD[name], now) for name, end in ends.items()]
    found.append(_ending("root_list_ending", "", list_end, LIST_AHEAD, now))
    return [each for each in found if each is not None]


def _ending(
    code: Code, subject: str, end: datetime, ahead: tuple[timedelta, timedelta], now: datetime
) -> Notice | None:
    hint, problem = ahead
    if end - now >= hint:
        return None
    return Notice(code, "problem" if end - now < problem else "hint", subject, end)


def outages(standings: Sequence[Standing], members: int, now: datetime) -> list[Notice]:
    """Servers that have failed for a while; a problem when none of all `members` is left."""
    failing = [each for each in standings if each.failing_since is not None]
    level: Level = "problem" if len(failing) >= members else "hint"
    return [
        Notice("timestamp_outage", level, each.name, each.failing_since, cause=each.cause)
        for each in failing
        if each.failing_since is not None and (level == "problem" or now - each.failing_since >= OUTAGE)
    ]


def renewals(newest: Iterable[Version], last: Round | None, years: int, now: datetime) -> list[Notice]:
    """Files whose next stamp is late, could not be had, or can never be had again."""
    versions = list(newest)
    lost = [each for each in versions if each.stamp_ends <= now]
    late = [each for each in versions if now < each.stamp_ends < now + years * YEAR - 180 * DAY]
    found = []
    if lost:
        found.append(Notice("proof_lost", "problem", count=len(lost), at=min(each.stamp_ends for each in lost)))
    if late:
        found.append(Notice("renewal_overdue", "problem", count=len(late), at=min(each.stamp_ends for each in late)))
    if last is not None and last.failed:
        cause = ", ".join(sorted({each.cause for each in last.failed})[:3])
        found.append(Notice("renewal_failed", "problem", count=len(last.failed), cause=cause))
    return found


def backups(last: datetime | None, now: datetime) -> list[Notice]:
    """Whether there is a fresh one, as far as the data directory knows."""
    if last is None:
        return [Notice("backup_missing", "hint")]
    hint, problem = BACKUP_EVERY
    age = now - last
    return [Notice("backup_old", "problem" if age >= problem else "hint", at=last)] if age >= hint else []
