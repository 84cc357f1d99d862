"""Reminders during a ceremony at separate times: a new link to everybody who has not signed, every third day and on the
last one, through the outbox."""

from datetime import datetime, timedelta

from aiohttp import web

from server.agreements.ceremony import rules, store
from server.agreements.ceremony.model import Ceremony, CeremonyState, SlotState
from server.cases import store as cases
from server.errors import JsonValue
from server.law import dates
from server.people.model import DELIVERY, Message
from server.sessions.routes import link_to
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.rounds import every

EVERY = timedelta(days=3)
LAST = timedelta(days=1)
LOOK = 300.0
"""Seconds between looks; a reminder may be that late."""


async def remind(app: web.Application) -> int:
    """Remind wherever it is due; returns how many messages went out."""
    now, sent = app[keys.CLOCK](), 0
    async with app[keys.DB].reading() as tx:
        found = await store.to_remind(tx, now - LAST)
    for ceremony_id in found:
        async with app[keys.DB].transaction() as tx:
            ceremony = await store.load(tx, ceremony_id)
            for message in await _messages(tx, app, ceremony, now) if ceremony else []:
                await app[DELIVERY].put(tx, message)
                sent += 1
    return sent


def due(ceremony: Ceremony, reminded_at: datetime | None, now: datetime) -> bool:
    """Three days after the last time (or the freeze), and once when a day is left."""
    since = reminded_at or ceremony.created_at
    last = ceremony.deadline - LAST
    return ceremony.state is CeremonyState.SIGNING and (now >= since + EVERY or since < last <= now)


async def _messages(tx: Tx, app: web.Application, ceremony: Ceremony, now: datetime) -> list[Message]:
    if rules.due(ceremony, now) or not due(ceremony, await store.last_reminder(tx, ceremony.id), now):
        return []
    case = await cases.load(tx, ceremony.case_id)
    missing = {slot.holder: slot for slot in ceremony.slots if slot.state is not SlotState.SIGNED}
    messages = []
    for person in missing:
        party = case.party(person)
        if party is None or not party.filed.phone:
            continue  # staff see it on their own page
        url = await link_to(tx, app, case.id, party.id, ceremony.deadline, now)
        if not url:
            continue
        local = ceremony.deadline.astimezone(dates.ZONE)
        text = (
            f"【{app[keys.SETTINGS].centre.name}】{ceremony.number}调解协议还没有您的签名，"
            f"请在{local.month}月{local.day}日{local:%H:%M}前打开{url}签署。不签不会受到任何处罚，过期后这一份作废。"
        )
        messages.append(
            Message(
                party.id, party.filed.phone, "link", text, now, url=url, rehearsal=case.rehearsal, case_id=case.id,
                topic="signing", valid_until=ceremony.deadline,
            )
        )  # fmt: skip
    await store.reminded(tx, ceremony.id, now)
    body: dict[str, JsonValue] = {"ceremony": ceremony.id, "people": list(missing)}
    await journal.append(tx, case.id, "ceremony.remind", "server", body, now)
    return messages


lifetime = every(LOOK, "ceremony.remind", remind)
