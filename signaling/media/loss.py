"""Loss that the rate causes, told from loss that the line has anyway: by lowering the rate and looking again. Pure."""

SPAN, PACKETS = 0.5, 40
"""One figure covers at least this time and so many packets."""
LIMIT = 0.025
"""Loss above the line's own from which the rate must fall."""
SAME = 0.7
"""A figure of at least this share of the one before the fall: falling did not help."""
MOST = 0.5
"""More is an outage, not a line."""
SLOW = 0.1
"""Weight of the newest figure in the mean: some five seconds count."""


class Loss:
    """The share of packets lost, against what the line loses at any rate."""

    __slots__ = ("_got", "_lost", "_since", "_tried", "_wait", "excess", "mean", "missing", "own")

    def __init__(self) -> None:
        self.missing: dict[int, float] = {}
        """Number -> departure of packets not seen yet, though later ones were."""
        self.own = 0.0
        """Loss that does not depend on the rate, 0..1."""
        self.mean = 0.0
        """Loss of the last seconds, whatever causes it."""
        self.excess = 0.0
        """Loss of the last span above it, 0 when it may be chance."""
        self._got = self._lost = 0
        self._since = 0.0
        self._tried: float | None = None
        """The figure for which the rate fell, until it is known whether that helped."""
        self._wait = 0
        """Figures to come that still speak of packets sent before the fall."""

    def count(self, got: int, lost: int, now: float) -> bool:
        """True when a new figure says that the rate must fall."""
        self._got += got
        self._lost += lost
        total = self._got + self._lost
        if total < PACKETS or now - self._since < SPAN:
            return False
        share = self._lost / total
        self._got = self._lost = 0
        self._since = now
        self.mean += SLOW * (min(share, MOST) - self.mean)
        if self._wait:
            self._wait -= 1
            return False
        if self._tried is not None and share > SAME * self._tried:
            self.own = min(share, MOST)
        self._tried = None
        self.own = min(self.own, self.own + 0.4 * (share - self.own))
        chance = 2.5 * (share * (1 - share) / total) ** 0.5
        self.excess = share - self.own if share - self.own > chance else 0.0
        if self.excess <= LIMIT:
            return False
        self._tried, self._wait = share, 1
        return True
