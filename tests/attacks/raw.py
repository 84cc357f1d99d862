"""Incremental updates written by hand, byte for byte as the attacker likes: no library corrects anything here."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from io import BytesIO

import pikepdf

from documents.structure import Revision

Edit = Callable[[bytes], bytes]

FORGED = b"BT /F1+0 20 Tf 74 700 Td (FORGED) Tj ET\n1 1 1 rg 60 500 480 260 re f\n"
"""What the attacker would like the page to show."""


class Raw:
    """A file with a sound structure, object by object."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.revisions = revisions_of(pdf)
        self.size = self.revisions[-1].size
        self.startxref = self.revisions[-1].startxref
        self.places: dict[int, tuple[int, int]] = {}
        for revision in self.revisions:
            borders = sorted([*revision.objects.values(), revision.startxref])
            for number, at in revision.objects.items():
                self.places[number] = (at, borders[borders.index(at) + 1])

    def body(self, number: int) -> bytes:
        """From behind `n 0 obj\\n` to before `\\nendobj`."""
        start, end = self.places[number]
        whole = self.pdf[start:end]
        return whole[whole.index(b"obj\n") + 4 : whole.rindex(b"endobj")].rstrip(b"\n")

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Object numbers by what they are: root, info, pages, page-1, contents-1, fonts, form, a slot's name, ..."""
        with pikepdf.open(BytesIO(self.pdf)) as pdf:
            root = pdf.Root
            found = {
                "root": root.objgen[0],
                "info": pdf.trailer["/Info"].objgen[0],
                "pages": root.Pages.objgen[0],
                "form": root.AcroForm.objgen[0],
                "xmp": root.Metadata.objgen[0],
                "structure": root.StructTreeRoot.objgen[0],
                "filespec": root.AF[0].objgen[0],
                "attached": root.AF[0].EF.F.objgen[0],
                "fonts": pdf.pages[0].obj.Resources.Font.objgen[0],
            }
            for key, font in pdf.pages[0].obj.Resources.Font.items():
                name = f"font-{key[1:]}"
                found[name] = font.objgen[0]
                found[f"{name}-map"] = font.ToUnicode.objgen[0]
                found[f"{name}-descriptor"] = font.FontDescriptor.objgen[0]
                found[f"{name}-file"] = font.FontDescriptor.FontFile2.objgen[0]
            for at, page in enumerate(pdf.pages, 1):
                found[f"page-{at}"] = page.obj.objgen[0]
                found[f"contents-{at}"] = page.obj.Contents.objgen[0]
            for each in root.AcroForm.Fields:
                found[str(each.T)] = each.objgen[0]
                if "/V" in each:
                    found[f"{each.T}-value"] = each.V.objgen[0]
                if "/AP" in each:
                    found[f"{each.T}-look"] = each.AP.N.objgen[0]
            if "/DSS" in root:
                found["dss"] = root.DSS.objgen[0]
            return found

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]

    def named(self, name: str) -> bytes:
        return self.body(self[name])

    def data(self, name: str) -> bytes:
        """The decoded stream of an object."""
        with pikepdf.open(BytesIO(self.pdf)) as pdf:
            return bytes(pdf.get_object((self[name], 0)).read_bytes())

    def ref(self, name: str) -> bytes:
        return b"%d 0 R" % self[name]


def revisions_of(pdf: bytes) -> tuple[Revision, ...]:
    """The revisions by their tables alone, without any of the reader's rules: attacked files are attacked again."""
    found, start = [], 0
    for index, end in enumerate(re.finditer(rb"startxref\n(\d+)\n%%EOF\n", pdf)):
        section = pdf[int(end[1]) : end.start()]
        objects: dict[int, int] = {}
        for head in re.finditer(rb"(?<=\n)(\d+) (\d+)\n((?:\d{10} \d{5} [nf] \n)+)", section):
            for at, entry in enumerate(re.findall(rb"(\d{10}) \d{5} ([nf])", head[3])):
                if entry[1] == b"n":
                    objects[int(head[1]) + at] = int(entry[0])
        size = re.search(rb"/Size (\d+)", section)
        found.append(Revision(index, start, end.end(), int(end[1]), int(size[1]) if size else 0, objects))
        start = end.end()
    return tuple(found)


def stream(data: bytes, extra: bytes = b"", *, packed: bool = False) -> bytes:
    """Body of a stream object."""
    if packed:
        data, extra = zlib.compress(data), extra + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (extra, len(data), data)


def with_key(body: bytes, entry: bytes) -> bytes:
    """A dictionary body with one more entry at its start: before one of the same name, if there is one."""
    at = body.index(b"<<") + 2
    return body[:at] + entry + b" " + body[at:]


def with_last_key(body: bytes, entry: bytes) -> bytes:
    at = body.index(b">>\nstream") if b">>\nstream" in body else body.rindex(b">>")
    return body[:at] + b" " + entry + body[at:]


def without_key(body: bytes, key: bytes) -> bytes:
    """Takes out the first entry of that name whose value is a reference, name, number, list or dictionary."""
    value = rb"\s*(\d+ \d+ R|\d+|/[^\s/<>\[\]]+|\[[^\]]*\]|\([^)]*\)|<<[^<>]*>>|<[0-9A-Fa-f]*>)"
    return re.sub(re.escape(key) + rb"(?![A-Za-z])" + value, b"", body, count=1)


