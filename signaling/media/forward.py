"""The hot path: one received packet, patched once per leg and sent. Knows no rooms: `Publisher` decides what enters."""

import secrets
from collections.abc import Iterable
from typing import Protocol

from . import rtcp, rtp
from .bandwidth import Cap
from .types import Delivery, Kind

RING = 512
"""Sent picture packets kept per leg to answer NACK (about 600 kB)."""
RING_SECONDS = 3.0
RESEND_GAP = 0.03
"""A packet is not repaired twice within this time, whatever is asked."""
RESEND_RATE = 400
"""Repairs per leg and second: a NACK storm stops here."""


class Link(Protocol):
    """Where packets go: protects and sends, drops when it cannot. Never blocks, never raises."""

    def send_rtp(self, packet: bytes, twcc: int = 0) -> None:
        """`twcc` is the offset of the two bytes for the transport-wide number, 0 when the packet has no room for it."""

    def send_rtcp(self, packet: bytes) -> None: ...


class Packet:
    """A received packet made ready for every leg: foreign extensions blanked, VP8 descriptor found."""

    __slots__ = ("at", "data", "extended", "payload", "timestamp", "twcc", "vp8")

    def __init__(
        self, data: bytearray, layout: rtp.Layout, extended: int, timestamp: int, picture: bool, at: float
    ) -> None:
        if layout.mid:
            rtp.blank(data, layout.mid, layout.mid_length)
        if layout.twcc:
            data[layout.twcc : layout.twcc + 2] = b"\0\0"  # each subscriber's own number, when it leaves
        if layout.abs_send_time:
            data[layout.abs_send_time : layout.abs_send_time + 3] = rtp.abs_send_time(at)
        self.data = data
        self.payload = layout.payload
        self.twcc = layout.twcc
        self.extended = extended
        self.timestamp = timestamp
        self.at = at
        self.vp8 = rtp.vp8(data, layout.payload, layout.end) if picture else rtp.NO_VP8


class Sent:
    """One packet in a leg's ring."""

    __slots__ = ("at", "data", "payload", "resent_at", "sequence", "twcc")

    def __init__(self, sequence: int, data: bytes, payload: int, twcc: int, at: float) -> None:
        self.sequence = sequence
        self.data = data
        self.payload = payload
        self.twcc = twcc
        self.at = at
        self.resent_at = 0.0


