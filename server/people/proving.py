"""The caller shows once more who they are: before an act that asks for it, and before their factors change."""

import asyncio
from typing import Any

from aiohttp import web

from server.people import factors_store, rules, store
from server.people.factors_store import Seals
from server.people.model import LoginWrong, StepUpNeeded
from server.store import logins
from server.web import keys
from server.web.call import Call
from server.web.limits import Rate

PER_NAME = Rate("login.name", 60, 600)
CODES = Rate("login.code", 20, 3600)
"""Second factors tried for one account, wherever from: of a million codes three fit at a time."""


def seals_of(app: web.Application) -> Seals:
    """What protects factors at rest."""
    return Seals(app[keys.VAULT], app[keys.SECRET])


async def prove(call: Call[Any], typed: str) -> None:
    """The calling member of staff shows who they are: with a code of their second factor, or, having none, with their
    password. What was typed may be empty when a second factor was shown a moment ago. Wrong ones count as at the login.

    Raises LoginWrong, LoginLocked, TooMany, StepUpNeeded."""
    now, options, app = call.now(), call.settings.login, call.request.app
    async with call.db.reading() as tx:
        account = await store.account(tx, call.caller.id)
        held = await factors_store.of(tx, account.id)
        shown = await logins.proved_at(tx, call.caller.login)
        await store.login_lock(tx, account.username, call.address, now)
    if held and not typed:
        if shown is None or (now - shown).total_seconds() > options.fresh:
            raise StepUpNeeded(factors=held.kinds)
        return
    app[keys.LIMITS].check(CODES if held else PER_NAME, account.id if held else account.username)
    right = not held and await asyncio.to_thread(rules.password_fits, account.password, typed)
    async with call.db.transaction() as tx:
        if held:
            right = await factors_store.use(tx, seals_of(app), account.id, typed, now)
        await store.login_tried(tx, account.username, call.address, right, now, options)
        if right and held:
            await logins.prove(tx, call.caller.login, now)
    if not right:
        raise LoginWrong
