"""What the media plane forwarded from whom to whom in one epoch: the server's half of the proof of isolation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from signaling.office import Forwarded

if TYPE_CHECKING:
    from signaling.media import Peer

Leg = tuple[str, str, str]
"""Receiver, source, kind."""


class Tally:
    """Looked at before anything is attached or detached, so that no leg ends uncounted."""

    def __init__(self) -> None:
        self._last: dict[Leg, int] = {}
        self._sum: dict[str, dict[str, int]] = {}

    def look(self, peers: "Mapping[str, Peer]") -> None:
        now: dict[Leg, int] = {}
        for receiver, peer in peers.items():
            for source, kinds in peer.health().hearing.items():
                for kind, delivery in kinds.items():
                    now[receiver, source, kind] = delivery.packets
        for leg, packets in now.items():
            before = self._last.get(leg, 0)
            grown = packets - before if packets >= before else packets  # a new leg counts from nothing
            if grown:
                of = self._sum.setdefault(leg[0], {})
                of[leg[1]] = of.get(leg[1], 0) + grown
        self._last = now

    def take(self) -> Forwarded:
        """Of the epoch that ends now."""
        taken, self._sum = self._sum, {}
        return taken
