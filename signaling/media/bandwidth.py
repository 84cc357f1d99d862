"""What a subscriber can take of one source, judged by loss alone: a cap that falls at once and rises slowly. Pure.

The publisher sends one quality to all, so the lowest cap of its listeners counts; layers would spare the others.
"""

HEAVY, LIGHT = 0.10, 0.02
"""Loss fractions: above the first the cap falls, below the second it may rise (RFC 8698 and libwebrtc use the same)."""
FALL, RISE = 0.85, 1.08
LOWEST = 150_000
"""Bit/s: enough for a face and speech."""
ENDLESS = 4_000_000
"""Bit/s above which a cap is no cap."""
PATIENCE = 3.0
"""Seconds of light loss before a rise."""


class Cap:
    """Bit/s one leg should not exceed, None while nothing speaks for a limit."""

    __slots__ = ("_bytes", "_calm_since", "_measured_at", "bitrate")

    def __init__(self) -> None:
        self.bitrate: int | None = None
        self._bytes = 0
        self._measured_at: float | None = None
        self._calm_since = 0.0

    def on_loss(self, loss: float, sent_bytes: int, now: float) -> None:
        """Take one report: the fraction lost since the last, and the leg's byte count so far."""
        if self._measured_at is None or now <= self._measured_at:
            self._bytes, self._measured_at, self._calm_since = sent_bytes, now, now
            return
        rate = 8 * max(0, sent_bytes - self._bytes) / (now - self._measured_at)
        self._bytes, self._measured_at = sent_bytes, now
        if loss > HEAVY:
            base = rate if self.bitrate is None else min(rate, self.bitrate)
            self.bitrate = max(LOWEST, int(base * FALL))
            self._calm_since = now
        elif loss >= LIGHT:
            self._calm_since = now
        elif self.bitrate is not None and now - self._calm_since >= PATIENCE:
            self.bitrate = int(self.bitrate * RISE)
            if self.bitrate > ENDLESS:
                self.bitrate = None
