"""Login, logout, and who am I."""

import asyncio
from typing import Annotated, Any, Literal

from aiohttp import web
from msgspec import Meta

from server.errors import NotFound
from server.people import rules, store
from server.people.model import BUILD, CENTRE, LoginLocked, LoginWrong, Me
from server.store import logins
from server.store.db import Tx
from server.web import keys
from server.web.call import NOBODY, Body, Call, Caller, Cookie, Reply, View, anyone, known
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("people")
PER_ADDRESS = Rate("login.address", 60, 60)
PER_NAME = Rate("login.name", 60, 600)
STAFF: Literal["staff"] = "staff"


class Login(Body):
    """User name and password of a member of staff."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


@routes.route("GET", "/api/me", response=Me, permit=anyone)
async def me(call: Call[None]) -> Me:
    """Who the caller is, the token for mutations, and the centre."""
    return me_of(call.request.app, call.caller)


def me_of(app: web.Application, caller: Caller) -> Me:
    """The answer of /api/me for a caller."""
    return Me(
        caller.kind, caller.id, caller.name, caller.role, caller.csrf, app[CENTRE], app[keys.SETTINGS].demo, app[BUILD]
    )


@routes.route(
    "POST",
    "/api/login",
    csrf="origin",
    request=Login,
    response=Me,
    permit=anyone,
    rate=PER_ADDRESS,
    errors=(LoginWrong, LoginLocked),
)
async def login(call: Call[Login]) -> Reply:
    """Log in as staff; five wrong passwords lock the name for this address for fifteen minutes."""
    username, now, options = call.body.username, call.now(), call.settings.login
    call.request.app[keys.LIMITS].check(PER_NAME, username)
    async with call.db.reading() as tx:
        await store.login_lock(tx, username, call.address, now)
        try:
            account = await store.account_named(tx, username)
        except NotFound:
            account = None
    hashed = account.password if account else rules.NOBODYS
    right = await asyncio.to_thread(rules.password_fits, hashed, call.body.password) and account is not None
    async with call.db.transaction() as tx:
        await store.login_lock(tx, username, call.address, now)  # others may have been tried meanwhile
        await store.login_tried(tx, username, call.address, right, now, options)
        if account and right:
            if call.caller.kind == "staff":
                await logins.end(tx, call.caller.login)
            return await begin(call, tx, account.id)
    raise LoginWrong


async def confirm_password(call: Call[Any], password: str) -> None:
    """The member of staff who calls enters their password again; wrong ones count as at the login.

    Raises LoginWrong, LoginLocked, TooMany."""
    now = call.now()
    async with call.db.reading() as tx:
        account = await store.account(tx, call.caller.id)
        await store.login_lock(tx, account.username, call.address, now)
    call.request.app[keys.LIMITS].check(PER_NAME, account.username)
    right = await asyncio.to_thread(rules.password_fits, account.password, password)
    async with call.db.transaction() as tx:
        await store.login_tried(tx, account.username, call.address, right, now, call.settings.login)
    if not right:
        raise LoginWrong


async def begin(call: Call[object], tx: Tx, account_id: str) -> Reply:
    """A fresh login and its cookie."""
    options = call.settings.login
    account = await store.account(tx, account_id)
    token, row = await logins.start(tx, STAFF, account.id, call.now(), options.staff_idle, options.staff_absolute)
    caller = Caller(STAFF, account.id, account.name, account.role.value, row.csrf, row.hash)
    return Reply(me_of(call.request.app, caller), cookies=(Cookie(STAFF, token, options.staff_absolute),))


class Done(View):
    """Nothing more to say."""

    ok: bool = True


@routes.route("POST", "/api/logout", response=Done, permit=known)
async def logout(call: Call[None]) -> Reply:
    """End this login; the cookie is cleared."""
    async with call.db.transaction() as tx:
        await logins.end(tx, call.caller.login)
    name = STAFF if call.caller.kind == STAFF else f"seat_{call.caller.slug}"
    return Reply(Done(), cookies=(Cookie(name, ""),))


async def identify(request: web.Request) -> Caller:
    """The member of staff behind the cookie `staff`, or nobody."""
    token = request.cookies.get(STAFF, "")
    if not token:
        return NOBODY
    db, now = request.app[keys.DB], request.app[keys.CLOCK]()
    async with db.reading() as tx:
        row = await logins.find(tx, STAFF, token, now)
        if row is None:
            return NOBODY
        account = await store.account(tx, row.subject)
    if logins.due(row, now):
        async with db.transaction() as tx:
            await logins.touch(tx, row, now, request.app[keys.SETTINGS].login.staff_idle)
    return Caller(STAFF, account.id, account.name, account.role.value, row.csrf, row.hash)
