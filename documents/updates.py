"""One incremental update of a file of ours, written by hand: objects are copied as they lie in the file with one entry
changed, so nothing is spelled anew that did not change. Knows nothing of keys; persons' turns are revisions.py's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from documents import structure
from documents.errors import FieldTaken, RevisionMismatch, SignatureRejected
from documents.revisions import frozen_facts

INSTITUTION_RESERVE = 8192
"""Bytes kept in /Contents for the institution's signatures and for document time-stamps, whoever gives them."""
_HEADER = re.compile(rb"\d{1,10} 0 obj\n")
_LENGTH = re.compile(rb"/Length (\d{1,10})\b")
_PLACE = re.compile(rb"\[0 {33}\]/Contents<(0+)>")
_REFERENCE = re.compile(rb"(\d{1,10}) 0 R")


class Update:
    """What is about to be appended to `base`. Object bodies are bytes between `n 0 obj` and `endobj`.

    Raises RevisionMismatch when the base has not the outer form of our files."""

    def __init__(self, base: bytes, below: Update | None = None) -> None:
        """`below`: the update that was just written and ends `base`; then only its objects are new to us."""
        self.base = base
        self.facts = frozen_facts(base)
        self._size = self.facts.size
        self._places: dict[int, int] = _places(base) if below is None else below._places | below._offsets
        self._changed: dict[int, bytes] = {}
        self._offsets: dict[int, int] = {}

    def body(self, number: int) -> bytes:
        """The newest form of an object, with this update's changes."""
        if number in self._changed:
            return self._changed[number]
        header = _HEADER.match(self.base, self._places.get(number, -1))
        if header is None:
            raise RevisionMismatch("object")
        return self.base[header.end() : self.base.index(b"\nendobj", header.end())].strip()

    def stream(self, number: int) -> bytes:
        """The data of an unfiltered stream. Raises RevisionMismatch for any other object."""
        offset = self._places.get(number, -1)
        length = _LENGTH.search(self.base, offset, offset + 200)
        start = self.base.find(b"stream\n", offset, offset + 200) + 7
        if length is None or start < 7 or b"/Filter" in self.base[offset:start]:
            raise RevisionMismatch("stream")
        return self.base[start : start + int(length[1])]

    def change(self, number: int, body: bytes) -> None:
        """Write an existing object anew."""
        self._changed[number] = body

    def add(self, body: bytes) -> int:
        """A new object; returns its number."""
        number, self._size = self._size, self._size + 1
        self._changed[number] = body
        return number

    def add_stream(self, data: bytes, entries: bytes = b"") -> int:
        """A new stream with these further entries in its dictionary."""
        return self.add(b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data))

    @property
    def form(self) -> int:
        """Object number of the AcroForm."""
        return _only(rb"/AcroForm\s+(\d{1,10})\s+0\s+R", self.body(self.facts.root))

    def fields(self) -> dict[str, int]:
        """Field name -> object number, in the form's order."""
        listed = re.search(rb"/Fields\s*\[([^\]]*)\]", self.body(self.form))
        found = {}
        for reference in _REFERENCE.findall(listed[1] if listed else b""):
            name = re.search(rb"/T\s*\(([a-z0-9-]{1,40})\)", self.body(int(reference)))
            if name is None:
                raise RevisionMismatch("field")
            found[name[1].decode()] = int(reference)
        return found

    def free_field(self, name: str) -> int:
        """Object number of a predeclared field without a value. Raises FieldTaken."""
        number = self.fields().get(name)
        if number is None or re.search(rb"/V\s+\d+ 0 R", self.body(number)):
            raise FieldTaken(name)
        return number

    def written(self) -> bytes:
        """The file with the update. The second ID is the start of the hash of what lies below (ISO 32000-1 14.4)."""
        position = len(self.base)
        parts: list[bytes] = []
        offsets = self._offsets = {}
        for number, body in sorted(self._changed.items()):
            offsets[number] = position
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
            position += len(parts[-1])
        facts = self.facts
        identity = f"<{facts.id_pair[0]}><{sha256(self.base).hexdigest()[:32]}>".encode()
        trailer = b"trailer\n<</Size %d/Prev %d/Root %d 0 R/Info %d 0 R/ID[%s]>>\nstartxref\n%d\n%%%%EOF\n" % (
            self._size, facts.startxref, facts.root, facts.info, identity, position,
        )  # fmt: skip
        return b"".join((self.base, *parts, _table(offsets), trailer))


