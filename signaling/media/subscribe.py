"""What one person receives: m-lines by threes, each lent to one source, and the legs that fill them.

Lines cannot be taken out of a description, so they outlive their source: they stay with the person they were given to
and are given to somebody else only when that person's connection is gone and a new source needs one.
"""

import secrets
from collections.abc import Mapping

from . import rtcp
from .leg import Leg, Link
from .publish import Publisher
from .sdp import Line
from .types import KINDS, Delivery, Kind, MediaError, Source

FIRST_MID = 36
"""Mids of receiving lines count up from here; two characters each, base 36."""
MAX_LENT = 40


def two_characters(number: int) -> str:
    """0..1295 in base 36."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number // 36] + digits[number % 36]


class Lent:
    """A line of each kind, the person they carry, and the publisher feeding them now, if any."""

    def __init__(self, index: int, link: Link, to: str) -> None:
        first = FIRST_MID + len(KINDS) * index
        self.mids: dict[Kind, str] = {kind: two_characters(first + at) for at, kind in enumerate(KINDS)}
        self.legs: dict[Kind, Leg] = {
            kind: Leg(kind, secrets.randbits(31) << 1, secrets.randbits(31) << 1 | 1, link, to) for kind in KINDS
        }
        self.person = ""
        self.offered_in: int | None = None
        """Number of the first offer that names the person for these lines; None until then."""
        self.usable: dict[Kind, bool] = dict.fromkeys(KINDS, False)
        """Answered for this person: only then may media of the person flow."""
        self.publisher: Publisher | None = None

    def lend(self, person: str) -> None:
        self.person = person
        self.offered_in = None
        self.usable = dict.fromkeys(KINDS, False)
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
        self._lent: list[Lent] = []
        self._wanted: dict[str, Publisher] = {}
        self._by_ssrc: dict[int, tuple[Lent, Leg]] = {}

    def want(self, sources: Mapping[str, Publisher], gone: frozenset[str], now: float, up: bool) -> bool:
        """Hear exactly `sources`; `gone` are persons whose lines may be lent again. True: an offer is needed."""
        self._wanted = dict(sources)
        held = {lent.person for lent in self._lent}
        changed = False
        for person in sources:
            if person not in held:
                changed = True
                free = next((p for p in self._lent if p.person in gone and p.person not in sources), None)
                if free is not None:
                    free.connect(None, now)
                else:
                    free = self._new()
                free.lend(person)
        self.connect(now, up)
        return changed

    def _new(self) -> Lent:
        if len(self._lent) >= MAX_LENT:
            raise MediaError(f"a person can hear {MAX_LENT} others at most")
        lent = Lent(len(self._lent), self._link, self._person)
        self._lent.append(lent)
        for leg in lent.legs.values():
            self._by_ssrc[leg.ssrc] = (lent, leg)
        return lent

    def connect(self, now: float, up: bool) -> None:
        """Attach and detach so that exactly the wanted, answered and connected legs are fed."""
        for lent in self._lent:
            publisher = self._wanted.get(lent.person) if up and any(lent.usable.values()) else None
            lent.connect(publisher, now)

    def offered(self, n: int) -> tuple[list[Line], tuple[Source, ...]]:
        """The receiving lines of offer `n` and whose they are."""
        lines: list[Line] = []
        sources: list[Source] = []
        for lent in self._lent:
            if lent.offered_in is None:
                lent.offered_in = n
            for kind in KINDS:
                leg, mid = lent.legs[kind], lent.mids[kind]
                rtx = leg.rtx_ssrc if leg.picture else None
                lines.append(Line(mid, kind, leg.ssrc, rtx, f"p{lent.mids['audio']}"))
                sources.append(Source(mid, lent.person, kind))
        return lines, tuple(sources)

    def answered(self, n: int, accepted: Mapping[str, bool]) -> bool:
        """Offer `n` was answered; True when lines still wait for a later offer."""
        for lent in self._lent:
            if lent.offered_in is not None and lent.offered_in <= n:
                lent.usable = {kind: accepted.get(lent.mids[kind], False) for kind in KINDS}
        return any(lent.offered_in is None or lent.offered_in > n for lent in self._lent)

    def publishers(self) -> list[Publisher]:
        return [lent.publisher for lent in self._lent if lent.publisher is not None]

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
                    found[0].publisher.on_picture_loss(found[1], now)

    def deliveries(self) -> dict[str, dict[Kind, Delivery]]:
        return {
            lent.person: {kind: leg.delivery() for kind, leg in lent.legs.items() if leg.packets}
            for lent in self._lent
            if any(leg.packets for leg in lent.legs.values())
        }
