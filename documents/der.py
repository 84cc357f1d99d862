"""The few lines of DER that signing needs: exact encoding of what we build and a strict walk over what we are given.
No schema, no general decoder: whoever reads a structure here rebuilds it and compares the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
GENERALIZED_TIME, BOOLEAN = 0x18, 0x01


class BadDer(ValueError):
    """The bytes are not the DER structure they should be."""


@dataclass(frozen=True)
class Item:
    """One element: `whole` with tag and length, `content` without."""

    tag: int
    whole: bytes
    content: bytes

    def items(self) -> list[Item]:
        """The elements inside a constructed one."""
        return walk(self.content)


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, shortest length, parts (X.690 10.1)."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """SET OF in DER order (X.690 11.6)."""
    return tlv(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """INTEGER of a number >= 0."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    return tlv(OCTET_STRING, value)


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER; arcs may be of any size (2.25 is followed by a UUID)."""
    arcs = [int(arc) for arc in dotted.split(".")]
    out = bytearray()
    for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
        piece = [arc & 0x7F]
        while arc := arc >> 7:
            piece.append(0x80 | (arc & 0x7F))
        out += bytes(reversed(piece))
    return tlv(OID, bytes(out))


def generalized_time(at: datetime) -> bytes:
    """UTC, whole seconds (RFC 3161 2.4.2)."""
    return tlv(GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def read_item(data: bytes, start: int = 0) -> tuple[Item, int]:
    """The element at `start` and the offset behind it. Raises BadDer on any length that is not the shortest."""
    try:
        tag, size = data[start], data[start + 1]
    except IndexError:
        raise BadDer("truncated") from None
    position = start + 2
    if tag & 0x1F == 0x1F:
        raise BadDer("long tag")
    if size & 0x80:
        count = size & 0x7F
        length = data[position : position + count]
        position += count
        if not 1 <= count <= 4 or len(length) != count or length[0] == 0 or (count == 1 and length[0] < 0x80):
            raise BadDer("length")
        size = int.from_bytes(length, "big")
    end = position + size
    if end > len(data):
        raise BadDer("truncated")
    return Item(tag, data[start:end], data[position:end]), end


MAX_DEPTH = 64


def check_strict(data: bytes) -> None:
    """One element that fills the bytes and is DER at every depth: shortest lengths and integers, no odd boolean or
    null. The same rules as readDer of static/src/pdf/der.ts. Raises BadDer."""
    if _strict(data, 0, len(data), 0) != len(data):
        raise BadDer("bytes left over")


def _strict(data: bytes, at: int, limit: int, depth: int) -> int:
    """Where the element at an offset ends."""
    if at + 2 > limit or depth > MAX_DEPTH:
        raise BadDer("truncated" if depth <= MAX_DEPTH else "too deep")
    tag, size, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise BadDer("long tag")
    if size & 0x80:
        count = size & 0x7F
        start += count
        if not 1 <= count <= 3 or start > limit:
            raise BadDer("length")
        size = int.from_bytes(data[at + 2 : start], "big")
        if size < max(0x80, 1 << 8 * (count - 1)):
            raise BadDer("length")
    end = start + size
    if end > limit:
        raise BadDer("truncated")
    if tag & 0x20:
        while start < end:
            start = _strict(data, start, end, depth + 1)
    elif tag == INTEGER:
        if not size or (size > 1 and (data[start] == 0) == (data[start + 1] < 0x80) and data[start] in (0, 0xFF)):
            raise BadDer("integer")
    elif (tag == BOOLEAN and (size != 1 or data[start] not in (0, 0xFF))) or (tag == NULL and size):
        raise BadDer("boolean or null")
    return end


def walk(data: bytes) -> list[Item]:
    """All elements lying side by side in `data`, which they fill."""
    found, position = [], 0
    while position < len(data):
        item, position = read_item(data, position)
        found.append(item)
    return found


def expect(item: Item, tag: int) -> Item:
    """The item itself if it has the tag, else BadDer."""
    if item.tag != tag:
        raise BadDer(f"tag {item.tag:#x} instead of {tag:#x}")
    return item
