"""People and what is sent to them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec
from aiohttp import web

from server.errors import Conflict, Gone, Locked, NotPermitted, Unauthenticated
from server.ids import AccountId, OrganisationId
from server.store.db import Tx


class StaffRole(StrEnum):
    """What a member of staff does."""

    mediator = "mediator"
    recorder = "recorder"
    reviewer = "reviewer"
    """Reads drafts given to review, of cases they have no other part in; sees nothing else of a case."""
    intake = "intake"
    """受理员: takes in what citizens and channels bring, and routes it."""
    supervisor = "supervisor"
    """督办员: sees time limits and states of all matters of the organisations below, never what is said in one."""
    administrator = "administrator"
    """Looks after people, organisations and settings; sees no case."""


class OrganisationKind(StrEnum):
    """Level in the tree 市, 县区, 镇街, 村社区, 网格; a department 部门 stands at any of them."""

    city = "city"
    district = "district"
    town = "town"
    village = "village"
    grid = "grid"
    department = "department"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A unit of the centre's tree. `path` holds the ids from the root to this one, each followed by a slash."""

    id: OrganisationId
    parent_id: OrganisationId | None
    kind: OrganisationKind
    name: str
    path: str
    presence: str = ""
    """Of a department at the centre: resident 常驻, rotating 轮驻, or "" when it has no desk there."""

    def within(self, other: "Organisation") -> bool:
        """Whether this is `other` or below it."""
        return self.path.startswith(other.path)


class Assurance(StrEnum):
    """How sure we are who somebody is; the level stands in case, certificate and report. In rising order."""

    none = "none"
    code = "code"
    seen = "seen"
    desk = "desk"
    licensed = "licensed"

    def at_least(self, other: "Assurance") -> bool:
        """Whether this level is `other` or higher."""
        order = list(Assurance)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff. `password` is an Argon2id hash."""

    id: AccountId
    username: str
    name: str = field(repr=False)
    role: StaffRole
    password: str = field(repr=False)
    rehearsal: bool = False
    organisation_id: OrganisationId | None = None
    """Where they work. None: in practice cases, and before there was a tree."""
    ended_at: datetime | None = None
    """When they left: no password fits any more; what they did stays theirs."""


@dataclass(frozen=True, slots=True)
class Message:
    """Goes to a person's phone or mail. `url` and `code` stand in the text too; the demo outbox shows them apart."""

    person: str
    to: str = field(repr=False)
    kind: Literal["link", "code"]
    text: str = field(repr=False)
    at: datetime
    url: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    slot: str = ""
    rehearsal: bool = False
    email: str = field(default="", repr=False)
    """Where it goes too, or instead where `to` is empty."""
    case_id: str = ""
    """Whose staff see how it stands."""
    topic: str = ""
    """What it is about, for the templates of a text gateway; "" is `kind`."""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What such a template may name, beside `text`, `url` and `code`."""
    key: str = ""
    """Of two messages with the same key only the first is one; "" is a key nobody else has."""
    valid_until: datetime | None = None
    """When it says nothing useful any more: it is not sent later."""
    calendar: str = field(default="", repr=False)
    """A file by RFC 5545 for mail."""


class Delivery(Protocol):
    """The outbox. What it keeps is sent until a gateway takes it, or a day is over."""

    async def known(self, tx: Tx, key: str) -> bool:
        """Whether a message of this key was kept before."""
        ...

    async def put(self, tx: Tx, message: Message) -> None:
        """Keep a message in the transaction of what causes it; raises Unavailable when no way leads to the person."""
        ...

    async def send(self, message: Message) -> None:
        """Keep a message after the commit of what causes it; raises Unavailable."""
        ...


DELIVERY: web.AppKey[Delivery] = web.AppKey("delivery")


class LoginWrong(Unauthenticated):
    """Unknown name or wrong password: never told apart (401)."""

    code = "login_wrong"


class SecondFactorNeeded(Unauthenticated):
    """The password was right; `data.factors` (totp, passkey) says what else this account asks for (401)."""

    code = "second_factor_needed"


class StepUpNeeded(NotPermitted):
    """The act asks for a second factor shown within the last five minutes; `data.factors` as above (403)."""

    code = "step_up_needed"


class InvitationOver(Gone):
    """The link to choose a password is unknown, was used, or its time is over: ask the administrator (410)."""

    code = "invitation_over"


class UsernameTaken(Conflict):
    """Somebody has this user name, or had it (409)."""

    code = "username_taken"


class OwnAccount(Conflict):
    """Administrators do not end or change themselves, so that there is always one left (409)."""

    code = "own_account"


class LoginLocked(Locked):
    """Of a user name from one address."""

    code = "login_locked"


class CodeLocked(Locked):
    """Of a one-time code."""

    code = "code_locked"


class CodeWrong(Conflict):
    """`data.tries_left` more tries (409)."""

    code = "code_wrong"

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left", tries_left=tries_left)


class CodeExpired(Gone):
    """No code was sent, it was used, or its time is over: ask for a new one (410)."""

    code = "code_expired"


class CentreView(msgspec.Struct, frozen=True):
    """The centre as every page shows it; `root_sha256` is the fingerprint of its root certificate."""

    name: str
    phone: str
    address: str
    root_sha256: str


class Me(msgspec.Struct, frozen=True):
    """Who the server takes the caller for."""

    kind: Literal["staff", "enrolling", "seat", "court", "channel", "nobody"]
    id: str
    name: str
    role: str
    csrf: str
    centre: CentreView
    demo: bool
    build: str


CENTRE: web.AppKey[CentreView] = web.AppKey("centre", CentreView)
BUILD: web.AppKey[str] = web.AppKey("build", str)
