"""A packet's zip. One form is written, the same bytes for the same members; what somebody packed anew is read within
bounds. Nothing is unpacked to disk, and a zip inside is a member like any other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from mmap import mmap
from stat import S_IFDIR, S_IFMT, S_IFREG

from documents.paths import decoded, shown, unsafe

MAGIC = b"PK\x03\x04"
MAX_MEMBERS, MAX_MEMBER, MAX_ALL = 200, 64 * 1024 * 1024, 128 * 1024 * 1024
"""Members; bytes of one unpacked; bytes of all unpacked, and of the zip, its headers included."""
PIECE = 256 * 1024
STORED, DEFLATED = 0, 8
UTF8, DESCRIPTOR = 0x0800, 0x0008
FLAGS = UTF8 | DESCRIPTOR | 0x0006
"""UTF-8 names, sizes behind the data, how hard it was deflated. All others are about encryption and patches."""
VERSION, FIRST_DAY = 20, 0x21
"""Of the format that is needed; and the first of January 1980."""
MADE_BY, PLAIN_FILE = 3 << 8 | VERSION, 0o100644 << 16
"""As on Unix: names that are said to come from DOS are taken for its code page by some, in spite of the mark."""
LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
BEHIND = struct.Struct("<3I")


class Refused(Exception):
    """Not read: the reason's code, and what shows it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Member:
    """One file inside, read in pieces as often as somebody asks."""

    path: str
    length: int
    crc: int
    deflated: bool
    packed: int
    start: int
    archive: bytes | mmap

    def pieces(self) -> Iterator[bytes]:
        """What it holds. Raises ValueError, at the latest at the end, if that is not what the zip says of it."""
        crc, length = 0, 0
        for piece in self._inflated() if self.deflated else self._stored():
            crc, length = zlib.crc32(piece, crc), length + len(piece)
            if length > self.length:
                raise ValueError("length")
            yield piece
        if (crc, length) != (self.crc, self.length):
            raise ValueError("checksum")

    def content(self) -> bytes:
        """All of it at once. Raises ValueError."""
        return b"".join(self.pieces())

    def _stored(self) -> Iterator[bytes]:
        end = self.start + self.packed
        for at in range(self.start, end, PIECE):
            yield self.archive[at : min(at + PIECE, end)]

    def _inflated(self) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-15)
        try:
            for piece in self._stored():
                while piece:
                    yield inflater.decompress(piece, PIECE)
                    piece = inflater.unconsumed_tail
                if inflater.unused_data:
                    raise ValueError("behind the end")
            while more := inflater.decompress(b"", PIECE):
                yield more
        except zlib.error:
            raise ValueError("deflate") from None
        if not inflater.eof:
            raise ValueError("cut off")


@dataclass(frozen=True)
class Archive:
    """The members, in the order of the zip. `repacked`: it has not the one form that `write` gives."""

    members: tuple[Member, ...]
    repacked: bool


@dataclass(frozen=True)
class _Entry:
    """A line of the directory."""

    name: bytes
    path: str
    flags: int
    method: int
    crc: int
    packed: int
    length: int
    offset: int


def write(members: Mapping[str, bytes]) -> bytes:
    """The zip: stored, in the order of the paths, without times, attributes, extras and comments. Raises ValueError."""
    sizes = [len(content) for content in members.values()]
    if len(sizes) > MAX_MEMBERS or max(sizes, default=0) > MAX_MEMBER or sum(sizes) > MAX_ALL - MAX_MEMBERS * 1024:
        raise ValueError("too many members or bytes for a packet")
    if bad := unsafe(list(members)):
        raise ValueError(f"no path for a packet: {bad!r}")
    body, directory, offset = [], [], 0
    for path in sorted(members):
        content = members[path]
        head, line = _headers(path.encode(), zlib.crc32(content), len(content), offset)
        body += [head, content]
        directory.append(line)
        offset += len(head) + len(content)
    return b"".join((*body, *directory, _end(directory, offset)))


def _headers(name: bytes, crc: int, length: int, offset: int) -> tuple[bytes, bytes]:
    """A stored member's header and its line in the directory."""
    same = (VERSION, UTF8, STORED, 0, FIRST_DAY, crc, length, length, len(name), 0)
    return (
        LOCAL.pack(MAGIC, *same) + name,
        CENTRAL.pack(b"PK\x01\x02", MADE_BY, *same, 0, 0, 0, PLAIN_FILE, offset) + name,
    )


def _end(directory: Sequence[bytes], offset: int) -> bytes:
    return END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), sum(map(len, directory)), offset, 0)


def read(data: bytes | mmap) -> Archive:
    """A zip with nothing before, between and behind its members. Raises Refused."""
    if len(data) > MAX_ALL:
        raise Refused("packet_limits", "bytes")
    entries, directory = _directory(data)
    _bounded(entries)
    members, at = [], 0
    for entry in sorted(entries, key=lambda each: each.offset):
        if entry.offset != at:
            raise Refused("packet_damaged", shown(entry.path))
        start = _behind_header(data, entry)
        at = _behind_data(data, entry, start + entry.packed)
        if not entry.path.endswith("/"):
            members.append(
                Member(entry.path, entry.length, entry.crc, entry.method == DEFLATED, entry.packed, start, data)
            )
    if at != directory:
        raise Refused("packet_damaged", f"byte {at}")
    if _as_written(data, entries):
        return Archive(tuple(members), repacked=False)
    return Archive(_without_folder(members), repacked=True)


