"""Sends what `reminders` finds due, by day, through the outbox; each goes out once, whatever restarts between."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from aiohttp import web

from server.agreements import store as agreements
from server.agreements.model import Agreement
from server.cases import store as cases
from server.cases.model import Case, Party
from server.confirmation import dues, ledger, reminders, rules, store
from server.confirmation.model import Application, State
from server.confirmation.reminders import Meeting, Reminder
from server.errors import JsonValue, Unavailable
from server.law import confirmation as law
from server.law import dates
from server.law.profiles import PROFILES
from server.people.model import DELIVERY, Message
from server.store import journal
from server.store.db import Tx
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
LOOK = 3600.0
"""Seconds between looks; a reminder may be that late."""
WAKING = range(9, 20)
"""Hours of the day in which people are written to."""
YEARS = timedelta(days=4 * 366)
"""How long after its effect an agreement is looked at: its longest terms and the two years after them."""


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: look every hour."""
    stopping = asyncio.Event()
    task = spawn(_watch(app, stopping), name="confirmation.remind")
    yield
    stopping.set()
    await asyncio.gather(task, return_exceptions=True)


async def _watch(app: web.Application, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await remind(app)
        except Exception:  # one bad agreement must not end the watch
            log.exception("confirmation.remind_failed")
        try:
            await asyncio.wait_for(stopping.wait(), LOOK)
        except TimeoutError:
            continue


async def remind(app: web.Application) -> int:
    """Remind wherever it is due; returns how many messages went out. Nobody is written to at night."""
    now, sent = app[keys.CLOCK](), 0
    if now.astimezone(dates.ZONE).hour not in WAKING:
        return 0
    async with app[keys.DB].reading() as tx:
        found = await agreements.in_effect(tx, now - YEARS)
    for agreement in found:
        async with app[keys.DB].reading() as tx:
            due = await _due(tx, app, agreement, now)
        if not due:
            continue
        async with app[keys.DB].transaction() as tx:
            messages = await _messages(tx, app, agreement, due, now)
        for message in messages:
            try:
                await app[DELIVERY].send(message)
                sent += 1
            except Unavailable:  # staff see it on the case's page
                log.warning("confirmation.not_sent", extra={"agreement": agreement.id})
    return sent


async def _due(tx: Tx, app: web.Application, agreement: Agreement, now: datetime) -> tuple[Reminder, ...]:
    if agreement.effective_at is None:
        return ()
    calendar, today = app[keys.SETTINGS].calendar, dates.legal_day(now)
    effective = dates.legal_day(agreement.effective_at)
    window = law.window(calendar, effective, PROFILES[agreement.profile].confirmation_days)
    kept = await store.newest(tx, agreement.id)
    application = kept or Application("", agreement.id, agreement.case_id, State.preparing, now)
    events = await store.events(tx, kept.id) if kept and kept.state in rules.AT_COURT else []
    terms = await agreements.terms_of(tx, agreement.id)
    found = dues.dues(terms, effective, calendar, await ledger.started(tx, agreement.id))
    rows = dues.rows(found, await ledger.entries(tx, agreement.id), today)
    meetings = [_meeting(one.id, one.data["starts_at"]) for one in rules.appointments(events)]
    return reminders.due(application, window, rows, meetings, today)


def _meeting(event: str, starts_at: str) -> Meeting:
    local = datetime.fromisoformat(starts_at).astimezone(dates.ZONE)
    return Meeting(event, local.date(), f"{local.month}月{local.day}日{local.hour}:{local:%M}")


async def _messages(
    tx: Tx, app: web.Application, agreement: Agreement, due: tuple[Reminder, ...], now: datetime
) -> list[Message]:
    """What is to be sent now, written down as sent in this transaction."""
    case, centre = await cases.load(tx, agreement.case_id), app[keys.SETTINGS].centre.name
    messages = []
    for one in due:
        if not await ledger.first_time(tx, agreement.id, one.kind, one.day, now):
            continue
        people = [party for party in case.parties if one.whom in ("", party.id)]
        reached = {person.filed.phone: person for party in people for person in _reachable(case, party)}
        text = f"【{centre}】{agreement.number or ''}调解协议{one.words}"
        messages += [
            Message(person.id, phone, "link", text, now, rehearsal=case.rehearsal) for phone, person in reached.items()
        ]
        if reached:
            body: dict[str, JsonValue] = {"agreement": agreement.id, "kind": one.kind, "people": len(reached)}
            await journal.append(tx, case.id, "confirmation.remind", "server", body, now)
    return messages


def _reachable(case: Case, party: Party) -> list[Party]:
    """Who reads it: the party, or those who act for it where the party has no phone."""
    acting = [one for one in case.people if one.acts_for == party.id and one.part.value != "interpreter"]
    return [one for one in ([party] if party.filed.phone else acting) if one.filed.phone]
