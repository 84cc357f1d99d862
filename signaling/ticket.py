"""The signed ticket into one room: who, as what, until when. Knows no case, no database and no clock of its own."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

import msgspec

from signaling.errors import TicketRejected
from signaling.protocol import Role, Side, Speaks

_LABEL = b"hejie-ticket-v1."


def _new_id() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Ticket:
    """All a room knows of a person. `exp` is in Unix seconds; `id` lets a ticket open one connection at a time; `login`
    names what it was minted for, so that whoever minted it can tell whether that still stands."""

    room: str
    person: str
    name: str
    role: Role
    side: Side
    exp: int
    login: str = ""
    apart: tuple[str, ...] = ()
    """Ids of persons this one must never meet; one of the two tickets is enough."""
    tied_to: str = ""
    """An interpreter's person: the two move together."""
    device_people: tuple["Ticket", ...] = ()
    """Tickets of the others who sit at the same device (a centre's kiosk), which open nothing by themselves; empty when
    it is one person's own."""
    acts: bool = False
    """For somebody of their side: a representative or guardian."""
    speaks: Speaks = ""
    """As what they are there for somebody, `whom` (id), by name `whose`."""
    whom: str = ""
    whose: str = ""
    unnamed: tuple[str, ...] = ()
    """Ids of those whose name this person must not read: whom they must not meet, whom such people are there for."""
    guarded: bool = False
    """Of less than full capacity: what one of `guardians` (ids) says counts, what this person says is heard."""
    guardians: tuple[str, ...] = ()
    unwanted: bool = False
    """Somebody of the dispute does not agree that they take part: beside the hosts only, in `aside`."""
    undivided: bool = False
    """The room has the joint chamber and no other: a court hears all parties together."""
    id: str = field(default_factory=_new_id)


def mint(secret: bytes, ticket: Ticket) -> str:
    """The ticket as URL-safe text, authenticated by HMAC-SHA-256."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).rstrip(b"=")
    return (body + b"." + _mac(secret, body)).decode()


def check(secret: bytes, text: str, now: float) -> Ticket:
    """The ticket `text` holds; raises TicketRejected (malformed, forged, expired)."""
    try:
        body, _, mac = text.encode("ascii").partition(b".")
    except UnicodeEncodeError:
        raise TicketRejected("malformed") from None
    if not mac or not hmac.compare_digest(mac, _mac(secret, body)):
        raise TicketRejected("forged")
    try:
        ticket = msgspec.json.decode(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)), type=Ticket)
    except (ValueError, msgspec.MsgspecError):
        raise TicketRejected("malformed") from None
    if ticket.exp <= now:
        raise TicketRejected("expired")
    return ticket


def _mac(secret: bytes, body: bytes) -> bytes:
    digest = hmac.new(secret, _LABEL + body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=")
