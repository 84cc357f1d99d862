"""One subscriber's pipe: what it carries, who gets how much of it, and when to try for more."""

from collections.abc import Callable, Hashable, Mapping, Sequence

from .allocate import Rising, Share, Want, allocate, wish
from .estimate import SILENCE, Estimator
from .leg import Link
from .pace import Pacer, Timer
from .rtcp import Feedback

THIN = 2_000_000
"""Bit/s below which pictures are paced."""
LEAN, SCARCE, LOSSY = 1_000_000, 200_000, 0.015
"""Bit/s and share of loss below which voices go without repair: it doubles them. Below the second rate only what the
line loses at any rate counts: the rest may be our own doing."""
PROBE_SECONDS = 0.05
PROBE_FACTOR, PROBE_NEAR = 2.0, 1.5
"""A probe's rate over the estimate: at first and after success, and where a limit was met before."""
PROBE_EVERY = 4.0
"""Seconds after a probe that found no more."""
PROBE_BYTES = 4500
"""A probe is at least so large: fewer packets tell nothing."""
DEAF, FEW = 3.0, 50
"""Seconds and packets without any feedback after which none is expected."""
WISH = 1.2
"""Of what all would take: the estimate that gives it to them, margins included."""
CALM = 1.0
"""Seconds after a fall before a probe."""
HOLD, MAX_HOLD = 2.0, 16.0
"""Seconds after a fall in which nobody gets more; doubled for who has something when the raise was a mistake."""
PICTURES = 50_000
"""Bit/s left to what waits even where voices take all: it must end."""
HEAVY, LIGHT, FALL, RISE, BLIND = 0.10, 0.02, 0.85, 1.03, 200_000
"""Without feedback: loss above the first lowers what is given away, below the second raises it; bit/s at least."""
PROVEN = 1.2
"""Times what was fallen from: the fall was of another time."""
SHARE = 0.95
"""Of the estimate, given away: a queue costs more than the rest is worth."""
ALLOWED, DRAIN = 0.02, 5.0
"""Seconds of standing queue that are borne; share of the rate given up per second of more."""
LOWERING, RAISING, PAUSE = 1.0, 0.3, 4.0
"""Seconds a change must have been due, down and up; seconds a picture stays paused at least, once a limit was met."""
URGENT = 1.0
"""Seconds after a fall or another path in which nothing waits to be lowered."""
MOVED = 600_000
"""Bit/s another path begins with, less where less was the limit: two people in their lowest layers, and all voices."""
BACKLOG = 0.5
"""Seconds pictures may wait with us; of more, so much less is given away."""
MISTAKE = 8.0
"""Seconds: a fall so soon after a raise shows that it was one."""


