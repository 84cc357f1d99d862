"""What the load must know of a room: the sockets that are open and the streams that are sent on them."""

import secrets
from dataclasses import dataclass, field

from signaling.media.rtp import EXT_AUDIO_LEVEL, EXT_MID, EXT_TWCC, OPUS, VP8

from .connection import Connection

TWCC = "draft-holmer-rmcat-transport-wide-cc-extensions-01"
PAYLOAD = {"audio": OPUS, "video": VP8}
RTPMAP = {"audio": "opus/48000/2", "video": "VP8/90000"}
URI = {
    EXT_MID: "urn:ietf:params:rtp-hdrext:sdes:mid",
    EXT_TWCC: f"http://www.ietf.org/id/{TWCC}",
    EXT_AUDIO_LEVEL: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
}


@dataclass
class Wire:
    """One open connection. `twcc` is the extension id this side answers with feedback, 0 for none."""

    connection: Connection
    twcc: int = 0


@dataclass
class Sending:
    """One stream a person sends, `heard` times forwarded."""

    wire: Wire
    kind: str
    mid: str
    heard: int
    ssrc: int = field(default_factory=lambda: secrets.randbits(31) | 1)

    def extension(self) -> tuple[bytes, int]:
        """The header extension of every packet (RFC 8285) and where in it the transport-wide number goes."""
        body = bytes([EXT_MID << 4 | len(self.mid) - 1]) + self.mid.encode()
        at = 4 + len(body) + 1
        body += bytes([EXT_TWCC << 4 | 1, 0, 0])
        if self.kind == "audio":
            body += bytes([EXT_AUDIO_LEVEL << 4, 0x80 | 30])
        body += bytes(-len(body) % 4)
        return bytes([0xBE, 0xDE]) + (len(body) // 4).to_bytes(2, "big") + body, at

    def codec(self) -> list[str]:
        """Codec, feedback and extension lines as Chromium writes them, without repair payload types."""
        payload = PAYLOAD[self.kind]
        out = [f"a=rtpmap:{payload} {RTPMAP[self.kind]}", f"a=rtcp-fb:{payload} transport-cc"]
        if self.kind == "video":
            out += [f"a=rtcp-fb:{payload} nack", f"a=rtcp-fb:{payload} nack pli", f"a=rtcp-fb:{payload} goog-remb"]
        extensions = [EXT_MID, EXT_TWCC] + [EXT_AUDIO_LEVEL] * (self.kind == "audio")
        return out + [f"a=extmap:{each} {URI[each]}" for each in extensions]


@dataclass
class Room:
    """All wires and streams of one room."""

    wires: list[Wire] = field(default_factory=list)
    sending: list[Sending] = field(default_factory=list)


def sections(sdp: str) -> list[str]:
    """The m-lines of a description, each with its attributes."""
    return ["m=" + part for part in sdp.replace("\r\n", "\n").split("\nm=")[1:]]


def twcc_of(sdp: str) -> int:
    """The transport-wide extension id of the lines the other side sends on, 0 when it has none."""
    for section in sections(sdp):
        if "a=sendonly" in section and TWCC in section:
            return int(section.split(TWCC)[0].rsplit("a=extmap:", 1)[1].split()[0].split("/")[0])
    return 0
