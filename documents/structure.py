"""The outer form of a signed file: its revisions, read from the classic xref tables with no tolerance at all. Each
update must be tiled by the objects its table lists, so that no parser can find anything that another does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from documents import cms
from documents.der import BadDer
from documents.revisions import BYTE_RANGE
from documents.spelling import is_plain

MAX_REVISIONS = 128
"""Far more than signers and renewals need; keeps the work for a hostile file within bounds."""

_END = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n")
_TRAILER = re.compile(rb"trailer\s*<<(?P<entries>.{1,2000}?)>>\s*startxref\n(?P<offset>\d{1,10})\n%%EOF\n", re.DOTALL)
_SECTION = re.compile(rb"(\d{1,10}) (\d{1,10})\n")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf]) \n")
_HEADER = re.compile(rb"(\d{1,10}) 0 obj\n")
_LENGTH = re.compile(rb"/Length (\d{1,10})\b")
_KEYS = [b"ID", b"Info", b"Prev", b"Root", b"Size"]


class Broken(Exception):
    """The outer form is not ours: a reason code, and the offset from which on that shows."""

    def __init__(self, code: str, offset: int, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.offset, self.detail = code, offset, detail


@dataclass(frozen=True)
class Revision:
    """Bytes [start, end) of the file; `objects` maps the numbers it writes to their offsets."""

    index: int
    start: int
    end: int
    startxref: int
    size: int
    objects: dict[int, int]


def ends(pdf: bytes) -> list[int]:
    """Offsets behind each `startxref ... %%EOF` line group, whatever lies between; at most one more than allowed."""
    return [found.end() for found in islice(_END.finditer(pdf), MAX_REVISIONS + 1)]


def read(pdf: bytes) -> tuple[Revision, ...]:
    """All revisions, oldest first. Raises Broken: no_end, trailing_bytes, truncated, structure."""
    found = ends(pdf)
    if not found:
        raise Broken("no_end", 0)
    if len(found) > MAX_REVISIONS:
        raise Broken("structure", found[-1], "revisions")
    if found[-1] != len(pdf):
        rest = pdf[found[-1] :]
        raise Broken("truncated" if _HEADER.match(rest) else "trailing_bytes", found[-1], f"{len(rest)} bytes")
    last = _END.search(pdf, max(len(pdf) - 64, 0))
    if last is None:
        raise Broken("structure", len(pdf), "startxref")
    tables, offset = [], int(last[1])
    while True:
        objects, size, previous, end = _table(pdf, offset)
        tables.append((objects, size, offset, end))
        if previous is None:
            break
        if previous >= offset:
            raise Broken("structure", offset, "/Prev")
        offset = previous
    revisions: list[Revision] = []
    start = 0
    for index, (objects, size, offset, end) in enumerate(reversed(tables)):
        if not start < offset < end or (index and found[-len(tables) + index] != end):
            raise Broken("structure", start, "xref")
        revision = Revision(index, start, end, offset, size, objects)
        _tile(pdf, revision)
        if revisions and size < revisions[-1].size:
            raise Broken("structure", start, "/Size")
        revisions.append(revision)
        start = end
    if start != len(pdf) or len(found) != len(tables):
        raise Broken("structure", start, "revisions")
    return tuple(revisions)


def _table(pdf: bytes, offset: int) -> tuple[dict[int, int], int, int | None, int]:
    """Objects, /Size, /Prev and the end of one section."""
    if pdf[offset : offset + 5] != b"xref\n":
        raise Broken("structure", offset, "xref")
    objects: dict[int, int] = {}
    position = offset + 5
    while section := _SECTION.match(pdf, position):
        position = section.end()
        for number in range(int(section[1]), int(section[1]) + int(section[2])):
            entry = _ENTRY.match(pdf, position)
            if entry is None or number in objects:
                raise Broken("structure", position, "xref entry")
            position = entry.end()
            if (entry[3] == b"f") != (number == 0) or (number and entry[2] != b"00000"):
                raise Broken("structure", position, "xref entry")
            if number:
                objects[number] = int(entry[1])
    trailer = _TRAILER.match(pdf, position)
    if trailer is None or int(trailer["offset"]) != offset:
        raise Broken("structure", position, "trailer")
    entries = trailer["entries"]
    previous = re.findall(rb"/Prev (\d{1,10})\b", entries)
    sizes = re.findall(rb"/Size (\d{1,10})\b", entries)
    keys = sorted(re.findall(rb"/([A-Za-z]+)", entries))
    wanted = _KEYS if previous else [key for key in _KEYS if key != b"Prev"]
    if len(sizes) != 1 or keys != wanted or not is_plain(b"<<" + entries + b">>"):
        raise Broken("structure", position, "trailer")
    if any(number >= int(sizes[0]) for number in objects):
        raise Broken("structure", position, "/Size")
    return objects, int(sizes[0]), int(previous[0]) if previous else None, trailer.end()


def _tile(pdf: bytes, revision: Revision) -> None:
    """Every byte of the revision before its table belongs to a listed object."""
    places = sorted((offset, number) for number, offset in revision.objects.items())
    borders = [*(offset for offset, _ in places), revision.startxref]
    if not places or (revision.index and borders[0] != revision.start):
        raise Broken("structure", revision.start, "object")
    for (offset, number), border in zip(places, borders[1:], strict=True):
        header = _HEADER.match(pdf, offset)
        if offset < revision.start or border <= offset or header is None or int(header[1]) != number:
            raise Broken("structure", offset, f"object {number}")
        if not _one_object(pdf[header.end() : border], appended=revision.index > 0):
            raise Broken("structure", offset, f"object {number}")


def _one_object(body: bytes, *, appended: bool) -> bool:
    """From behind `n 0 obj` to the next border: one object and nothing more; a stream is as long as it says. What was
    `appended` to the printed file is spelled plainly, and nothing in it looks like the end of an object."""
    marker = re.search(rb">>\s?stream\r?\n", body)
    if marker and b"endobj" not in body[: marker.start()]:
        length = _LENGTH.search(body, 0, marker.start())
        if length is None:
            return False
        data_end = marker.end() + int(length[1])
        if appended and (b"endobj" in body[marker.end() : data_end] or not is_plain(body[: marker.start() + 2])):
            return False
        return re.fullmatch(rb"\n?endstream\nendobj\n\s*", body[data_end:]) is not None
    end = re.search(rb"\nendobj\n\s*\Z", body)
    return body.count(b"endobj") == 1 and end is not None and (not appended or is_plain(body[: end.start()]))


def first_broken(pdf: bytes) -> tuple[int, int] | None:
    """Where an altered byte must lie, by digests alone: from what the last good signature covers to the end of the
    first one that no longer fits. None when every digest that can be found is right. Works on damaged structure,
    too."""
    start = good = 0
    for end in ends(pdf):
        for found in islice(BYTE_RANGE.finditer(pdf, start, end), 1):
            a, b, c = (int(value) for value in found.groups())
            if not start <= a < b <= end:
                return good, end
            try:
                expected = signed_digest(bytes.fromhex(pdf[a + 1 : b - 1].decode("ascii")))
            except (ValueError, BadDer):
                return good, end
            digest = sha256(memoryview(pdf)[:a])
            digest.update(memoryview(pdf)[b : b + c])
            if b + c != end or digest.digest() != expected:
                return good, end
            good = a  # its own value is covered by the next one only
        start = end
    return None


def signed_digest(contents: bytes) -> bytes:
    """The document digest that a /Contents value speaks of: messageDigest of a signature, or a time-stamp's imprint."""
    value = cms.padded(contents)
    try:
        attributes = cms.parse(value).signed_attrs
    except BadDer:
        return cms.imprint(value)
    return cms.message_digest(attributes)
