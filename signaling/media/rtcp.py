"""RTCP: a walker that takes what the forwarder needs and builders of what it sends. Pure, raises nothing."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

SR, RR, RTPFB, PSFB = 200, 201, 205, 206
NACK, TWCC = 1, 15
PLI, FIR, AFB = 1, 4, 15
MAX_SEQUENCES = 256
"""Sequence numbers taken from one NACK: a storm is cut here."""


class Block(NamedTuple):
    """A report block (RFC 3550 6.4.1). `fraction` is 0..255, `dlsr` in 1/65536 s."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    lsr: int
    dlsr: int


class SenderReport(NamedTuple):
    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int


class Reports(NamedTuple):
    blocks: tuple[Block, ...]


class Nack(NamedTuple):
    ssrc: int
    sequences: tuple[int, ...]


class PictureLoss(NamedTuple):
    """PLI or FIR: a key frame is wanted of each SSRC."""

    ssrcs: tuple[int, ...]


class Feedback(NamedTuple):
    """When packets arrived, by transport-wide number (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1).

    It speaks of `span` numbers from `base` on (16 bits); `offsets` are those received, `ticks` their arrivals in
    250 us after `reference`, which counts 64 ms in 24 bits.
    """

    base: int
    span: int
    reference: int
    offsets: Sequence[int]
    ticks: Sequence[int]


Item = SenderReport | Reports | Nack | PictureLoss | Feedback


def walk(data: bytes) -> Iterator[Item]:
    """Each known part of a compound packet, sub-packet by sub-packet; unknown ones are skipped by length."""
    at = 0
    while at + 4 <= len(data):
        first, kind, words = struct.unpack_from("!BBH", data, at)
        stop = at + 4 * (words + 1)
        if first >> 6 != 2 or stop > len(data):
            return
        end = stop
        if first & 0x20:
            end -= data[stop - 1]
            if data[stop - 1] == 0 or end < at + 4:
                return
        yield from _part(first & 0x1F, kind, data[at + 4 : end])
        at = stop


def _part(count: int, kind: int, body: bytes) -> Iterator[Item]:
    if kind == SR and len(body) >= 24:
        yield SenderReport(*struct.unpack_from("!LQLLL", body))
        yield Reports(tuple(_blocks(body[24:], count)))
    elif kind == RR and len(body) >= 4:
        yield Reports(tuple(_blocks(body[4:], count)))
    elif kind == RTPFB and count == NACK and len(body) >= 12:
        yield Nack(struct.unpack_from("!L", body, 4)[0], tuple(_lost(body[8:])))
    elif kind == RTPFB and count == TWCC and (feedback := _feedback(body)) is not None:
        yield feedback
    elif kind == PSFB and count == PLI and len(body) >= 8:
        yield PictureLoss((struct.unpack_from("!L", body, 4)[0],))
    elif kind == PSFB and count == FIR and len(body) >= 16:
        entries = (len(body) - 8) // 8
        yield PictureLoss(tuple(struct.unpack_from("!L", body, 8 + 8 * i)[0] for i in range(entries)))


def _blocks(body: bytes, count: int) -> Iterator[Block]:
    for at in range(0, min(24 * count, len(body) - 23), 24):
        ssrc, loss, highest, jitter, lsr, dlsr = struct.unpack_from("!LLLLLL", body, at)
        lost = loss & 0xFFFFFF
        yield Block(ssrc, loss >> 24, lost - (1 << 24) if lost >> 23 else lost, highest, jitter, lsr, dlsr)