def replaced(body: bytes, key: bytes, value: bytes) -> bytes:
    return with_last_key(without_key(body, key), key + b" " + value)


def listing(body: bytes, key: bytes, reference: bytes, *, last: bool = False) -> bytes:
    """One more reference in an array of a dictionary."""
    found = re.search(re.escape(key) + rb"\s*\[([^]]*)\]", body)
    assert found is not None
    at = found.end(1) if last else found.start(1)
    return body[:at] + b" " + reference + b" " + body[at:]


def listed(body: bytes, key: bytes) -> list[int]:
    """The object numbers in an array of a dictionary."""
    found = re.search(re.escape(key) + rb"\s*\[([^]]*)\]", body)
    assert found is not None
    return [int(each) for each in re.findall(rb"(\d+) 0 R", found[1])]


def objects_at(start: int, objects: Mapping[int, bytes]) -> tuple[bytes, dict[int, int]]:
    """The objects one behind another from an offset on, and where each begins."""
    out, places = b"", {}
    for number, body in objects.items():
        places[number] = start + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out, places


def table(places: Mapping[int, int | None]) -> bytes:
    """A classic xref section; None is a freed object."""
    lines = [b"xref\n"]
    for number in sorted(places):
        at = places[number]
        entry = b"%010d 00000 n \n" % at if at is not None else b"0000000000 65535 f \n"
        lines.append(b"%d 1\n%s" % (number, entry))
    return b"".join(lines)


def update(
    pdf: bytes,
    objects: Mapping[int, bytes],
    *,
    free: tuple[int, ...] = (),
    prev: int | None = None,
    size: int | None = None,
    root: bytes | None = None,
    extra: bytes = b"",
) -> bytes:
    """A well-formed incremental update behind `pdf`, in the form our own have."""
    last = last_trailer(pdf)
    body, places = objects_at(len(pdf), objects)
    at = len(pdf) + len(body)
    listed: dict[int, int | None] = {**places, **dict.fromkeys(free)}
    if size is None:
        size = max(int(last["size"]), *(number + 1 for number in listed)) if listed else int(last["size"])
    trailer = b"trailer\n<<\n/Info %s\n/Root %s\n/Size %d\n/ID [ <%s> <%s> ]\n/Prev %d\n%s>>\n"
    trailer = (trailer + b"startxref\n%d\n%%%%EOF\n") % (
        last["info"], root or last["root"], size, last["id"], sha256(pdf).hexdigest()[:32].encode(),
        int(last["startxref"]) if prev is None else prev, extra, at,
    )  # fmt: skip
    return pdf + body + (table(listed) if listed else b"xref\n0 0\n") + trailer


def last_trailer(pdf: bytes) -> dict[str, bytes]:
    tail = pdf[pdf.rindex(b"trailer") :]
    found = {
        name: re.search(pattern, tail)
        for name, pattern in {
            "size": rb"/Size (\d+)",
            "root": rb"/Root (\d+ 0 R)",
            "info": rb"/Info (\d+ 0 R)",
            "id": rb"/ID ?\[ ?<([0-9a-f]+)>",
            "startxref": rb"startxref\n(\d+)",
        }.items()
    }
    return {name: match[1] for name, match in found.items() if match}


def edited(pdf: bytes, **edits: Edit) -> bytes:
    """An update that rewrites named objects (page_1 is `page-1`)."""
    raw = Raw(pdf)
    names = {name: name.replace("_", "-") for name in edits}
    return update(pdf, {raw[names[name]]: edit(raw.named(names[name])) for name, edit in edits.items()})


def signature_body(kind: bytes, start: int, room: int = 8192, extra: bytes = b"", subfilter: bytes = b"") -> bytes:
    """Body of a signature dictionary with an open range; `filled` closes it."""
    subfilter = subfilter or (b"ETSI.RFC3161" if kind == b"DocTimeStamp" else b"ETSI.CAdES.detached")
    return (
        b"<<\n/Contents <" + b"0" * (2 * room) + b">\n/Type /" + kind
        + b"\n/Filter /Adobe.PPKLite\n/SubFilter /" + subfilter
        + b"\n/ByteRange [ 0 0000000000 0000000000 0000000000 ]\n" + extra + b">>"
    )  # fmt: skip


OPEN_RANGE = b"[ 0 0000000000 0000000000 0000000000 ]"


def filled(pdf: bytes, value: Callable[[bytes], bytes]) -> bytes:
    """Closes the last open signature dictionary: range over the whole file, `value` of its digest as /Contents."""
    at = pdf.rindex(OPEN_RANGE)
    start = pdf.rindex(b"/Contents <", 0, at) + len(b"/Contents ")
    end = pdf.index(b">", start) + 1
    spelled = b"[ 0 %d %d %d ]" % (start, end, len(pdf) - end)
    pdf = pdf[:at] + spelled.ljust(len(OPEN_RANGE)) + pdf[at + len(OPEN_RANGE) :]
    digest = sha256(pdf[:start] + pdf[end:]).digest()
    found = value(digest).hex().encode()
    return pdf[: start + 1] + found.ljust(end - start - 2, b"0") + pdf[end - 1 :]
