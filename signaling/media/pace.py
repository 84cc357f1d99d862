"""Between the legs and the link of one subscriber: numbers every packet, and on a thin pipe lets pictures wait.

Where the pipe is wide a packet leaves at once. Where it is thin, pictures and repairs leave a little above the
estimate, so that the queue stands here and not in the network, where voices would wait in it too.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from .estimate import MASK, Departures
from .leg import Link
from .native import Outlet
from .rtp import RTX, U16, VP8

Packet = bytes | bytearray

PICTURES = (VP8, RTX)
"""Payload types that may wait; voices never do."""
HEADROOM = 1.15
"""Pace over the estimate: a queue of pictures empties, though the estimate is what they produce."""
MAX_QUEUE, KEY_FRAME = 1.5, 200_000
"""Seconds of pictures kept, but bytes at least: a key frame of a screen. What comes then is dropped, as routers do."""
STEP = 0.005
"""Seconds between two looks at the queue."""
PAD = 255
"""Bytes of padding one packet can carry (RFC 3550 5.1)."""
OVERHEAD = 44
"""Bytes the pipe carries beside each packet: IPv4, UDP, SRTP's tag."""


class Timer(Protocol):
    def cancel(self) -> None: ...


class Pacer:
    """A `forward.Link` for legs. `later` is the loop's `call_later`."""

    __slots__ = (
        "_clock",
        "_done",
        "_later",
        "_link",
        "_media",
        "_paced_at",
        "_pad",
        "_probe",
        "_queued",
        "_rate",
        "_repairs",
        "_room",
        "_timer",
        "dropped",
        "outlet",
        "sent",
    )

    def __init__(
        self, link: Link, clock: Callable[[], float], later: Callable[[float, Callable[[], None]], Timer]
    ) -> None:
        self.sent = Departures()
        self.dropped = 0
        """Packets the full queue did not take."""
        self._link = link
        self.outlet: Outlet | None = getattr(link, "outlet", None)
        self._clock = clock
        self._later = later
        self._rate: float | None = None
        """Bytes per second, None where the pipe is wide."""
        self._room = 0.0
        """Bytes that may leave now; negative after a packet left on credit."""
        self._paced_at = 0.0
        self._repairs: deque[tuple[Packet, int]] = deque()
        self._media: deque[tuple[Packet, int]] = deque()
        self._queued = 0
        self._timer: Timer | None = None
        self._probe: tuple[int, float, float, float] | None = None
        """First number, start, end, bytes per second."""
        self._pad: Callable[[int], None] = lambda size: None
        self._done: Callable[[], None] = lambda: None
        self._tell()

    # What legs call

    def send_rtp(self, packet: Packet, twcc: int = 0) -> None:
        if self._rate is not None and packet[1] & 0x7F in PICTURES:
            self._hold(packet, twcc)
            return
        if twcc:
            U16.pack_into(packet, twcc, self.sent.note(len(packet) + OVERHEAD, self._clock()))
        self._link.send_rtp(bytes(packet))

    def send_rtcp(self, packet: bytes) -> None:
        self._link.send_rtcp(packet)

    def drop(self, *ssrcs: int) -> None:
        """Forget what waits of these streams."""
        if not self._queued:
            return
        gone = {ssrc.to_bytes(4, "big") for ssrc in ssrcs}
        self._repairs = deque(entry for entry in self._repairs if bytes(entry[0][8:12]) not in gone)
        self._media = deque(entry for entry in self._media if bytes(entry[0][8:12]) not in gone)
        self._queued = sum(len(packet) for queue in (self._repairs, self._media) for packet, _ in queue)

    # What the estimate decides

    def pace(self, bitrate: float, wide: bool) -> None:
        """Let pictures leave at a little above `bitrate` from now on; where the pipe is `wide`, at once."""
        if wide and not self._queued:
            self._rate = None
            self._tell()
            return
        if self._rate is None:
            self._room, self._paced_at = 0.0, self._clock()
        self._rate = bitrate * HEADROOM / 8
        self._tell()

    def _tell(self) -> None:
        """The compiled way out passes us by while all we do is numbering."""
        if self.outlet is not None:
            self.outlet.pipe(self.sent, self._rate is None)

    @property
    def backlog(self) -> float:
        """Seconds the last of what waits will wait."""
        return self._queued / self._rate if self._rate else 0.0

    def probe(self, bitrate: float, seconds: float, pad: Callable[[int], None], done: Callable[[], None]) -> None:
        """Fill up to `bitrate` for a while, first with what waits, then with `pad(bytes)`; then call `done`."""
        now = self._clock()
        self._pad, self._done = pad, done
        self._probe = (self.sent.next, now, now + seconds, bitrate / 8)
        if self._timer is None:
            self._step()

    def stop(self) -> None:
        """Forget everything that waits."""
        self._repairs.clear()
        self._media.clear()
        self._queued = 0
        if self._probe is not None:
            self._probe = None
            self._done()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The queue

    def _hold(self, packet: Packet, twcc: int) -> None:
        rate = self._rate or 0.0
        if self._queued > max(MAX_QUEUE * rate, KEY_FRAME):
            self.dropped += 1
            return
        (self._repairs if packet[1] & 0x7F == RTX else self._media).append((packet, twcc))
        self._queued += len(packet)
        if self._timer is None:
            self._step()

    def _step(self) -> None:
        """Send what may leave now and come again while anything waits."""
        self._timer = None
        now = self._clock()
        if self._rate is not None:
            self._room = min(self._room + (now - self._paced_at) * self._rate, 2 * STEP * self._rate)
            self._paced_at = now
            while self._queued and self._room > 0:
                self._room -= self._release() + OVERHEAD
        if self._probe is not None:
            self._fill(self._probe, now)
        if self._queued or self._probe is not None:
            self._timer = self._later(STEP, self._step)

    def _fill(self, probe: tuple[int, float, float, float], now: float) -> None:
        first, start, end, rate = probe
        sizes = self.sent.sizes
        due = (min(now, end) - start + STEP) * rate - sum(sizes[n & MASK] for n in range(first, self.sent.next))
        while due > 0:
            if self._queued:
                due -= self._release() + OVERHEAD
            else:
                self._pad(PAD)
                due -= PAD + 20 + OVERHEAD
        if now >= end:
            self._probe = None
            self._done()

    def _release(self) -> int:
        packet, twcc = (self._repairs or self._media).popleft()
        size = len(packet)
        self._queued -= size
        if twcc:
            U16.pack_into(packet, twcc, self.sent.note(size + OVERHEAD, self._clock()))
        self._link.send_rtp(bytes(packet))
        return size
