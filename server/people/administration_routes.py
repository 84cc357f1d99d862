"""The administrator's doors: people and their accounts, organisations, and the journal of the office. No case."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.errors import NotFound, Unauthenticated
from server.ids import AccountId, OrganisationId, new
from server.people import factors_store, invitations, organisations, store
from server.people.factors import Factor
from server.people.model import Account, Organisation, OrganisationKind, OwnAccount, StaffRole, UsernameTaken
from server.people.office import OFFICE, told
from server.people.routes import STAFF, Done
from server.store import journal, logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("administration")
ADMINISTER = right("office.administer")
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]
Id = Annotated[str, Meta(max_length=24)]
Presence = Literal["", "resident", "rotating"]
SHOWN = 200
"""Newest entries of the office's journal."""


class NewPerson(Body):
    """Somebody who starts. `organisation` is an id, or empty."""

    username: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$")]
    name: Name
    role: StaffRole
    organisation: Id = ""


class ChangedPerson(Body):
    """All that can change of somebody."""

    name: Name
    role: StaffRole
    organisation: Id = ""


class PersonView(View):
    """A member of staff. `invited`: a link to choose a password waits to be used."""

    id: str
    username: str
    name: str
    role: StaffRole
    organisation: str
    factors: list[Factor]
    invited: bool
    ended_at: datetime | None


class OrganisationView(View):
    """A unit; `parent` is empty for the root of a tree."""

    id: str
    parent: str
    kind: OrganisationKind
    name: str
    presence: str


class AdministrationView(View):
    """People by name, organisations with parents before children."""

    people: list[PersonView]
    organisations: list[OrganisationView]


class Invitation(View):
    """A link that lets somebody choose a password, shown this once."""

    id: str
    url: str
    ends_in: int
    """Seconds."""


class NewOrganisation(Body):
    """A unit below `parent`, or the root of a tree."""

    name: Name
    kind: OrganisationKind
    parent: Id = ""
    presence: Presence = ""


class ChangedOrganisation(Body):
    """All that can change of a unit."""

    name: Name
    parent: Id = ""
    presence: Presence = ""


class Act(View):
    """An entry of the office's journal: who did what to what. Names are those of today."""

    at: datetime
    kind: str
    by: str
    on: str


class Acts(View):
    """The newest first."""

    acts: list[Act]


@routes.route("GET", "/api/administration", response=AdministrationView, permit=ADMINISTER)
async def show(call: Call[None]) -> AdministrationView:
    """People and organisations."""
    async with call.db.reading() as tx:
        waiting = await invitations.waiting(tx, call.now())
        people = [
            PersonView(
                one.id, one.username, one.name, one.role, one.organisation_id or "",
                (await factors_store.of(tx, one.id)).kinds, one.id in waiting, one.ended_at,
            )
            for one in await store.all_staff(tx)
        ]  # fmt: skip
        units = [
            OrganisationView(one.id, one.parent_id or "", one.kind, one.name, one.presence)
            for one in await organisations.tree(tx)
        ]
    return AdministrationView(people, units)


@routes.route(
    "POST", "/api/administration/people", request=NewPerson, response=Invitation, permit=ADMINISTER,
    errors=(UsernameTaken, NotFound),
)  # fmt: skip
async def add(call: Call[NewPerson]) -> Invitation:
    """Somebody new; they choose their password by the link, which is shown once."""
    body = call.body
    async with call.db.transaction() as tx:
        await administering(tx, call)
        if await store.known(tx, body.username):
            raise UsernameTaken
        place = await placed(tx, body.organisation)
        account = Account(AccountId(new("acc")), body.username, body.name, body.role, "", organisation_id=place)
        await store.add_account(tx, account)
        facts = {"account": account.id, "role": body.role.value, "organisation": place or ""}
        await told(tx, "account.added", call.caller.id, call.now(), facts)
        return await invitation(tx, call, account.id)


@routes.route(
    "PUT", "/api/administration/people/{id}", request=ChangedPerson, response=Done, permit=ADMINISTER,
    errors=(NotFound, OwnAccount),
)  # fmt: skip
async def change(call: Call[ChangedPerson]) -> Done:
    """Another name, place or role; with another role all logins end."""
    body = call.body
    async with call.db.transaction() as tx:
        account = await person(tx, call)
        if account.role is not body.role and account.id == call.caller.id:
            raise OwnAccount
        place = await placed(tx, body.organisation)
        await store.change(tx, account.id, body.name, body.role, place)
        facts = {"account": account.id, "role": body.role.value, "organisation": place or ""}
        await told(tx, "account.changed", call.caller.id, call.now(), facts)
        if account.role is not body.role:
            await logins.end_all(tx, STAFF, account.id)
    if account.role is not body.role:
        await call.request.app[keys.ROOMS].expel(account.id)
    return Done()


@routes.route(
    "POST", "/api/administration/people/{id}/invite", response=Invitation, permit=ADMINISTER,
    errors=(NotFound, OwnAccount),
)  # fmt: skip
async def invite(call: Call[None]) -> Invitation:
    """A fresh link to choose a password, for whoever lost theirs; until it is used, the old password fits."""
    async with call.db.transaction() as tx:
        account = await other(tx, call)
        return await invitation(tx, call, account.id)


