"""What the office hands in: who keeps the journal of a room, and who records it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from signaling.events import Detail, Received
from signaling.protocol import ChamberId, Seat

if TYPE_CHECKING:
    from signaling.media import Peer

Inside = Mapping[str, Collection[str]]
Forwarded = Mapping[str, Mapping[str, int]]
"""Receiver -> source -> packets."""


class RoomListener(Protocol):
    """What the office is told, in order; it writes the journal. Awaited before the next event of the room. Never
    content."""

    async def on_attendance(
        self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime
    ) -> None: ...

    async def on_move(
        self, room: str, epoch: int, people: tuple[str, ...], chamber: ChamberId, at: datetime
    ) -> None: ...

    async def on_counts(
        self,
        room: str,
        epoch: int,
        people: Mapping[ChamberId, tuple[str, ...]],
        forwarded: Forwarded,
        received: Received,
        at: datetime,
    ) -> None:
        """An epoch is over: who was where, what was forwarded to whom of whom, what the clients say they received."""
        ...

    async def on_note(self, room: str, what: str, person: str, detail: Detail, at: datetime) -> None:
        """Anything else that happened: a process opened the room or stopped it, locks, who sits at a device, handovers,
        agreements to be recorded, calls for help."""
        ...


class Recorder(Protocol):
    """Records the joint chamber of rooms while the room says so. Called on the event loop, and no room waits for it:
    what takes time is done beside the meeting, what cannot be recorded is told through `Rooms.recording_failed`.

    `people` are all who are in it, also those without a peer of their own, each with who else is seen or heard in
    theirs: at the same device, or through their telephone."""

    def start(self, room: str, epoch: int, peers: "Mapping[str, Peer]", people: Inside) -> None: ...

    def audience(self, room: str, peers: "Mapping[str, Peer]", people: Inside) -> None:
        """Record exactly these peers from now on; these people are in it."""
        ...

    def stop(self, room: str, why: str) -> None:
        """Take nothing any more."""
        ...
