"""Voices with the last ones beside them (RFC 2198): what was lost comes again with the next packet. Pure."""

from .rtp import OPUS

MAX_BLOCKS = 4
"""Earlier voices beside one; browsers send one or two."""


def primary(data: bytes | bytearray, at: int, end: int) -> tuple[int, int] | None:
    """How many earlier voices stand before the newest one, and where that begins; None for what is no Opus."""
    blocks = length = 0
    while at + 4 <= end and data[at] & 0x80:
        if data[at] & 0x7F != OPUS or blocks == MAX_BLOCKS:
            return None
        blocks += 1
        length += (data[at + 2] & 0x03) << 8 | data[at + 3]
        at += 4
    if at >= end or data[at] != OPUS or at + 1 + length > end:
        return None
    return blocks, at + 1 + length


def alone(data: bytes | bytearray, payload: int, at: int, end: int) -> bytearray:
    """The newest voice as a plain Opus packet: `payload` is where the payload began, `at` where the voice does."""
    out = bytearray(data[:payload])
    out[0] &= 0xDF  # without the padding
    out[1] = data[1] & 0x80 | OPUS
    return out + data[at:end]
