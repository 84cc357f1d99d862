"""One recording under way: a listener of one chamber whose ear is a file. Off the loop it seals and writes; on the loop
it only collects. Belongs to the event loop's thread."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO

from signaling.media.peer import Peer
from signaling.media.types import KINDS

from .chunks import Head, Sealer
from .tap import Tap
from .writer import Trouble, Writer

log = logging.getLogger(__name__)
LOOK_EVERY = 0.25
"""Seconds between two looks at what is ripe."""
HANGING = 5.0
"""Seconds a disk gets to take what is left when a recording ends."""


class Recording:
    """Records from the first `audience` to `stop`. `file` is raw and empty; `key` has 32 bytes; `on_trouble` is called
    at most once, on the loop, after recording has stopped by itself."""

    def __init__(
        self, name: str, file: IO[bytes], key: bytes, chamber: str, on_trouble: Callable[[Trouble], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._chamber = chamber
        self._on_trouble: Callable[[Trouble], None] | None = on_trouble
        self._taps: dict[str, tuple[Peer, list[Tap]]] = {}
        self._numbers = 0
        self._stopped = False
        self._writer = Writer(file, Sealer(name, key), self._on_thread)
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(LOOK_EVERY, self._look)

    @property
    def head(self) -> Head:
        """What is safely on the disk."""
        return self._writer.head

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._loop.time() - self._began

    def audience(self, peers: Mapping[str, Peer]) -> None:
        """Record exactly these people, from now on."""
        if self._stopped:
            return
        for person in [p for p, (peer, _) in self._taps.items() if peers.get(p) is not peer]:
            self._release(person)
        now = self._loop.time()
        for person, peer in peers.items():
            if person not in self._taps and not peer.closed:
                taps = []
                for kind in KINDS:
                    self._numbers += 1
                    tap = Tap(self._numbers, person, kind, peer.publisher, self._chamber, lambda: self.seconds)
                    taps.append(tap)
                    tap.attach(now)
                self._taps[person] = (peer, taps)

    def stop(self) -> None:
        """Nothing is taken any more, at once; what was taken goes to the file. May be called again."""
        if self._stopped:
            return
        for person in list(self._taps):
            self._release(person)
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def finish(self) -> Head:
        """Stop and close the file; the last head. A disk that hangs is left behind after some seconds."""
        self.stop()
        if not await asyncio.to_thread(self._writer.close, HANGING):
            self._fail("too_slow")
        elif self._writer.trouble is not None:
            self._fail(self._writer.trouble)
        return self._writer.head

    def _release(self, person: str) -> None:
        _, taps = self._taps.pop(person)
        for tap in taps:
            tap.detach()
            self._put(tap)

    def _put(self, tap: Tap) -> None:
        if (content := tap.take()) is not None and not self._writer.put(tap.number, content):
            self._fail(self._writer.trouble or "too_slow")

    def _look(self) -> None:
        self._timer = self._loop.call_later(LOOK_EVERY, self._look)
        now = self._loop.time()
        for tap in [tap for _, taps in self._taps.values() for tap in taps]:
            tap.look(now)
            if tap.ripe():
                self._put(tap)
        if self._writer.late:
            self._fail("too_slow")

    def _on_thread(self, trouble: Trouble) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it everybody who could be told
            self._loop.call_soon_threadsafe(self._fail, trouble)

    def _fail(self, trouble: Trouble) -> None:
        """A failure while stopping counts as well: the end of the meeting is missing."""
        if self._on_trouble is None:
            return
        told, self._on_trouble = self._on_trouble, None
        log.error("recording.failed", extra={"why": trouble})
        self.stop()
        told(trouble)
