"""What one person sends: which packets may be forwarded now, and which stream feeds which leg."""

from collections.abc import Collection, Mapping
from copy import copy

from . import red, rtcp, rtp
from .layers import LayerRate, alive, choose
from .leg import Leg, Link
from .loud import Loudness
from .native import forward, scan, vp8
from .packet import Packet
from .receive import Inbound
from .streams import PAYLOAD_TYPE, Streams, fits
from .types import KINDS, PICTURES, SET_REST, Delivery, Flow, Kind, Mark, SetName, SetNotRested
from .uplink import Uplink, limit_of

MAX_MARKS = 64
REPORT_GAP = 0.1
"""Seconds between two sender reports of one stream that are passed on: browsers send one a second at most."""


class Publisher(Streams):
    """Forwards from one set only, above its floors, between `use` and `drain`; all else is counted and dropped."""

    def __init__(self, mids: Mapping[str, tuple[SetName, Kind]], ssrc: int, link: Link) -> None:
        super().__init__(mids)
        self._ssrc = ssrc
        self._uplink = Uplink(ssrc, link)
        self._legs: dict[Kind, list[Leg]] = {kind: [] for kind in KINDS}
        self._active: SetName | None = None
        self.mark: Mark | None = None
        """Chamber and epoch of what is forwarded now; None while nothing is."""
        self._left_at: dict[SetName, float] = {}
        self._counts: dict[Mark, dict[Kind, int]] = {}
        self._count: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._muted: set[Kind] = set()
        self._loudness = Loudness()
        self._even = False
        self.refused = 0

    # What the room decides

    def use(self, name: SetName, mark: Mark, now: float) -> None:
        """Forward from set `name` under `mark`; raises `SetNotRested` when it was left less than 10 s ago."""
        if name == self._active:
            raise SetNotRested(name, SET_REST)
        if (wait := self.wait_for(name, now)) > 0:
            raise SetNotRested(name, wait)
        self.drain(now)
        for stream in self._streams.values():
            if stream.set_name == name:
                stream.raise_floor()
        self._active, self.mark = name, mark
        self._count = self._counts.setdefault(mark, dict.fromkeys(KINDS, 0))
        while len(self._counts) > MAX_MARKS:
            del self._counts[next(iter(self._counts))]
        self.ask_key(now)

    def drain(self, now: float) -> None:
        """Forward nothing; forget what could be repaired from."""
        if self._active is not None:
            self._left_at[self._active] = now
        self._active = self.mark = None
        for kind in KINDS:
            self._restart(kind)

    def wait_for(self, name: SetName, now: float) -> float:
        left_at = self._left_at.get(name)
        return 0.0 if left_at is None else max(0.0, left_at + SET_REST - now)

    def mute(self, kind: Kind, muted: bool, now: float) -> None:
        if muted == (kind in self._muted):
            return
        self._restart(kind)
        if muted:
            self._muted.add(kind)
        else:
            self._muted.discard(kind)
            if kind != "audio":
                self._ask(self._legs[kind], kind, now)

    def attach(self, leg: Leg, now: float) -> None:
        """Start feeding `leg` with what comes from now on."""
        leg.follow(self._ssrc)
        self._legs[leg.kind].append(leg)
        if leg.picture:
            self._ask([leg], leg.kind, now)

    def detach(self, leg: Leg) -> None:
        leg.restart()
        if leg in self._legs[leg.kind]:
            self._legs[leg.kind].remove(leg)

    def _restart(self, kind: Kind) -> None:
        for leg in self._legs[kind]:
            leg.restart()
        if kind == "audio":
            self._loudness.reset()

    # What arrives

    def on_rtp(self, data: bytes | bytearray, now: float) -> None:
        layout = scan(data)
        if layout.payload < 0:
            return
        sequence, timestamp, ssrc = rtp.FIXED.unpack_from(data, 2)
        if layout.twcc:
            self._uplink.arrived(rtp.U16.unpack_from(data, layout.twcc)[0], ssrc, now)
        payload_type = data[1] & 0x7F
        if payload_type == rtp.RTX:
            stream = self._rtx.get(ssrc) or self._strange_repair(data, layout, ssrc)
            original = None
            if stream is not None:
                original = rtp.unwrap_rtx(data, layout, stream.ssrc, PAYLOAD_TYPE[stream.kind])
            if stream is None or original is None:
                return  # bandwidth probes are retransmissions without a payload
            sequence = rtp.U16.unpack_from(original, 2)[0]
            self._take(stream, original, layout._replace(end=len(original)), sequence, timestamp, now, True)
            return
        stream = self._streams.get(ssrc) or self._stranger(data, layout, ssrc, payload_type)
        if stream is not None and fits(payload_type, stream.kind):
            self._take(stream, bytearray(data), layout, sequence, timestamp, now, False)

    def _take(
        self,
        stream: Inbound,
        body: bytearray,
        layout: rtp.Layout,
        sequence: int,
        timestamp: int,
        now: float,
        repaired: bool,
    ) -> None:
        whole = not stream.gaps
        extended = stream.note(sequence, timestamp, len(body), now, repaired)
        if extended < 0:
            return
        kind = stream.kind
        if stream.set_name != self._active or extended <= stream.floor or kind in self._muted:
            self._refuse(stream, extended, now)
            return
        self._count[kind] += 1
        if layout.level and kind == "audio":
            self._loudness.note(body[layout.level], now)
        picture = kind != "audio"
        if not stream.legs and picture and not vp8(body, layout.payload, layout.end).key:
            stream.gaps.forget()
            return
        packet = Packet(body, layout, extended, timestamp, picture, now)
        if len(stream.legs) < len(self._legs[kind]) and (packet.vp8.key or not picture):
            self._switch(stream, packet, now)
        if whole and stream.gaps:
            self._uplink.repairs(stream, now)
        if body[1] & 0x7F == rtp.RED:
            self._forward_red(packet, layout.end, stream.legs)
        else:
            forward(packet, stream.legs)

    def _forward_red(self, packet: Packet, end: int, legs: Collection[Leg]) -> None:
        """The earlier voices in it go to who takes them and was to hear them; others get the newest one alone."""
        found = red.primary(packet.data, packet.payload, end)
        if found is None:
            return
        blocks, at = found
        rich = [leg for leg in legs if leg.takes_red and not leg.lean and packet.extended - blocks >= leg.first]
        forward(packet, rich)
        if len(rich) < len(legs):
            plain = copy(packet)
            plain.data = red.alone(packet.data, packet.payload, at, end)
            forward(plain, [leg for leg in legs if leg not in rich])

    def _switch(self, stream: Inbound, packet: Packet, now: float) -> None:
        """`packet` can begin something: from it on `stream` feeds the legs that want it.

        Not if newer ones came before it: it may be from before a leg was attached, the person unmuted, the set used.
        """
        if packet.extended != stream.highest:
            return
        live = self._live(stream.kind, now)
        for leg in self._legs[stream.kind]:
            if leg.source is not stream and choose(live, leg.ceiling) is stream:
                leg.feed(stream, packet)

    def _refuse(self, stream: Inbound, extended: int, now: float) -> None:
        self.refused += 1
        stream.gaps.forget()
        if stream.set_name in self._left_at and stream.set_name != self._active and extended == stream.highest:
            self._left_at[stream.set_name] = now  # a browser that still sends on it has not left it

    def on_sender_report(self, report: rtcp.SenderReport, now: float) -> None:
        stream = self._streams.get(report.ssrc)
        if stream is None or (stream.report is not None and now - stream.report_at < REPORT_GAP):
            return
        stream.report, stream.report_at = report, now
        for leg in stream.legs:
            leg.relay(report, now)

    # What is asked of the browser

    def _usable(self, kind: Kind) -> list[Inbound]:
        """Streams that may be forwarded now."""
        return [s for s in self._streams.values() if s.kind == kind and self._is_usable(s)]

    def _is_usable(self, stream: Inbound) -> bool:
        return stream.set_name == self._active and stream.kind not in self._muted

    def _live(self, kind: Kind, now: float) -> list[Inbound]:
        return alive(self._usable(kind), now)

    def ask_key(self, now: float) -> None:
        """Ask a key frame of every picture somebody is to see."""
        for kind in PICTURES:
            self._ask(self._legs[kind], kind, now)

    def _ask(self, legs: Collection[Leg], kind: Kind, now: float) -> None:
        """Ask the streams these legs want, all of the set while none is alive."""
        usable = self._usable(kind)
        live = alive(usable, now)
        wanted = {choose(live, leg.ceiling) for leg in legs} if live else set(usable)
        for stream in usable:
            if stream in wanted:
                self._uplink.key(stream, now)

    def on_picture_loss(self, leg: Leg, now: float) -> None:
        """A subscriber cannot go on without a key frame of what it gets."""
        if leg.source is not None:
            self._uplink.key(leg.source, now)
        else:
            self._ask([leg], leg.kind, now)

    def tick(self, now: float) -> None:
        """Every 50 ms: repairs and key frames that are due; every other time arrivals, layers wanted, rates."""
        for stream in self._streams.values():
            if stream.kind != "audio" and self._is_usable(stream):
                self._uplink.flush(stream, now)
        self._even = not self._even
        if not self._even:
            return
        self._uplink.feedback(next(iter(self._streams), 0))
        for kind in KINDS:
            for leg in self._legs[kind]:
                leg.meter.note(leg.bytes, now)
        for kind in PICTURES:
            usable = self._usable(kind)
            live = alive(usable, now)
            for leg in self._legs[kind]:
                wanted = choose(live, leg.ceiling)
                if wanted is not None and wanted is not leg.source:
                    self._uplink.key_again(wanted, now)
            for stream in usable:
                stream.meter.note(stream.bytes, now)

    def report(self, now: float) -> None:
        """Every second: one receiver report about what came lately, and the lowest limit of the listeners."""
        lately = [s for s in self._streams.values() if s.last_at is not None and now - s.last_at < 5]
        limit = None
        if not self._layered:  # with layers each listener gets what it can take
            others = sum(s.meter.rate(s.bytes, now) for s in lately if s.kind != "video")
            limit = limit_of((leg.limit for leg in self._legs["video"]), others)
        self._uplink.report(lately, limit, now)

    # What is known

    def layers(self, kind: Kind, now: float) -> tuple[LayerRate, ...]:
        """Live layers of the set in use, lowest first."""
        return tuple(LayerRate(s.layer, s.meter.rate(s.bytes, now)) for s in self._live(kind, now))

    def loud(self, now: float) -> bool:
        """True while the person speaks, by what is forwarded of them."""
        return self._loudness.loud(now)

    @property
    def voice_loss(self) -> float:
        """Share of this person's voice that is lost on its way to us, 0..1."""
        return max((stream.share for stream in self._usable("audio")), default=0.0)

    @property
    def counts(self) -> dict[Mark, dict[Kind, int]]:
        return {mark: dict(count) for mark, count in self._counts.items()}

    def flows(self, now: float) -> dict[Kind, Flow]:
        """Per kind, all its streams together."""
        flows: dict[Kind, Flow] = {}
        for kind in KINDS:
            heard = [s for s in self._streams.values() if s.kind == kind and s.last_at is not None]
            if heard:
                idle = max(0.0, now - max(s.last_at or 0.0 for s in heard))
                packets, size = sum(s.packets for s in heard), sum(s.bytes for s in heard)
                flows[kind] = Flow(packets, size, sum(max(0, s.lost) for s in heard), idle)
        return flows

    def heard_by(self) -> dict[str, dict[Kind, Delivery]]:
        """Subscriber -> kind -> what was forwarded."""
        found: dict[str, dict[Kind, Delivery]] = {}
        for kind in KINDS:
            for leg in self._legs[kind]:
                found.setdefault(leg.to, {})[kind] = leg.delivery()
        return found
