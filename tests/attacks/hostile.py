"""Files made to exhaust whoever reads them: small on disk, endless inside. The verdict must come soon and be no."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.attacks.cases import FOREIGN, Case, technique
from tests.attacks.genuine import printed, text_for
from tests.attacks.lab import Lab
from tests.attacks.raw import Raw, stream, update, with_key
from tests.attacks.shadow import Prepare, prepared

MIB = 1 << 20


def bomb(size: int) -> bytes:
    """A zlib stream of so many zero bytes, made of one block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (size % 65521) << 16 | 1
    return b"\x78\xda" + block * (size // MIB) + b"\x03\x00" + check.to_bytes(4, "big")


def changed(change: object) -> bytes:
    """A printed file with something in it changed, certified by nobody."""
    with pikepdf.open(BytesIO(printed(text_for(3)))) as pdf:
        change(pdf)  # type: ignore[operator]
        output = BytesIO()
        pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return output.getvalue()


@technique("made to exhaust")
def endless(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    packed = bomb(512 * MIB)
    flate = b"/Filter/FlateDecode"
    for name, extra in {
        "contents-1": b"",
        "attached": b"/Type/EmbeddedFile",
        "font-F1+0-map": b"",
        "xmp": b"/Type/Metadata/Subtype/XML",
    }.items():
        yield Case(
            f"{name} inflates to half a gigabyte, after the seal",
            update(raw.pdf, {raw[name]: stream(packed, extra + flate)}),
        )
        original = Raw(lab.three.stage("r0"))
        start, end = original.places[original[name]]
        whole = lab.three.pdf[:start] + b"%d 0 obj\n%s\nendobj\n" % (original[name], stream(packed, extra + flate))
        yield Case(f"{name} inflates to half a gigabyte, in place", whole + lab.three.pdf[end:], FOREIGN)

    def bombed(pdf: Pdf) -> None:
        pdf.attachments["agreement.json"].obj.EF.F.write(packed, filter=Name.FlateDecode)

    yield Case("attached text inflates to half a gigabyte, printed so", changed(bombed), FOREIGN)

    def content(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents.write(packed, filter=Name.FlateDecode)

    yield Case("content inflates to half a gigabyte, printed so", changed(content), FOREIGN)

    def many(pdf: Pdf) -> None:
        pdf.Root.PieceInfo = Array([pdf.make_indirect(Dictionary(A=number)) for number in range(60_000)])

    yield Case("sixty thousand objects", changed(many), FOREIGN)

    def deep(pdf: Pdf) -> None:
        holder = Array()
        for _ in range(400):
            holder = Array([holder])
        pdf.Root.PieceInfo = holder

    yield Case("four hundred arrays in one another", changed(deep), FOREIGN)
    deeper = b"[" * 100_000 + b"]" * 100_000
    yield Case(
        "a hundred thousand arrays in one another",
        update(raw.pdf, {raw["root"]: with_key(raw.named("root"), b"/X " + deeper)}),
    )
    yield Case("only opening brackets", update(raw.pdf, {raw["root"]: b"[" * 400_000}))
    yield Case(
        "tree of pages that loops",
        update(raw.pdf, {raw["pages"]: b"<</Type/Pages/Count 9/Kids[%s]>>" % (raw.ref("pages") * 9)}),
    )
    pdf = lab.three.pdf
    for _ in range(140):
        pdf = update(pdf, {}, free=(0,))
    yield Case("a hundred and forty updates", pdf)
    pdf = lab.three.pdf
    for _ in range(100):
        pdf = update(pdf, {raw["info"]: raw.named("info")})
    yield Case("a hundred updates of one object", pdf)
    table = b"xref\n0 4000000000\n" + b"0000000000 65535 f \n" * 3
    yield Case(
        "table of four thousand million", raw.pdf + table + b"trailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % len(raw.pdf)
    )
    yield Case("size of four thousand million", update(raw.pdf, {}, free=(0,), size=4_000_000_000))
    yield Case("a hundred thousand ends", raw.pdf + b"startxref\n9\n%%EOF\n" * 100_000)
    yield Case("a hundred thousand ranges", raw.pdf + b"/ByteRange[0 1 2 3]\n" * 100_000)
    yield Case("ten megabytes of blanks", raw.pdf + b" " * (10 * MIB))
    yield Case("ten megabytes of object headers", raw.pdf + b"1 0 obj\n" * (MIB + MIB // 4))
    yield Case("ten megabytes of streams", raw.pdf + b">>stream\n" * MIB)


@technique("made to exhaust")
def endless_and_signed(lab: Lab) -> Iterator[Case]:
    """The same, printed by a dishonest server and signed by all: PDFium, which reads the words again, has no bounds."""

    def content(data: bytes) -> Prepare:
        def change(pdf: Pdf) -> None:
            pdf.pages[0].obj.Contents = pdf.make_stream(b"")
            pdf.pages[0].obj.Contents.write(data, filter=Name.FlateDecode)

        return change

    def glyphs(which: str) -> Prepare:
        def change(pdf: Pdf) -> None:
            font = pdf.pages[0].obj.Resources.Font["/F1+0"]
            holder, key = (font, "/ToUnicode") if which == "map" else (font.FontDescriptor, "/FontFile2")
            holder[key] = pdf.make_stream(b"")
            holder[key].write(bomb(512 * MIB), filter=Name.FlateDecode)

        return change

    def pages(pdf: Pdf) -> None:
        for _ in range(2000):
            pdf.pages.append(pdf.pages[0])

    words = zlib.compress(b"BT /F1+0 1 Tf (AAAAAAAA) Tj ET\n" * 1_000_000, 9)
    yield Case("content of half a gigabyte", prepared(lab, "zeros", content(bomb(512 * MIB))).pdf)
    yield Case("content of a million words", prepared(lab, "words", content(words)).pdf)
    yield Case("map to Unicode of half a gigabyte", prepared(lab, "map", glyphs("map")).pdf)
    yield Case("font of half a gigabyte", prepared(lab, "program", glyphs("program")).pdf)
    yield Case("two thousand pages", prepared(lab, "pages", pages).pdf)
