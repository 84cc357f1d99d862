"""HTTP doors of a citizen's draft: begun without a login, saved as typed, put aside and taken up on another phone by
number and code, submitted once."""

import hmac
from datetime import datetime, timedelta
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta

from server.clock import wire
from server.errors import Invalid, NotFound
from server.filing import rules, store
from server.filing.model import KEPT, AlreadyFiled, Draft, DraftCodeWrong, DraftLocked
from server.filing.view import DraftView, ReceiptView, draft_view, receipt_of, receipt_of_id
from server.matters import store as matters
from server.matters.model import Source
from server.store import logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, Cookie, Reply, View, anyone
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("filing")
BEGUN = Rate("filing.begin", 30, 3600)
SAVED = Rate("filing.save", 240, 240)
CODES = Rate("filing.code", 20, 3600)
SUBMITTED = Rate("filing.submit", 20, 3600)
LASTS = int(KEPT.total_seconds())
LONGEST = 180 * 24 * 3600
"""Seconds one phone may hold a draft it goes on with."""


class Begin(Body):
    """At which place."""

    place: Annotated[str, Meta(max_length=40)]


class Typed(Body):
    """The fields of the story that changed: two windows never undo each other's."""

    changed: Annotated[dict[str, str | bool | int], Meta(max_length=40)]


class Resume(Body):
    """What stands on the slip."""

    number: Annotated[str, Meta(min_length=1, max_length=20)]
    code: Annotated[str, Meta(min_length=1, max_length=20)]


class Saved(View):
    """It is safe, since when."""

    saved_at: datetime


class Done(View):
    """Nothing more to say."""

    ok: bool = True


async def held(tx: Tx, call: Call[Any]) -> Draft | None:
    """The draft this phone's cookie opens."""
    token, now = call.request.cookies.get(store.LOGIN, ""), call.now()
    row = await logins.find(tx, store.LOGIN, token, now) if token else None
    if row is None:
        return None
    try:
        return await store.draft(tx, call.request.app[keys.VAULT], row.subject, now)
    except NotFound:
        return None


async def _stay(tx: Tx, call: Call[Any]) -> None:
    """The phone's login lasts as long as its draft."""
    row = await logins.find(tx, store.LOGIN, call.request.cookies.get(store.LOGIN, ""), call.now())
    if row is not None and logins.due(row, call.now()):
        await logins.touch(tx, row, call.now(), LASTS)


async def own(tx: Tx, call: Call[Any]) -> Draft:
    """The draft of this phone while it can be changed; raises NotFound, AlreadyFiled."""
    draft = await held(tx, call)
    if draft is None:
        raise NotFound("draft")
    if draft.matter_id:
        raise AlreadyFiled
    return draft


async def open_for(tx: Tx, call: Call[Any], draft: Draft) -> Reply:
    """The draft in this phone and in no other."""
    await logins.end_all(tx, store.LOGIN, draft.id)
    token, _ = await logins.start(tx, store.LOGIN, draft.id, call.now(), LASTS, LONGEST)
    return Reply(await draft_view(tx, call.request.app, draft), cookies=(Cookie(store.LOGIN, token, LONGEST),))


@routes.route(
    "POST", "/api/filing/drafts", csrf="origin", request=Begin, response=DraftView, permit=anyone, rate=BEGUN,
    errors=(NotFound,),
)  # fmt: skip
async def begin(call: Call[Begin]) -> Reply:
    """An empty draft for this phone, at the first thing typed."""
    vault, now = call.request.app[keys.VAULT], call.now()
    async with call.db.transaction() as tx:
        return await open_for(tx, call, await store.begin(tx, vault, await store.place(tx, call.body.place), now))


@routes.route(
    "POST", "/api/filing/draft", csrf="origin", request=Typed, response=Saved, permit=anyone, rate=SAVED,
    errors=(NotFound, AlreadyFiled, Invalid),
)  # fmt: skip
async def save(call: Call[Typed]) -> Saved:
    """Keep what was typed."""
    now = call.now()
    async with call.db.transaction() as tx:
        draft = await own(tx, call)
        story = rules.merged(draft.story, call.body.changed)
        await store.save(tx, call.request.app[keys.VAULT], draft, story, now)
        await _stay(tx, call)
    return Saved(now)


@routes.route("POST", "/api/filing/draft/leave", csrf="origin", response=Done, permit=anyone)
async def leave(call: Call[None]) -> Reply:
    """This phone forgets the draft; number and code still open it."""
    async with call.db.transaction() as tx:
        if token := call.request.cookies.get(store.LOGIN, ""):
            await logins.end(tx, logins.hashed(token))
    return Reply(Done(), cookies=(Cookie(store.LOGIN, ""),))


@routes.route(
    "POST", "/api/filing/resume", csrf="origin", request=Resume, response=DraftView, permit=anyone, rate=CODES,
    errors=(DraftCodeWrong, DraftLocked),
)  # fmt: skip
async def resume(call: Call[Resume]) -> Reply:
    """Take a draft up on this phone; the other one lets go. Five wrong codes lock it for fifteen minutes. An unknown
    number is answered like a wrong code."""
    app, now, options = call.request.app, call.now(), call.settings.login
    number, code = ("".join(filter(str.isdigit, text)) for text in (call.body.number, call.body.code))
    async with call.db.transaction() as tx:
        try:
            draft = await store.numbered(tx, app[keys.VAULT], number, now)
        except NotFound:
            raise DraftCodeWrong(options.attempts - 1) from None
        if draft.locked_until and now < draft.locked_until:
            raise DraftLocked(wire(draft.locked_until))
        tries = 0 if draft.locked_until else draft.tries
        right = rules.code_of(app[keys.VAULT].key("filing-code"), draft.id)
        if hmac.compare_digest(code.encode(), right.encode()):
            await store.tried(tx, draft.id, 0, None)
            return await open_for(tx, call, draft)
        locked = now + timedelta(seconds=options.lock) if tries + 1 >= options.attempts else None
        await store.tried(tx, draft.id, tries + 1, locked)
    if locked:
        raise DraftLocked(wire(locked))
    raise DraftCodeWrong(options.attempts - tries - 1)


@routes.route(
    "POST", "/api/filing/draft/submit", csrf="origin", response=ReceiptView, permit=anyone, rate=SUBMITTED,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def submit(call: Call[None]) -> ReceiptView:
    """The draft becomes a matter; told twice, it is the same one."""
    app = call.request.app
    async with call.db.transaction() as tx:
        draft = await held(tx, call)
        if draft is None:
            raise NotFound("draft")
        if draft.matter_id:
            return await receipt_of_id(tx, app, draft.matter_id)
        return await _filed(tx, app, draft, call.now())


async def _filed(tx: Tx, app: web.Application, draft: Draft, now: datetime) -> ReceiptView:
    if fields := rules.lacking(draft.story):
        raise Invalid(fields)
    vault = app[keys.VAULT]
    hashes = [one.sha256 for one in await store.evidence(tx, vault, draft.id)]
    number = await matters.next_number(tx, now)
    matter = rules.matter_of(draft.story, number, Source.citizen, draft.organisation_id, hashes, now)
    await matters.add(tx, matter, "citizen")
    await store.filed(tx, vault, draft, matter.id)
    await store.link(tx, matter.id, rules.slug_of(vault.key("filing-progress"), matter.id), "page", None)
    return await receipt_of(tx, app, matter)
