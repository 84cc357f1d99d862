"""What one person receives: m-lines by threes, each lent to one source, and the legs that fill them.

Lines cannot be taken out of a description, so they outlive their source: they stay with the person they were given to
and are given to somebody else only when that person's connection is gone and a new source needs one.
"""

import secrets
from collections.abc import Callable, Collection, Mapping

from . import rtcp
from .allocate import LARGE, Want
from .downlink import LOSSY, Downlink
from .leg import Leg, Link
from .pace import OVERHEAD, Timer
from .publish import Publisher
from .sdp import Line
from .types import KINDS, PICTURES, Delivery, Kind, MediaError, Source

FIRST_MID = 36
"""Mids of receiving lines count up from here; two characters each, base 36."""
MAX_LENT = 40
ROUND = 0.1
"""Seconds between two looks at who gets what."""
SWELL = 1.04
"""Bytes on the wire over bytes of a picture's packets."""
VOICE = 50 * 8 * OVERHEAD
"""Bit/s that fifty packets a second cost beside their bytes."""
FADE = 0.96
"""Per round, how fast the price of a layer follows a falling bitrate: pictures have quiet moments."""


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
        self._prices: dict[tuple[Kind, int], float] = {}

    def lend(self, person: str) -> None:
        self.person = person
        self.offered_in = None
        self.usable = dict.fromkeys(KINDS, False)
        self._prices.clear()
        for leg in self.legs.values():
            leg.packets = leg.bytes = 0
            leg.ceiling = 0  # until it is known what fits

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

    def want(self, kind: Kind, pixels: int, now: float) -> tuple[Want, list[int]] | None:
        """The picture as something to give a share to, and the layers it may be given; None while none comes."""
        if self.publisher is None or not self.usable[kind]:
            return None
        live = self.publisher.layers(kind, now)
        if not live:
            return None
        prices: list[int] = []
        for layer in live:
            place = (kind, layer.index)
            self._prices[place] = max(SWELL * layer.bitrate, FADE * self._prices.get(place, 0.0))
            prices.append(int(self._prices[place]))
        indices = [layer.index for layer in live]
        top = self.legs[kind].ceiling
        aim = None if top is None else max(0, sum(index <= top for index in indices) - 1)
        loud = self.publisher.loud(now)
        return Want((self.person, kind), kind == "screen", loud, pixels, prices, aim), indices


class Subscriptions:
    """The exact set of publishers heard, what the browser reports about them, and what each may cost."""

    def __init__(
        self,
        person: str,
        link: Link,
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        self._person = person
        self._downlink = Downlink(link, clock, later)
        self._sizes: Mapping[str, int] = {}
        self._screen = True
        self._looked_at = 0.0
        self._paused: frozenset[str] = frozenset()
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
        lent = Lent(len(self._lent), self._downlink.pacer, self._person)
        self._lent.append(lent)
        for leg in lent.legs.values():
            self._by_ssrc[leg.ssrc] = (lent, leg)
        return lent

    def connect(self, now: float, up: bool) -> None:
        """Attach and detach so that exactly the wanted, answered and connected legs are fed."""
        for lent in self._lent:
            publisher = self._wanted.get(lent.person) if up and any(lent.usable.values()) else None
            lent.connect(publisher, now)
        if not up:
            self._downlink.pacer.stop()

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

    def take_red(self, mids: Collection[str]) -> None:
        """The lines whose answer takes voices with the last ones beside them."""
        for lent in self._lent:
            lent.legs["audio"].takes_red = lent.mids["audio"] in mids

    # RTCP of this browser about what it receives

    def on_item(self, item: rtcp.Item, now: float) -> None:
        if isinstance(item, rtcp.Feedback):
            if self._downlink.on_feedback(item, now):
                self._begin_again(now)
        elif isinstance(item, rtcp.Reports):
            for block in item.blocks:
                if (found := self._by_ssrc.get(block.ssrc)) is not None:
                    found[1].on_block(block, now)
                    if found[1].picture:
                        sent = sum(leg.bitrate(now) for _, leg in self._by_ssrc.values())
                        self._downlink.on_loss(block.fraction / 256, sent, now)
        elif isinstance(item, rtcp.Nack):
            found = self._by_ssrc.get(item.ssrc)
            if found is not None and found[0].publisher is not None:
                found[1].repair(item.sequences, now)
        elif isinstance(item, rtcp.PictureLoss):
            for ssrc in item.ssrcs:
                found = self._by_ssrc.get(ssrc)
                if found is not None and found[0].publisher is not None and not self._downlink.late:
                    found[0].publisher.on_picture_loss(found[1], now)

    # Who gets how much

    def watch(self, sizes: Mapping[str, int], screen: bool) -> None:
        """Heights shown, in device pixels; whoever is not named is large."""
        self._sizes, self._screen = dict(sizes), screen

    @property
    def paused(self) -> frozenset[str]:
        """Whose camera picture is looked at and held back for want of room."""
        return self._paused

    def moved(self, now: float) -> None:
        """The path changed: what was known of the old one means nothing, what was under way is lost."""
        self._downlink.moved(now)
        self._begin_again(now)

    def _begin_again(self, now: float) -> None:
        """After a cut: pictures go on with key frames, since browsers wait 3 s before they ask, and then ask for all
        that was lost; repairing that would keep the key frame waiting."""
        for lent in self._lent:
            if lent.publisher is not None:
                for kind in PICTURES:
                    lent.legs[kind].forget()
                    lent.publisher.on_picture_loss(lent.legs[kind], now)

    def tick(self, now: float) -> None:
        """Every 50 ms: look who gets what, ten times a second."""
        if now - self._looked_at < ROUND - 0.01:
            return
        self._looked_at = now
        fed = [lent for lent in self._lent if lent.publisher is not None]
        wants: list[Want] = []
        targets: list[tuple[Lent, Kind, list[int]]] = []
        for lent in fed:
            for kind in PICTURES:
                pixels = self._sizes.get(lent.person, LARGE) if kind == "video" else LARGE * self._screen
                if (found := lent.want(kind, pixels, now)) is not None:
                    wants.append(found[0])
                    targets.append((lent, kind, found[1]))
        for lent in fed:  # what is lost before us can be repaired at the listener only
            lossy = lent.publisher is not None and lent.publisher.voice_loss > LOSSY
            lent.legs["audio"].lean = self._downlink.lean and not lossy
        voices = [rate for lent in fed if (rate := lent.legs["audio"].bitrate(now))]
        pad = next((lent.legs["video"].pad for lent in fed if lent.usable["video"]), None)
        shares = self._downlink.tick(wants, sum(voices) + VOICE * len(voices), pad, now)
        paused: set[str] = set()
        for want, (lent, kind, indices) in zip(wants, targets, strict=True):
            leg, share = lent.legs[kind], shares[want.key]
            leg.limit = share.limit
            if share.layer != want.aim:
                leg.aim(None if share.layer is None else indices[share.layer], now)
            if kind == "video" and share.layer is None and want.pixels > 0:
                paused.add(lent.person)
        self._paused = frozenset(paused)

    def deliveries(self) -> dict[str, dict[Kind, Delivery]]:
        return {
            lent.person: {kind: leg.delivery() for kind, leg in lent.legs.items() if leg.packets}
            for lent in self._lent
            if any(leg.packets for leg in lent.legs.values())
        }
