"""What one person sends: which packets may be forwarded now, and the feedback that keeps the browser sending well."""

from collections.abc import Mapping

from . import rtcp, rtp
from .bandwidth import ENDLESS
from .forward import Leg, Link, Packet, forward
from .receive import FEEDBACK_SPAN, Arrivals, Inbound
from .types import KINDS, PICTURES, SET_REST, Delivery, Flow, Kind, Mark, SetName, SetNotRested

PAYLOAD_TYPE: Mapping[Kind, int] = {"audio": rtp.OPUS, "video": rtp.VP8, "screen": rtp.VP8}
KEY_GAP = 0.5
"""Seconds between two key frame requests."""
KEY_RETRY = 1.0
"""Seconds until a request that brought no key frame is repeated."""
MAX_STREAMS = 16
MAX_MARKS = 64


class Publisher:
    """Forwards from one set only, above its floor, between `use` and `drain`; all else is counted and dropped."""

    def __init__(self, mids: Mapping[str, tuple[SetName, Kind]], ssrc: int, link: Link) -> None:
        self._mids = mids
        self._ssrc = ssrc
        self._link = link
        self._streams: dict[int, Inbound] = {}
        self._rtx: dict[int, Inbound] = {}
        self._legs: dict[Kind, list[Leg]] = {kind: [] for kind in KINDS}
        self._current: dict[Kind, Inbound | None] = dict.fromkeys(KINDS)
        self._active: SetName | None = None
        self._left_at: dict[SetName, float] = {}
        self._counts: dict[Mark, dict[Kind, int]] = {}
        self._count: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._muted: set[Kind] = set()
        self._arrivals = Arrivals()
        self._key_asked_at: dict[Kind, float] = dict.fromkeys(PICTURES, -KEY_RETRY)
        self._key_due: set[Kind] = set()
        self._capped = False
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
        self._active = name
        self._count = self._counts.setdefault(mark, dict.fromkeys(KINDS, 0))
        while len(self._counts) > MAX_MARKS:
            del self._counts[next(iter(self._counts))]
        self.ask_key(now)

    def drain(self, now: float) -> None:
        """Forward nothing; forget what could be repaired from."""
        if self._active is not None:
            self._left_at[self._active] = now
        self._active = None
        for kind in KINDS:
            self._current[kind] = None
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
            self.ask_key(now, kind)

    def attach(self, leg: Leg, now: float) -> None:
        """Start feeding `leg` with what comes from now on."""
        stream = self._current[leg.kind]
        leg.restart(stream.highest if stream is not None else -1)
        self._legs[leg.kind].append(leg)
        if leg.picture:
            self.ask_key(now, leg.kind)

    def detach(self, leg: Leg) -> None:
        leg.restart()
        if leg in self._legs[leg.kind]:
            self._legs[leg.kind].remove(leg)

    def _restart(self, kind: Kind) -> None:
        stream = self._current[kind]
        for leg in self._legs[kind]:
            leg.restart(stream.highest if stream is not None else -1)

    # What the browser said in its answer

    def learn(self, mid: str, ssrc: int, rtx: int | None = None) -> Inbound | None:
        """Bind an SSRC (and its retransmission SSRC) to the set and kind of `mid`; None when it is not ours."""
        place = self._mids.get(mid)
        if place is None:
            return None
        stream = self._streams.get(ssrc)
        if stream is not None:
            if (stream.set_name, stream.kind) != place:
                return None  # an SSRC never changes its set: that would lift its floor
        else:
            if len(self._streams) >= MAX_STREAMS or ssrc in self._rtx:
                return None
            stream = self._streams[ssrc] = Inbound(ssrc, place[1], place[0])
        if rtx is not None and rtx not in self._streams and len(self._rtx) < MAX_STREAMS:
            stream.rtx = rtx
            self._rtx[rtx] = stream
        return stream

    # What arrives

    def on_rtp(self, data: bytes, now: float) -> None:
        layout = rtp.scan(data)
        if layout.payload < 0:
            return
        if layout.twcc:
            self._arrivals.note(rtp.U16.unpack_from(data, layout.twcc)[0], now)
            if len(self._arrivals) >= FEEDBACK_SPAN:
                self._send_feedback()
        sequence, timestamp, ssrc = rtp.FIXED.unpack_from(data, 2)
        payload_type = data[1] & 0x7F
        if payload_type == rtp.RTX:
            stream = self._rtx.get(ssrc)
            original = None
            if stream is not None:
                original = rtp.unwrap_rtx(data, layout, stream.ssrc, PAYLOAD_TYPE[stream.kind])
            if stream is None or original is None:
                return  # bandwidth probes are retransmissions without a payload
            sequence = rtp.U16.unpack_from(original, 2)[0]
            self._take(stream, original, layout._replace(end=len(original)), sequence, timestamp, now, True)
            return
        stream = self._streams.get(ssrc) or self._stranger(data, layout, ssrc, payload_type)
        if stream is not None and payload_type == PAYLOAD_TYPE[stream.kind]:
            self._take(stream, bytearray(data), layout, sequence, timestamp, now, False)

    def _stranger(self, data: bytes, layout: rtp.Layout, ssrc: int, payload_type: int) -> Inbound | None:
        """Streams the answer did not name are known by their mid extension."""
        if not layout.mid:
            return None
        mid = data[layout.mid : layout.mid + layout.mid_length].decode("ascii", "replace")
        place = self._mids.get(mid)
        if place is None or payload_type != PAYLOAD_TYPE[place[1]]:
            return None
        return self.learn(mid, ssrc)

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
        fresh_gap = not stream.missing
        extended = stream.note(sequence, timestamp, len(body), now, repaired)
        if extended < 0:
            return
        kind = stream.kind
        if stream.set_name != self._active or extended <= stream.floor or kind in self._muted:
            self._refuse(stream, extended, now)
            return
        begins = stream is not self._current[kind]
        self._current[kind] = stream
        if stream.missing and fresh_gap:
            self._send_nack(stream, now)
        self._count[kind] += 1
        legs = self._legs[kind]
        if not legs:
            return
        packet = Packet(body, layout, extended, timestamp, kind != "audio", now)
        if packet.vp8.key:
            self._key_due.discard(kind)
        elif begins and kind != "audio" and any(not leg.started for leg in legs):
            self.ask_key(now, kind)
        forward(packet, legs)

    def _refuse(self, stream: Inbound, extended: int, now: float) -> None:
        self.refused += 1
        stream.missing.clear()
        if stream.set_name in self._left_at and stream.set_name != self._active and extended == stream.highest:
            self._left_at[stream.set_name] = now  # a browser that still sends on it has not left it

    def on_sender_report(self, report: rtcp.SenderReport, now: float) -> None:
        stream = self._streams.get(report.ssrc)
        if stream is None:
            return
        stream.report, stream.report_at = report, now
        if stream is self._current[stream.kind]:
            for leg in self._legs[stream.kind]:
                leg.relay(report, now)

    # What is sent back

    def ask_key(self, now: float, kind: Kind | None = None) -> None:
        """Ask a key frame (of `kind` or of all pictures) of the set in use, at most every half second.

        A request held back is sent by `tick`.
        """
        for one in PICTURES if kind is None else (kind,):
            if self._active is None or one in self._muted or one == "audio":
                continue
            if now - self._key_asked_at[one] < KEY_GAP:
                self._key_due.add(one)
                continue
            self._key_due.discard(one)
            for stream in self._streams.values():
                if stream.kind == one and stream.set_name == self._active:
                    self._key_asked_at[one] = now
                    self._link.send_rtcp(rtcp.pli(self._ssrc, stream.ssrc))

    def tick(self, now: float) -> None:
        """Every 50 ms: feedback, repairs, key frames still missing."""
        self._send_feedback()
        for kind in PICTURES:
            current = self._current[kind]
            if current is not None:
                if current.missing:
                    self._send_nack(current, now)
                if current.unrepaired:
                    current.unrepaired = False
                    self.ask_key(now, kind)
                if now - self._key_asked_at[kind] >= KEY_RETRY and any(not leg.started for leg in self._legs[kind]):
                    self._key_due.add(kind)
            if kind in self._key_due:
                self.ask_key(now, kind)

    def report(self, now: float) -> None:
        """Every second: one receiver report about what came lately, and the lowest cap of the listeners."""
        live = [s for s in self._streams.values() if s.last_at is not None and now - s.last_at < 5]
        blocks = [stream.block(now) for stream in live]
        if blocks:
            self._link.send_rtcp(rtcp.receiver_report(self._ssrc, blocks[:31]))
        caps = [leg.cap.bitrate for leg in self._legs["video"] if leg.cap.bitrate is not None]
        if live and (caps or self._capped):
            self._link.send_rtcp(rtcp.remb(self._ssrc, min(caps, default=ENDLESS), [s.ssrc for s in live]))
            self._capped = bool(caps)

    def _send_feedback(self) -> None:
        if len(self._arrivals):
            media = next(iter(self._streams), 0)
            for packet in self._arrivals.feedback(self._ssrc, media):
                self._link.send_rtcp(packet)

    def _send_nack(self, stream: Inbound, now: float) -> None:
        if wanted := stream.wanted(now):
            self._link.send_rtcp(rtcp.nack(self._ssrc, stream.ssrc, wanted))

    # What is known

    @property
    def counts(self) -> dict[Mark, dict[Kind, int]]:
        return {mark: dict(count) for mark, count in self._counts.items()}

    def flows(self, now: float) -> dict[Kind, Flow]:
        """Per kind, the stream heard last."""
        flows: dict[Kind, Flow] = {}
        for stream in sorted(self._streams.values(), key=lambda s: s.last_at or 0.0):
            if stream.last_at is not None:
                flows[stream.kind] = stream.flow(now)
        return flows

    def heard_by(self) -> dict[str, dict[Kind, Delivery]]:
        """Subscriber -> kind -> what was forwarded."""
        found: dict[str, dict[Kind, Delivery]] = {}
        for kind in KINDS:
            for leg in self._legs[kind]:
                found.setdefault(leg.to, {})[kind] = leg.delivery()
        return found
