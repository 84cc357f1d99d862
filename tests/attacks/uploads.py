"""Uploads made to harm who judges them: zips and PDFs that explode, deceive, never end or are something else, each with
the answers that are right. `python -m tests.hostile.uploads` hands all to the door's judge."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from documents import archive, lay_out
from tests.attacks import hostile
from tests.attacks.genuine import text_for
from tests.attacks.lab import Lab, finish
from tests.attacks.zips import Zip
from tests.documents.ceremony import Ceremony, Clock
from tests.documents.packing import AGREEMENT, SCAN, Packed, packed
from tests.documents.texts import FONTS

MIB = 1 << 20
UNSAFE = ("../../etc/x", "02_a\0.pdf", "a\\..\\b", "/etc/x", "C:/x", "02_\u202efdp.exe", "a/./b", "a//b", "x" * 500)
REFUSED = "invalid incomplete cannot_tell unknown_issuer not_judged"
"""Any answer but the good one: what matters is that there is one."""


@dataclass(frozen=True)
class Upload:
    """`may`: right answers, divided by spaces: an error's code, a packet's first reason, else the verdict."""

    name: str
    content: Callable[[], bytes]
    may: str


@dataclass(frozen=True)
class Scene:
    """A good centre and a stranger's, both of today, since the door judges as of now."""

    good: Packed
    stranger: Packed
    lab: Lab

    @classmethod
    def make(cls, place: Path) -> Scene:
        async def packet(name: str) -> Packed:
            clock = Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5))
            text = text_for(3)
            one = await Ceremony.begin(place / name, clock=clock, text=text, r0=lay_out(text, FONTS).pdf)
            return await packed(one, await one.seal(one.all_turns()))

        return cls(finish(packet("good")), finish(packet("stranger")), Lab(place / "lab"))

    def listed(self, more: dict[str, bytes]) -> dict[str, bytes]:
        """Members of a stranger's packet whose sealed list names these too."""
        return finish(packed(self.stranger.ceremony, self.stranger.members[AGREEMENT], more)).members


def quick(scene: Scene) -> Iterator[Upload]:
    """Some of each kind."""
    for made in (bombs, deceits, others, papers):
        yield from made(scene)


def uploads(scene: Scene) -> Iterator[Upload]:
    """All."""
    yield from quick(scene)
    for made in (more_bombs, more_deceits, more_others, more_papers):
        yield from made(scene)


def bombs(scene: Scene) -> Iterator[Upload]:
    """Small and endless inside."""
    members = scene.stranger.members
    lying = {**members, SCAN: bytes(126 * MIB)}
    yield Upload(
        "126 MiB that call themselves 5003 bytes", lambda: Zip.of(lying, method=8, length=5003), "member_invalid"
    )

    def endless() -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(members[SCAN]) + packer.flush(zlib.Z_FULL_FLUSH)
        made = Zip().raw(SCAN, data, members[SCAN], method=8)
        for path in members.keys() - {SCAN}:
            made.add(path, members[path])
        return made.end()

    yield Upload("a stream without an end", endless, "member_changed")
    big = partial(Zip.of, {"00.bin": b""}, length=0xFFFFFFF0, method=8)
    yield Upload("a member of 4 GiB, as it says", big, "packet_limits")

    def overlapping() -> bytes:
        made = Zip().add("00.bin", bytes(MIB), method=8)
        line = made.directory[0]
        made.directory = [line[:46] + b"%02d.bin" % at for at in range(100)]
        return made.end()

    yield Upload("a hundred members on one another", overlapping, "packet_damaged")

    def nested() -> bytes:
        inner = Zip.of({"0.bin": bytes(10 * MIB)}, method=8)
        for _ in range(9):
            inner = Zip.of({f"{at}.zip": inner for at in range(10)}, method=8)
        return inner

    yield Upload("zips in zips, ten deep", nested, "not_a_packet")


def more_bombs(scene: Scene) -> Iterator[Upload]:
    zeros = {f"13_{at}.bin": bytes(archive.MAX_MEMBER - MIB) for at in range(2)}
    yield Upload(
        "126 MiB of zeros, all on a list", lambda: Zip.of(scene.listed(zeros), method=8), "member_unknown_issuer"
    )
    yield Upload("126 MiB on a list, stored", lambda: archive.write(scene.listed(zeros)), "member_unknown_issuer")
    three = partial(Zip.of, {f"{at}": b"" for at in range(3)}, length=60 * MIB, method=8)
    yield Upload("three members of 60 MiB", three, "packet_limits")
    yield Upload("a packet in the packet", lambda: archive.write({"01_a.zip": scene.good.zip}), "not_a_packet")


def deceits(scene: Scene) -> Iterator[Upload]:
    """Names, flags and sizes that lie; bytes where none belong."""
    good = scene.good
    for name in UNSAFE[:2]:
        yield Upload(f"name {name!r}", partial(Zip.of, {**good.members, name: b"x"}), "names_unsafe")
    pair = [*good.members.items(), (AGREEMENT, b"x")]
    yield Upload("a path twice", partial(Zip.of, pair), "names_unsafe")
    link = partial(Zip.of, {**good.members, "13_link": b"/etc/passwd"}, attributes=(stat.S_IFLNK | 0o777) << 16)
    yield Upload("a symbolic link", link, "names_unsafe")
    yield Upload("encrypted", partial(Zip.of, good.members, flags=0x0801), "packet_form")
    yield Upload("65,535 members", partial(many, 65_535), "packet_limits")
    yield Upload("a tail", lambda: good.zip + b"tail", "not_a_packet")
    yield Upload("something between its members", partial(Zip.of, good.members, gap=b"hidden"), "packet_damaged")
    yield Upload("an agreement, then a packet", lambda: good.members[AGREEMENT] + good.zip, "invalid")
    yield Upload("a packet, then an agreement", lambda: good.zip + good.members[AGREEMENT], "not_a_packet")


