"""Who is calling and with what: the two values every handler receives. Knows cookies by name only, no case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec
from aiohttp import web

from server.clock import Clock
from server.errors import EnrolmentNeeded, Invalid, NotPermitted, Unauthenticated
from server.settings import Settings
from server.store.blobs import Blobs
from server.store.db import Database
from server.web import keys

B = TypeVar("B", covariant=True)


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """Base of what a client sends: an unknown field is an error, not ignored."""


class View(msgspec.Struct):
    """Base of what the server answers."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is behind the cookie. For a seat: `id` is the party's id (pty_), the person in room and ceremony; for a court
    person that of their link (dkt_); for a system outside that of its channel (chn_)."""

    kind: Literal["staff", "enrolling", "seat", "court", "channel", "nobody"]
    """enrolling: staff whose second factor is asked for and not set up yet; that is all they may do."""
    id: str = ""
    name: str = field(default="", repr=False)
    role: str = ""
    """One of `StaffRole`; for a seat applicant, respondent; for a court judge, clerk"""
    csrf: str = field(default="", repr=False)
    login: str = field(default="", repr=False)
    """Hash of the cookie, the key of the row in `logins`."""
    case_id: str = ""
    """Seats only: the one case, session and seat this cookie opens. Of a court the case and the slug."""
    session_id: str = ""
    seat_id: str = ""
    slug: str = ""


NOBODY = Caller("nobody")
Permit = Callable[[Caller], None]


def anyone(caller: Caller) -> None:
    """An open door."""


OUTSIDE = frozenset({"administrator", "supervisor"})
"""Roles that open nothing of a case, not even of one they led before they had this role."""


def known(caller: Caller) -> None:
    """Staff of cases or a seat; which cases they may see is decided after loading. Courts and channels have theirs."""
    if caller.kind == "nobody":
        raise Unauthenticated
    if caller.kind == "enrolling":
        raise EnrolmentNeeded
    if caller.kind not in ("staff", "seat") or (caller.kind == "staff" and caller.role in OUTSIDE):
        raise NotPermitted


def office(caller: Caller) -> None:
    """Any member of staff."""
    if caller.kind != "staff":
        known(caller)
        raise NotPermitted


def arriving(caller: Caller) -> None:
    """Any member of staff, also one who enrols."""
    if caller.kind != "enrolling":
        office(caller)


def leaving(caller: Caller) -> None:
    """Whoever has a login that ends by `/api/logout`."""
    if caller.kind not in ("staff", "enrolling"):
        known(caller)


def staff(caller: Caller) -> None:
    """Staff of cases."""
    known(caller)
    if caller.kind != "staff":
        raise NotPermitted


def mediator(caller: Caller) -> None:
    """Staff who lead sessions."""
    staff(caller)
    if caller.role != "mediator":
        raise NotPermitted


def reviewer(caller: Caller) -> None:
    """Staff who read drafts before the parties are read to."""
    staff(caller)
    if caller.role != "reviewer":
        raise NotPermitted


def seat(caller: Caller) -> None:
    """A party (or other guest) who opened a join link in this browser."""
    known(caller)
    if caller.kind != "seat":
        raise NotPermitted


def court(caller: Caller) -> None:
    """A judge or clerk who opened the link of one application and proved the code."""
    if caller.kind == "nobody":
        raise Unauthenticated
    if caller.kind != "court":
        raise NotPermitted


def channel(caller: Caller) -> None:
    """A system outside that shows its key."""
    if caller.kind == "nobody":
        raise Unauthenticated
    if caller.kind != "channel":
        raise NotPermitted


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """One request on its way through a handler: the decoded body, the caller and the app's parts."""

    request: web.Request
    caller: Caller
    body: B

    @property
    def settings(self) -> Settings:
        return self.request.app[keys.SETTINGS]

    @property
    def db(self) -> Database:
        return self.request.app[keys.DB]

    @property
    def blobs(self) -> Blobs:
        return self.request.app[keys.BLOBS]

    @property
    def clock(self) -> Clock:
        return self.request.app[keys.CLOCK]

    @property
    def address(self) -> str:
        """The client's address, for rate limits only."""
        return self.request[keys.ADDRESS]

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self.clock()

    def path(self, name: str) -> str:
        """A path parameter, such as `id`."""
        return self.request.match_info[name]

    def query(self, name: str, default: str = "") -> str:
        """A query parameter; given twice is Invalid."""
        values = self.request.query.getall(name, [])
        if len(values) > 1:
            raise Invalid({name: "repeated"})
        return values[0] if values else default


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set (HttpOnly, SameSite=Strict, Path=/, Secure on https), or to clear with an empty value."""

    name: str
    value: str = field(repr=False)
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that needs more than its value: cookies, headers, another status or media type."""

    value: object
    status: int = 200
    cookies: tuple[Cookie, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
