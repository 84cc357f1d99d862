"""The hot path: one received packet, patched once per leg and sent. Decides nothing: see `leg.py` and `publish.py`."""

from typing import TYPE_CHECKING

from .ring import RING
from .rtp import FIXED, U16

if TYPE_CHECKING:
    from .leg import Leg
    from .packet import Packet


def forward(packet: "Packet", legs: "list[Leg]") -> None:
    """Send one packet to the legs its stream feeds. Its compiled twin is in `native`."""
    extended, vp8 = packet.extended, packet.vp8
    for leg in legs:
        if extended < leg.first:
            continue  # from before the stream fed this leg
        number = extended + leg.shift
        sequence = number & 0xFFFF
        timestamp = (packet.timestamp + leg.timestamp_shift) & 0xFFFFFFFF
        data = bytearray(packet.data)
        FIXED.pack_into(data, 2, sequence, timestamp, leg.ssrc)
        newest = number > leg.top
        if newest:
            leg.top = number
            leg.timestamp_top = timestamp
            leg.top_at = packet.at
        if vp8.picture_at:
            picture = (vp8.picture + leg.picture_shift) & 0x7FFF
            if vp8.wide:
                U16.pack_into(data, vp8.picture_at, 0x8000 | picture)
            else:
                data[vp8.picture_at] = picture & 0x7F
            if newest:
                leg.picture_top = picture
        if vp8.tl0_at:
            tl0 = (vp8.tl0 + leg.tl0_shift) & 0xFF
            data[vp8.tl0_at] = tl0
            if newest:
                leg.tl0_top = tl0
        if leg.ring is not None:
            leg.ring.slots[sequence % RING] = (sequence, data, packet.payload, packet.twcc, packet.at)
        leg.packets += 1
        leg.bytes += len(data)
        leg.link.send_rtp(data, packet.twcc)
