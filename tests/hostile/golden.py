"""Good packets of every kind a browser sends, and ways to spoil them: bits, lengths, cuts, splices, pure noise."""

import random
import struct
from collections.abc import Sequence

from aioice import stun

from signaling.media import Offer, rtcp
from signaling.media.publish import Publisher
from signaling.media.rtp import RED
from tests.signaling.media.memory import OPUS, RTX, VP8, answer_to, extensions, packet, vp8_payload

AUDIO, VIDEO, REPAIR, LAYER = 1001, 1002, 1003, 1004
"""SSRCs of the offender."""
EDGES = (0, 1, 2, 3, 0x7F, 0x80, 0xFE, 0xFF)


def rtp_packets() -> list[bytes]:
    """Sound, picture, layers, repairs and probes; also what no browser sends, but the grammar has."""
    found = []
    for n in (1, 2, 65_535, 30_000):
        found.append(packet(AUDIO, n, n * 960, bytes(40), payload_type=OPUS, mid="00", twcc=n))
        for key in (True, False):
            payload = vp8_payload(bytes(60), key=key, picture=n, tl0=n)
            found.append(packet(VIDEO, n, n * 3000, payload, payload_type=VP8, mid="01", twcc=n))
        found.append(packet(REPAIR, n, n * 3000, struct.pack("!H", n) + payload, payload_type=RTX, mid="01"))
    head = struct.pack("!BBHLL", 0x90, VP8, 7, 9, LAYER)
    for rid in (b"l", b"m", b"h", b"x"):
        element = extensions("01") + bytes([0x50]) + rid + bytes([0x60]) + rid
        body = element[4:] + bytes(-len(element) % 4)
        found.append(head + struct.pack("!HH", 0xBEDE, len(body) // 4) + body + vp8_payload(b"x", key=True))
    found.append(struct.pack("!BBHLL", 0xA0, RTX, 9, 1000, REPAIR) + bytes(99) + bytes([100]))
    found.append(struct.pack("!BBHLL", 0x92, OPUS, 1, 2, AUDIO) + bytes(8) + extensions("00") + b"x")
    found.append(struct.pack("!BBHLLHH", 0x90, OPUS, 1, 2, AUDIO, 0x1000, 1) + b"\1\2" + b"00" + b"x")
    return found


def rtcp_packets(ssrcs: Sequence[int]) -> list[bytes]:
    """What a browser says of streams `ssrcs`, and of its own."""
    blocks = [rtcp.Block(ssrc, 20, 300, 70_000, 40, 0x1234_5678, 6000) for ssrc in ssrcs][:31]
    first = ssrcs[0]
    report = rtcp.sender_report(rtcp.SenderReport(AUDIO, 0xE000_0000 << 32, 960, 10, 1000))
    arrivals = [(n, 1_000_000 + n * 700 + (n % 7) * 90_000) for n in range(0, 120, 3)]
    feedback, _ = rtcp.transport_feedback(1, first, 3, 0, arrivals)
    fir = struct.pack("!BBHLL", 0x84, 206, 6, 1, 0) + struct.pack("!LLLL", first, 0, AUDIO, 0)
    bye = struct.pack("!BBHL", 0x81, 203, 1, AUDIO)
    parts = [
        report,
        rtcp.receiver_report(1, blocks),
        rtcp.nack(1, first, [1, 2, 5, 40, 65_535]),
        rtcp.pli(1, first),
        rtcp.remb(1, 500_000, list(ssrcs)[:8]),
        feedback,
        fir,
        bye,
        claim(0, 65_535, 1),
    ]
    return [*parts, report + parts[1] + bye, parts[2] + parts[3] + feedback]


def claim(base: int, span: int, got: int) -> bytes:
    """Transport-wide feedback that speaks of `span` numbers from `base`, of which the first `got` came."""
    chunks, left = struct.pack("!H", 0x2000 | got), span - got
    while left > 0:
        chunks += struct.pack("!H", min(left, 0x1FFF))
        left -= 0x1FFF
    body = struct.pack("!LLHHL", 1, 2, base & 0xFFFF, span, 5 << 8) + chunks + bytes(got)
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body


def stun_messages(ufrag: str, password: str, remote: str) -> list[bytes]:
    """Checks, an answer, an indication, an allocation."""
    found = []
    for method, kind, extra in (
        (stun.Method.BINDING, stun.Class.REQUEST, {"ICE-CONTROLLING": 1}),
        (stun.Method.BINDING, stun.Class.REQUEST, {"ICE-CONTROLLED": 1}),
        (stun.Method.BINDING, stun.Class.REQUEST, {"ICE-CONTROLLING": 1, "USE-CANDIDATE": None}),
        (stun.Method.BINDING, stun.Class.RESPONSE, {"XOR-MAPPED-ADDRESS": ("127.0.0.1", 9)}),
        (stun.Method.BINDING, stun.Class.ERROR, {"ERROR-CODE": (487, "Role Conflict")}),
        (stun.Method.BINDING, stun.Class.INDICATION, {}),
        (stun.Method.ALLOCATE, stun.Class.REQUEST, {"LIFETIME": 600}),
    ):
        message = stun.Message(method, kind)
        message.attributes["USERNAME"] = f"{ufrag}:{remote}"
        message.attributes["PRIORITY"] = 1
        message.attributes.update(extra)
        message.add_message_integrity(password.encode())
        found.append(bytes(message))
    return found


def spoilt(chance: random.Random, good: Sequence[bytes], least: int = 1, most: int = 4) -> bytes:
    """One of `good`, changed in some ways; sometimes noise."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(200))
    data = bytearray(chance.choice(good))
    for _ in range(chance.randint(least, most)):
        way, size = chance.randrange(8), len(data)
        at = chance.randrange(size) if size else 0
        if way == 0 and size:
            data[at] ^= 1 << chance.randrange(8)
        elif way == 1 and size:
            data[at] = chance.choice(EDGES)
        elif way == 2 and size > 1:
            data[at : at + 2] = chance.choice((b"\0\0", b"\xff\xff", b"\x80\0", b"\x7f\xff", chance.randbytes(2)))
        elif way == 3:
            del data[at:]
        elif way == 4:
            del data[at : at + chance.randrange(1, 9)]
        elif way == 5:
            data[at:at] = chance.randbytes(chance.randrange(1, 20))
        elif way == 6:
            data += chance.choice(good)[: 1400 - min(1400, size)]
        elif size:
            data[chance.randrange(min(size, 4))] = chance.randrange(256)  # the first bytes say what the rest is
    return bytes(data)


def plausible(chance: random.Random, good: Sequence[bytes], publisher: Publisher) -> bytes:
    """A spoilt packet that mostly passes for the next one of a stream the publisher has."""
    data = bytearray(spoilt(chance, good, 0, 2))
    if len(data) >= 12 and chance.random() < 0.8:
        payload_type, ssrc = chance.choice(((OPUS, AUDIO), (RED, AUDIO), (VP8, VIDEO), (RTX, REPAIR), (VP8, LAYER)))
        data[0], data[1] = 0x80 | data[0] & 0x3F, data[1] & 0x80 | payload_type
        known = publisher._streams.get(VIDEO if ssrc == REPAIR else ssrc)
        number = (known.highest if known is not None else 1) + chance.choice((1, 1, 1, 1, 2, 20, 300, -1, -5))
        data[2:4] = struct.pack("!H", number & 0xFFFF)
        data[8:12] = ssrc.to_bytes(4, "big")
    return bytes(data)


def forged(chance: random.Random, ufrag: str, password: str) -> bytes:
    """A STUN message of any attributes at all, well signed: what a participant can send, and a stranger cannot."""
    body = b""
    name = chance.choice(
        (f"{ufrag}:remo", f"{ufrag}:remo", f"{ufrag}:remo", ufrag, f"{ufrag}:", ":", f"{ufrag}:other")
    ).encode()
    for kind in chance.sample(range(len(stun.ATTRIBUTES)), chance.choice((0, 0, 0, 1, 1, 3))):
        value = chance.randbytes(chance.choice((0, 1, 4, 8, 20, 300)))
        body += struct.pack("!HH", stun.ATTRIBUTES[kind][0], len(value)) + value + bytes(-len(value) % 4)
    body += struct.pack("!HH", 6, len(name)) + name + bytes(-len(name) % 4)
    if chance.random() < 0.7:
        body += struct.pack("!HHQ", chance.choice((0x8029, 0x802A)), 8, 1)
    kind = chance.choice((0x001, 0x001, 0x001, 0x101, 0x111, 0x011))
    data = struct.pack("!HHL", kind, len(body), stun.COOKIE) + chance.randbytes(12) + body
    data = stun.set_body_length(data, len(body) + 24)
    data += struct.pack("!HH", 8, 20) + stun.message_integrity(data, password.encode())
    data = stun.set_body_length(data, len(data) - 20 + 8)
    return data + struct.pack("!HHL", 0x8028, 4, stun.message_fingerprint(data))


WORDS = ("", " ", "0", "-1", "4294967295", "4294967296", "٣٤", "9" * 400, "\ud800", "\x00", "A" * 3000, "FID", "h;l")
LINES = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96", "m=", "a=mid:01", "a=ssrc:1 x", "a=ssrc-group:FID 1 1", "a=ssrc-group:FID 1 2",
    "a=simulcast:send l;m;h", "a=inactive", "a=setup:passive", "a=setup:active", "a=fingerprint:sha-256 AB",
    "a=fingerprint:md5 00", "a=ice-ufrag:", "a=", "=", "\u2028", "a=rid:l send",
)  # fmt: skip


def answers(offer: Offer) -> list[str]:
    streams = {"00": (AUDIO, None), "01": (VIDEO, REPAIR), "04": (VIDEO + 100, REPAIR + 100)}
    plain = answer_to(offer, streams)
    return [plain, plain.replace("a=setup:active", "a=setup:active\r\na=simulcast:send l;m;h"), answer_to(offer)]


def spoilt_answer(chance: random.Random, good: Sequence[str]) -> str:
    """Lines lost, doubled, swapped, made long; words replaced."""
    lines = chance.choice(good).split("\r\n")
    for _ in range(chance.randrange(1, 6)):
        way, at = chance.randrange(6), chance.randrange(len(lines))
        if way == 0:
            del lines[at : at + chance.randrange(1, 4)]
        elif way == 1:
            lines[at:at] = lines[at : at + chance.randrange(1, 12)]
        elif way == 2:
            lines.insert(at, chance.choice(LINES))
        elif way == 3:
            head, _, tail = lines[at].partition(":")
            lines[at] = f"{head}:{chance.choice(WORDS)}" if chance.random() < 0.5 else f"{tail}:{head}"
        elif way == 4:
            words = lines[at].split(" ")
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            lines[at] = " ".join(words)
        else:
            lines += [chance.choice(LINES)] * chance.choice((1, 30, 400))
        lines = lines or [""]
    return chance.choice(("\r\n", "\n", "\r")).join(lines)
