"""What a subscriber's pipe carries, from the feedback about every packet sent to it: delay trend, loss, probes. Pure.

After draft-ietf-rmcat-gcc-02, with two differences: the rate only grows as far as traffic or a probe has proven it, and
loss that stays when the rate falls is the line's own and no reason to fall further.
"""

from array import array
from collections import deque

from .delay import Standing, State, Trend
from .loss import Loss
from .probe import Probe
from .rtcp import Feedback

RING = 4096
"""Packets remembered: 8 s at 500 packets per second."""
MASK = RING - 1
START, LOWEST, HIGHEST = 300_000, 40_000, 20_000_000
"""Bit/s."""
TICK = 0.00025
BURST = 0.005
"""Packets that left or arrived within this time are one group (draft-ietf-rmcat-gcc-02 5.2)."""
MAX_GROUPS = 500
MEASURED = 0.5
"""Seconds of arrivals the delivered rate is taken from."""
FALL, RISE, APART = 0.85, 0.08, 1.08
"""Factor at a growing queue; growth per second; how far the rate may lie above what was delivered."""
STEP = 9600
"""Bits the rate grows by per response time once the capacity is known: about one packet."""
LATE = 0.25
"""Seconds of sending after which a packet not seen is lost, not late."""
LEAST_FALL = 0.08
"""Share the rate falls by at loss at least: enough to see whether it helps."""
STANDING = 0.02
"""Seconds of standing queue below which a steep delay is jitter."""
STUBBORN, LESS, SAME = 1.0, 0.6, 0.8
"""After a fall a queue of ours would drain: one whose least in the first and the next second is about the same, though
less than this share of what went before is delivered, is not ours."""
SILENCE = 1.0
"""Seconds without feedback after which nothing is known."""
OUTAGE = 0.5
"""Seconds without feedback after which what was lost tells of the outage, not of the rate: browsers report every
quarter of a second at least while packets come."""
FEW = 10
"""Packets whose loss is no outage: a silence in which nothing was sent."""


class Departures:
    """When each numbered packet left and how large it was: two array stores per packet, made for a compiled twin."""

    __slots__ = ("next", "sizes", "times")

    def __init__(self) -> None:
        self.next = 0
        """Number of the next packet; its lower 16 bits go on the wire."""
        self.times = array("d", bytes(8 * RING))
        """Seconds; 0 once its arrival or loss is known."""
        self.sizes = array("h", bytes(2 * RING))

    def note(self, size: int, now: float) -> int:
        """The 16-bit number to write into the packet that leaves now."""
        number = self.next
        self.next = number + 1
        slot = number & MASK
        self.times[slot] = now
        self.sizes[slot] = size
        return number & 0xFFFF


class Meter:
    """Delivered bit/s over the last half second of arrivals."""

    __slots__ = ("_groups", "_total")

    def __init__(self) -> None:
        self._groups: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, arrived: float, size: int) -> None:
        groups = self._groups
        groups.append((arrived, size))
        self._total += size
        # A browser's clock may say anything, also the same for ever.
        while len(groups) > 1 and (abs(arrived - groups[0][0]) > MEASURED or len(groups) > MAX_GROUPS):
            self._total -= groups.popleft()[1]

    @property
    def bitrate(self) -> float | None:
        """None while there is too little to tell."""
        span = self._groups[-1][0] - self._groups[0][0] if self._groups else 0.0
        return 8 * (self._total - self._groups[0][1]) / span if span > MEASURED / 4 else None


