"""People and what is sent to them. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec
from aiohttp import web

from server.errors import Conflict, Gone, Locked, Unauthenticated
from server.ids import AccountId, OrganisationId


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


@dataclass(frozen=True, slots=True)
class Message:
    """Goes to a person's phone. `url` and `code` stand in the text too; the demo outbox shows them apart."""

    person: str
    to: str = field(repr=False)
    kind: Literal["link", "code"]
    text: str = field(repr=False)
    at: datetime
    url: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    slot: str = ""
    rehearsal: bool = False


class Delivery(Protocol):
    """A gateway. Called after the commit; a message that is lost is asked for again by its reader."""

    async def send(self, message: Message) -> None:
        """Hand over one message; raises Unavailable."""
        ...


DELIVERY: web.AppKey[Delivery] = web.AppKey("delivery")


class LoginWrong(Unauthenticated):
    """Unknown name or wrong password: never told apart (401)."""

    code = "login_wrong"


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

    kind: Literal["staff", "seat", "court", "channel", "nobody"]
    id: str
    name: str
    role: str
    csrf: str
    centre: CentreView
    demo: bool
    build: str


CENTRE: web.AppKey[CentreView] = web.AppKey("centre", CentreView)
BUILD: web.AppKey[str] = web.AppKey("build", str)