def more_deceits(scene: Scene) -> Iterator[Upload]:
    good = scene.good
    for name in UNSAFE[2:]:
        yield Upload(f"name {name[:20]!r}", partial(Zip.of, {**good.members, name: b"x"}), "names_unsafe")
    pair = [*good.members.items(), ("04_A.jpg", b"x"), ("04_a.jpg", b"x")]
    yield Upload("a path twice, for some disks", partial(Zip.of, pair), "names_unsafe")
    yield Upload("packed in a way of its own", partial(Zip.of, good.members, method=99), "packet_form")
    yield Upload("sizes that lie", partial(Zip.of, good.members, length=5), "packet_form")
    yield Upload("300 members", partial(many, 300), "packet_limits")
    two = struct.pack("<4s4H", b"PK\5\6", 0, 0, 2, 2)
    yield Upload(
        "300 members that call themselves two", lambda: many(300)[:-22] + two + many(300)[-10:], "packet_damaged"
    )
    yield Upload("a comment", lambda: good.zip[:-2] + b"\4\0tail", "not_a_packet")
    yield Upload("something before its first member", lambda: b"PK\3\4" + bytes(26) + good.zip, "packet_damaged")
    yield Upload("cut in the middle", lambda: good.zip[: len(good.zip) // 2], "not_a_packet")
    yield Upload("a shell script, then a packet", lambda: b"#!/bin/sh\n" + good.zip, "invalid")
    tail = good.members[AGREEMENT] + good.zip
    yield Upload(
        "a member with a packet as its tail", lambda: archive.write({**good.members, AGREEMENT: tail}), "member_changed"
    )


def others(scene: Scene) -> Iterator[Upload]:
    """Neither a PDF nor a packet."""
    yield Upload("nothing", bytes, "unreadable_pdf")
    yield Upload("a page", lambda: b"<!doctype html><script>alert(1)</script>", "unreadable_pdf")
    yield Upload("thirty megabytes of nothing", lambda: bytes(30 * MIB), "unreadable_pdf")
    word = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<w/>"}
    yield Upload("a word processor's file", partial(Zip.of, word), "not_a_packet")


def more_others(scene: Scene) -> Iterator[Upload]:
    yield Upload("text", lambda: "你好".encode() * 1000, "unreadable_pdf")
    yield Upload("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000), "unreadable_pdf")
    yield Upload("a program", lambda: b"\x7fELF" + bytes(1000), "unreadable_pdf")
    yield Upload("gzip", lambda: gzip.compress(bytes(30 * MIB)), "unreadable_pdf")
    yield Upload("the start of a zip", lambda: b"PK\3\4", "not_a_packet")
    heavy = hostile.changed(thousands(3000))
    signed = {f"13_{at:03}.pdf": heavy for at in range(60)}
    yield Upload("sixty heavy PDFs on a stranger's list", lambda: archive.write(scene.listed(signed)), "not_judged")


def papers(scene: Scene) -> Iterator[Upload]:
    """PDFs of other makers, to exhaust."""
    yield Upload("thirty megabytes of marks", partial(repeated, b"(certification)"), REFUSED)

    def inflating(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents.write(hostile.bomb(1024 * MIB), filter=Name.FlateDecode)

    yield Upload("a page of one gigabyte", lambda: hostile.changed(inflating), REFUSED)


def more_papers(scene: Scene) -> Iterator[Upload]:
    for pages in (2_000, 10_000, 100_000):
        yield Upload(f"{pages:,} pages", lambda pages=pages: hostile.changed(thousands(pages)), REFUSED)  # type: ignore[misc]
    for piece in (b"[", b"<<", b"1 0 obj\n", b"startxref\n9\n%%EOF\n", b"/ByteRange[0 1 2 3]", b">>stream\n"):
        yield Upload(f"thirty megabytes of {piece!r}", partial(repeated, piece), REFUSED)

    def twice(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents.write(zlib.compress(hostile.bomb(1024 * MIB)), filter=Array([Name.FlateDecode] * 2))

    yield Upload("a page of one gigabyte, packed twice", lambda: hostile.changed(twice), REFUSED)

    def locked() -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(hostile.changed(lambda pdf: None))) as pdf:
            pdf.save(out, encryption=pikepdf.Encryption(user="x", owner="y"))
        return out.getvalue()

    yield Upload("locked with a password", locked, REFUSED)
    for made in (hostile.endless, hostile.endless_and_signed):
        for case in made(scene.lab):
            yield Upload(case.name, partial(bytes, case.pdf), REFUSED)


def thousands(pages: int) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        first, tree = pdf.pages[0].obj, pdf.Root.Pages
        page = {"Type": Name.Page, "Parent": tree, "Resources": first.Resources, "MediaBox": Array([0, 0, 595, 842])}
        tree.Kids = Array([pdf.make_indirect(Dictionary(**page, Contents=first.Contents)) for _ in range(pages)])
        tree.Count = pages

    return change


def repeated(piece: bytes) -> bytes:
    return b"%PDF-1.7\n" + piece * (30 * MIB // len(piece) - 2)


def many(count: int) -> bytes:
    return Zip.of({f"{at:05}": b"" for at in range(count)})