class Estimator:
    """`bitrate` is what may be sent to one subscriber, bit/s, everything included."""

    def __init__(self, sent: Departures, now: float) -> None:
        self.bitrate = START
        self.heard_at: float | None = None
        """When the last feedback came; None: this browser has not given any."""
        self.response = 0.2
        """Seconds from sending a packet to knowing of its arrival, smoothed."""
        self.probe: Probe | None = None
        self.proven: bool | None = None
        """Whether the last probe raised the rate; None while one is under way."""
        self._sent = sent
        self._trend = Trend()
        self._meter = Meter()
        self._loss = Loss()
        self._standing = Standing()
        self._stood: tuple[float, float | None] | None = None
        """When the rate fell for a queue, and bit/s delivered right after; until it has drained."""
        self._lows = (float("inf"), float("inf"))
        """Least delay over the base in the first and in the second STUBBORN seconds from then."""
        self._capacity: float | None = None
        """Delivered bit/s when queues grew, smoothed; None when unknown."""
        self._lately = 0.0
        """Most bit/s delivered in the last second or two."""
        self._fell_at = now
        self._grew_at = now
        self._clock: tuple[int, float] | None = None
        """Last reference time and the seconds it stands for."""
        self._group = (0.0, 0.0, 0.0, 0.0)
        """First and last departure, first and last arrival of the group being gathered."""
        self._before: tuple[float, float] | None = None
        """Last departure and arrival of the group before."""

    @property
    def state(self) -> State:
        return self._trend.state

    @property
    def roomy(self) -> bool:
        """No limit has been met yet, or a probe went far beyond it."""
        return self._capacity is None

    @property
    def queue(self) -> float:
        """Seconds of queue that stands in the network."""
        return self._standing.delay

    @property
    def loss(self) -> float:
        """Share lost in the last seconds."""
        return self._loss.mean

    @property
    def own_loss(self) -> float:
        """Share the line loses at any rate."""
        return self._loss.own

    @property
    def delivered(self) -> float | None:
        """Bit/s the pipe carried lately, with what it loses at any rate."""
        bitrate = self._meter.bitrate
        return None if bitrate is None else bitrate / (1 - self._loss.own)

    def on_feedback(self, feedback: Feedback, now: float) -> bool:
        """Take one report; numbers never sent, told before or long gone are ignored. True when it ends an outage."""
        sent = self._sent
        times, sizes, top = sent.times, sent.sizes, sent.next
        first = top - ((top - feedback.base) & 0xFFFF)
        low = max(0, top - RING)
        start = self._start_of(feedback.reference)
        cut = False
        if self.heard_at is not None and now - self.heard_at > OUTAGE and feedback.offsets:
            cut = self._forget_outage(low, min(first + feedback.offsets[0], top))
        missing, probe = self._loss.missing, self.probe
        opened, left, came, ended = self._group
        over = False
        got = fresh = 0
        newest, least = -1.0, float("inf")
        for offset, tick in zip(feedback.offsets, feedback.ticks, strict=True):
            number = first + offset
            slot = number & MASK
            if not low <= number < top or not (departed := times[slot]):
                continue
            times[slot] = 0.0
            got += 1
            size, arrived = sizes[slot], start + tick * TICK
            if departed > newest:
                newest = departed
            if arrived - departed < least:
                least = arrived - departed
            if missing:
                missing.pop(number, None)
            if probe is not None and number >= probe.first and (probe.last is None or number < probe.last):
                probe.add(departed, arrived, size)
            if departed - opened > BURST and not (
                arrived - ended <= BURST and arrived - ended < departed - left and arrived - came < 0.1
            ):
                over |= self._close_group(left, ended, fresh)
                opened, came, ended, fresh = departed, arrived, arrived, 0
            fresh += size
            if departed >= opened:
                left = departed
                if arrived > ended:
                    ended = arrived
        self._group = (opened, left, came, ended)
        if fresh:
            self._meter.add(ended, fresh)
        if newest < 0:
            return cut
        self._standing.add(least, now)
        self._doubt(now)
        if feedback.span > len(feedback.offsets):
            self._miss(feedback, first, low, top)
        if self._loss.count(got, self._settle(newest), now):
            self._on_loss(now)
        self.heard_at = now
        self._lately = max(self.delivered or 0.0, 0.95 * self._lately)
        self.response += 0.1 * (min(now - newest, 2.0) - self.response)
        if over and self._standing.delay > self._borne:
            self._fall(now)
        elif self._trend.state != "under" and self._standing.delay < 3 * STANDING:
            self._grow(now)
        else:
            self._grew_at = now
        self._judge_probe(first + feedback.span, now)
        return cut

    def _start_of(self, reference: int) -> float:
        """Seconds on the receiver's clock, unwrapped from 24 bits of 64 ms."""
        if self._clock is None:
            self._clock = (reference, reference * 0.064)
        before, seconds = self._clock
        ahead = (reference - before) & 0xFFFFFF
        seconds += (ahead - 0x1000000 if ahead > 0x7FFFFF else ahead) * 0.064
        self._clock = (reference, seconds)
        return seconds

    def _close_group(self, left: float, arrived: float, size: int) -> bool:
        """True when a queue grows."""
        if size:
            self._meter.add(arrived, size)
        before, self._before = self._before, (left, arrived)
        if before is None or self.probe is not None:
            return False
        return self._trend.add(left - before[0], arrived - before[1], arrived) == "over"

    def _miss(self, feedback: Feedback, first: int, low: int, top: int) -> None:
        seen = {first + offset for offset in feedback.offsets}
        for number in range(max(first, low), min(first + feedback.span, top)):
            if number not in seen and (departed := self._sent.times[number & MASK]):
                self._loss.missing[number] = departed

    def _forget_outage(self, low: int, first: int) -> bool:
        """Packets before the first that came through again are nobody's loss. False when there were few."""
        self._loss.missing.clear()
        times = self._sent.times
        gone = [number & MASK for number in range(low, first) if times[number & MASK]]
        for slot in gone:
            times[slot] = 0.0
        return len(gone) > FEW

    def _settle(self, newest: float) -> int:
        """Give up what is missing for long; how many packets were lost."""
        missing = self._loss.missing
        lost = [number for number, departed in missing.items() if departed < newest - LATE]
        for number in lost:
            del missing[number]
            self._sent.times[number & MASK] = 0.0
        return len(lost)

    @property
    def _borne(self) -> float:
        """Seconds of standing queue that are not our doing: more of them while we send less than we may."""
        return STANDING if self._lately > 0.8 * self.bitrate else 4 * STANDING

    def _on_loss(self, now: float) -> None:
        delivered = self.delivered or 0.0
        share = min(max(self._loss.excess, LEAST_FALL), 0.5)
        self._set(max(self.bitrate * (1 - share), min(0.95 * delivered, self.bitrate)))
        self._fell_at = self._grew_at = now

    def _fall(self, now: float) -> None:
        delivered = self.delivered
        self._grew_at = now
        if delivered is None or (now - self._fell_at < self.response and delivered > 0.5 * self.bitrate):
            return
        self._fell_at = now
        if self._stood is None:
            self._stood, self._lows = (now, None), (float("inf"), float("inf"))
        known = self._capacity
        if known is None or abs(delivered - known) > 0.3 * known:
            self._capacity = delivered
        else:
            self._capacity = known + 0.2 * (delivered - known)
        self._set(min(self.bitrate, FALL * delivered))

    def _doubt(self, now: float) -> None:
        """A queue that stays though much less is sent is not ours: the way has become longer, or others fill it."""
        if self._stood is None:
            return
        (since, before), (early, late), excess = self._stood, self._lows, self._standing.excess
        if before is None and now - since > MEASURED:
            before = self.delivered
            self._stood = (since, before)
        if excess <= STANDING:
            self._stood = None
        elif now - since < STUBBORN:
            self._lows = (min(early, excess), late)
        else:
            late = min(late, excess)
            self._lows = (early, late)
            if now - since > 2 * STUBBORN:
                if late > SAME * early and (self.delivered or 0.0) < LESS * (before or 0.0):
                    self._standing.accept(late)
                    self._stood = None
                else:
                    self._stood, self._lows = (now - STUBBORN, before), (late, float("inf"))

    def _grow(self, now: float) -> None:
        elapsed = min(max(0.0, now - self._grew_at), 1.0)
        self._grew_at = now
        delivered = self.delivered
        if delivered is None or self._loss.excess > 0 or self.bitrate > APART * delivered:
            return
        known = self._capacity
        if known is not None and delivered > 1.3 * known:
            known = self._capacity = None
        if known is not None and delivered > 0.7 * known:
            self._set(self.bitrate + STEP * elapsed / (self.response + 0.1))
        else:
            self._set(self.bitrate * (1 + RISE * elapsed))

    def _set(self, bitrate: float) -> None:
        self.bitrate = int(min(max(bitrate, LOWEST), HIGHEST))

    # Probing

    def start_probe(self, now: float) -> None:
        """What is sent from here to `end_probe` is the probe."""
        self.proven = None
        self.probe = Probe(self._sent.next, now + 1.5)

    def end_probe(self) -> None:
        if self.probe is not None:
            self.probe.last = self._sent.next

    def _judge_probe(self, told: int, now: float) -> None:
        probe = self.probe
        if probe is None or probe.last is None or (told < probe.last and now < probe.until):
            return
        self.probe = None
        self._before = None
        result = probe.result(self._loss.own)
        self.proven = result is not None and result > 1.05 * self.bitrate
        if self.proven and result is not None:
            self._set(result)
            self._grew_at = now
            if self._capacity is not None and result > 1.3 * self._capacity:
                self._capacity = None
