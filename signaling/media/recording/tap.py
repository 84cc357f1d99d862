"""One line of one person towards the recording: a leg like a listener's, whose link is the recording itself."""

from collections.abc import Callable

import msgspec

from signaling.media import rtcp
from signaling.media.leg import Leg
from signaling.media.publish import Publisher
from signaling.media.types import Kind

from .frames import Frame, Frames, Part, Report

KEY_EVERY = 10.0
"""Seconds between key frames asked for, so that a recording can be entered anywhere."""
KEY_AGAIN = 1.0
"""Seconds between two requests while none came."""
PART_SECONDS = 2.0
PART_BYTES = 1024 * 1024
PART_MOST = 2 * PART_BYTES
"""Beyond this nothing is taken until the next look: with all that may still wait, it fits into one chunk."""
FRAME = 32
"""Bytes a frame takes beside its data, rather more than less."""
MOST_REPORTS = 64
"""The newest of one part; browsers send one each second or so."""


class Tap:
    """Attached from `attach` to `detach`. Takes only what its publisher forwards under the chamber that is recorded,
    whatever it is attached to."""

    def __init__(
        self, number: int, person: str, kind: Kind, publisher: Publisher, chamber: str, clock: Callable[[], float]
    ) -> None:
        self.number = number
        self._publisher, self._chamber, self._clock = publisher, chamber, clock
        self._leg = Leg(kind, 2 * number, 2 * number + 1, self, "recorder")
        self._leg.ring = None  # nothing is repaired towards the disk
        self._frames = Frames(kind)
        self._part = Part(person, kind)
        self._began: float | None = None
        self._bytes = 0
        self._asked = 0.0
        self.refused = 0
        """Packets of another chamber."""

    def attach(self, now: float) -> None:
        self._asked = now
        self._publisher.attach(self._leg, now)

    def detach(self) -> None:
        """Nothing comes any more, from now on; what waited for a missing packet is whole without it."""
        self._publisher.detach(self._leg)
        self._add(self._frames.due(float("inf")))

    # As the link of its leg

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        mark = self._publisher.mark
        if mark is None or mark.chamber != self._chamber:
            self.refused += 1
            return
        self._take(packet)

    def send_rtcp(self, packet: bytes) -> None:
        for item in rtcp.walk(packet):
            if isinstance(item, rtcp.SenderReport):
                self._part.reports.append(Report(self._frames.unwrapped(item.rtp), item.ntp))
        del self._part.reports[:-MOST_REPORTS]

    def drop(self, *ssrcs: int) -> None:
        """Nothing waits here."""

    # As a part of the recording

    def _take(self, packet: bytes | bytearray) -> None:
        at = self._clock()
        if self._began is None:
            self._began = at
        if self._bytes < PART_MOST:
            self._add(self._frames.put(packet, at))

    def _add(self, frames: list[Frame]) -> None:
        self._bytes += sum(len(frame.data) + FRAME for frame in frames)
        self._part.frames += frames

    def look(self, now: float) -> None:
        """Now and then: what is missing is given up, a key frame asked for when one is due."""
        self._add(self._frames.due(self._clock()))
        if self._leg.picture and self._leg.source is not None:
            if now - self._asked >= (KEY_AGAIN if self._frames.broken else KEY_EVERY):
                self._asked = now
                self._publisher.on_picture_loss(self._leg, now)

    def ripe(self) -> bool:
        """Enough has come for a chunk."""
        if self._began is None:
            return False
        return self._bytes >= PART_BYTES or self._clock() - self._began >= PART_SECONDS

    def take(self) -> bytes | None:
        """The content of the next chunk; None while there is none."""
        part = self._part
        if not part.frames:
            return None
        self._part = Part(part.person, part.kind)
        self._began, self._bytes = None, 0
        return msgspec.msgpack.encode(part)
