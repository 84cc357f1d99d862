"""Everything that is only appended: ISA in its published forms, last revisions that only some readers see, bytes behind
the end, tables and trailers that lead elsewhere, object streams."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.attacks.cases import INVALID, Case, technique
from tests.attacks.lab import Lab
from tests.attacks.raw import FORGED, Raw, edited, last_trailer, objects_at, replaced, stream, table, update, with_key
from tests.documents import attacks

PAGE = b"<</Type/Page/Parent %s/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font %s>>>>"


@technique("incremental saving (ISA)")
def saved(lab: Lab) -> Iterator[Case]:
    """Mladenov et al. 2019: an update with all it needs, then without table, trailer or end, with a copied
    signature."""
    for stage in ("f", "turn-2", "turns", "seal", "status", "complete"):
        pdf = lab.three.stage(stage)
        raw = Raw(pdf)
        new = {raw["contents-1"]: stream(FORGED)}
        yield Case(f"content replaced after {stage}", update(pdf, new))
        yield Case(f"second page blank after {stage}", edited(pdf, contents_2=lambda _: stream(b"")))
    pdf, raw = lab.three.pdf, Raw(lab.three.pdf)
    objects, places = objects_at(len(pdf), {raw["contents-1"]: stream(FORGED)})
    at = len(pdf) + len(objects)
    trailer = b"trailer\n<</Size %d/Root %s/Prev %d>>\n" % (raw.size, raw.ref("root"), raw.startxref)
    yield Case("without table", pdf + objects + trailer + b"startxref\n%d\n%%%%EOF\n" % raw.startxref)
    yield Case("without trailer", pdf + objects + table(places) + b"startxref\n%d\n%%%%EOF\n" % at)
    yield Case("without startxref", pdf + objects + table(places) + trailer + b"%%EOF\n")
    yield Case("object alone", pdf + objects)
    yield Case("object alone, then end", pdf + objects + b"startxref\n%d\n%%%%EOF\n" % raw.startxref)
    copied = raw.named("archive1-value")
    yield Case(
        "with a copy of the newest signature", update(pdf, {**{raw["contents-1"]: stream(FORGED)}, raw.size: copied})
    )
    field = replaced(raw.named("archive1"), b"/V", b"%d 0 R" % raw.size)
    yield Case("with the signature moved to a copy", update(pdf, {raw["archive1"]: field, raw.size: copied}))


@technique("incremental saving (ISA)")
def written_by_a_library(lab: Lab) -> Iterator[Case]:
    for name, change in attacks.UPDATES.items():
        yield Case(f"{name.replace('_', ' ')}, by pyHanko", change(lab.three.pdf))


@technique("malformed last revision")
def seen_by_some(lab: Lab) -> Iterator[Case]:
    """A last revision that a strict reader passes over and a repairing one shows."""
    pdf, raw = lab.three.pdf, Raw(lab.three.pdf)
    good = update(pdf, {raw["contents-1"]: stream(FORGED)})
    tail, last = good[len(pdf) :], raw.startxref
    at = int(last_trailer(good)["startxref"])
    yield Case("line feeds become CR LF", pdf + tail.replace(b"\n", b"\r\n"))
    yield Case("line feeds become CR", pdf + tail.replace(b"\n", b"\r"))
    yield Case("no end of file mark", good.removesuffix(b"%%EOF\n"))
    yield Case("end of file mark without line feed", good.removesuffix(b"\n"))
    yield Case("end of file mark in lower case", good.removesuffix(b"%%EOF\n") + b"%%eof\n")
    yield Case("startxref of the revision before", pdf + tail.replace(b"startxref\n%d" % at, b"startxref\n%d" % last))
    yield Case("startxref 0", pdf + tail.replace(b"startxref\n%d" % at, b"startxref\n0"))
    yield Case("startxref a few bytes off", pdf + tail.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + 3)))
    yield Case("startxref beyond the end", pdf + tail.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + 99999)))
    yield Case("startxref negative", pdf + tail.replace(b"startxref\n%d" % at, b"startxref\n-1"))
    yield Case("xref keyword misspelled", pdf + tail.replace(b"\nxref\n", b"\nxerf\n"))
    yield Case("trailer keyword misspelled", pdf + tail.replace(b"trailer\n", b"tailer\n"))
    yield Case("endobj left out", pdf + tail.replace(b"endobj\n", b"", 1))
    yield Case("table entry one byte short", pdf + tail.replace(b" 00000 n \n", b" 00000 n\n"))
    yield Case("true end repeated behind it", good + pdf[pdf.rindex(b"startxref") :])
    yield Case("hidden in a comment with CR", pdf + b"%\r" + tail)
    shown = pdf + tail.removesuffix(b"startxref\n%d\n%%%%EOF\n" % at)
    yield Case("true end behind an unlisted update", shown + pdf[pdf.rindex(b"startxref") :])


@technique("trailing bytes")
def behind_the_end(lab: Lab) -> Iterator[Case]:
    for stage in ("turns", "complete"):
        pdf = lab.three.stage(stage)
        rest = {
            "line feed": b"\n",
            "space": b" ",
            "zero byte": b"\0",
            "a thousand zero bytes": bytes(1000),
            "comment": b"% harmless\n",
            "end of file mark": b"%%EOF\n",
            "page in HTML": b"<html><script>alert(1)</script></html>\n",
            "zip archive": b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18),
            "whole other file": lab.other.pdf,
            "same file again": pdf,
        }
        for name, more in rest.items():
            yield Case(f"{name} after {stage}", pdf + more)
    yield Case("bytes before the header", b"%!PS\n" + lab.three.pdf)
    yield Case("line feed before the header", b"\n" + lab.three.pdf)
    yield Case("other version in the header", lab.three.pdf.replace(b"%PDF-1.7", b"%PDF-1.4", 1))


@technique("table and trailer tricks")
def tables(lab: Lab) -> Iterator[Case]:
    pdf, raw = lab.three.pdf, Raw(lab.three.pdf)
    new = {raw["contents-1"]: stream(FORGED)}
    n = raw.size
    yield Case("catalog replaced by another root", update(pdf, {n: raw.named("root")}, root=b"%d 0 R" % n))
    yield Case(
        "other page tree by another root",
        update(pdf, {n: replaced(raw.named("root"), b"/Pages", raw.ref("page-2"))}, root=b"%d 0 R" % n),
    )
    yield Case("root twice", update(pdf, {n: raw.named("root")}, extra=b"/Root %d 0 R\n" % n))
    yield Case("size smaller", update(pdf, new, size=20))
    yield Case("/Prev to R0 only", update(pdf, new, prev=raw.revisions[0].startxref))
    yield Case("/Prev to F only", update(pdf, new, prev=raw.revisions[1].startxref))
    yield Case("/Prev to itself", update(pdf, new, prev=len(pdf) + len(objects_at(0, new)[0])))
    yield Case("/Prev 0", update(pdf, new, prev=0))
    yield Case("/Prev beyond the end", update(pdf, new, prev=99999999))
    yield Case("/XRefStm beside the table", update(pdf, new, extra=b"/XRefStm %d\n" % raw.startxref))
    yield Case("encryption announced", update(pdf, new, extra=b"/Encrypt <</Filter/Standard/V 1/R 2/P -4>>\n"))
    yield Case("empty update", update(pdf, {}))
    yield Case("page freed", update(pdf, {}, free=(raw["page-2"],)))
    yield Case("signature value freed", update(pdf, {}, free=(raw["party-1-value"],)))
    yield Case("seal's look freed", update(pdf, {}, free=(raw["seal-look"],)))
    yield Case("free entries of nothing", update(pdf, {}, free=(n, n + 1)))
    listed = objects_at(len(pdf), new)[0]
    at = len(pdf) + len(listed)
    twice = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (
        raw["contents-1"],
        len(pdf),
        raw["contents-1"],
        len(pdf),
    )
    end = update(pdf, new).partition(b"trailer")[2]
    trailer = update(pdf, new)[update(pdf, new).rindex(b"trailer") :]
    yield Case("object listed twice", pdf + listed + twice + trailer)
    generation = table({raw["contents-1"]: len(pdf)}).replace(b" 00000 n", b" 00001 n")
    yield Case("new generation", pdf + listed.replace(b" 0 obj", b" 1 obj", 1) + generation + trailer)
    yield Case(
        "entry points into another object",
        pdf
        + table({raw["contents-1"]: raw.places[raw["contents-2"]][0]})
        + trailer.replace(b"%d\n%%%%EOF" % at, b"%d\n%%%%EOF" % len(pdf)),
    )
    yield Case(
        "two trailers",
        pdf
        + listed
        + table({raw["contents-1"]: len(pdf)})
        + b"trailer\n<</Size 1>>\n"
        + b"trailer"
        + end.rpartition(b"trailer")[2],
    )
    yield Case("linearized by an update", update(pdf, {n: b"<</Linearized 1/L %d>>" % len(pdf)}))
    yield Case("shadow object between two listed ones", attacks.shadow_object(pdf))
    yield Case("first free entry kept, nothing else", update(pdf, {}, free=(0,)))


def _stream_table(pdf: bytes, packed: dict[int, bytes], *, root: bytes = b"") -> bytes:
    """An update by cross-reference stream whose objects lie in an object stream (ISO 32000 7.5.7, 7.5.8)."""
    raw = Raw(pdf)
    holder, table_number = raw.size, raw.size + 1
    head, bodies = b"", b""
    for number, body in packed.items():
        head += b"%d %d " % (number, len(bodies))
        bodies += body + b"\n"
    inner = stream(head + bodies, b"/Type/ObjStm/N %d/First %d" % (len(packed), len(head)), packed=True)
    objects, places = objects_at(len(pdf), {holder: inner})
    at = len(pdf) + len(objects)
    rows, index = b"", b""
    for position, number in enumerate(packed):
        rows += b"\x02" + holder.to_bytes(4, "big") + position.to_bytes(2, "big")
        index += b"%d 1 " % number
    rows += b"\x01" + places[holder].to_bytes(4, "big") + b"\0\0" + b"\x01" + at.to_bytes(4, "big") + b"\0\0"
    index += b"%d 2 " % holder
    data = zlib.compress(rows)
    entries = b"/Type/XRef/W[1 4 2]/Index[%s]/Size %d/Prev %d/Root %s/Info %s/Filter/FlateDecode/Length %d"
    body = b"<<" + entries + b">>\nstream\n%s\nendstream"
    body %= (
        index, table_number + 1, raw.startxref, root or raw.ref("root"), raw.ref("info"), len(data), data,
    )  # fmt: skip
    return pdf + objects + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table_number, body, at)


@technique("object-stream overrides")
def packed_objects(lab: Lab) -> Iterator[Case]:
    for stage in ("turns", "complete"):
        pdf = lab.three.stage(stage)
        raw = Raw(pdf)
        page = replaced(raw.named("page-1"), b"/Contents", raw.ref("contents-2"))
        yield Case(f"page after {stage}", _stream_table(pdf, {raw["page-1"]: page}))
        yield Case(
            f"page tree after {stage}",
            _stream_table(pdf, {raw["pages"]: b"<</Type/Pages/Count 1/Kids[%s]>>" % raw.ref("page-1")}),
        )
        yield Case(
            f"catalog after {stage}", _stream_table(pdf, {raw["root"]: replaced(raw.named("root"), b"/Lang", b"(en)")})
        )
        yield Case(f"form fields after {stage}", _stream_table(pdf, {raw["form"]: b"<</Fields[]>>"}))
        yield Case(
            f"another root after {stage}",
            _stream_table(pdf, {raw.size + 5: raw.named("root")}, root=b"%d 0 R" % (raw.size + 5)),
        )
        hidden = stream(b"%d 0 %s" % (raw["page-1"], page), b"/Type/ObjStm/N 1/First 5")
        yield Case(f"object stream that no table mentions after {stage}", update(pdf, {raw.size: hidden}))


@technique("duplicated keys")
def twice(lab: Lab) -> Iterator[Case]:
    """Which of two equal keys counts differs between readers; by plain updates here, stamped ones in renewed.py."""
    for stage in ("turns", "complete"):
        pdf = lab.three.stage(stage)
        raw = Raw(pdf)
        for name, entry in {
            "root": b"/Pages " + raw.ref("page-2"),
            "pages": b"/Kids [ %s ]" % raw.ref("page-2"),
            "page-1": b"/Contents " + raw.ref("contents-2"),
            "page-2": b"/MediaBox [ 0 0 10 10 ]",
            "party-1": b"/Rect [ 0 0 1 1 ]",
            "form": b"/Fields [ ]",
        }.items():
            yield Case(
                f"{name}: {entry.split()[0].decode()} twice after {stage}",
                update(pdf, {raw[name]: with_key(raw.named(name), entry)}),
                INVALID,
            )
