"""Days as agreements state and courts count them: in the deployment's zone, with the last day included in words."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def legal_day(instant: datetime) -> date:
    """The calendar day at which `instant` (aware) falls where the committee sits."""
    if instant.tzinfo is None:
        raise ValueError("aware time expected")
    return instant.astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """The first instant after `day`, aware."""
    return datetime.combine(day + timedelta(days=1), time.min, ZONE)


def written(day: date) -> str:
    """2026-12-05 -> 2026年12月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def until(day: date) -> str:
    """A limit that names its last day as included, so that 之前 is not argued about: 2026年12月5日前（含当日）."""
    return f"{written(day)}前（含当日）"


def within(days: int, *, working: bool = False, event: str = "") -> str:
    """A limit counted from an event, by default the effect: 本协议生效之日起7日内, 收到材料之日起10个工作日内."""
    return f"{event or '本协议生效'}之日起{days}{'个工作日' if working else '日'}内"


def last_day(first: date, days: int) -> date:
    """The last day of a term of `days` that begins with `first`, which is itself not counted (CPL 85(2))."""
    return first + timedelta(days=days)
