"""Peers without sockets: a link in memory, packets as a browser would make them, and a minimal answer."""

import struct
from collections.abc import Callable, Mapping

from signaling.media import Offer, Peer
from signaling.media.rtp import EXT_MID, EXT_TWCC, OPUS, RED, RTX, VP8
from signaling.media.sdp import Answer, Transport

FINGERPRINT = ":".join(["AB"] * 32)


class MemoryLink:
    """Plain packets to two callables; up once an answer came."""

    def __init__(self, peer: Peer, on_rtp: Callable[[bytes], None], on_rtcp: Callable[[bytes], None]) -> None:
        self.peer = peer
        self.up = False
        self._on_rtp, self.send_rtcp = on_rtp, on_rtcp
        self.generation = 0

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        self._on_rtp(bytes(packet))

    def drop(self, *ssrcs: int) -> None:
        pass

    def transport(self) -> Transport:
        return Transport(f"ufrag{self.generation}", "p" * 24, FINGERPRINT, ("127.0.0.1",), 9)

    def expect(self, ufrag: str, answer: Answer) -> None:
        if not self.up:
            self.up = True
            self.peer.on_up()

    def restart(self) -> None:
        self.generation += 1

    def tick(self) -> None:
        pass

    def close(self) -> None:
        self.up = False


class Silent:
    """A room that needs no news."""

    def on_connected(self) -> None: ...
    def on_disconnected(self) -> None: ...
    def on_needs_offer(self) -> None: ...


def answer_to(offer: Offer, streams: Mapping[str, tuple[int, int | None]] | None = None) -> str:
    """What a browser would answer, without what nobody reads; `streams` maps a mid to SSRC and RTX SSRC."""
    out = ["v=0", "s=-", "t=0 0"]
    for section in offer.sdp.split("m=")[1:]:
        kind = section.split()[0]
        mid = section.split("a=mid:")[1].split()[0]
        payloads = f"{RED} {OPUS}" if kind == "audio" else f"{VP8} {RTX}"
        out += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {payloads}", f"a=mid:{mid}", "a=ice-ufrag:abcd", "a=ice-pwd:" + "x" * 24]
        out += [f"a=fingerprint:sha-256 {FINGERPRINT}", "a=setup:active"]
        out.append("a=sendonly" if "a=recvonly" in section else "a=recvonly")
        if streams and mid in streams:
            ssrc, rtx = streams[mid]
            if rtx is not None:
                out += [f"a=ssrc-group:FID {ssrc} {rtx}", f"a=ssrc:{rtx} cname:x"]
            out.append(f"a=ssrc:{ssrc} cname:x")
    return "\r\n".join(out) + "\r\n"


def extensions(mid: str = "", twcc: int | None = None) -> bytes:
    body = b""
    if mid:
        body += bytes([EXT_MID << 4 | len(mid) - 1]) + mid.encode()
    if twcc is not None:
        body += bytes([EXT_TWCC << 4 | 1]) + struct.pack("!H", twcc & 0xFFFF)
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", 0xBEDE, len(body) // 4) + body


def packet(
    ssrc: int,
    sequence: int,
    timestamp: int,
    payload: bytes,
    *,
    payload_type: int,
    mid: str = "",
    twcc: int | None = None,
) -> bytes:
    head = struct.pack("!BBHLL", 0x90, payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return head + extensions(mid, twcc) + payload


def vp8_payload(body: bytes, *, key: bool, picture: int = 0, tl0: int = 0, start: bool = True) -> bytes:
    """Descriptor with 15-bit picture id and TL0PICIDX, then a payload header whose first bit says delta or key."""
    first = 0x80 | (0x10 if start else 0)
    return bytes([first, 0xC0]) + struct.pack("!H", 0x8000 | picture & 0x7FFF) + bytes([tl0 & 0xFF, not key]) + body


def red_payload(now: bytes, *earlier: bytes) -> bytes:
    """Opus with earlier voices beside it, the last one first in `earlier` (RFC 2198 3)."""
    heads = b""
    for back, block in reversed(list(enumerate(earlier, 1))):
        heads += bytes([0x80 | OPUS]) + ((960 * back) << 10 | len(block)).to_bytes(3, "big")
    return heads + bytes([OPUS]) + b"".join(reversed(earlier)) + now


__all__ = [
    "OPUS",
    "RTX",
    "VP8",
    "MemoryLink",
    "Silent",
    "answer_to",
    "extensions",
    "packet",
    "red_payload",
    "vp8_payload",
]
