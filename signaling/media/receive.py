"""What arrives from one publisher, counted: sequence numbers, loss, jitter, TWCC arrivals."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import rtcp
from .gaps import Gaps
from .meter import Meter
from .rtp import CLOCK_RATE
from .types import Kind, SetName

if TYPE_CHECKING:
    from .leg import Leg

WINDOW = 1024
"""Packets remembered per stream to tell duplicates from late ones."""
FRESH_REPORT = 15.0
"""Seconds a sender report tells the source's clock: browsers send one of audio every 5 s."""
ERA = float(1 << 32)
"""Fractions in a second of an NTP timestamp."""
FEEDBACK_SPAN = 400
"""Packets per TWCC feedback: libsrtp refuses RTCP above 1356 bytes."""


class Inbound:
    """One SSRC of a publisher (RFC 3550 A.1, A.3, A.8). Sequence numbers inside are unwrapped and never negative."""

    __slots__ = (
        "_arrived",
        "_arrived_before",
        "_base",
        "_expected_before",
        "_seen",
        "_transit",
        "bytes",
        "floor",
        "gaps",
        "highest",
        "jitter",
        "key_asked_at",
        "key_due",
        "kind",
        "last_at",
        "layer",
        "legs",
        "meter",
        "packets",
        "rate",
        "report",
        "report_at",
        "set_name",
        "share",
        "ssrc",
    )

    def __init__(self, ssrc: int, kind: Kind, set_name: SetName, layer: int = 0) -> None:
        self.ssrc = ssrc
        self.kind = kind
        self.set_name = set_name
        self.layer = layer
        """Index of the quality, lowest first; 0 where there is one only."""
        self.rate = CLOCK_RATE[kind]
        self.legs: list[Leg] = []
        """Those this stream feeds now."""
        self.highest = -1
        self.floor = -1
        """Nothing at or below is forwarded: what the set had sent when it was put to use."""
        self.packets = 0
        self.bytes = 0
        self.meter = Meter()
        self.jitter = 0.0
        self.last_at: float | None = None
        self.gaps = Gaps()
        self.key_asked_at = float("-inf")
        self.key_due = False
        self.share = 0.0
        """Of its packets, lost on their way to us, repaired or not; 0..1, smoothed over some reports."""
        self.report: rtcp.SenderReport | None = None
        self.report_at = 0.0
        self._base = 0
        self._seen = [-1] * WINDOW
        self._transit = 0.0
        self._arrived = self._arrived_before = self._expected_before = 0

    def note(self, sequence: int, timestamp: int, size: int, now: float, repaired: bool = False) -> int:
        """Count one packet; its unwrapped sequence number, or -1 for a duplicate or one beyond the window."""
        if self.highest < 0:
            unwrapped = sequence + 0x10000
            self._base = unwrapped
            self.highest = unwrapped
        else:
            ahead = (sequence - self.highest) & 0xFFFF
            unwrapped = self.highest + (ahead if ahead < 0x8000 else ahead - 0x10000)
            if unwrapped > self.highest:
                if unwrapped - self.highest > 1 and self.kind != "audio":
                    self.gaps.open(self.highest + 1, unwrapped, now, now - (self.last_at or now))
                self.highest = unwrapped
            elif self.highest - unwrapped >= WINDOW or self._seen[unwrapped % WINDOW] == unwrapped:
                return -1
            else:
                self.gaps.close(unwrapped, now, repaired)
        self._seen[unwrapped % WINDOW] = unwrapped
        self.packets += 1
        self.bytes += size
        self.last_at = now
        if not repaired:
            self._arrived += 1
            transit = now * self.rate - timestamp
            change = abs(transit - self._transit)
            if self._transit and change < 10 * self.rate:
                self.jitter += (change - self.jitter) / 16
            self._transit = transit
        return unwrapped

    def raise_floor(self) -> None:
        self.floor = max(self.floor, self.highest)
        self.gaps.forget()

    def instant(self, timestamp: int, now: float) -> float | None:
        """Seconds on the sender's wall clock at an RTP timestamp; None without a fresh sender report."""
        if self.report is None or now - self.report_at > FRESH_REPORT:
            return None
        ahead = (timestamp - self.report.rtp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return self.report.ntp / ERA + ahead / self.rate

    @property
    def lost(self) -> int:
        """What never came, not even as a repair."""
        return self.highest - self._base + 1 - self.packets if self.highest >= 0 else 0

    def block(self, now: float) -> rtcp.Block:
        """The report block of the time since the last one: losses of the path, repaired or not."""
        expected = self.highest - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self._arrived - self._arrived_before)
        self._expected_before, self._arrived_before = expected, self._arrived
        fraction = min(255, (lost_now << 8) // expected_now) if expected_now > 0 and lost_now > 0 else 0
        self.share += 0.3 * (fraction / 256 - self.share)
        lsr = dlsr = 0
        if self.report is not None:
            lsr = self.report.ntp >> 16 & 0xFFFFFFFF
            dlsr = int((now - self.report_at) * 65_536) & 0xFFFFFFFF
        highest = (self.highest - 0x10000) & 0xFFFFFFFF
        return rtcp.Block(self.ssrc, fraction, expected - self._arrived, highest, int(self.jitter), lsr, dlsr)


class Arrivals:
    """Arrival times by transport-wide sequence number, until the next feedback takes them."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}
        self._highest = -1
        self._next = -1
        self._count = 0

    def __len__(self) -> int:
        return len(self._times)

    def note(self, sequence: int, now: float) -> None:
        if self._highest < 0:
            unwrapped = sequence + 0x10000
        else:
            ahead = (sequence - self._highest) & 0xFFFF
            unwrapped = self._highest + (ahead if ahead < 0x8000 else ahead - 0x10000)
        self._highest = max(self._highest, unwrapped)
        self._times[unwrapped] = int(now * 1_000_000)

    def feedback(self, sender: int, media: int) -> Iterator[bytes]:
        """Feedback packets for everything noted since the last call; what never came is reported as lost."""
        times = sorted(self._times.items())
        self._times.clear()
        while times:
            base = times[0][0] if self._next < 0 else min(self._next, times[0][0])
            if times[0][0] - base >= FEEDBACK_SPAN:
                base = times[0][0]
            fitting = [entry for entry in times[:FEEDBACK_SPAN] if entry[0] - base < FEEDBACK_SPAN]
            packet, taken = rtcp.transport_feedback(sender, media, self._count, base, fitting)
            self._count += 1
            self._next = max(self._next, fitting[taken - 1][0] + 1)
            times = times[taken:]
            yield packet
