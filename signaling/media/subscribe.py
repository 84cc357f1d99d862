"""What one person receives: a pool of m-line pairs, each lent to one source, and the legs that fill them.

Lines cannot be taken out of a description, so a pair outlives its source: it stays with the person it was given to
and is given to somebody else only when that person's connection is gone and a new source needs one.
"""

import secrets
from collections.abc import Mapping

from . import rtcp
from .forward import Leg, Link
from .publish import Publisher
from .sdp import Line
from .types import KINDS, Delivery, Kind, MediaError, Source

FIRST_MID = 10
"""Mids of receiving lines count up from here; two characters each."""
MAX_PAIRS = 40


class Pair:
    """An audio and a video line, the person they carry, and the publisher feeding them now, if any."""

    def __init__(self, index: int, link: Link, to: str) -> None:
        self.mids: dict[Kind, str] = {kind: str(FIRST_MID + 2 * index + at) for at, kind in enumerate(KINDS)}
        self.legs: dict[Kind, Leg] = {
            kind: Leg(kind, secrets.randbits(31) << 1, secrets.randbits(31) << 1 | 1, link, to) for kind in KINDS
        }
        self.person = ""
        self.offered_in: int | None = None
        """Number of the first offer that names the person for these lines; None until then."""
        self.usable: dict[Kind, bool] = {"audio": False, "video": False}
        """Answered for this person: only then may media of the person flow."""
        self.publisher: Publisher | None = None

    def lend(self, person: str) -> None:
        self.person = person
        self.offered_in = None
        self.usable = {"audio": False, "video": False}
        for leg in self.legs.values():
            leg.packets = leg.bytes = 0

    def connect(self, publisher: Publisher | None, now: float) -> None:
        """Feed the usable legs from `publisher` and no other; None stops them at once."""
        if publisher is self.publisher:
            return
        if self.publisher is not None:
            for leg in self.legs.values():
                self.publisher.detach(leg)
        self.publisher = publisher
        if publisher is not None:
            for kind in KINDS:
                if self.usable[kind]:
                    publisher.attach(self.legs[kind], now)


class Subscriptions:
    """The exact set of publishers heard, and what the browser reports about them."""

    def __init__(self, person: str, link: Link) -> None:
        self._person = person
        self._link = link
        self._pairs: list[Pair] = []
        self._wanted: dict[str, Publisher] = {}
        self._by_ssrc: dict[int, tuple[Pair, Leg]] = {}

    def want(self, sources: Mapping[str, Publisher], gone: frozenset[str], now: float, up: bool) -> bool:
        """Hear exactly `sources`; `gone` are persons whose pairs may be lent again. True: an offer is needed."""
        self._wanted = dict(sources)
        held = {pair.person for pair in self._pairs}
        changed = False
        for person in sources:
            if person not in held:
                changed = True
                free = next((p for p in self._pairs if p.person in gone and p.person not in sources), None)
                if free is not None:
                    free.connect(None, now)
                else:
                    free = self._new_pair()
                free.lend(person)
        self.connect(now, up)
        return changed

    def _new_pair(self) -> Pair:
        if len(self._pairs) >= MAX_PAIRS:
            raise MediaError(f"a person can hear {MAX_PAIRS} others at most")
        pair = Pair(len(self._pairs), self._link, self._person)
        self._pairs.append(pair)
        for leg in pair.legs.values():
            self._by_ssrc[leg.ssrc] = (pair, leg)
        return pair

    def connect(self, now: float, up: bool) -> None:
        """Attach and detach so that exactly the wanted, answered and connected legs are fed."""
        for pair in self._pairs:
            publisher = self._wanted.get(pair.person) if up and any(pair.usable.values()) else None
            pair.connect(publisher, now)

    def offered(self, n: int) -> tuple[list[Line], tuple[Source, ...]]:
        """The receiving lines of offer `n` and whose they are."""
        lines: list[Line] = []
        sources: list[Source] = []
        for pair in self._pairs:
            if pair.offered_in is None:
                pair.offered_in = n
            for kind in KINDS:
                leg, mid = pair.legs[kind], pair.mids[kind]
                rtx = leg.rtx_ssrc if kind == "video" else None
                lines.append(Line(mid, kind, leg.ssrc, rtx, f"p{pair.mids['audio']}"))
                sources.append(Source(mid, pair.person, kind))
        return lines, tuple(sources)

    def answered(self, n: int, accepted: Mapping[str, bool]) -> bool:
        """Offer `n` was answered; True when a pair still waits for a later offer."""
        for pair in self._pairs:
            if pair.offered_in is not None and pair.offered_in <= n:
                pair.usable = {kind: accepted.get(pair.mids[kind], False) for kind in KINDS}
        return any(pair.offered_in is None or pair.offered_in > n for pair in self._pairs)

    def publishers(self) -> list[Publisher]:
        return [pair.publisher for pair in self._pairs if pair.publisher is not None]

    # RTCP of this browser about what it receives

    def on_item(self, item: rtcp.Item, now: float) -> None:
        if isinstance(item, rtcp.Reports):
            for block in item.blocks:
                if (found := self._by_ssrc.get(block.ssrc)) is not None:
                    found[1].on_block(block, now)
        elif isinstance(item, rtcp.Nack):
            found = self._by_ssrc.get(item.ssrc)
            if found is not None and found[0].publisher is not None:
                found[1].repair(item.sequences, now)
        elif isinstance(item, rtcp.PictureLoss):
            for ssrc in item.ssrcs:
                found = self._by_ssrc.get(ssrc)
                if found is not None and found[0].publisher is not None:
                    found[0].publisher.ask_key(now)

    def deliveries(self) -> dict[str, dict[Kind, Delivery]]:
        return {
            pair.person: {kind: leg.delivery() for kind, leg in pair.legs.items() if leg.packets}
            for pair in self._pairs
            if any(leg.packets for leg in pair.legs.values())
        }
