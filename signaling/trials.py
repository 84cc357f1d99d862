"""Tries of the way between a browser and the media plane before the room: connections in no room, few and short."""

import asyncio
from typing import TYPE_CHECKING

from signaling.media import AnswerRejected
from signaling.tasks import spawn

if TYPE_CHECKING:
    from signaling.media import MediaPlane, Offer, Peer

KEPT = 20.0
"""Seconds a trial lasts at most; a browser that got through hangs up itself."""
AT_ONCE = 64
"""The oldest trial ends when there would be more."""


class Trial:
    """One connection to the media plane that hears nobody and is heard by nobody."""

    def __init__(self, trials: "Trials", name: str) -> None:
        self._trials, self._name = trials, name
        self.peer: Peer
        self.timer = asyncio.get_running_loop().call_later(KEPT, self.on_disconnected)

    def on_connected(self) -> None:
        """The browser sees it by itself."""

    def on_disconnected(self) -> None:
        """The browser hung up, or time is over."""
        spawn(self._trials.end(self._name, self), name="trial.end")

    def on_needs_offer(self) -> None:
        """Nothing ever changes in a trial."""


class Trials:
    """By name: whose and which. All methods belong to the event loop's thread."""

    def __init__(self, media: "MediaPlane") -> None:
        self._media = media
        self._open: dict[str, Trial] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def offer(self, name: str) -> "Offer":
        """A fresh connection to answer; a former one of this name ends."""
        for former in [name, *list(self._open)[: len(self._open) + 1 - AT_ONCE]]:
            await self.end(former)
        trial = self._open[name] = Trial(self, name)
        trial.peer = self._media.add_peer(name, trial)
        return trial.peer.offer()

    async def answer(self, name: str, n: int, sdp: str) -> None:
        """Take the browser's answer; raises AnswerRejected, also when the trial has ended."""
        trial = self._open.get(name)
        if trial is None:
            raise AnswerRejected("no such trial")
        await trial.peer.answer(n, sdp)

    async def end(self, name: str, trial: Trial | None = None) -> None:
        """End the trial of that name, or only if it still is `trial`."""
        known = self._open.get(name)
        if known is None or (trial is not None and known is not trial):
            return
        del self._open[name]
        known.timer.cancel()
        await known.peer.close()

    async def close(self) -> None:
        """End all."""
        for name in list(self._open):
            await self.end(name)
