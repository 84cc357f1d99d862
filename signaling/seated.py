"""The media connection of one person in an open room, and the state of its offers."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signaling.protocol import Offer, SetMids, Source

if TYPE_CHECKING:
    from signaling.live import LiveRoom
    from signaling.media import Peer

log = logging.getLogger(__name__)
UNANSWERED = 5.0
"""Seconds after which an offer is asked again: its answer was lost with its connection, or the page had hung."""


class Listener:
    """The media plane's voice for one person, brought back into the room's order."""

    def __init__(self, room: "LiveRoom", person: str) -> None:
        self.room, self.person = room, person

    def on_connected(self) -> None:
        log.info("peer.connected", extra={"room": self.room.machine.id, "person": self.person})

    def on_disconnected(self) -> None:
        log.info("peer.disconnected", extra={"room": self.room.machine.id, "person": self.person})

    def on_needs_offer(self) -> None:
        self.room.want_offer(self.person)


@dataclass
class Seated:
    """A person's peer, its name on the wire, and the state of its offers: one unanswered offer (`asked`) at a time."""

    peer: "Peer"
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    asked: int = 0
    again: bool = True
    paused: frozenset[str] = frozenset()
    patience: asyncio.TimerHandle | None = None

    def offer(self, anew: Callable[[], None]) -> Offer | None:
        """The next one, when one is due and none is open; `anew` is called where it stays unanswered."""
        if not self.again or self.asked:
            return None
        made = self.peer.offer()
        self.again, self.asked = False, made.n
        self.patience = asyncio.get_running_loop().call_later(UNANSWERED, anew)
        sets = {name: SetMids(mids["audio"], mids["video"], mids["screen"]) for name, mids in made.sets.items()}
        return Offer(self.id, made.n, made.sdp, sets, [Source(s.mid, s.person, s.kind) for s in made.sources])

    def restart(self) -> None:
        """The next offer carries a new ICE user name."""
        self.peer.restart()
        self.settle()
        self.again = True

    def settle(self) -> None:
        """No offer is unanswered any more."""
        self.asked = 0
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    def measured(self) -> tuple[int | None, int | None]:
        """Loss in per cent and round trip in milliseconds of the way to the person: the worst of what is sent to them,
        in steps that do not flicker."""
        legs = [leg for kinds in self.peer.health().hearing.values() for leg in kinds.values()]
        loss = max((leg.loss for leg in legs if leg.loss is not None), default=None)
        rtt = max((leg.rtt for leg in legs if leg.rtt is not None), default=None)
        return None if loss is None else round(100 * loss), None if rtt is None else round(50 * rtt) * 20

    async def close(self) -> None:
        self.settle()
        await self.peer.close()
