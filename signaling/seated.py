"""The media connection of one person in an open room, and the state of its offers."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signaling.media import Peer


@dataclass
class Seated:
    """A person's peer, its name on the wire, and the state of its offers: one unanswered offer (`asked`) at a time."""

    peer: "Peer"
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    asked: int = 0
    again: bool = True
    paused: frozenset[str] = frozenset()
    patience: asyncio.TimerHandle | None = None

    def settle(self) -> None:
        """No offer is unanswered any more."""
        self.asked = 0
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    async def close(self) -> None:
        self.settle()
        await self.peer.close()
