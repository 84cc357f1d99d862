"""The words both sides of the media door use: options, offers, marks, health. No I/O, no aiortc."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["audio", "video", "screen"]
"""A voice, a camera, a shared screen."""
SetName = Literal["A", "B"]
KINDS: tuple[Kind, ...] = ("audio", "video", "screen")
RIDS = ("l", "m", "h")
"""Names of a camera's layers on the wire, lowest first (RFC 8852)."""
PICTURES: tuple[Kind, ...] = ("video", "screen")
SET_NAMES: tuple[SetName, ...] = ("A", "B")

SET_REST = 10.0
"""Seconds a set of sending m-lines rests after it was left, so that nothing captured before can surface."""


@dataclass(frozen=True, slots=True)
class MediaOptions:
    """Where media is received: a socket for each of `hosts`, all on one port. `advertised` are the addresses told to
    browsers when they differ from `hosts`; whichever leads to one of the sockets will do."""

    hosts: tuple[str, ...] = ("127.0.0.1",)
    port: int = 0
    advertised: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """The chamber and epoch a person's media belongs to from one `use_set` to the next `drain`."""

    chamber: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Source:
    """One receiving m-line of an offer: whose media, of which kind, arrives on `mid`."""

    mid: str
    person: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """One numbered offer. `sets` names the mids the browser sends on, `sources` those it receives on."""

    n: int
    sdp: str
    sets: Mapping[SetName, Mapping[Kind, str]]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What arrived from a person on one kind. `idle` is seconds since the last packet, None when none came."""

    packets: int = 0
    bytes: int = 0
    lost: int = 0
    idle: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was forwarded to a person from one source and kind. `loss` is a fraction 0..1, `rtt` seconds."""

    packets: int = 0
    bytes: int = 0
    loss: float | None = None
    rtt: float | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """A snapshot of one peer: counters only, never content."""

    connected: bool = False
    sending: Mapping[Kind, Flow] = field(default_factory=dict)
    hearing: Mapping[str, Mapping[Kind, Delivery]] = field(default_factory=dict)
    """Person heard -> kind -> what was forwarded to this peer."""
    heard_by: Mapping[str, Mapping[Kind, Delivery]] = field(default_factory=dict)
    """Subscriber -> kind -> what was forwarded of this peer."""
    counts: Mapping[Mark, Mapping[Kind, int]] = field(default_factory=dict)
    """Packets of this peer accepted for forwarding, by chamber and epoch, repaired duplicates excluded."""
    refused: int = 0
    """Packets of this peer not forwarded: drained, other set, below the floor, muted."""


class PeerListener(Protocol):
    """What a peer tells its room. Called on the event loop, must not block."""

    def on_connected(self) -> None:
        """ICE and DTLS are up: media flows."""

    def on_disconnected(self) -> None:
        """No connectivity check for 30 s, or the browser closed DTLS. `on_connected` may follow."""

    def on_needs_offer(self) -> None:
        """The receiving m-lines changed while an offer was unanswered: send `peer.offer()` again."""


class MediaError(Exception):
    """Something asked of the media plane that it refuses."""


class SetNotRested(MediaError):
    """The set was left less than `SET_REST` seconds ago; `wait` is what remains."""

    def __init__(self, name: SetName, wait: float) -> None:
        super().__init__(f"set {name} rests for {wait:.1f} s more")
        self.name = name
        self.wait = wait


class AnswerRejected(MediaError):
    """The browser's answer cannot be used: `reason` is a short English phrase for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
