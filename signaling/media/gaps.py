"""Packets of one stream that have not come: when to ask for each, when to give up. Pure.

The round trip is learnt from the answers themselves, so it includes what the browser and its queue take.
"""

MAX_GAP = 100
"""A longer gap is not repaired: a key frame is asked."""
MAX_TRIES = 10
MAX_AGE = 1.5
"""Seconds after which a packet is of no use any more."""
OUTAGE, FEW = 0.5, 10
"""Seconds of silence before a gap, and packets in it, beyond which the line was cut: a key frame is asked at once."""
FIRST_RTT = 0.1
MIN_WAIT = 0.03
MAX_LATE = 0.1
"""Seconds: more reordering than this is treated as loss."""


class Missing:
    """One sequence number waited for."""

    __slots__ = ("asked_at", "next_at", "since", "tries")

    def __init__(self, since: float, next_at: float) -> None:
        self.since = since
        self.next_at = next_at
        self.asked_at = 0.0
        self.tries = 0


class Gaps:
    """Sequence numbers are the caller's unwrapped ones."""

    __slots__ = ("_late", "_missing", "rtt", "unrepaired")

    def __init__(self) -> None:
        self._missing: dict[int, Missing] = {}
        self._late = 0.0
        """How late packets came by themselves lately: to ask earlier would be waste."""
        self.rtt: float | None = None
        """Seconds from a request to the packet, smoothed."""
        self.unrepaired = False
        """A gap was too long or out of tries: only a key frame helps."""

    def __len__(self) -> int:
        return len(self._missing)

    def open(self, first: int, stop: int, now: float, silence: float = 0.0) -> None:
        """`first` .. `stop` - 1 were skipped, after so many seconds without a packet."""
        cut = silence > OUTAGE and stop - first > FEW
        if cut or stop - first >= MAX_GAP or len(self._missing) > 2 * MAX_GAP:
            self._missing.clear()
            self.unrepaired = True
            return
        for lost in range(first, stop):
            self._missing[lost] = Missing(now, now + self._late)

    def close(self, sequence: int, now: float, repaired: bool) -> None:
        """It came after all, by itself or as a repair."""
        found = self._missing.pop(sequence, None)
        if found is None:
            return
        if not repaired:
            self._late = max(self._late, min(MAX_LATE, now - found.since))
        elif found.tries == 1:
            took = now - found.asked_at
            self.rtt = took if self.rtt is None else self.rtt + (took - self.rtt) / 4

    def wanted(self, now: float) -> list[int]:
        """What to ask for now, in order; each again after about a round trip and a half, then ever later."""
        self._late = self._late * 0.98 if self._late > 0.001 else 0.0
        wait = max(MIN_WAIT, 1.5 * (FIRST_RTT if self.rtt is None else self.rtt))
        due: list[int] = []
        for lost, found in list(self._missing.items()):
            if found.next_at > now:
                continue
            if found.tries >= MAX_TRIES or now - found.since > MAX_AGE:
                del self._missing[lost]
                self.unrepaired = True
                continue
            found.tries += 1
            found.asked_at = now
            found.next_at = now + wait * (1 + found.tries) / 2
            due.append(lost)
        return sorted(due)

    def forget(self) -> None:
        """Nothing of what is missing is wanted any more."""
        self._missing.clear()
        self.unrepaired = False
