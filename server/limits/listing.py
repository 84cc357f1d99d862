"""Lists of matters by their lamps: filters, pages, counts; only what lies within the caller's organisation."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.law.dates import end_of, legal_day
from server.law.holidays import Calendar
from server.limits import store
from server.limits.clock import Light, left_of
from server.limits.rules import ENDED, RANK
from server.limits.store import lamps, suspensions
from server.limits.views import names, overdue
from server.matters.store import matters
from server.people.model import Organisation
from server.people.organisations import organisations
from server.store.db import Tx
from server.web.call import View

PAGE = 50
CLOSED = ("settled", "failed")
FIGURES = ("received", "closed", "settled", "failed", "on_time", "late")


class LastUrging(View):
    """The newest one of a matter."""

    asked_at: datetime
    answer_due: date
    answered: bool
    overdue: bool


class RowView(View):
    """One line of the board. `light` is "" when the matter is over; `waits`: whom it waits for, "" for the desk of
    the organisation; `reason` why its clock stands; `stood` the days it has."""

    id: str
    number: str
    title: str
    organisation: str
    handler: str
    kind: str
    complexity: str
    stage: str
    state: str
    light: str
    due: date | None
    left: int
    stood: int
    reason: str
    waits: str
    late: bool
    outcome: str
    urging: LastUrging | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the matters within `root` (None: anywhere) is asked for. `figure` and `month` (its first day) choose what
    makes a figure of that month; without them it is what is under way."""

    root: Organisation | None
    light: Light | None = None
    organisation: str = ""
    kind: str = ""
    figure: str = ""
    month: date = date.min
    mediator: str = ""
    """What this account was asked to take, or mediates, wherever it lies."""

    def where(self) -> list[sa.ColumnElement[bool]]:
        """As conditions over matters, lamps and organisations."""
        found: list[sa.ColumnElement[bool]] = []
        if self.root is not None:
            found.append(organisations.c.path.startswith(self.root.path, autoescape=True))
        if self.mediator:
            found += [matters.c.mediator_id == self.mediator, lamps.c.stage.in_(("appointment", "mediation"))]
        if self.figure:
            found += self._figure()
        else:
            found.append(lamps.c.rank < ENDED if self.light is None else lamps.c.rank == RANK[self.light])
        if self.organisation:
            found.append(matters.c.organisation_id == self.organisation)
        if self.kind:
            found.append(matters.c.category == self.kind)
        return found

    def _figure(self) -> list[sa.ColumnElement[bool]]:
        at = matters.c.received_at if self.figure == "received" else lamps.c.ended_at
        first, after = bounds(self.month)
        found = [at >= first, at < after]
        if self.figure != "received":
            found.append(lamps.c.outcome.in_(CLOSED if self.figure not in CLOSED else (self.figure,)))
        if self.figure in ("on_time", "late"):
            found.append(lamps.c.late == (self.figure == "late"))
        return found


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first instant of a month at the centre and that of the next one."""
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return end_of(first - timedelta(days=1)), end_of(last)


def _joined(columns: Sequence[Any], asked: Filter) -> sa.Select[Any]:
    tables = matters.join(lamps, lamps.c.matter_id == matters.c.id)
    tables = tables.join(organisations, organisations.c.id == matters.c.organisation_id)
    return sa.select(*columns).select_from(tables).where(*asked.where())


async def counts(tx: Tx, asked: Filter) -> dict[str, int]:
    """Light -> how many, of what is under way, whatever light is asked for."""
    query = _joined([lamps.c.light, sa.func.count()], Filter(asked.root, None, asked.organisation, asked.kind))
    found = {row[0]: row[1] for row in await tx.execute(query.group_by(lamps.c.light))}
    return {light.value: found.get(light.value, 0) for light in Light}


async def total(tx: Tx, asked: Filter) -> int:
    """How many rows there are."""
    return int(await tx.scalar(_joined([sa.func.count()], asked)))


async def rows(
    tx: Tx, calendar: Calendar, asked: Filter, now: datetime, first: int = 0, most: int = PAGE
) -> list[RowView]:
    """The most pressing first: red, yellow, green by their last day, then what stands."""
    own = (
        matters.c.id, matters.c.number, matters.c.title, matters.c.category, matters.c.complexity, matters.c.clerk_id,
        matters.c.mediator_id, organisations.c.name.label("organisation"), lamps,
    )  # fmt: skip
    query = _joined(own, asked).order_by(lamps.c.rank, lamps.c.due, lamps.c.matter_id).offset(first).limit(most)
    found = list(await tx.execute(query))
    ids = [row.id for row in found]
    stands = suspensions.c.matter_id.in_(ids) & suspensions.c.ended_at.is_(None)
    stops = {row.matter_id: row for row in await tx.execute(sa.select(suspensions).where(stands))}
    people = await names(tx, {one for row in found for one in (row.clerk_id, row.mediator_id)})
    urgings = {one.matter_id: one for one in reversed(await store.urged(tx, ids))}
    return [_row(row, stops.get(row.id), people, urgings.get(row.id), calendar, now) for row in found]


def _row(row: Any, stop: Any, people: dict[str | None, str], urging: Any, calendar: Calendar, now: datetime) -> RowView:
    lamp, today = store.lamp_of(row), legal_day(now)
    handler = people.get(row.mediator_id if lamp.stage in ("appointment", "mediation") else row.clerk_id, "")
    last = None
    if urging is not None:
        answered = urging.answered_at is not None
        last = LastUrging(urging.asked_at, urging.answer_due, answered, overdue(urging, now) and not answered)
    stands = stop if lamp.light is Light.suspended else None
    return RowView(
        row.id, row.number, row.title, row.organisation, handler, row.category, row.complexity, lamp.stage, lamp.state,
        lamp.light or "", lamp.due, left_of(lamp.due, today, lamp.working, calendar) if lamp.due else 0,
        (today - legal_day(stands.started_at)).days if stands else 0, stands.reason if stands else "",
        stands.note if stands else handler if lamp.stage != "assigning" else "", lamp.late, lamp.outcome, last,
    )  # fmt: skip
