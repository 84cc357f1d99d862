"""Who speaks, by the level each audio packet carries (RFC 6464). Pure."""

QUIET = 127.0
LOUD = 50.0
"""-dBov below which the smoothed level is speech; a quiet room lies at 60 and more."""
HOLD = 0.6
"""Seconds a level counts: with DTX silence sends a packet every 0.4 s."""


class Loudness:
    __slots__ = ("_at", "_level", "_packets")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._level = QUIET
        self._packets = 0
        self._at = 0.0

    def note(self, level: int, now: float) -> None:
        """Take the extension's byte: its top bit is the sender's own voice detection, which few set."""
        if now - self._at > HOLD:
            self.reset()
        self._level += ((level & 0x7F) - self._level) * 0.3
        self._packets += 1
        self._at = now

    def loud(self, now: float) -> bool:
        """True after two packets and more of speech."""
        return self._packets >= 2 and now - self._at <= HOLD and self._level < LOUD
