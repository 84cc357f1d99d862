"""RTP headers in place: where the extensions and the VP8 descriptor lie. Pure; copies nothing but what it must."""

import struct
from typing import NamedTuple

OPUS, RED, VP8, RTX = 111, 63, 96, 97
"""Canonical payload types, the same for everyone, so that they never need rewriting."""
CLOCK_RATE = {"audio": 48_000, "video": 90_000, "screen": 90_000}

EXT_MID, EXT_ABS_SEND_TIME, EXT_TWCC, EXT_AUDIO_LEVEL, EXT_RID, EXT_RRID = 1, 2, 3, 4, 5, 6
"""Canonical header extension ids (RFC 8285 one-byte form)."""

FIXED = struct.Struct("!HLL")
"""Sequence number, timestamp, SSRC: bytes 2 to 12."""
U16 = struct.Struct("!H")
MIN_HEADER = 12
ONE_BYTE = 0xBEDE
"""The profile of one-byte extension headers, the only one we offer."""


class Layout(NamedTuple):
    """Offsets in one packet; 0 where the thing is absent. `payload` is -1 for a malformed header."""

    payload: int
    end: int
    """End of the payload without padding."""
    twcc: int = 0
    abs_send_time: int = 0
    mid: int = 0
    mid_length: int = 0
    rid: int = 0
    rid_length: int = 0
    rrid: int = 0
    rrid_length: int = 0
    level: int = 0
    """The byte of the audio level."""


MALFORMED = Layout(-1, -1)


def scan(data: bytes | bytearray) -> Layout:
    """Find payload and known extensions (RFC 3550 5.1, RFC 8285 4.2).

    Malformed is also what hides an extension from us that a browser might read: another profile, an element twice or
    of another length. A mid that came through would show one person on the lines of another.
    """
    size = len(data)
    if size < MIN_HEADER:
        return MALFORMED
    first = data[0]
    at = MIN_HEADER + 4 * (first & 0x0F)
    twcc = sent = mid = mid_length = rid = rid_length = rrid = rrid_length = level = 0
    if first & 0x10:
        if at + 4 > size:
            return MALFORMED
        profile, words = struct.unpack_from("!HH", data, at)
        at += 4
        stop = at + 4 * words
        if stop > size:
            return MALFORMED
        if profile != ONE_BYTE and words:
            return MALFORMED
        while at < stop:
            head = data[at]
            if head == 0:
                at += 1
                continue
            ident, length = head >> 4, (head & 0x0F) + 1
            if ident == 15 or at + 1 + length > stop:
                break
            if ident == EXT_TWCC:
                if twcc or length != 2:
                    return MALFORMED
                twcc = at + 1
            elif ident == EXT_ABS_SEND_TIME:
                if sent or length != 3:
                    return MALFORMED
                sent = at + 1
            elif ident == EXT_MID:
                if mid:
                    return MALFORMED
                mid, mid_length = at + 1, length
            elif ident == EXT_AUDIO_LEVEL:
                if level:
                    return MALFORMED
                level = at + 1
            elif ident == EXT_RID:
                if rid:
                    return MALFORMED
                rid, rid_length = at + 1, length
            elif ident == EXT_RRID:
                if rrid:
                    return MALFORMED
                rrid, rrid_length = at + 1, length
            at += 1 + length
        at = stop
    end = size
    if first & 0x20:
        end = size - data[-1]
        if data[-1] == 0 or end < at:
            return MALFORMED
    elif at > size:
        return MALFORMED
    return Layout(at, end, twcc, sent, mid, mid_length, rid, rid_length, rrid, rrid_length, level)


class Vp8(NamedTuple):
    """What a VP8 payload descriptor says (RFC 7741 4.2); offsets are absolute, 0 where absent."""

    key: bool = False
    """First packet of a key frame."""
    picture_at: int = 0
    picture: int = 0
    wide: bool = False
    """Picture id has 15 bits, not 7."""
    tl0_at: int = 0
    tl0: int = 0


NO_VP8 = Vp8()


def vp8(data: bytes | bytearray, at: int, end: int) -> Vp8:
    """Read the descriptor at `at`; an empty or cut payload gives `NO_VP8`."""
    if at >= end:
        return NO_VP8
    first = data[at]
    at += 1
    picture_at = picture = tl0_at = tl0 = 0
    wide = False
    if first & 0x80:
        if at >= end:
            return NO_VP8
        flags = data[at]
        at += 1
        if flags & 0x80:
            if at + 1 >= end:
                return NO_VP8
            picture_at, wide = at, bool(data[at] & 0x80)
            picture = U16.unpack_from(data, at)[0] & 0x7FFF if wide else data[at]
            at += 2 if wide else 1
        if flags & 0x40:
            if at >= end:
                return NO_VP8
            tl0_at, tl0 = at, data[at]
            at += 1
        if flags & 0x30:
            at += 1
    if at >= end:
        return NO_VP8
    key = bool(first & 0x10) and not first & 0x07 and not data[at] & 0x01
    return Vp8(key, picture_at, picture, wide, tl0_at, tl0)


def blank(data: bytearray, at: int, length: int) -> None:
    """Turn one extension element into padding (id 0), header byte included, so that nobody reads it."""
    data[at - 1 : at + length] = bytes(length + 1)


def abs_send_time(now: float) -> bytes:
    """24 bits, 6.18 fixed point seconds."""
    return (int(now * 262_144) & 0xFFFFFF).to_bytes(3, "big")


def unwrap_rtx(data: bytes | bytearray, layout: Layout, ssrc: int, payload_type: int) -> bytearray | None:
    """The original packet inside a retransmission (RFC 4588 4), None when it is padding only."""
    at = layout.payload
    if layout.end - at <= 2:
        return None
    original = bytearray(data[:at])
    original[0] &= 0xDF  # padding of the retransmission is not the original's
    original[1] = (data[1] & 0x80) | payload_type
    original[2:4] = data[at : at + 2]
    original[8:12] = ssrc.to_bytes(4, "big")
    original += data[at + 2 : layout.end]
    return original


def wrap_rtx(data: bytes | bytearray, payload_at: int, sequence: int, ssrc: int) -> bytearray:
    """A retransmission of `data` with its own SSRC and sequence number (RFC 4588 4)."""
    head = bytearray(data[:payload_at])
    head[1] = (data[1] & 0x80) | RTX
    head[2:4] = sequence.to_bytes(2, "big")
    head[8:12] = ssrc.to_bytes(4, "big")
    return head + data[2:4] + data[payload_at:]


def padding(sequence: int, timestamp: int, ssrc: int, size: int) -> tuple[bytearray, int]:
    """A retransmission of nothing, `size` (1..255) bytes of padding, and where its transport-wide number goes."""
    head = struct.pack("!BBHLLHHB", 0xB0, RTX, sequence, timestamp, ssrc, 0xBEDE, 1, EXT_TWCC << 4 | 1)
    return bytearray(head + bytes(3 + size - 1) + bytes([size])), len(head)
