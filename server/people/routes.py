"""Login, logout, and who am I."""

import asyncio
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta

from server.errors import NotFound
from server.people import factors_store, rules, store
from server.people.factors import Factors
from server.people.model import BUILD, CENTRE, Account, LoginLocked, LoginWrong, Me, SecondFactorNeeded
from server.people.proving import CODES, PER_NAME, seals_of
from server.settings import Settings
from server.store import logins
from server.store.db import Tx
from server.web import keys
from server.web.call import NOBODY, Body, Call, Caller, Cookie, Reply, View, anyone, leaving
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("people")
PER_ADDRESS = Rate("login.address", 60, 60)
STAFF: Literal["staff"] = "staff"


class Login(Body):
    """User name and password of a member of staff, and the second factor when it was asked for."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    code: Annotated[str, Meta(max_length=40)] = ""


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
    errors=(LoginWrong, LoginLocked, SecondFactorNeeded),
)
async def login(call: Call[Login]) -> Reply:
    """Log in as staff; five wrong passwords or codes lock the name for this address for fifteen minutes."""
    body, now, options, app = call.body, call.now(), call.settings.login, call.request.app
    app[keys.LIMITS].check(PER_NAME, body.username)
    held = Factors()
    async with call.db.reading() as tx:
        await store.login_lock(tx, body.username, call.address, now)
        try:
            account = await store.account_named(tx, body.username)
            held = await factors_store.of(tx, account.id)
        except NotFound:
            account = None
    hashed = account.password if account else rules.NOBODYS
    right = await asyncio.to_thread(rules.password_fits, hashed, body.password) and account is not None
    if right and account and held:
        if not body.code:
            raise SecondFactorNeeded(factors=held.kinds)
        app[keys.LIMITS].check(CODES, account.id)
    async with call.db.transaction() as tx:
        await store.login_lock(tx, body.username, call.address, now)  # others may have been tried meanwhile
        if right and account and held:
            right = await factors_store.use(tx, seals_of(app), account.id, body.code, now)
        await store.login_tried(tx, body.username, call.address, right, now, options)
        if account and right:
            if call.caller.kind in (STAFF, "enrolling"):
                await logins.end(tx, call.caller.login)
            return await begin(call, tx, account.id, proved=bool(held))
    raise LoginWrong


async def begin(call: Call[object], tx: Tx, account_id: str, *, proved: bool = False) -> Reply:
    """A fresh login and its cookie; `proved`: with a second factor. Raises LoginWrong for who has left."""
    options = call.settings.login
    account = await store.account(tx, account_id)
    if account.ended_at is not None:
        raise LoginWrong
    token, row = await logins.start(
        tx, STAFF, account.id, call.now(), options.staff_idle, options.staff_absolute, proved=proved
    )
    caller = caller_of(call.settings, account, row)
    return Reply(me_of(call.request.app, caller), cookies=(Cookie(STAFF, token, options.staff_absolute),))


def caller_of(settings: Settings, account: Account, row: logins.Login) -> Caller:
    """Who is behind a login of staff: `enrolling` where a second factor is asked for and none was shown."""
    enrolling = settings.second_factor and not account.rehearsal and row.proved_at is None
    kind: Literal["staff", "enrolling"] = "enrolling" if enrolling else "staff"
    return Caller(kind, account.id, account.name, account.role.value, row.csrf, row.hash)


class Done(View):
    """Nothing more to say."""

    ok: bool = True


@routes.route("POST", "/api/logout", response=Done, permit=leaving)
async def logout(call: Call[None]) -> Reply:
    """End this login; the cookie is cleared."""
    async with call.db.transaction() as tx:
        await logins.end(tx, call.caller.login)
    name = STAFF if call.caller.kind in (STAFF, "enrolling") else f"seat_{call.caller.slug}"
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
    return caller_of(request.app[keys.SETTINGS], account, row)
