"""One person's PeerConnection on the server: offers and answers, what they send, what they hear.

The room decides who hears whom and when a person has moved; a peer only carries it out, at once.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Protocol

from . import rtcp
from .publish import Publisher
from .rtp import RED
from .sdp import Answer, Line, Transport, parse_answer, write_offer
from .subscribe import Subscriptions
from .types import KINDS, SET_NAMES, AnswerRejected, Health, Kind, Mark, Offer, PeerListener, SetName

MAX_OPEN_OFFERS = 16
SET_MIDS: dict[SetName, dict[Kind, str]] = {
    "A": {"audio": "00", "video": "01", "screen": "02"},
    "B": {"audio": "03", "video": "04", "screen": "05"},
}
"""Two characters each, like all mids."""
MID_PLACES: dict[str, tuple[SetName, Kind]] = {
    SET_MIDS[name][kind]: (name, kind) for name in SET_NAMES for kind in KINDS
}


def _later(delay: float, act: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(delay, act)


class Connection(Protocol):
    """The link a peer sends through; `link.SecureLink` in life, memory in the property test."""

    up: bool

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None: ...
    def send_rtcp(self, packet: bytes) -> None: ...
    def drop(self, *ssrcs: int) -> None: ...
    def transport(self) -> Transport: ...
    def expect(self, ufrag: str, answer: Answer) -> None: ...
    def restart(self) -> None: ...
    def tick(self) -> None: ...
    def close(self) -> None: ...


class Peer:
    """Made by `MediaPlane.add_peer`. All methods belong to the event loop's thread."""

    def __init__(
        self,
        person: str,
        listener: PeerListener,
        connect: Callable[["Peer"], Connection],
        clock: Callable[[], float],
        on_close: Callable[["Peer"], None],
    ) -> None:
        self.person = person
        self.closed = False
        self._listener = listener
        self._clock = clock
        self._on_close = on_close
        self._session = secrets.randbits(62)
        self._n = 0
        self._answered = 0
        self._open: dict[int, str] = {}
        """Offers not yet answered: number -> the ufrag they carried."""
        self._heard: dict[str, Peer] = {}
        self._link = connect(self)
        self.publisher = Publisher(MID_PLACES, secrets.randbits(32), self._link)
        self.subscriptions = Subscriptions(person, self._link, clock, _later)

    # Offer and answer

    def offer(self) -> Offer:
        """The next offer: both sets, and every line lent to a person by `listen`."""
        self._n += 1
        lines = [Line(SET_MIDS[name][kind], kind) for name in SET_NAMES for kind in KINDS]
        receiving, sources = self.subscriptions.offered(self._n)
        transport = self._link.transport()
        self._open[self._n] = transport.ufrag
        if len(self._open) > MAX_OPEN_OFFERS:
            del self._open[next(iter(self._open))]
        sdp = write_offer(self._session, self._n, transport, lines + receiving)
        return Offer(self._n, sdp, {name: dict(SET_MIDS[name]) for name in SET_NAMES}, sources)

    async def answer(self, n: int, sdp: str) -> None:
        """Take the browser's answer to offer `n`; raises `AnswerRejected` for an unknown number or a useless answer."""
        ufrag = self._open.get(n)
        if ufrag is None or self.closed:
            raise AnswerRejected("no such offer is open")
        answer = parse_answer(sdp)
        for stale in [number for number in self._open if number <= n]:
            del self._open[stale]
        self._answered = n
        for mid in MID_PLACES:
            if (line := answer.lines.get(mid)) is not None and line.accepted:
                for ssrc, rtx in line.streams.items():
                    self.publisher.learn(mid, ssrc, rtx)
        accepted = {mid: line.accepted for mid, line in answer.lines.items()}
        behind = self.subscriptions.answered(n, accepted)
        self.subscriptions.take_red({mid for mid, line in answer.lines.items() if RED in line.payloads})
        self._link.expect(ufrag, answer)
        self.subscriptions.connect(self._clock(), self._link.up)
        if behind and n == self._n:
            self._listener.on_needs_offer()

    def restart(self) -> None:
        """ICE restart: the next offer has a new ufrag; the old path serves until the new one is nominated."""
        self._link.restart()

    # What the room decides

    def listen(self, sources: Mapping[str, "Peer"]) -> bool:
        """Hear exactly these, from now on; True when `offer()` must be sent before all of them can be heard."""
        if self.closed:
            return False
        self._heard.update(sources)
        gone = frozenset(person for person, peer in self._heard.items() if peer.closed)
        wanted = {person: peer.publisher for person, peer in sources.items() if peer is not self and not peer.closed}
        return self.subscriptions.want(wanted, gone, self._clock(), self._link.up)

    def drain(self) -> None:
        """Forward nothing of this person any more and forget what could be repaired."""
        self.publisher.drain(self._clock())

    def use_set(self, name: SetName, mark: Mark) -> None:
        """Forward this set only, above what it had sent; raises `SetNotRested` within 10 s of having left it."""
        self.publisher.use(name, mark, self._clock())

    def wait_for(self, name: SetName) -> float:
        """Seconds until `use_set(name)` is possible."""
        return self.publisher.wait_for(name, self._clock())

    def mute(self, kind: Kind, muted: bool) -> None:
        """Stop or resume forwarding of one kind, whatever the browser sends."""
        self.publisher.mute(kind, muted, self._clock())

    def watch(self, sizes: Mapping[str, int], screen: bool = True) -> None:
        """What is looked at: person -> height of the camera picture in device pixels, 0 for unseen; and the screen."""
        self.subscriptions.watch(sizes, screen)

    def paused(self) -> frozenset[str]:
        """Whose camera picture is looked at and held back now because the line is thin."""
        return self.subscriptions.paused

    def health(self) -> Health:
        return Health(
            connected=self._link.up,
            sending=self.publisher.flows(self._clock()),
            hearing=self.subscriptions.deliveries(),
            heard_by=self.publisher.heard_by(),
            counts=self.publisher.counts,
            refused=self.publisher.refused,
        )

    async def close(self) -> None:
        """End the connection; who heard this person hears them no more. May be called again."""
        if self.closed:
            return
        self.closed = True
        self.publisher.drain(self._clock())
        self.subscriptions.want({}, frozenset(), self._clock(), False)
        self._link.close()
        self._on_close(self)

    # What the link reports

    def on_rtp(self, packet: bytes | bytearray, now: float) -> None:
        self.publisher.on_rtp(packet, now)

    def on_rtcp(self, packet: bytes, now: float) -> None:
        for item in rtcp.walk(packet):
            if isinstance(item, rtcp.SenderReport):
                self.publisher.on_sender_report(item, now)
            else:
                self.subscriptions.on_item(item, now)

    def on_up(self) -> None:
        now = self._clock()
        self.subscriptions.connect(now, True)
        self.publisher.ask_key(now)
        self._listener.on_connected()

    def on_moved(self) -> None:
        """The path changed: what was under way is lost both ways."""
        now = self._clock()
        self.publisher.ask_key(now)
        self.subscriptions.moved(now)

    def on_down(self) -> None:
        self.subscriptions.connect(self._clock(), False)
        self._listener.on_disconnected()

    def tick(self, now: float) -> None:
        """Every 50 ms."""
        self._link.tick()
        self.publisher.tick(now)
        self.subscriptions.tick(now)

    def report(self, now: float) -> None:
        """Every second."""
        self.publisher.report(now)