def _directory(data: bytes | mmap) -> tuple[list[_Entry], int]:
    """All its lines, and where it begins."""
    if data[: len(MAGIC)] != MAGIC or len(data) < LOCAL.size + CENTRAL.size + END.size:
        raise Refused("not_a_packet", "zip")
    at = len(data) - END.size
    mark, disk, first, here, count, size, begin, comment = END.unpack(data[at:])
    if mark != b"PK\x05\x06" or (disk, first, comment) != (0, 0, 0) or here != count:
        raise Refused("not_a_packet", "zip")
    if count > MAX_MEMBERS:
        raise Refused("packet_limits", f"{count} members")
    if begin + size != at or size > MAX_MEMBERS * 1024:
        raise Refused("packet_damaged", "directory")
    lines, entries, place = data[begin:at], [], 0
    for _ in range(count):
        if len(lines) < place + CENTRAL.size:
            raise Refused("packet_damaged", "directory")
        fields = CENTRAL.unpack_from(lines, place)
        mark, (flags, method), (crc, packed, length) = fields[0], fields[3:5], fields[7:10]
        named, extra, comment, disk, _, attributes, offset = fields[10:]
        name = lines[place + CENTRAL.size :][:named]
        place += CENTRAL.size + named + extra + comment
        path = _path(name, flags)
        if mark != b"PK\x01\x02" or disk or place > len(lines):
            raise Refused("packet_damaged", shown(path))
        if flags & ~FLAGS or method not in (STORED, DEFLATED) or (method == STORED and packed != length):
            raise Refused("packet_form", shown(path))
        if S_IFMT(attributes >> 16) not in (0, S_IFREG, S_IFDIR):
            raise Refused("names_unsafe", shown(path))
        entries.append(_Entry(name, path, flags, method, crc, packed, length, offset))
    if place != len(lines):
        raise Refused("packet_damaged", "directory")
    return entries, begin


def _path(name: bytes, flags: int) -> str:
    path = decoded(name, utf8=bool(flags & UTF8))
    if path is None:
        raise Refused("names_unsafe", shown(name.decode("latin-1")))
    return path


def _bounded(entries: Sequence[_Entry]) -> None:
    """Sizes as they are declared (reading holds each member to them), names, and folders without content."""
    for entry in entries:
        if entry.length > MAX_MEMBER or (entry.path.endswith("/") and entry.length + entry.packed):
            raise Refused("packet_limits", shown(entry.path))
    if sum(entry.length for entry in entries) > MAX_ALL:
        raise Refused("packet_limits", "bytes")
    if bad := unsafe([entry.path.removesuffix("/") for entry in entries]):
        raise Refused("names_unsafe", shown(bad[0]))


def _behind_header(data: bytes | mmap, entry: _Entry) -> int:
    """Where the member's data begin; its header says the same as the directory."""
    head = data[entry.offset : entry.offset + LOCAL.size]
    if len(head) < LOCAL.size:
        raise Refused("packet_damaged", shown(entry.path))
    mark, _, flags, method, _, _, crc, packed, length, named, extra = LOCAL.unpack(head)
    start: int = entry.offset + LOCAL.size + named + extra
    name = data[entry.offset + LOCAL.size : entry.offset + LOCAL.size + named]
    facts, later = (entry.crc, entry.packed, entry.length), entry.flags & DESCRIPTOR
    same = (crc, packed, length) == facts or (later and (crc, packed, length) == (0, 0, 0))
    if (mark, flags, method, name) != (MAGIC, entry.flags, entry.method, entry.name) or not same:
        raise Refused("packet_damaged", shown(entry.path))
    return start


def _behind_data(data: bytes | mmap, entry: _Entry, end: int) -> int:
    """Where the next header begins: there may be the sizes once more, with or without their mark."""
    if not entry.flags & DESCRIPTOR:
        return end
    again = BEHIND.pack(entry.crc, entry.packed, entry.length)
    for form in (b"PK\x07\x08" + again, again):
        if data[end : end + len(form)] == form:
            return end + len(form)
    raise Refused("packet_damaged", shown(entry.path))


def _as_written(data: bytes | mmap, entries: Sequence[_Entry]) -> bool:
    """Whether every byte that is not a member's own is as `write` would put it."""
    directory, offset = [], 0
    for entry in sorted(entries, key=lambda each: each.path):
        head, line = _headers(entry.path.encode(), entry.crc, entry.length, offset)
        if data[offset : offset + len(head)] != head:
            return False
        directory.append(line)
        offset += len(head) + entry.length
    return data[offset:] == b"".join((*directory, _end(directory, offset)))


def _without_folder(members: Sequence[Member]) -> tuple[Member, ...]:
    """Who packs a folder anew puts its name before every path."""
    top = {member.path.partition("/")[0] for member in members}
    if len(top) != 1 or any("/" not in member.path for member in members):
        return tuple(members)
    return tuple(replace(member, path=member.path.partition("/")[2]) for member in members)
