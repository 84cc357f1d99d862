"""What arrives from one publisher, counted: sequence numbers, loss, jitter, gaps to repair, TWCC arrivals."""

from collections.abc import Iterator

from . import rtcp
from .rtp import CLOCK_RATE
from .types import Flow, Kind, SetName

WINDOW = 1024
"""Packets remembered per stream to tell duplicates from late ones."""
MAX_GAP = 100
"""A longer gap is not repaired: a key frame is asked."""
MAX_TRIES = 6
FEEDBACK_SPAN = 400
"""Packets per TWCC feedback: libsrtp refuses RTCP above 1356 bytes."""


class Inbound:
    """One SSRC of a publisher (RFC 3550 A.1, A.3, A.8). Sequence numbers inside are unwrapped and never negative."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_received_before",
        "_seen",
        "_transit",
        "bytes",
        "floor",
        "highest",
        "jitter",
        "kind",
        "last_at",
        "missing",
        "packets",
        "rate",
        "report",
        "report_at",
        "rtx",
        "set_name",
        "ssrc",
        "unrepaired",
    )

    def __init__(self, ssrc: int, kind: Kind, set_name: SetName) -> None:
        self.ssrc = ssrc
        self.kind = kind
        self.set_name = set_name
        self.rate = CLOCK_RATE[kind]
        self.rtx: int | None = None
        self.highest = -1
        self.floor = -1
        """Nothing at or below is forwarded: what the set had sent when it was put to use."""
        self.packets = 0
        self.bytes = 0
        self.jitter = 0.0
        self.last_at: float | None = None
        self.missing: dict[int, tuple[int, float]] = {}
        """Unwrapped sequence -> (tries, time of the next request)."""
        self.unrepaired = False
        """A gap was too long or out of tries: only a key frame helps."""
        self.report: rtcp.SenderReport | None = None
        self.report_at = 0.0
        self._base = 0
        self._seen = [-1] * WINDOW
        self._transit = 0.0
        self._expected_before = 0
        self._received_before = 0

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
                    self._open_gap(unwrapped, now)
                self.highest = unwrapped
            elif self.highest - unwrapped >= WINDOW or self._seen[unwrapped % WINDOW] == unwrapped:
                return -1
            else:
                self.missing.pop(unwrapped, None)
        self._seen[unwrapped % WINDOW] = unwrapped
        self.packets += 1
        self.bytes += size
        self.last_at = now
        if not repaired:
            transit = now * self.rate - timestamp
            change = abs(transit - self._transit)
            if self._transit and change < 10 * self.rate:
                self.jitter += (change - self.jitter) / 16
            self._transit = transit
        return unwrapped

    def _open_gap(self, upto: int, now: float) -> None:
        if upto - self.highest > MAX_GAP or len(self.missing) > 2 * MAX_GAP:
            self.missing.clear()
            self.unrepaired = True
            return
        for lost in range(self.highest + 1, upto):
            self.missing[lost] = (0, now)

    def wanted(self, now: float) -> list[int]:
        """Sequence numbers (16-bit) to ask again now; each at most `MAX_TRIES` times, 60 ms and more apart."""
        due: list[int] = []
        for lost, (tries, at) in list(self.missing.items()):
            if at > now:
                continue
            if tries >= MAX_TRIES:
                del self.missing[lost]
                self.unrepaired = True
                continue
            self.missing[lost] = (tries + 1, now + 0.06 * (1 << min(tries, 3)))
            due.append(lost)
        return [lost & 0xFFFF for lost in sorted(due)]

    def raise_floor(self) -> None:
        self.floor = max(self.floor, self.highest)
        self.missing.clear()

    @property
    def lost(self) -> int:
        return self.highest - self._base + 1 - self.packets if self.highest >= 0 else 0

    def block(self, now: float) -> rtcp.Block:
        """The report block of the time since the last one."""
        expected = self.highest - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self.packets - self._received_before)
        self._expected_before, self._received_before = expected, self.packets
        fraction = min(255, (lost_now << 8) // expected_now) if expected_now > 0 and lost_now > 0 else 0
        lsr = dlsr = 0
        if self.report is not None:
            lsr = self.report.ntp >> 16 & 0xFFFFFFFF
            dlsr = int((now - self.report_at) * 65_536) & 0xFFFFFFFF
        highest = (self.highest - 0x10000) & 0xFFFFFFFF
        return rtcp.Block(self.ssrc, fraction, self.lost, highest, int(self.jitter), lsr, dlsr)

    def flow(self, now: float) -> Flow:
        idle = None if self.last_at is None else max(0.0, now - self.last_at)
        return Flow(self.packets, self.bytes, max(0, self.lost), idle)


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