class Downlink:
    """Legs send through `pacer`; `tick` says who gets what."""

    def __init__(
        self, link: Link, clock: Callable[[], float], later: Callable[[float, Callable[[], None]], Timer]
    ) -> None:
        self.pacer = Pacer(link, clock, later)
        self.estimator = Estimator(self.pacer.sent, clock())
        self._born_at = clock()
        """When enough had been sent to expect feedback."""
        self._bitrate = self.estimator.bitrate
        self._fell_at = self._raised_at = -MAX_HOLD
        self._hold = HOLD
        self._fell_from = float("inf")
        """Bit/s before the last fall."""
        self._probe_at = 0.0
        self._moved_at = float("-inf")
        self._voices = 0.0
        self._due: dict[Hashable, tuple[bool, float]] = {}
        """Changes that are due: whether upwards, and since when."""
        self._paused_at: dict[Hashable, float] = {}
        self._blind = float("inf")
        """Bit/s given away while the browser gives no feedback of packets."""

    def on_feedback(self, feedback: Feedback, now: float) -> bool:
        """True when it ends an outage: all that was sent meanwhile is lost."""
        estimator = self.estimator
        cut = estimator.on_feedback(feedback, now)
        if estimator.bitrate < 0.97 * self._bitrate:
            if now - self._raised_at < MISTAKE and self._raised_at > self._fell_at:
                self._hold = min(2 * self._hold, MAX_HOLD)
            elif now - self._fell_at > 2 * MAX_HOLD:
                self._hold = HOLD
            self._fell_at, self._fell_from = now, self._bitrate
        elif estimator.bitrate > PROVEN * self._fell_from:
            self._hold, self._fell_at = HOLD, -MAX_HOLD
        self._bitrate = estimator.bitrate
        self._follow()
        return cut

    def moved(self, now: float) -> None:
        """Another path, often of the same network: begin again, with half an eye on what was known."""
        former = self.estimator
        self.pacer.stop()
        self.estimator = Estimator(self.pacer.sent, now)
        self.estimator.heard_at = former.heard_at
        known = MOVED if former.roomy else min(former.bitrate, MOVED)
        self.estimator.bitrate = max(self.estimator.bitrate, known)
        self._bitrate, self._fell_from = self.estimator.bitrate, float("inf")
        self._fell_at, self._hold, self._probe_at = -MAX_HOLD, HOLD, now
        self._moved_at = now
        self._follow()

    @property
    def lean(self) -> bool:
        """Voices go without what repairs them: there is little room, and little is lost."""
        estimator = self.estimator
        if estimator.heard_at is None or estimator.bitrate >= LEAN:
            return False
        return (estimator.loss if estimator.bitrate > SCARCE else estimator.own_loss) < LOSSY

    @property
    def late(self) -> bool:
        """What is missed still waits here: a new key frame would wait behind it."""
        return self.pacer.backlog > BACKLOG

    def on_loss(self, share: float, sent: float, now: float) -> None:
        """Loss of one stream by a receiver report and bit/s sent: all that is known without feedback of packets."""
        if self.estimator.heard_at is not None:
            return
        if share > HEAVY:
            self._blind = max(BLIND, FALL * min(self._blind, sent))
        elif share < LIGHT:
            self._blind *= RISE

    def _follow(self) -> None:
        self.pacer.pace(max(self.pace - self._voices, PICTURES), wide=self.estimator.bitrate >= THIN)

    @property
    def pace(self) -> float:
        """Bit/s to send at; lowered while a queue stands in the network: it must empty, not only stop growing.

        What waits meanwhile waits here, so nobody loses a picture for it.
        """
        estimator = self.estimator
        return SHARE * estimator.bitrate * (1 - min(0.5, max(0.0, estimator.queue - ALLOWED) * DRAIN))

    def tick(
        self, wants: Sequence[Want], voices: float, pad: Callable[[int], None] | None, now: float
    ) -> Mapping[Hashable, Share]:
        """Often: who gets what; `voices` is bit/s of audio, `pad` sends so many bytes of nothing."""
        estimator, pacer = self.estimator, self.pacer
        self._voices = voices
        needed = WISH * (voices + wish(wants))
        if estimator.heard_at is None:  # not yet, or a browser that gives no such feedback
            if pacer.sent.next < FEW:
                self._born_at = now
            shares = allocate(self._blind, wants, "all" if now - self._born_at > DEAF else "paused")
            # Loss alone says too little to take a picture away.
            return {
                want.key: share._replace(layer=share.layer or 0) if want.pixels > 0 else share
                for want in wants
                for share in (shares[want.key],)
            }
        if pad is not None and needed > estimator.bitrate:
            self._try_for_more(needed, pad, now)
        late = max(0.0, pacer.backlog - BACKLOG)
        calm = now - self._fell_at
        rising: Rising = "all" if calm >= self._hold else "paused" if calm >= HOLD else "none"
        shares = allocate(SHARE * estimator.bitrate * (1 - late) - voices, wants, rising)
        urgent = min(calm, now - self._moved_at) < URGENT or late > 0
        for memory in (self._due, self._paused_at):
            for gone in memory.keys() - shares.keys():
                del memory[gone]
        return {want.key: self._patiently(want, shares[want.key], urgent, now) for want in wants}

    def _patiently(self, want: Want, share: Share, urgent: bool, now: float) -> Share:
        """What `want` is given, once it has been due for a while: a lively moment is not a reason to blink."""
        if share.layer == want.aim:
            self._due.pop(want.key, None)
            return share
        raised = _rank(share.layer) > _rank(want.aim)
        way, since = self._due.get(want.key, (raised, now))
        if way != raised or want.key not in self._due:
            way, since = self._due[want.key] = (raised, now)
        paused_at = self._paused_at.get(want.key)
        wait = LOWERING
        if raised:
            wait = RAISING if paused_at is None else max(RAISING, paused_at + PAUSE - since)
        if now - since < wait and not (urgent and not raised) and want.pixels > 0:
            return share._replace(layer=want.aim)
        del self._due[want.key]
        if raised:
            self._raised_at = now
            self._paused_at.pop(want.key, None)
        elif share.layer is None and want.pixels > 0 and not self.estimator.roomy:
            self._paused_at[want.key] = now
        return share

    def _try_for_more(self, needed: float, pad: Callable[[int], None], now: float) -> None:
        estimator, pacer = self.estimator, self.pacer
        if estimator.probe is not None:
            return
        if estimator.proven:
            self._probe_at = now
        silent = estimator.heard_at is None or now - estimator.heard_at > SILENCE
        if now < self._probe_at or now - self._fell_at < CALM or estimator.state != "normal" or silent:
            return
        factor = PROBE_FACTOR if estimator.roomy else PROBE_NEAR
        self._probe_at = now + PROBE_EVERY
        estimator.start_probe(now)
        rate = min(needed, factor * estimator.bitrate)
        pacer.probe(rate, max(PROBE_SECONDS, 8 * PROBE_BYTES / rate), pad, estimator.end_probe)


def _rank(aim: int | None) -> int:
    return -1 if aim is None else aim
