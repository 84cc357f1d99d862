"""When each frame of a recording is shown: milliseconds after it began. Pure.

Voice and pictures of one person have different RTP clocks; sender reports tie both to the sender's wall clock (RFC 3550
6.4.1), and the least time any packet took ties that to ours. Without reports a track's own clock and its least delay
have to do."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from signaling.media.rtp import CLOCK_RATE
from signaling.media.types import Kind

from .frames import Frame, Part, Report

ERA = 1 << 32
"""Fractions in a second of an NTP timestamp."""
ASTRAY = 2000.0
"""Milliseconds between a clock's word and the arrival, beyond which the arrival counts: the sender's clock was set."""


@dataclass
class Clockwork:
    """The clocks of one track, gathered over all its parts before any frame is placed."""

    kind: Kind
    reports: list[Report] = field(default_factory=list)
    _times: list[int] = field(default_factory=list)
    _least: float | None = None

    def learn(self, reports: Iterable[Report]) -> None:
        """In the order they came."""
        for report in reports:
            if not self._times or report.time > self._times[-1]:
                self.reports.append(report)
                self._times.append(report.time)

    def wall(self, time: int) -> float | None:
        """Milliseconds of the sender's wall clock at an RTP time, by the last report before it or the first after."""
        if not self.reports:
            return None
        report = self.reports[max(0, bisect_right(self._times, time) - 1)]
        return report.ntp / ERA * 1000 + self.span(time - report.time)

    def span(self, ticks: int) -> float:
        """RTP ticks -> milliseconds."""
        return ticks * 1000 / CLOCK_RATE[self.kind]

    def note(self, frame: Frame) -> None:
        """For a track without reports: the least time from its clock to ours."""
        delay = frame.at - self.span(frame.time)
        self._least = delay if self._least is None else min(self._least, delay)

    def place(self, frame: Frame, offset: float | None) -> float:
        """When the frame is shown; `offset` is the person's, from their wall clock to ours."""
        wall = self.wall(frame.time)
        shown = wall + offset if wall is not None and offset is not None else self.span(frame.time) + (self._least or 0)
        return shown if abs(shown - frame.at) < ASTRAY else float(frame.at)


class Timeline:
    """All tracks of a recording: `learn` every part, then `note` every part, then `place` its frames."""

    def __init__(self) -> None:
        self._tracks: dict[int, Clockwork] = {}
        self._offsets: dict[str, float] = {}

    def learn(self, track: int, part: Part) -> None:
        """First reading: the reports."""
        self._tracks.setdefault(track, Clockwork(part.kind)).learn(part.reports)

    def note(self, track: int, part: Part) -> None:
        """Second reading: the least delays."""
        clock = self._tracks[track]
        for frame in part.frames:
            clock.note(frame)
            if (wall := clock.wall(frame.time)) is not None:
                offset = frame.at - wall
                self._offsets[part.person] = min(self._offsets.get(part.person, offset), offset)

    def place(self, track: int, part: Part, frame: Frame) -> int:
        """Milliseconds after the recording began, never negative."""
        return max(0, round(self._tracks[track].place(frame, self._offsets.get(part.person))))
