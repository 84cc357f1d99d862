"""HTTP door of the figure: of how many cases the other side came, by organisation."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.cases.model import Part, Side
from server.cases.store import cases, parties
from server.errors import Invalid
from server.people import organisations
from server.people import store as people
from server.sessions.coming import Course, Figure, figure
from server.sessions.store import links, seats
from server.store import journal
from server.store.db import Tx
from server.web.call import Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("sessions")
LOOKED_AT = timedelta(days=180)
ITSELF = (Part.party.value, Part.representative.value, Part.guardian.value)
"""Whose coming counts as their side's; an interpreter's does not."""
PRESENT = '%"state":"present"%'


class ComingRow(View):
    """Of one organisation; "" of cases whose mediator belongs to none."""

    organisation: str
    invited: int
    opened: int
    answered: int
    agreed: int
    came: int
    open: int


class ComingView(View):
    """Cases of the last 180 days. `came`: within `days` of the first invitation."""

    days: int
    since: datetime
    rows: list[ComingRow]


@routes.route(
    "GET", "/api/coming", response=ComingView, permit=right("coming.see"), queries=("days",), errors=(Invalid,)
)
async def show(call: Call[None]) -> ComingView:
    """A mediator sees their own cases, the office all of its organisation and below; no case is named."""
    text = call.query("days", "14")
    if not text.isdecimal() or not 1 <= int(text) <= 180:
        raise Invalid({"days": "range"})
    days, now = int(text), call.now()
    async with call.db.reading() as tx:
        me = await people.account(tx, call.caller.id)
        own = me.id if call.caller.role == "mediator" else None
        found = await courses(tx, now - LOOKED_AT, own)
        root = await organisations.load(tx, me.organisation_id) if me.organisation_id and own is None else None
        names = {str(one.id): one.name for one in await organisations.tree(tx, root)}
    rows = [
        _row(names.get(organisation or "", ""), figure(each.values(), timedelta(days=days), now))
        for organisation, each in found.items()
        if root is None or organisation in names
    ]  # fmt: skip
    return ComingView(days, now - LOOKED_AT, sorted(rows, key=lambda row: (-row.invited, row.organisation)))


async def courses(tx: Tx, since: datetime, mediator: str | None) -> Mapping[str | None, Mapping[str, Course]]:
    """Organisation of the mediator -> case -> what became of inviting its respondents."""
    first = sa.select(links.c.seat_id, sa.func.min(links.c.sent_at).label("at")).group_by(links.c.seat_id).subquery()
    query = (
        sa.select(seats, first.c.at.label("invited_at"), people.accounts.c.organisation_id)
        .join(first, first.c.seat_id == seats.c.id)
        .join(parties, parties.c.id == seats.c.party_id)
        .join(cases, cases.c.id == seats.c.case_id)
        .join(people.accounts, people.accounts.c.id == cases.c.mediator_id)
        .where(first.c.at >= since, parties.c.side == Side.respondent.value, parties.c.part.in_(ITSELF))
    )
    query = query.where(cases.c.rehearsal.is_(False) if mediator is None else cases.c.mediator_id == mediator)
    rows = list(await tx.execute(query))
    seen = await _seen(tx, sorted({row.case_id for row in rows}))
    found: dict[str | None, dict[str, Course]] = {}
    for row in rows:
        came = seen.get(row.party_id) or (row.checked_at if row.device else None)
        agreed = bool(row.online) or row.phone_at is not None
        one = Course(row.invited_at, row.opened_at, row.consented_at or row.phone_at, agreed, came)
        each = found.setdefault(row.organisation_id, {})
        each[row.case_id] = each[row.case_id].with_(one) if row.case_id in each else one
    return found


async def _seen(tx: Tx, case_ids: list[str]) -> dict[str, datetime]:
    """Person -> when they were first present in a meeting, as the journals say."""
    told, bodies = journal.entries, journal.bodies
    joined = sa.and_(bodies.c.case_id == told.c.case_id, bodies.c.seq == told.c.seq)
    query = sa.select(told.c.actor, sa.func.min(told.c.at).label("at")).join(bodies, joined)
    query = query.where(told.c.case_id.in_(case_ids), told.c.kind == "room.attendance", bodies.c.body.like(PRESENT))
    return {row.actor: row.at for row in await tx.execute(query.group_by(told.c.actor))}


def _row(name: str, one: Figure) -> ComingRow:
    return ComingRow(name, one.invited, one.opened, one.answered, one.agreed, one.came, one.open)