def _lost(body: bytes) -> list[int]:
    lost: list[int] = []
    for at in range(0, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, at)
        lost.append(first)
        lost.extend((first + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1)
        if len(lost) >= MAX_SEQUENCES:
            break
    return lost[:MAX_SEQUENCES]


def _feedback(body: bytes) -> Feedback | None:
    """None for what is cut short or uses the reserved symbol; work is bounded by the length, whatever it claims."""
    size = len(body)
    if size < 18:
        return None
    base, count, head = struct.unpack_from("!HHL", body, 8)
    offsets: list[int] = []
    widths = bytearray()
    at, done = 16, 0
    while done < count:
        if at + 2 > size or len(offsets) > size:
            return None
        chunk = body[at] << 8 | body[at + 1]
        at += 2
        if chunk < 0x8000:
            run = min(chunk & 0x1FFF, count - done)
            if width := chunk >> 13:
                if run > size:
                    return None
                offsets.extend(range(done, done + run))
                widths += bytes((width,)) * run
            done += run
            continue
        step, mask = (2, 3) if chunk & 0x4000 else (1, 1)
        for shift in range(14 - step, -1, -step):
            if done < count and (width := chunk >> shift & mask):
                offsets.append(done)
                widths.append(width)
            done += 1
    deltas = _deltas(body, at, widths)
    return None if deltas is None else Feedback(base, count, head >> 8, offsets, list(accumulate(deltas)))


def _deltas(body: bytes, at: int, widths: bytearray) -> Sequence[int] | None:
    """One byte where the width is 1, two signed where it is 2."""
    wide, long = widths.count(2), len(widths)
    if widths.count(3) or at + long + wide > len(body):
        return None
    if not wide:
        return body[at : at + long]
    deltas: list[int] = []
    for width in widths:
        deltas.append(body[at] if width == 1 else (body[at] << 8 | body[at + 1]) - ((body[at] & 0x80) << 9))
        at += width
    return deltas


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def _pack(block: Block) -> bytes:
    lost = max(-(1 << 23), min(block.lost, (1 << 23) - 1)) & 0xFFFFFF
    return struct.pack(
        "!LLLLLL", block.ssrc, block.fraction << 24 | lost, block.highest, block.jitter, block.lsr, block.dlsr
    )


def receiver_report(sender: int, blocks: Sequence[Block]) -> bytes:
    """At most 31 blocks; the caller splits."""
    return _packet(len(blocks), RR, struct.pack("!L", sender) + b"".join(_pack(b) for b in blocks))


def sender_report(report: SenderReport) -> bytes:
    return _packet(0, SR, struct.pack("!LQLLL", *report))


def pli(sender: int, media: int) -> bytes:
    """RFC 4585 6.3.1."""
    return _packet(PLI, PSFB, struct.pack("!LL", sender, media))


def nack(sender: int, media: int, sequences: Iterable[int]) -> bytes:
    """RFC 4585 6.2.1; `sequences` are 16-bit, in sending order, not empty."""
    body = bytearray(struct.pack("!LL", sender, media))
    first, mask = -1, 0
    for sequence in sequences:
        ahead = (sequence - first - 1) & 0xFFFF
        if first >= 0 and ahead < 16:
            mask |= 1 << ahead
            continue
        if first >= 0:
            body += struct.pack("!HH", first, mask)
        first, mask = sequence, 0
    body += struct.pack("!HH", first, mask)
    return _packet(NACK, RTPFB, bytes(body))


def remb(sender: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    """The most the receiver can take, bit/s (draft-alvestrand-rmcat-remb-03 2.2)."""
    shift = max(0, bitrate.bit_length() - 18)
    body = struct.pack("!LL4sL", sender, 0, b"REMB", len(ssrcs) << 24 | shift << 18 | bitrate >> shift)
    return _packet(AFB, PSFB, body + struct.pack(f"!{len(ssrcs)}L", *ssrcs))


def transport_feedback(
    sender: int, media: int, count: int, base: int, arrivals: Sequence[tuple[int, int]]
) -> tuple[bytes, int]:
    """Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1).

    `arrivals` are (unwrapped sequence, microseconds) in order of sequence, not empty, none below `base`.
    Returns the packet and how many arrivals it holds: a delta beyond 16 bits ends it early.
    """
    reference = arrivals[0][1] // 64_000
    last = reference * 256  # in units of 250 us
    symbols: list[int] = []
    deltas = bytearray()
    taken = 0
    for sequence, microseconds in arrivals:
        ticks = microseconds // 250
        delta = ticks - last
        if not -32_768 <= delta <= 32_767:
            break
        symbols.extend([0] * (sequence - base - len(symbols)))
        if 0 <= delta <= 255:
            symbols.append(1)
            deltas.append(delta)
        else:
            symbols.append(2)
            deltas += struct.pack("!h", delta)
        last = ticks
        taken += 1
    body = struct.pack("!LLHHL", sender, media, base & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | count & 0xFF)
    body += _chunks(symbols) + deltas
    padding = -len(body) % 4
    head = 0x80 | TWCC
    if padding:
        head |= 0x20
        body += bytes(padding - 1) + bytes([padding])
    return struct.pack("!BBH", head, RTPFB, len(body) // 4) + body, taken


def _chunks(symbols: Sequence[int]) -> bytes:
    """Run lengths where seven or more are alike, else vectors of seven two-bit symbols."""
    out = bytearray()
    at = 0
    while at < len(symbols):
        symbol = symbols[at]
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbol and run < 0x1FFF:
            run += 1
        if run >= 7 or at + run == len(symbols):
            out += struct.pack("!H", symbol << 13 | run)
            at += run
            continue
        chunk = 0xC000
        for place, value in enumerate(symbols[at : at + 7]):
            chunk |= value << (12 - 2 * place)
        out += struct.pack("!H", chunk)
        at += 7
    return bytes(out)
