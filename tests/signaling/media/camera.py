"""A camera in three layers as a browser sends it: each layer with numbers and a clock of its own."""

import json
import random
import struct
from collections.abc import Callable, Mapping

from signaling.media import rtcp
from signaling.media.rtp import EXT_MID, EXT_RID, EXT_RRID, RTX, VP8, scan
from signaling.media.types import RIDS
from tests.signaling.media.memory import vp8_payload

EPOCH = 3_900_000_000.0
"""NTP seconds at instant 0 of the virtual clock."""


def element(ident: int, text: str) -> bytes:
    return bytes([ident << 4 | len(text) - 1]) + text.encode()


def named(ssrc: int, sequence: int, timestamp: int, payload: bytes, kind: int, names: Mapping[int, str]) -> bytes:
    """A packet with the extensions of `names`."""
    body = b"".join(element(ident, text) for ident, text in names.items())
    body += bytes(-len(body) % 4)
    head = struct.pack("!BBHLL", 0x90, kind, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return head + struct.pack("!HH", 0xBEDE, len(body) // 4) + body + payload


class Layer:
    """One layer of one set. Its payloads tell layer, frame and instant of capture, and what the caller adds."""

    def __init__(self, chance: random.Random, mid: str, index: int, ssrc: int) -> None:
        self.mid, self.index, self.ssrc = mid, index, ssrc
        self.sequence = chance.randrange(1 << 16)
        self.offset = chance.randrange(1 << 32)
        self.picture = chance.randrange(1 << 15)
        self.tl0 = chance.randrange(1 << 8)
        self.sent: dict[int, bytes] = {}
        self.rtx_sequence = 0
        self.packets = 0
        self.key_wanted = True
        self.on = True

    def stamp(self, now: float) -> int:
        return (self.offset + round(now * 90_000)) & 0xFFFFFFFF

    def frame(self, now: float, *tell: object) -> list[bytes]:
        """The packets of one picture; the higher the layer, the more."""
        if not self.on:
            return []
        key, self.key_wanted = self.key_wanted, False
        self.picture += 1
        self.tl0 += 1
        out = []
        for part in range(2**self.index):
            self.sequence += 1
            self.packets += 1
            body = json.dumps([self.index, self.picture, self.sequence, now, *tell]).encode()
            payload = vp8_payload(body, key=key, picture=self.picture, tl0=self.tl0, start=part == 0)
            # Browsers name a stream until a report has told that it is known: here a while.
            names = {EXT_MID: self.mid, EXT_RID: RIDS[self.index]} if self.packets < 300 else {}
            data = named(self.ssrc, self.sequence, self.stamp(now), payload, VP8, names)
            self.sent[self.sequence & 0xFFFF] = data
            out.append(data)
        return out

    def again(self, sequence: int) -> bytes | None:
        """The retransmission of one packet."""
        data = self.sent.get(sequence)
        if data is None:
            return None
        self.rtx_sequence += 1
        body = sequence.to_bytes(2, "big") + data[scan(data).payload :]
        names = {EXT_MID: self.mid, EXT_RRID: RIDS[self.index]}
        return named(self.ssrc + 1000, self.rtx_sequence, int.from_bytes(data[4:8], "big"), body, RTX, names)

    def report(self, now: float) -> bytes:
        ntp = int((EPOCH + now) * (1 << 32))
        return rtcp.sender_report(rtcp.SenderReport(self.ssrc, ntp, self.stamp(now), self.packets, 0))


class Camera:
    """Three layers on one m-line, obeying what the server asks."""

    def __init__(self, chance: random.Random, mid: str, ssrc: int) -> None:
        self.layers = [Layer(chance, mid, index, ssrc + index) for index in range(len(RIDS))]

    def on_rtcp(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """Key frames and repairs asked of any layer."""
        for item in rtcp.walk(data):
            for layer in self.layers:
                if isinstance(item, rtcp.PictureLoss) and layer.ssrc in item.ssrcs:
                    layer.key_wanted = True
                elif isinstance(item, rtcp.Nack) and item.ssrc == layer.ssrc:
                    for sequence in item.sequences:
                        if (data := layer.again(sequence) or b"") != b"":
                            send(data)
