"""When somebody is reminded of a session: a day before and an hour before, never at night. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.law.dates import ZONE

BEFORE: Mapping[str, timedelta] = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
MORNING, NIGHT, EVENING = 8, 21, 20
"""Hours at the centre: nobody is written to from NIGHT to MORNING; what falls there comes at EVENING before."""


def asleep(now: datetime) -> bool:
    """Whether it is night at the centre."""
    return not MORNING <= now.astimezone(ZONE).hour < NIGHT


def due_at(kind: str, starts_at: datetime) -> datetime:
    """When this reminder is to go out."""
    at = (starts_at - BEFORE[kind]).astimezone(ZONE)
    if at.hour >= NIGHT:
        return at.replace(hour=EVENING, minute=0, second=0, microsecond=0)
    if at.hour < MORNING:
        return (at - timedelta(days=1)).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    return at


def due(starts_at: datetime, written_at: datetime, now: datetime) -> str:
    """`day`, `hour`, or "" for none now. Only the last that has come: who was away gets one, not two. Who was written
    to (`written_at`) after it was due was told by that."""
    if asleep(now) or now >= starts_at:
        return ""
    come = [kind for kind in BEFORE if due_at(kind, starts_at) <= now]
    return come[-1] if come and written_at < due_at(come[-1], starts_at) else ""
