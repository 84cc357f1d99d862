"""What goes into the room machine (events) and what comes out (effects, carried out in order by live.py). Only data."""

from dataclasses import dataclass, field

from msgspec import Struct

from signaling.protocol import ChamberId, Empty, Kind, Seat, SetName
from signaling.ticket import Ticket

# --- events: what comes in ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Knock:
    """A connection with a good ticket. `resumes`: its page still holds the peer the room has for the person. `returns`:
    the person was in the room when the process before this one ended, any chamber but `joint` when a private talk was on
    then."""

    ticket: Ticket
    resumes: bool = False
    returns: ChamberId | None = None


@dataclass(frozen=True)
class Lose:
    """A person's connection ended."""

    person: str


@dataclass(frozen=True)
class Said:
    """A person sent the event `act` of the protocol."""

    person: str
    act: str
    body: Struct = field(default_factory=Empty)


@dataclass(frozen=True)
class Order:
    """The office decides: pause, resume or end."""

    act: str


@dataclass(frozen=True)
class Tick:
    """Time passed; due when `Room.next_wake` says so."""


Event = Knock | Lose | Said | Order | Tick


# --- effects: what the caller carries out, in this order -----------------------------------------------------------


@dataclass(frozen=True)
class OpenPeer:
    person: str


@dataclass(frozen=True)
class ClosePeer:
    person: str


@dataclass(frozen=True)
class DrainPeer:
    """Forward nothing of this person; forget what is buffered."""

    person: str


@dataclass(frozen=True)
class UseSet:
    person: str
    set: SetName
    chamber: ChamberId
    epoch: int


@dataclass(frozen=True)
class Close:
    """Close (or open) one kind of a person where packets are routed."""

    person: str
    kind: Kind
    muted: bool


@dataclass(frozen=True)
class Send:
    person: str
    event: str
    body: Struct


@dataclass(frozen=True)
class Disconnect:
    person: str


@dataclass(frozen=True)
class Attendance:
    person: str
    state: Seat
    chamber: ChamberId | None


@dataclass(frozen=True)
class Moved:
    epoch: int
    people: tuple[str, ...]
    chamber: ChamberId


Effect = OpenPeer | ClosePeer | DrainPeer | UseSet | Close | Send | Disconnect | Attendance | Moved
