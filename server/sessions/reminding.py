"""Sends the reminders of sessions, each once, whatever restarts between: its key in the outbox is its memory."""

import logging
from datetime import datetime, timedelta

from aiohttp import web

from server.cases import store as cases
from server.cases.model import Case
from server.clock import wire
from server.errors import Unavailable
from server.people.model import DELIVERY, Message
from server.sessions import calendar, reminders, rules, store, texts
from server.sessions.model import Seat, Session
from server.sessions.routes import ZONE, link_for
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.rounds import every

log = logging.getLogger(__name__)
LOOK = 60.0
"""Seconds between looks; a reminder may be that late."""
AHEAD = timedelta(days=3)
"""Sessions so near are looked at: a reminder comes a day and a night before at most."""


async def remind(app: web.Application) -> int:
    """Remind wherever it is due; returns how many reminders were put into the outbox."""
    now, put = app[keys.CLOCK](), 0
    if reminders.asleep(now):
        return 0
    async with app[keys.DB].reading() as tx:
        near = await store.scheduled_between(tx, now, now + AHEAD)
    for session in near:
        async with app[keys.DB].reading() as tx:
            found = await _due(tx, session, now)
        for seat, kind in found:
            try:
                put += await _remind(app, session, seat, kind, now)
            except Unavailable:  # staff see on the page of the day that nobody could be reached
                log.warning("session.not_reminded", extra={"session_id": session.id})
    return put


async def _due(tx: Tx, session: Session, now: datetime) -> list[tuple[Seat, str]]:
    """Who is to be reminded now: invited, by a link that stands, and not said to stay away."""
    written = await store.links_standing(tx, session.id)
    return [
        (seat, kind)
        for seat in await store.seats_of(tx, session.id)
        if seat.id in written and not rules.stays_away(seat)
        for kind in [reminders.due(session.starts_at, written[seat.id], now)]
        if kind
    ]


async def _remind(app: web.Application, session: Session, seat: Seat, kind: str, now: datetime) -> bool:
    key = f"reminder|{seat.id}|{wire(session.starts_at)}|{kind}"
    async with app[keys.DB].transaction() as tx:
        if await app[DELIVERY].known(tx, key):
            return False
        case = await cases.load(tx, session.case_id)
        await app[DELIVERY].put(tx, await _message(tx, app, case, session, seat, key, now))
        body = {"session": session.id, "party": seat.party_id, "kind": kind}
        await journal.append(tx, case.id, "session.remind", "server", body, now)
    return True


async def _message(
    tx: Tx, app: web.Application, case: Case, session: Session, seat: Seat, key: str, now: datetime
) -> Message:
    party, settings = case.party(seat.party_id), app[keys.SETTINGS]
    assert party is not None  # noqa: S101 (a seat is taken out with its person)
    url = await link_for(tx, app, seat, session.starts_at + timedelta(hours=12), "server", now, beside=True)
    starts = texts.moment(session.starts_at.astimezone(ZONE))
    by_phone = seat.phone_at is not None
    text = texts.reminder(settings.centre.name, settings.centre.phone, starts, url, by_phone=by_phone)
    return Message(
        party.id, party.filed.phone, "link", text, now, url=url, rehearsal=case.rehearsal, email=party.filed.email,
        case_id=case.id, topic="reminder_by_phone" if by_phone else "reminder", key=key,
        values=texts.values(settings.centre, starts),
        valid_until=session.starts_at + timedelta(minutes=session.minutes),
        calendar=await calendar.made(tx, settings, session, now, party.filed.email),
    )  # fmt: skip


lifetime = every(LOOK, "session.remind", remind)
