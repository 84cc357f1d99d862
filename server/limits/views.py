"""How clocks look on the wire, and what makes them from rows."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from server.law.dates import legal_day
from server.law.sources import spelled
from server.law.terms import Terms
from server.limits import rules, store
from server.limits.clock import Standing
from server.limits.model import Lamp, Urging
from server.matters.model import Matter
from server.people.store import accounts
from server.store.db import Tx
from server.web.call import Caller, View


class ReasonView(View):
    """Why a clock may stand."""

    code: str
    name: str
    source: str


class StopView(View):
    """A stop; `ended_at` None: it still stands."""

    reason: str
    note: str
    by: str
    started_at: datetime
    ended_at: datetime | None


class ExtensionView(View):
    """What the parties agreed on."""

    until: date
    note: str
    by: str
    at: datetime


class UrgingView(View):
    """A question of the supervision and its answer."""

    id: str
    by: str
    words: str
    asked_at: datetime
    answer_due: date
    overdue: bool
    answer: str
    answered_by: str
    answered_at: datetime | None


class ClockView(View):
    """The clock of one matter with its history. `light` is "" when the matter is over; `acts` are the caller's."""

    matter: str
    number: str
    title: str
    stage: str
    light: str
    due: date | None
    left: int
    stood: int
    """Days the clock has stood."""
    announced: bool
    late: bool
    term_days: int
    working: bool
    source: str
    acts: list[str]
    urges: bool
    """Whether the caller may urge."""
    answers: bool
    """Whether the caller may answer an urging."""
    reasons: list[ReasonView]
    stops: list[StopView]
    extension: ExtensionView | None
    urgings: list[UrgingView]


def source_of(source: str) -> str:
    """An article in words; of a rule of the house what it says."""
    return source.replace("HOUSE", "本中心规定", 1) if source.startswith("HOUSE") else spelled(source)


async def names(tx: Tx, ids: Iterable[str | None]) -> dict[str | None, str]:
    """Account id -> name; the server's own acts have none."""
    wanted = {one for one in ids if one}
    query = sa.select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(wanted))
    return {row.id: row.name for row in await tx.execute(query)}


def overdue(urging: Urging, now: datetime) -> bool:
    """Whether its answer did not come in time."""
    return legal_day(urging.answered_at or now) > urging.answer_due


async def clock_view(
    tx: Tx, terms: Terms, matter: Matter, lamp: Lamp, standing: Standing | None, caller: Caller, now: datetime
) -> ClockView:
    """As the caller, who may see the matter, sees it."""
    stops, extensions = await store.stops(tx, matter.id), await store.prolonged(tx, matter.id)
    urgings = await store.urged(tx, [matter.id])
    people = await names(
        tx, [*(one.by for one in stops), *(one.by for one in extensions), *(one.by for one in urgings),
             *(one.answered_by for one in urgings)],
    )  # fmt: skip
    extension = next((one for one in extensions if one.round == lamp.round), None)
    stands = next((one for one in stops if one.round == lamp.round and one.pause.end is None), None)
    term = rules.term_of(terms, matter, rules.STAGE.get(matter.state, "mediation"))
    keeps = rules.keeps(matter, caller)
    return ClockView(
        matter.id, matter.number, matter.title, lamp.stage, lamp.light or "", lamp.due,
        standing.left if standing else 0,
        (legal_day(now) - legal_day(stands.pause.start)).days if stands else 0,
        standing.announced if standing else True, lamp.late, term.days, term.working, source_of(term.source),
        rules.acts(standing, extension is not None, lamp.stage) if keeps else [],
        caller.role == "supervisor" and standing is not None,
        keeps,
        [ReasonView(one.code, one.name, source_of(one.source)) for one in terms.stops],
        [
            StopView(one.reason, one.note, people.get(one.by, ""), one.pause.start, one.pause.end)
            for one in stops
        ],
        ExtensionView(
            extension.extension.until, extension.note, people.get(extension.by, ""), extension.extension.at
        ) if extension else None,
        [
            UrgingView(
                one.id, people.get(one.by, ""), one.words, one.asked_at, one.answer_due, overdue(one, now), one.answer,
                people.get(one.answered_by, ""), one.answered_at,
            )
            for one in urgings
        ],
    )  # fmt: skip
