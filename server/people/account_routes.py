"""One's own account: the second factor, recovery codes, the password."""

import asyncio
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from server.people import factors, factors_store, invitations, rules, store
from server.people.factors import Factor
from server.people.model import Account, InvitationOver, LoginLocked, LoginWrong, StepUpNeeded
from server.people.office import told
from server.people.proving import CODES, prove, seals_of
from server.people.routes import PER_ADDRESS, STAFF, Done
from server.store import logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View, anyone, arriving, office
from server.web.routes import Routes

routes = Routes("account")
Typed = Annotated[str, Meta(max_length=200)]
PROVING = (LoginWrong, LoginLocked, StepUpNeeded)


class AccountView(View):
    """What the page of one's own account shows."""

    username: str
    factors: list[Factor]
    recovery: int
    """Recovery codes not used yet."""


class Proving(Body):
    """Password or second factor again; empty when a second factor was shown a moment ago."""

    proof: Typed = ""


class NewPassword(Body):
    """A new password, and who asks."""

    password: Annotated[str, Meta(min_length=10, max_length=200)]
    proof: Typed = ""


class Digits(Body):
    """The first code of a new authenticator."""

    code: Annotated[str, Meta(min_length=6, max_length=12)]


class Proposal(View):
    """For the authenticator app: an otpauth:// address as QR code, and its secret to type."""

    address: str
    secret: str


class Sheet(View):
    """Recovery codes, shown this once."""

    codes: list[str]


@routes.route("GET", "/api/account", response=AccountView, permit=arriving)
async def show(call: Call[None]) -> AccountView:
    """Which second factors are set up."""
    async with call.db.reading() as tx:
        account = await store.account(tx, call.caller.id)
        held = await factors_store.of(tx, account.id)
    return AccountView(account.username, held.kinds, held.recovery)


@routes.route(
    "POST", "/api/account/totp", request=Proving, response=Proposal, permit=arriving, errors=PROVING
)  # fmt: skip
async def propose(call: Call[Proving]) -> Proposal:
    """A secret for an authenticator app; it counts once its first code was typed, and until then the old one does."""
    account = await proved(call, call.body.proof)
    secret = factors.new_secret()
    async with call.db.transaction() as tx:
        await factors_store.propose(tx, seals_of(call.request.app), account.id, secret)
    address = factors.address(secret, account.username)
    return Proposal(address, factors.base32(secret))


@routes.route(
    "POST", "/api/account/totp/accept", request=Digits, response=Sheet, permit=arriving, errors=(LoginWrong,)
)  # fmt: skip
async def accept(call: Call[Digits]) -> Sheet:
    """The app's first code: its secret counts from now on, other logins end, recovery codes are shown."""
    now, seals = call.now(), seals_of(call.request.app)
    call.request.app[keys.LIMITS].check(CODES, call.caller.id)
    async with call.db.transaction() as tx:
        account = await store.account(tx, call.caller.id)
        if not await factors_store.accept(tx, seals, account.id, factors.as_typed(call.body.code), now):
            raise LoginWrong
        codes = await factors_store.new_sheet(tx, seals, account.id)
        await logins.prove(tx, call.caller.login, now)
        await logins.end_others(tx, STAFF, account.id, call.caller.login)
        await told(tx, "account.totp_set", account.id, now, {"account": account.id})
    return Sheet(list(codes))


@routes.route(
    "POST", "/api/account/recovery", request=Proving, response=Sheet, permit=office, errors=PROVING
)  # fmt: skip
async def recovery(call: Call[Proving]) -> Sheet:
    """A fresh sheet of recovery codes; those before are void."""
    account = await proved(call, call.body.proof)
    async with call.db.transaction() as tx:
        codes = await factors_store.new_sheet(tx, seals_of(call.request.app), account.id)
        await told(tx, "account.recovery_made", account.id, call.now(), {"account": account.id})
    return Sheet(list(codes))


@routes.route(
    "POST", "/api/account/password", request=NewPassword, response=Done, permit=office, errors=PROVING
)  # fmt: skip
async def change(call: Call[NewPassword]) -> Done:
    """Another password; other logins end."""
    account = await proved(call, call.body.proof)
    hashed = await asyncio.to_thread(rules.hash_password, call.body.password)
    async with call.db.transaction() as tx:
        await store.set_password(tx, account.id, hashed)
        await logins.end_others(tx, STAFF, account.id, call.caller.login)
        await told(tx, "account.password_set", account.id, call.now(), {"account": account.id})
    return Done()


@routes.route("POST", "/api/account/prove", request=Proving, response=Done, permit=office, errors=PROVING)
async def show_again(call: Call[Proving]) -> Done:
    """The second factor (or the password) once more, before acts that ask for it."""
    await prove(call, call.body.proof)
    return Done()


async def proved(call: Call[Proving] | Call[NewPassword], proof: str) -> Account:
    """The caller's account, after they showed who they are; who enrols has just given the password."""
    if call.caller.kind == STAFF:
        await prove(call, proof)
    async with call.db.reading() as tx:
        return await store.account(tx, call.caller.id)


class Welcome(Body):
    """The token of an invitation, as it stands behind the # of its link."""

    token: Annotated[str, Meta(max_length=64)]


class Choosing(Body):
    """The token, and the password chosen."""

    token: Annotated[str, Meta(max_length=64)]
    password: Annotated[str, Meta(min_length=10, max_length=200)]


class WelcomeView(View):
    """Who is invited."""

    username: str
    name: str


@routes.route(
    "POST", "/api/welcome", csrf="origin", request=Welcome, response=WelcomeView, permit=anyone, rate=PER_ADDRESS,
    errors=(InvitationOver,),
)  # fmt: skip
async def welcome(call: Call[Welcome]) -> WelcomeView:
    """Whose invitation this is."""
    async with call.db.reading() as tx:
        account = await invited(tx, call.body.token, call.now())
    return WelcomeView(account.username, account.name)


@routes.route(
    "POST", "/api/welcome/password", csrf="origin", request=Choosing, response=Done, permit=anyone, rate=PER_ADDRESS,
    errors=(InvitationOver,),
)  # fmt: skip
async def choose(call: Call[Choosing]) -> Done:
    """The password of one's own account; the link is used up and all logins end. One logs in with it afterwards."""
    hashed = await asyncio.to_thread(rules.hash_password, call.body.password)
    async with call.db.transaction() as tx:
        account = await invited(tx, call.body.token, call.now())
        await invitations.forget(tx, account.id)
        await store.set_password(tx, account.id, hashed)
        await logins.end_all(tx, STAFF, account.id)
        await told(tx, "account.password_set", account.id, call.now(), {"account": account.id})
    return Done()


async def invited(tx: Tx, token: str, now: datetime) -> Account:
    """Whose invitation it is; raises InvitationOver."""
    found = await invitations.invited(tx, token, now)
    if found is None:
        raise InvitationOver
    return await store.account(tx, found)