class Leg:
    """One source and kind towards one subscriber. Its SSRC lives as long as the m-line; sources come and go.

    Sequence number, timestamp, VP8 picture id and TL0PICIDX are shifted by one offset each, chosen when a source
    starts, so that a move, a mute or a new connection of the source looks to the receiver like a pause.
    """

    __slots__ = (
        "_budget",
        "_budget_at",
        "_first",
        "_picture",
        "_picture_shift",
        "_reports",
        "_ring",
        "_rtx_sequence",
        "_shift",
        "_timestamp",
        "_timestamp_shift",
        "_tl0",
        "_tl0_shift",
        "_top",
        "_top_at",
        "bytes",
        "cap",
        "floor",
        "kind",
        "link",
        "loss",
        "packets",
        "picture",
        "rate",
        "rtt",
        "rtx_ssrc",
        "ssrc",
        "started",
        "to",
    )

    def __init__(self, kind: Kind, ssrc: int, rtx_ssrc: int, link: Link, to: str = "") -> None:
        self.kind = kind
        self.to = to
        """The subscriber's person id, for health only."""
        self.picture = kind != "audio"
        self.rate = rtp.CLOCK_RATE[kind]
        self.ssrc = ssrc
        self.rtx_ssrc = rtx_ssrc
        self.link = link
        self.started = False
        self.floor = -1
        """Unwrapped sequence number of the source that must be exceeded: what it had sent before the attach."""
        self.packets = 0
        self.bytes = 0
        self.loss: float | None = None
        self.rtt: float | None = None
        self.cap = Cap()
        self._top = 0x10000 + secrets.randbelow(0x4000)
        self._top_at = 0.0
        self._timestamp = secrets.randbits(32)
        self._picture = secrets.randbelow(0x4000)
        self._tl0 = secrets.randbelow(0x100)
        self._first = self._shift = self._timestamp_shift = self._picture_shift = self._tl0_shift = 0
        self._ring: list[Sent | None] = [None] * (RING if self.picture else 0)
        self._rtx_sequence = secrets.randbits(15)
        self._budget = float(RESEND_RATE)
        self._budget_at = 0.0
        self._reports: dict[int, float] = {}

    def restart(self, floor: int = -1) -> None:
        """Forget the source: nothing repaired from before, and the next packet taken sets new offsets."""
        self.started = False
        self.floor = floor
        if self.picture:
            self._ring = [None] * RING

    def write(self, packet: Packet) -> None:
        """Patch a copy and send it; before the first key frame (pictures) or below the floor, nothing."""
        extended = packet.extended
        if not self.started:
            if extended <= self.floor or (self.picture and not packet.vp8.key):
                return
            self._start(packet)
        elif extended < self._first:
            return
        out_extended = extended + self._shift
        timestamp = (packet.timestamp + self._timestamp_shift) & 0xFFFFFFFF
        data = bytearray(packet.data)
        sequence = out_extended & 0xFFFF
        rtp.FIXED.pack_into(data, 2, sequence, timestamp, self.ssrc)
        if self.picture:
            self._patch_vp8(data, packet.vp8, out_extended)
        if out_extended > self._top:
            self._top = out_extended
            self._timestamp = timestamp
            self._top_at = packet.at
        out = bytes(data)
        if self.picture:
            self._ring[sequence % RING] = Sent(sequence, out, packet.payload, packet.twcc, packet.at)
        self.packets += 1
        self.bytes += len(out)
        self.link.send_rtp(out, packet.twcc)

    def _start(self, packet: Packet) -> None:
        self.started = True
        self._first = packet.extended
        self._shift = self._top + 1 - packet.extended
        pause = max(0.0, packet.at - self._top_at) if self._top_at else 0.0
        self._timestamp_shift = self._timestamp + max(1, int(pause * self.rate)) - packet.timestamp
        self._picture_shift = self._picture + 1 - packet.vp8.picture
        self._tl0_shift = self._tl0 + 1 - packet.vp8.tl0

    def _patch_vp8(self, data: bytearray, vp8: rtp.Vp8, out_extended: int) -> None:
        newest = out_extended > self._top
        if vp8.picture_at:
            picture = (vp8.picture + self._picture_shift) & 0x7FFF
            if vp8.wide:
                rtp.U16.pack_into(data, vp8.picture_at, 0x8000 | picture)
            else:
                data[vp8.picture_at] = picture & 0x7F
            if newest:
                self._picture = picture
        if vp8.tl0_at:
            tl0 = (vp8.tl0 + self._tl0_shift) & 0xFF
            data[vp8.tl0_at] = tl0
            if newest:
                self._tl0 = tl0

    def repair(self, sequences: Iterable[int], now: float) -> int:
        """Answer a NACK from the ring, within the leg's budget; the number of packets sent again."""
        if not self.picture:
            return 0
        self._budget = min(float(RESEND_RATE), self._budget + (now - self._budget_at) * RESEND_RATE)
        self._budget_at = now
        done = 0
        for sequence in sequences:
            sent = self._ring[sequence % RING]
            if sent is None or sent.sequence != sequence or now - sent.at > RING_SECONDS:
                continue
            if now - sent.resent_at < RESEND_GAP or self._budget < 1:
                continue
            self._budget -= 1
            sent.resent_at = now
            self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
            self.link.send_rtp(rtp.wrap_rtx(sent.data, sent.payload, self._rtx_sequence, self.rtx_ssrc), sent.twcc)
            done += 1
        return done

    def relay(self, report: rtcp.SenderReport, now: float) -> None:
        """Pass the source's sender report on under this leg's clock: the receiver keeps lips and voice in step."""
        if not self.started:
            return
        if len(self._reports) >= 16:
            del self._reports[next(iter(self._reports))]
        self._reports[report.ntp >> 16 & 0xFFFFFFFF] = now
        timestamp = (report.rtp + self._timestamp_shift) & 0xFFFFFFFF
        self.link.send_rtcp(
            rtcp.sender_report(
                rtcp.SenderReport(self.ssrc, report.ntp, timestamp, self.packets & 0xFFFFFFFF, self.bytes & 0xFFFFFFFF)
            )
        )

    def on_block(self, block: rtcp.Block, now: float) -> None:
        """Take loss and round trip from the subscriber's report (RFC 3550 6.4.1)."""
        self.loss = block.fraction / 256
        if self.picture and self.started:
            self.cap.on_loss(self.loss, self.bytes, now)
        sent_at = self._reports.get(block.lsr) if block.lsr else None
        if sent_at is not None:
            self.rtt = max(0.0, now - sent_at - block.dlsr / 65_536)

    def delivery(self) -> Delivery:
        return Delivery(self.packets, self.bytes, self.loss, self.rtt)


def forward(packet: Packet, legs: Iterable[Leg]) -> None:
    """Send one packet to every leg: the only function worth a compiled twin."""
    for leg in legs:
        leg.write(packet)
