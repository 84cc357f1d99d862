"""Which days courts and banks work: weekends, statutory holidays, and the weekend days worked instead (调休上班日).

Each November the State Council's office announces the next year's plan; one file per year holds it (plans/2026.json),
and a centre adds a year of its own. In a year without a plan only the days of 全国年节及纪念日放假办法, article 2, are
known, and what is counted there is to be checked against that year's notice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import msgspec

BUNDLED = Path(__file__).with_name("plans")
DAY = timedelta(days=1)
LONGEST = 16
"""Days one holiday has at most; more is a slip of the pen."""
MOONS = {
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
    2036: ("01-28", "05-30", "10-04"),
}
"""Year -> 正月初一, 端午, 中秋. Each agrees with the instant of the new moon in Beijing time (Meeus, chapter 49)."""


class BadPlan(ValueError):
    """A year's file that cannot be right; the text says where and why."""


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """One holiday, both days included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day of it."""
        return (self.first + n * DAY for n in range((self.last - self.first).days + 1))


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was announced for one year. 元旦 may begin in the last days of the year before."""

    year: int
    source: str
    holidays: tuple[Span, ...]
    workdays: tuple[date, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """Days off and days worked of the announced years."""

    announced: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether `day` is a working day 工作日, as far as it is known."""
        if day in self.worked:
            return True
        if day in self.off or (day.year not in self.announced and day in statutory(day.year)):
            return False
        return day.weekday() < 5

    def known(self, first: date, last: date) -> bool:
        """Whether every plan that may touch the days from `first` to `last` has been announced.

        A New Year holiday may begin in December: the last three days of a year hang on the next year's plan too.
        """
        return self.announced.issuperset(range(first.year, (last + 3 * DAY).year + 1))

    def working_day(self, first: date, days: int) -> date:
        """The `days`-th working day after `first`, which is itself not counted."""
        ahead = (first + n * DAY for n in count(1))
        return next(day for n, day in enumerate((one for one in ahead if self.works(one)), 1) if n == days)

    def moved(self, day: date) -> date:
        """`day`, or the first working day after it where it is a day off [CPL 85(3); CIV 203].

        法定休假日 is read to hold weekends too: they are 周休息日 by 国务院关于职工工作时间的规定, article 7, courts'
        filing desks are closed then, and a weekend day worked for a long holiday is none.
        """
        return day if self.works(day) else self.working_day(day, 1)


@cache
def statutory(year: int) -> frozenset[date]:
    """Holidays by law in the form since 2025: 13 days, those of the moon only for the years of MOONS."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, n) for n in (1, 2, 3))}
    if year not in MOONS:
        return frozenset(fixed)
    spring, dragon_boat, moon = (date.fromisoformat(f"{year}-{one}") for one in MOONS[year])
    return frozenset(fixed | {dragon_boat, moon, _qingming(year), *(spring + n * DAY for n in (-1, 0, 1, 2))})


def _qingming(year: int) -> date:
    """The solar term, by the usual formula for 2000 to 2099."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def calendar_of(plans: Iterable[Plan]) -> Calendar:
    """One calendar of many years; a later plan of the same year replaces the earlier one."""
    kept = {plan.year: plan for plan in plans}.values()
    return Calendar(
        frozenset(plan.year for plan in kept),
        frozenset(day for plan in kept for span in plan.holidays for day in span.days()),
        frozenset(day for plan in kept for day in plan.workdays),
    )


def read(extra: Path | None = None) -> Calendar:
    """The bundled years and those in the directory `extra`, whose files stand above ours. Raises BadPlan."""
    return calendar_of((*_plans(BUNDLED), *(_plans(extra) if extra else ())))


def _plans(directory: Path) -> Iterator[Plan]:
    try:
        files = sorted(path for path in directory.iterdir() if path.suffix == ".json")
        contents = [(path.name, path.read_bytes()) for path in files]
    except OSError as error:
        raise BadPlan(f"{directory}: {error.strerror}") from error
    if not contents:
        raise BadPlan(f"{directory}: no file such as 2027.json")
    return (parse(name, content) for name, content in contents)


def parse(name: str, content: bytes) -> Plan:
    """The plan in the file `name`. Raises BadPlan with the first thing that cannot be right."""
    try:
        plan = msgspec.json.decode(content, type=Plan)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadPlan(f"{name}: {error}") from error
    wrong = next(_wrong(plan, name), "")
    if wrong:
        raise BadPlan(f"{name}: {wrong}")
    return plan


def _wrong(plan: Plan, name: str) -> Iterator[str]:
    if not 2000 <= plan.year <= 2099 or name != f"{plan.year}.json":
        yield "the file must be named after its year, such as 2027.json"
        return
    for span in plan.holidays:
        if not 0 <= (span.last - span.first).days < LONGEST:
            yield f"{span.name} from {span.first} to {span.last}: 1 to {LONGEST} days expected"
            return
    off = {day for span in plan.holidays for day in span.days()}
    for day in sorted(off | set(plan.workdays)):
        if day.year != plan.year and (day.year, day.month) != (plan.year - 1, 12):
            yield f"{day} is not in {plan.year}"
    for day in plan.workdays:
        if day in off:
            yield f"{day} is both a holiday and a working day"
        if day.weekday() < 5:
            yield f"{day} is no weekend day: only those are worked instead"
    for day in sorted(date(plan.year, *one) for one in ((1, 1), (5, 1), (10, 1))):
        if day not in off:
            yield f"{day} is missing among the holidays"