@routes.route(
    "POST", "/api/administration/people/{id}/reset", response=Done, permit=ADMINISTER, errors=(NotFound, OwnAccount)
)  # fmt: skip
async def reset(call: Call[None]) -> Done:
    """Forget the second factor, such as of a lost phone; all logins end."""
    async with call.db.transaction() as tx:
        account = await other(tx, call)
        await factors_store.forget(tx, account.id)
        await logins.end_all(tx, STAFF, account.id)
        await told(tx, "account.factors_reset", call.caller.id, call.now(), {"account": account.id})
    return Done()


@routes.route(
    "POST", "/api/administration/people/{id}/end", response=Done, permit=ADMINISTER, errors=(NotFound, OwnAccount)
)  # fmt: skip
async def end(call: Call[None]) -> Done:
    """They leave: logged out everywhere and out of every room at once; what they did stays."""
    async with call.db.transaction() as tx:
        account = await other(tx, call)
        await store.end(tx, account.id, call.now())
        await told(tx, "account.ended", call.caller.id, call.now(), {"account": account.id})
    await call.request.app[keys.ROOMS].expel(account.id)
    return Done()


@routes.route(
    "POST", "/api/administration/organisations", request=NewOrganisation, response=OrganisationView,
    permit=ADMINISTER, errors=(NotFound,),
)  # fmt: skip
async def found(call: Call[NewOrganisation]) -> OrganisationView:
    """A new unit."""
    body = call.body
    async with call.db.transaction() as tx:
        await administering(tx, call)
        above = await organisations.load(tx, body.parent) if body.parent else None
        made = await organisations.add(tx, body.name, body.kind, above, body.presence)
        facts = {"organisation": made.id, "parent": body.parent, "presence": body.presence}
        await told(tx, "organisation.added", call.caller.id, call.now(), facts)
    return OrganisationView(made.id, made.parent_id or "", made.kind, made.name, made.presence)


@routes.route(
    "PUT", "/api/administration/organisations/{id}", request=ChangedOrganisation, response=Done, permit=ADMINISTER,
    errors=(NotFound,),
)  # fmt: skip
async def rearrange(call: Call[ChangedOrganisation]) -> Done:
    """Another name, presence or place of a unit, with all below it."""
    body = call.body
    async with call.db.transaction() as tx:
        await administering(tx, call)
        old = await organisations.load(tx, call.path("id"))
        above = await organisations.load(tx, body.parent) if body.parent else None
        await organisations.change(tx, old, body.name, body.presence, above)
        facts = {"organisation": old.id, "parent": body.parent, "presence": body.presence}
        await told(tx, "organisation.changed", call.caller.id, call.now(), facts)
    return Done()


@routes.route("GET", "/api/administration/journal", response=Acts, permit=ADMINISTER)
async def acts(call: Call[None]) -> Acts:
    """What was done to accounts and organisations."""
    async with call.db.reading() as tx:
        entries = await journal.read(tx, OFFICE)
        names = {str(one.id): one.name for one in await store.all_staff(tx)}
        names |= {str(one.id): one.name for one in await organisations.tree(tx)}
    newest = entries[: -SHOWN - 1 : -1]
    return Acts([Act(one.at, one.kind, names.get(one.actor, ""), subject(one, names)) for one in newest])


def subject(entry: journal.Entry, names: dict[str, str]) -> str:
    """The name of what an entry is about."""
    body = msgspec.json.decode(entry.body or "{}", type=dict[str, str])
    return names.get(str(body.get("account", body.get("organisation", ""))), "")


async def administering(tx: Tx, call: Call[object]) -> None:
    """The caller is still an administrator: who was ended a moment ago ends nobody. Raises Unauthenticated."""
    account = await store.account(tx, call.caller.id)
    if account.ended_at is not None or account.role is not StaffRole.administrator:
        raise Unauthenticated


async def person(tx: Tx, call: Call[object]) -> Account:
    """Of the address; raises NotFound also for practice cases' staff and who has left."""
    await administering(tx, call)
    account = await store.account(tx, call.path("id"))
    if account.rehearsal or account.ended_at is not None:
        raise NotFound("account")
    return account


async def other(tx: Tx, call: Call[object]) -> Account:
    """Of the address, and not the caller; raises OwnAccount."""
    account = await person(tx, call)
    if account.id == call.caller.id:
        raise OwnAccount
    return account


async def placed(tx: Tx, organisation: str) -> OrganisationId | None:
    """The id of a unit that is there; raises NotFound."""
    unit: Organisation | None = await organisations.load(tx, organisation) if organisation else None
    return unit.id if unit else None


async def invitation(tx: Tx, call: Call[object], account: AccountId) -> Invitation:
    """A fresh link, and that it was made in the journal."""
    seconds = call.settings.login.invitation_valid
    token = await invitations.make(tx, account, call.now(), seconds)
    await told(tx, "account.invited", call.caller.id, call.now(), {"account": account})
    return Invitation(account, f"{call.settings.http.origin}/welcome#{token}", seconds)
