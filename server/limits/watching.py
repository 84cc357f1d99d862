"""Keeps every lamp as the clock says and warns once of each change: at the start, every minute, and after each act."""

from dataclasses import replace
from datetime import datetime

from aiohttp import web

from server.errors import JsonValue
from server.law.holidays import Calendar
from server.law.terms import Terms
from server.limits import rules, store
from server.limits.clock import Standing
from server.limits.model import Lamp, Warned
from server.matters import store as matters
from server.matters.model import Matter
from server.store import journal
from server.store.db import Database, Tx
from server.web import keys
from server.web.rounds import every

LOOK = 60.0
AT_ONCE = 50
"""Matters looked at in one transaction: others want to write too."""
Reckoned = tuple[Lamp, Standing | None]


async def reckon(tx: Tx, terms: Terms, calendar: Calendar, matter: Matter, now: datetime) -> Reckoned:
    """A matter's lamp and standing from its journal; nothing is kept."""
    steps = await store.steps(tx, matter.id)
    seq = steps[-1][0] if steps else 0
    stops, extensions = await store.stops(tx, matter.id), await store.prolonged(tx, matter.id)
    found = rules.rounds_of(matter, steps)
    return rules.lamp_of(terms, calendar, matter, found, stops, extensions, seq, now)


async def refresh(tx: Tx, terms: Terms, calendar: Calendar, matter: Matter, now: datetime) -> Reckoned:
    """Reckon anew, keep the lamp, and give the warnings it asks for, all in this transaction."""
    before = await store.lamp(tx, matter.id)
    lamp, standing = await reckon(tx, terms, calendar, matter, now)
    changed = before is None or (before.round, before.light) != (lamp.round, lamp.light)
    if changed and await _warned(tx, matter, lamp, now):
        lamp = replace(lamp, seq=lamp.seq + 1)  # the entry of the warning itself
    await store.keep(tx, lamp)
    return lamp, standing


async def _warned(tx: Tx, matter: Matter, lamp: Lamp, now: datetime) -> bool:
    told: list[JsonValue] = []
    for audience in rules.AUDIENCES.get(lamp.light, ()) if lamp.light else ():
        account = rules.handler_of(matter) if audience == "handler" else None
        one = Warned(
            matter.id, lamp.round, lamp.turn, lamp.light or "", audience, account, matter.organisation_id, lamp.due, now
        )
        if await store.warn(tx, one):
            told.append(audience)
    if told:
        body: dict[str, JsonValue] = {"light": lamp.light, "stage": lamp.stage, "to": told}
        await journal.append(tx, matter.id, "limit.warn", "server", body, now)
    return bool(told)


async def look(db: Database, terms: Terms, calendar: Calendar, now: datetime) -> int:
    """Bring all lamps up to date; returns how many were looked at."""
    seen: set[str] = set()
    while True:
        async with db.reading() as tx:
            found = set(await store.unlooked(tx, now, AT_ONCE)) - seen
        if not found:
            return len(seen)
        async with db.transaction() as tx:
            for matter_id in found:
                await refresh(tx, terms, calendar, await matters.load(tx, matter_id), now)
        seen |= found


async def watch(app: web.Application) -> int:
    """One look with the settings of this deployment."""
    settings = app[keys.SETTINGS]
    return await look(app[keys.DB], settings.terms, settings.calendar, app[keys.CLOCK]())


lifetime = every(LOOK, "limits.watch", watch)
