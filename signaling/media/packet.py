"""A received packet made ready for every leg."""

from . import rtp
from .native import vp8


class Packet:
    """Foreign extensions blanked, room for the transport-wide number emptied, VP8 descriptor found."""

    __slots__ = ("at", "data", "extended", "payload", "timestamp", "twcc", "vp8")

    def __init__(
        self, data: bytearray, layout: rtp.Layout, extended: int, timestamp: int, picture: bool, at: float
    ) -> None:
        if layout.mid:
            rtp.blank(data, layout.mid, layout.mid_length)
        if layout.rid:
            rtp.blank(data, layout.rid, layout.rid_length)
        if layout.rrid:
            rtp.blank(data, layout.rrid, layout.rrid_length)
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
        self.vp8 = vp8(data, layout.payload, layout.end) if picture else rtp.NO_VP8
