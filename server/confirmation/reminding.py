"""Sends what `reminders` finds due, by day, through the outbox; each goes out once, whatever restarts between. What one
party is to do carries a new link to their page of performance."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from server.agreements import store as agreements
from server.agreements.model import Agreement
from server.cases import store as cases
from server.cases.model import Case, Party
from server.confirmation import dues, ledger, reminders, rules, store
from server.confirmation.model import Application, State
from server.confirmation.reminders import Meeting, Reminder
from server.errors import JsonValue, Unavailable
from server.ids import PartyId
from server.law import confirmation as law
from server.law import dates
from server.law.profiles import PROFILES
from server.people.model import DELIVERY, Message
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.rounds import every

log = logging.getLogger(__name__)
LOOK = 3600.0
"""Seconds between looks; a reminder may be that late."""
WAKING = range(9, 20)
"""Hours of the day in which people are written to."""
YEARS = timedelta(days=4 * 366)
"""How long after its effect an agreement is looked at: its longest terms and the two years after them."""


VALID = timedelta(days=30)
"""How long the link of a reminder opens."""
PAGE = "performance"


class Link(Protocol):
    """What the sessions give: the address of a new link for a person of a case to a page of theirs; "" for none."""

    async def __call__(
        self, tx: Tx, app: web.Application, case_id: str, person: PartyId, until: datetime, now: datetime, page: str
    ) -> str: ...


LINK: web.AppKey[Link] = web.AppKey("performance_link")


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
    messages: list[Message] = []
    links: dict[str, str] = {}  # a new link voids the one before, so a person gets one for all
    for one in due:
        if not await ledger.first_time(tx, agreement.id, one.kind, one.day, now):
            continue
        people = [party for party in case.parties if one.whom in ("", party.id)]
        reached = {person.filed.phone: person for party in people for person in _reachable(case, party)}
        text = f"【{centre}】{agreement.number or ''}调解协议{one.words}"
        for phone, person in reached.items():
            if one.whom and person.id not in links:
                links[person.id] = await app[LINK](tx, app, case.id, person.id, now + VALID, now, PAGE)
            url = links[person.id] if one.whom else ""
            words = f"{text}打开{url}可以查看、登记或者确认。" if url else text
            messages.append(
                Message(
                    person.id, phone, "link", words, now, url=url, rehearsal=case.rehearsal, case_id=case.id,
                    topic="performance",
                )
            )  # fmt: skip
        if reached:
            body: dict[str, JsonValue] = {"agreement": agreement.id, "kind": one.kind, "people": len(reached)}
            await journal.append(tx, case.id, "confirmation.remind", "server", body, now)
    return messages


def _reachable(case: Case, party: Party) -> list[Party]:
    """Who reads it: the party, or those who act for it where the party has no phone."""
    acting = [one for one in case.people if one.acts_for == party.id and one.part.value != "interpreter"]
    return [one for one in ([party] if party.filed.phone else acting) if one.filed.phone]


lifetime = every(LOOK, "confirmation.remind", remind)
