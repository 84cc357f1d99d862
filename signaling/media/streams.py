"""The streams of one browser: whose SSRC belongs to which line, kind and layer, by its answer or by its packets."""

from collections.abc import Mapping

from . import rtp
from .layers import layer_of
from .receive import Inbound
from .types import Kind, SetName

PAYLOAD_TYPE: Mapping[Kind, int] = {"audio": rtp.OPUS, "video": rtp.VP8, "screen": rtp.VP8}
MAX_STREAMS = 24


def fits(payload_type: int, kind: Kind) -> bool:
    return payload_type == PAYLOAD_TYPE[kind] or (payload_type == rtp.RED and kind == "audio")


class Streams:
    def __init__(self, mids: Mapping[str, tuple[SetName, Kind]]) -> None:
        self._mids = mids
        self._streams: dict[int, Inbound] = {}
        self._rtx: dict[int, Inbound] = {}
        """Retransmission SSRC -> the stream it repairs."""
        self._layered = False
        """The camera comes in layers, whether or not more than one lives now."""

    def learn(self, mid: str, ssrc: int, rtx: int | None = None, layer: int = 0) -> Inbound | None:
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
            stream = self._streams[ssrc] = Inbound(ssrc, place[1], place[0], layer)
        if rtx is not None and rtx not in self._streams and len(self._rtx) < MAX_STREAMS:
            self._rtx[rtx] = stream
        return stream

    def _stranger(self, data: bytes | bytearray, layout: rtp.Layout, ssrc: int, payload_type: int) -> Inbound | None:
        """Streams the answer did not name are known by their mid and, of several layers, by their rid (RFC 8852)."""
        mid = _text(data, layout.mid, layout.mid_length)
        place = self._mids.get(mid)
        if place is None or not fits(payload_type, place[1]):
            return None
        layer: int | None = 0
        if layout.rid and place[1] == "video":
            self._layered = True
            layer = layer_of(data[layout.rid : layout.rid + layout.rid_length])
        return None if layer is None else self.learn(mid, ssrc, layer=layer)

    def _strange_repair(self, data: bytes | bytearray, layout: rtp.Layout, ssrc: int) -> Inbound | None:
        """A retransmission stream the answer did not name, by its mid and the rid it repairs."""
        mid = _text(data, layout.mid, layout.mid_length)
        place = self._mids.get(mid)
        layer = layer_of(data[layout.rrid : layout.rrid + layout.rrid_length])
        if place is None or layer is None:
            return None
        for stream in reversed(self._streams.values()):
            if (stream.set_name, stream.kind) == place and stream.layer == layer:
                return self.learn(mid, stream.ssrc, ssrc)
        return None


def _text(data: bytes | bytearray, at: int, length: int) -> str:
    return data[at : at + length].decode("ascii", "replace")
