"""What goes into the room machine (events) and what comes out (effects, carried out in order by live.py). Only data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from signaling.before import Before
from signaling.protocol import ChamberId, Empty, Kind, Seat, SetName
from signaling.ticket import Ticket

# --- events: what comes in ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Knock:
    """A connection with a good ticket. `resumes`: its page still holds the peer the room has for the person. `returns`:
    the person was in the room when the process before this one ended; not `joint` when a private talk was on then."""

    ticket: Ticket
    resumes: bool = False
    returns: ChamberId | None = None


@dataclass(frozen=True)
class Invite:
    """The office says who may come, before they do, and whom they must not meet, as it knows now."""

    ticket: Ticket


@dataclass(frozen=True)
class Forget:
    """The office has taken somebody out of the case: nobody expects them any more."""

    person: str


@dataclass(frozen=True)
class Resume:
    """A room that was open when the process before this one ended stands as it stood, before anybody is back and after
    all who may come are known."""

    before: Before


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


@dataclass(frozen=True)
class Measured:
    """What the media plane knows of the way to a person: loss in per cent, round trip in milliseconds."""

    person: str
    loss: int | None
    rtt: int | None


@dataclass(frozen=True)
class RecordingFailed:
    """The recorder could not go on; `why` is for the log, never content."""

    why: str


Event = Knock | Invite | Forget | Resume | Lose | Said | Order | Tick | Measured | RecordingFailed


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


Received = Mapping[str, Mapping[str, tuple[int, int]]]
"""Receiver -> source -> (packets of sound, decoded frames of picture)."""


@dataclass(frozen=True)
class Counted:
    """An epoch is over: who was where at any time of it, and what the clients themselves say they received of whom."""

    epoch: int
    people: Mapping[ChamberId, tuple[str, ...]]
    received: Received


Detail = Mapping[str, str | int | bool | tuple[str, ...]]


@dataclass(frozen=True)
class Noted:
    """Something for the journal, by or about `person`; never what was said or shown."""

    what: str
    person: str
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True)
class StartRecording:
    """Record the joint chamber: everybody in it has agreed."""

    epoch: int


@dataclass(frozen=True)
class StopRecording:
    why: str


Effect = (
    OpenPeer
    | ClosePeer
    | DrainPeer
    | UseSet
    | Close
    | Send
    | Disconnect
    | Attendance
    | Moved
    | Counted
    | Noted
    | StartRecording
    | StopRecording
)
