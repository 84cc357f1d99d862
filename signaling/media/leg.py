"""One source and kind towards one subscriber: which stream feeds it, how its numbers are shifted, what is repaired.

Here are the decisions; what is done with every packet is in `forward.py`.
"""

import secrets
from collections.abc import Iterable
from typing import Protocol

from . import rtcp, rtp
from .layers import HIGHEST
from .meter import Meter
from .native import Numbers, Outlet
from .packet import Packet
from .receive import ERA, Inbound
from .ring import Ring
from .types import Delivery, Kind

MAX_REPORTS = 16
MAX_DISAGREEMENT = 0.25
"""Seconds between what sender reports and what arrival times say of a change of streams: beyond, arrival counts."""


class Link(Protocol):
    """Where packets go: numbers, protects and sends, drops when it cannot. Never blocks, never raises."""

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        """`twcc`: offset of the two bytes for the transport-wide number, 0 when the packet has no room for it."""

    def send_rtcp(self, packet: bytes) -> None: ...
    def drop(self, *ssrcs: int) -> None:
        """Forget what waits of these streams."""


class Leg(Numbers):
    """Its SSRC lives as long as the m-line; sources and layers come and go.

    Sequence number, timestamp, VP8 picture id and TL0PICIDX are shifted by one offset each, chosen when a stream
    begins to feed the leg, so that a move, a mute or another layer looks to the receiver like one stream going on.
    """

    __slots__ = (
        "_clock",
        "_publisher",
        "_reports",
        "_rtx_sequence",
        "ceiling",
        "kind",
        "lean",
        "limit",
        "loss",
        "meter",
        "picture",
        "rate",
        "rtt",
        "rtx_ssrc",
        "source",
        "takes_red",
        "to",
    )

    def __init__(self, kind: Kind, ssrc: int, rtx_ssrc: int, link: Link, to: str = "") -> None:
        super().__init__()
        self.kind = kind
        self.to = to
        """The subscriber's person id, for health only."""
        self.picture = kind != "audio"
        self.rate = rtp.CLOCK_RATE[kind]
        self.ssrc = ssrc
        self.rtx_ssrc = rtx_ssrc
        self.link = link
        self.outlet: Outlet | None = getattr(link, "outlet", None)
        self.ceiling: int | None = HIGHEST
        """The best layer wanted; None while paused."""
        self.limit: int | None = None
        """Bit/s a source of one layer is asked not to exceed for this subscriber."""
        self.takes_red = False
        """The subscriber's answer took voices with the last ones beside them."""
        self.lean = False
        """The pipe is thin: plain voices, though it takes more."""
        self.source: Inbound | None = None
        """The stream that feeds this leg now."""
        self.ring = Ring() if self.picture else None
        self.meter = Meter()
        self.loss: float | None = None
        self.rtt: float | None = None
        self.top = 0x10000 + secrets.randbelow(0x4000)
        self.timestamp_top = secrets.randbits(32)
        self.picture_top = secrets.randbelow(0x4000)
        self.tl0_top = secrets.randbelow(0x100)
        self._rtx_sequence = secrets.randbits(15)
        self._publisher = 0
        self._clock: tuple[float, int] | None = None
        """An instant of the publisher's wall clock and our timestamp of it."""
        self._reports: dict[int, float] = {}

    # What feeds it

    def follow(self, publisher: int) -> None:
        """Sources are of this publisher from now on: another one has another clock."""
        self.restart()
        if publisher != self._publisher:
            self._publisher = publisher
            self._clock = None

    def restart(self) -> None:
        """Fed by nothing: what was sent is not repaired any more, what waits does not leave."""
        self._leave()
        self.forget()

    def forget(self) -> None:
        """The line was cut: what was sent is not repaired, what waits does not leave. The source stays."""
        self.link.drop(self.ssrc, self.rtx_ssrc)
        if self.ring is not None:
            self.ring.clear()

    def aim(self, layer: int | None, now: float) -> None:
        """The best layer wanted from now on; None pauses at once. A rise takes effect with the layer's next key frame,
        which the publisher asks for."""
        self.ceiling = layer
        if layer is None and self.source is not None:
            self._leave()

    def _leave(self) -> None:
        if self.source is not None:
            self.source.legs.remove(self)
            self.source = None
        self.link.drop(self.ssrc, self.rtx_ssrc)

    def feed(self, source: Inbound, packet: Packet) -> None:
        """Be fed by `source` from `packet` on, which must be its newest, and the first of a key frame for a picture."""
        began = self.source is None
        if self.source is not None:
            self.source.legs.remove(self)  # what waits still leaves: a number left out would be asked for
        self.source = source
        source.legs.append(self)
        self.first = packet.extended
        self.shift = self.top + 1 - packet.extended
        self.timestamp_shift = self._timestamp(source, packet) - packet.timestamp
        self.picture_shift = self.picture_top + 1 - packet.vp8.picture
        self.tl0_shift = self.tl0_top + 1 - packet.vp8.tl0
        if began and source.report is not None and source.instant(packet.timestamp, packet.at) is not None:
            self.relay(source.report, packet.at)

    def _timestamp(self, source: Inbound, packet: Packet) -> int:
        """Our timestamp of the first packet of a stream: later than all before, by the source's clock where known."""
        pause = max(0.0, packet.at - self.top_at) if self.top_at else 0.0
        timestamp = self.timestamp_top + int(pause * self.rate)
        instant = source.instant(packet.timestamp, packet.at)
        if instant is not None and self._clock is not None:
            aligned = self._clock[1] + round((instant - self._clock[0]) * self.rate)
            error = (aligned - timestamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
            if abs(error) < MAX_DISAGREEMENT * self.rate:
                timestamp += error
        ahead = (timestamp - self.timestamp_top + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return timestamp if ahead > 0 else self.timestamp_top + 1

    @property
    def layer(self) -> int | None:
        """What flows now."""
        return None if self.source is None else self.source.layer

    # Repair and filling

    def repair(self, sequences: Iterable[int], now: float) -> int:
        """Answer a NACK from the ring; the number of packets sent again."""
        if self.ring is None:
            return 0
        done = 0
        for _, data, payload, twcc, _ in self.ring.find(sequences, now):
            self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
            self.link.send_rtp(rtp.wrap_rtx(data, payload, self._rtx_sequence, self.rtx_ssrc), twcc)
            done += 1
        return done

    def pad(self, size: int) -> None:
        """Send one packet of `size` (1..255) bytes of padding on the retransmission stream: a bandwidth probe."""
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self.link.send_rtp(*rtp.padding(self._rtx_sequence, self.timestamp_top & 0xFFFFFFFF, self.rtx_ssrc, size))

    # Reports

    def relay(self, report: rtcp.SenderReport, now: float) -> None:
        """Pass the source's sender report on under this leg's clock: the receiver keeps lips and voice in step."""
        if self.source is None:
            return
        if len(self._reports) >= MAX_REPORTS:
            del self._reports[next(iter(self._reports))]
        self._reports[report.ntp >> 16 & 0xFFFFFFFF] = now
        timestamp = (report.rtp + self.timestamp_shift) & 0xFFFFFFFF
        self._clock = (report.ntp / ERA, timestamp)
        self.link.send_rtcp(
            rtcp.sender_report(
                rtcp.SenderReport(self.ssrc, report.ntp, timestamp, self.packets & 0xFFFFFFFF, self.bytes & 0xFFFFFFFF)
            )
        )

    def on_block(self, block: rtcp.Block, now: float) -> None:
        """Take loss and round trip from the subscriber's report (RFC 3550 6.4.1)."""
        self.loss = block.fraction / 256
        sent_at = self._reports.get(block.lsr) if block.lsr else None
        if sent_at is not None:
            self.rtt = max(0.0, now - sent_at - block.dlsr / 65_536)

    def bitrate(self, now: float) -> int:
        """Bit/s forwarded over the last second or so, repairs not counted."""
        return self.meter.rate(self.bytes, now)

    def delivery(self) -> Delivery:
        return Delivery(self.packets, self.bytes, self.loss, self.rtt)
