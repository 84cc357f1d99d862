"""What one leg sent lately, to answer NACK: bounded in packets, time and rate."""

from collections.abc import Iterable, Iterator

RING = 512
"""Packets kept per leg of pictures (about 600 kB)."""
RING_SECONDS = 3.0
RESEND_GAP = 0.03
"""A packet is not repaired twice within this time, whatever is asked."""
RESEND_RATE = 400
"""Repairs per leg and second: a NACK storm stops here."""

Sent = tuple[int, bytearray, int, int, float]
"""Sequence number, packet, offset of the payload, offset of the transport-wide number, time."""


class Ring:
    __slots__ = ("_budget", "_budget_at", "_resent", "slots")

    def __init__(self) -> None:
        self.slots: list[Sent | None] = [None] * RING
        """By sequence number modulo `RING`; written on the hot path."""
        self._resent: dict[int, float] = {}
        self._budget = float(RESEND_RATE)
        self._budget_at = 0.0

    def clear(self) -> None:
        self.slots = [None] * RING
        self._resent.clear()

    def find(self, sequences: Iterable[int], now: float) -> Iterator[Sent]:
        """Those of `sequences` that may be sent again now."""
        self._budget = min(float(RESEND_RATE), self._budget + (now - self._budget_at) * RESEND_RATE)
        self._budget_at = now
        for sequence in sequences:
            sent = self.slots[sequence % RING]
            if sent is None or sent[0] != sequence or now - sent[4] > RING_SECONDS:
                continue
            if now - self._resent.get(sequence, -1.0) < RESEND_GAP or self._budget < 1:
                continue
            self._budget -= 1
            self._resent[sequence] = now
            if len(self._resent) > RING:
                self._resent = {s: at for s, at in self._resent.items() if now - at < RESEND_GAP}
            yield sent