def _places(pdf: bytes) -> dict[int, int]:
    """Where the newest form of each object begins."""
    try:
        return {number: offset for each in structure.read(pdf) for number, offset in each.objects.items()}
    except structure.Broken as broken:
        raise RevisionMismatch(broken.code) from None


def _table(offsets: dict[int, int]) -> bytes:
    """A classic cross-reference section, one subsection for each run of numbers (ISO 32000-1 7.5.4)."""
    runs: list[list[int]] = []
    for number in sorted(offsets):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    lines = [b"xref\n"]
    for run in runs:
        lines.append(b"%d %d\n" % (run[0], len(run)))
        lines += [b"%010d 00000 n \n" % offsets[number] for number in run]
    return b"".join(lines)


def with_entry(body: bytes, entry: bytes) -> bytes:
    """A dictionary with one more entry at its end."""
    if not body.endswith(b">>"):
        raise RevisionMismatch("dictionary")
    return body[:-2].rstrip() + b" " + entry + b" >>"


def with_member(body: bytes, key: bytes, reference: int) -> bytes:
    """A dictionary whose array `key` has one more reference at its end; `key` empty: the body is the array itself."""
    found = re.search(re.escape(key) + rb"\s*\[[^\]]*", body)
    if found is None:
        raise RevisionMismatch("array")
    return body[: found.end()].rstrip() + b" %d 0 R " % reference + body[found.end() :]


def placeholder(at: datetime | None, entries: bytes, *, stamp: bool = False) -> bytes:
    """A signature dictionary (ISO 32000-1 table 252) with room for its ranges and value; a document time-stamp has no
    time of its own (ISO 32000-2 12.8.5)."""
    kind, form = (b"DocTimeStamp", b"ETSI.RFC3161") if stamp else (b"Sig", b"ETSI.CAdES.detached")
    moment = b"" if at is None else b"/M(D:%s)" % at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
    return b"<</Type/%s/Filter/Adobe.PPKLite/SubFilter/%s%s%s/ByteRange[0%s]/Contents<%s>>>" % (
        kind, form, moment, entries, b" " * 33, b"0" * (2 * INSTITUTION_RESERVE),
    )  # fmt: skip


class Prepared:
    """A written update with one empty signature dictionary: its digest, and the file once the value is there."""

    def __init__(self, written: bytes, start: int) -> None:
        found = _PLACE.search(written, start)
        if found is None:
            raise RevisionMismatch("contents")
        self._gap = a, b = found.start(1) - 1, found.end(1) + 1
        ranges = b"[0 %10d %10d %10d" % (a, b, len(written) - b)
        self._head = written[: found.start()] + ranges + written[found.start() + len(ranges) : a]
        self._tail = written[b:]
        digest = sha256(self._head)
        digest.update(self._tail)
        self.digest = digest.digest()

    def filled(self, value: bytes) -> bytes:
        """Raises SignatureRejected("cms_size")."""
        if len(value) > INSTITUTION_RESERVE:
            raise SignatureRejected("cms_size")
        spelled = value.hex().encode().ljust(2 * INSTITUTION_RESERVE, b"0")
        return b"".join((self._head, b"<", spelled, b">", self._tail))


def references(body: bytes, key: bytes) -> list[int]:
    """The references in the array `key` of a dictionary; none where there is no such array."""
    found = re.search(re.escape(key) + rb"\s*\[([^\]]*)\]", body)
    return [int(number) for number in _REFERENCE.findall(found[1])] if found else []


def listed(numbers: Iterable[int]) -> bytes:
    """An array of references."""
    return b"[" + b" ".join(b"%d 0 R" % number for number in numbers) + b"]"


def _only(pattern: bytes, body: bytes) -> int:
    found = re.findall(pattern, body)
    if len(found) != 1:
        raise RevisionMismatch("reference")
    return int(found[0])
