"""The clauses of ISO 19005-3 (PDF/A-3b) that can be checked without veraPDF (`make judges`), for R0 and all revisions.

`violations(pdf)` lists what is wrong, each with its clause; an empty list is what the tests ask for.
"""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

NS = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def violations(data: bytes) -> list[str]:
    """Everything found wrong in the file as it stands (its last revision, and the bytes of all)."""
    wrong = list(_bytes(data))
    with Pdf.open(BytesIO(data)) as pdf:
        for part in (_catalog, _colour, _metadata, _files, _form, _streams, _fonts, _text):
            wrong += part(pdf)
    return wrong


def _bytes(data: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4,}\n", data):
        yield "6.1.2 header"
    if not data.endswith(b"%%EOF\n"):
        yield "6.1.3 bytes after the end of file marker"
    last = data[data.rindex(b"trailer") :]
    if last.count(b"/ID") != 1 or b"/Encrypt" in last:
        yield "6.1.3 trailer"
    for section in re.finditer(rb"xref\n((?:\d+ \d+ ?\n(?:\d{10} \d{5} [nf][ \r]\n)+)+)trailer", data):
        if section.start() and data[section.start() - 1 : section.start()] not in (b"\n", b"t"):
            yield "6.1.4 cross reference table"
    if len(re.findall(rb"\nxref\n", data)) != data.count(b"%%EOF"):
        yield "6.1.4 not one table a revision"
    for found in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", data):
        end = found.end() + int(found.group(1))
        if not re.match(rb"\r?\n?endstream", data[end : end + 12]):
            yield f"6.1.7 length of the stream at {found.start()}"
    if b"/ObjStm" in data or b"/XRef" in data:
        yield "object streams, though the ceremony's grammar knows tables only"


def _catalog(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    for key in ("/OpenAction", "/AA", "/OCProperties", "/Collection", "/Requirements", "/Outlines"):
        if key in root:
            yield f"6.5 or 6.9: {key} in the catalog"
    if "/JavaScript" in root.get("/Names", Dictionary()):
        yield "6.5 JavaScript"
    if set(root.get("/Perms", Dictionary()).keys()) - {"/DocMDP", "/UR3"}:
        yield "6.1.12 permissions"
    if str(root.get("/Lang", "")) != "zh-CN" or not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "6.7 language or mark"
    if "/StructTreeRoot" not in root:
        yield "6.7 no structure"
    for page in pdf.pages:
        if "/Trans" in page.obj or "/AA" in page.obj or "/Group" in page.obj:
            yield "6.2.10 or 6.5: page with transition, action or group"


def _colour(pdf: Pdf) -> Iterator[str]:
    intents = [each for each in pdf.Root.get("/OutputIntents", Array()) if each.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield "6.2.3 not one output intent"
        return
    profile = intents[0].DestOutputProfile
    data = profile.read_bytes()
    if profile.N != 3 or data[36:40] != b"acsp" or data[12:20] != b"mntrRGB " or data[8] not in (2, 4):
        yield "6.2.3 colour profile"
    if struct.unpack(">I", data[:4])[0] != len(data):
        yield "6.2.3 size of the colour profile"


def _metadata(pdf: Pdf) -> Iterator[str]:
    stream = pdf.Root.Metadata
    if "/Filter" in stream:
        yield "6.6.2.1 filtered metadata"
    root = ET.fromstring(stream.read_raw_bytes().decode())  # noqa: S314 (our own file)

    def words(path: str) -> str:
        found = root.find(f".//{path}", NS)
        return (found.text or "") if found is not None else ""

    if (words("pdfaid:part"), words("pdfaid:conformance")) != ("3", "B"):
        yield "6.6.4 identification"
    info = pdf.trailer.Info
    if str(info.get("/Title", "")) != words("dc:title/rdf:Alt/rdf:li"):
        yield "6.6.3 title differs from Info"
    if str(info.get("/Producer", "")) != words("pdf:Producer"):
        yield "6.6.3 producer differs from Info"
    if set(info.keys()) - {"/Title", "/Producer"}:
        yield "6.6.3 Info says more than the metadata"


def _files(pdf: Pdf) -> Iterator[str]:
    named = pdf.Root.Names.EmbeddedFiles.Names
    specs = [named[at] for at in range(1, len(named), 2)]
    if [spec.objgen for spec in specs] != [spec.objgen for spec in pdf.Root.AF]:
        yield "6.8 a file is not both named and associated"
    for spec in specs:
        stream = spec.EF.F
        if "/Subtype" not in stream or "/" not in str(stream.Subtype)[1:]:
            yield "6.8 no MIME type"
        if "/F" not in spec or "/UF" not in spec or spec.get("/AFRelationship") != Name.Data:
            yield "6.8 names or relationship"
        if not re.fullmatch(r"D:\d{14}Z", str(stream.Params.get("/ModDate", ""))):
            yield "6.8 no modification date"
        if int(stream.Params.Size) != len(stream.read_bytes()):
            yield "6.8 size"


def _form(pdf: Pdf) -> Iterator[str]:
    form = pdf.Root.get("/AcroForm", Dictionary())
    if "/XFA" in form or "/NeedAppearances" in form:
        yield "6.4 XFA or NeedAppearances"
    for page in pdf.pages:
        for each in page.obj.get("/Annots", Array()):
            name = str(each.get("/T", "?"))
            if each.Subtype != Name.Widget or each.FT != Name.Sig:
                yield f"6.3.1 annotation {name}"
            if int(each.F) & 0b100100111 != 0b100:  # ToggleNoView, NoView, Print, Hidden, Invisible
                yield f"6.3.2 flags of {name}"
            x0, y0, x1, y1 = (float(value) for value in each.Rect)
            empty = x0 == x1 and y0 == y1
            if not empty and (set(each.get("/AP", Dictionary()).keys()) != {"/N"} or not isinstance(each.AP.N, Stream)):
                yield f"6.3.3 appearance of {name}"
            if "/A" in each or "/AA" in each:
                yield f"6.4.1 action of {name}"


def _streams(pdf: Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, Stream):
            filters = item.get("/Filter", Array())
            if "/LZWDecode" in str(filters) or "/Crypt" in str(filters) or "/F" in item or "/FFilter" in item:
                yield "6.1.7 filter or external stream"
            if item.get("/Subtype") == Name.Image:
                if "/Alternates" in item or "/OPI" in item or item.get("/Interpolate", False) or "/SMask" in item:
                    yield "6.2.8 or 6.2.10 image"
        elif isinstance(item, Dictionary):
            if item.get("/Type") == Name.ExtGState and set(item.keys()) & {
                "/TR",
                "/TR2",
                "/HTP",
                "/SMask",
                "/ca",
                "/CA",
            }:
                yield "6.2.5 or 6.2.10 graphics state"
            if item.get("/S") in (Name.JavaScript, Name.Launch, Name.Sound, Name.Movie):
                yield "6.5 action"


def _resources(pdf: Pdf) -> Iterator[Dictionary]:
    for page in pdf.pages:
        yield page.obj.Resources
    for item in pdf.objects:
        if isinstance(item, Stream) and item.get("/Subtype") == Name.Form and "/Resources" in item:
            yield item.Resources


def _all_fonts(pdf: Pdf) -> dict[tuple[int, int], Object]:
    return {
        font.objgen: font
        for resources in _resources(pdf)
        for font in resources.get("/Font", Dictionary()).as_dict().values()
    }


def _glyphs(font: Object) -> tuple[dict[int, int], list[int], int]:
    """(code -> glyph, advances in font units, units per em) of an embedded TrueType subset with one (1,0) cmap."""
    data = font.FontDescriptor.FontFile2.read_bytes()
    count = struct.unpack(">H", data[4:6])[0]
    tables = {
        data[12 + 16 * n : 16 + 16 * n]: struct.unpack(">II", data[20 + 16 * n : 28 + 16 * n]) for n in range(count)
    }
    at = tables[b"cmap"][0]
    version, encodings, platform, encoding, offset = struct.unpack(">HHHHI", data[at : at + 12])
    if (version, encodings, platform, encoding) != (0, 1, 1, 0):
        raise AssertionError("6.2.11.6 a symbolic font must have exactly one cmap")
    form, _, _, first, entries = struct.unpack(">5H", data[at + offset : at + offset + 10])
    if form != 6:
        raise AssertionError("cmap of an unexpected format")
    values = struct.unpack(f">{entries}H", data[at + offset + 10 : at + offset + 10 + 2 * entries])
    metrics = struct.unpack(">H", data[tables[b"hhea"][0] + 34 : tables[b"hhea"][0] + 36])[0]
    glyphs = struct.unpack(">H", data[tables[b"maxp"][0] + 4 : tables[b"maxp"][0] + 6])[0]
    hmtx = tables[b"hmtx"][0]
    advances = [struct.unpack(">H", data[hmtx + 4 * n : hmtx + 4 * n + 2])[0] for n in range(metrics)]
    advances += [advances[-1]] * (glyphs - metrics)
    units = struct.unpack(">H", data[tables[b"head"][0] + 18 : tables[b"head"][0] + 20])[0]
    return {first + index: glyph for index, glyph in enumerate(values)}, advances, units


def _unicode(font: Object) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{2})> <((?:[0-9A-F]{4})+)>", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(value.decode()).decode("utf-16-be") for code, value in pairs}


def _fonts(pdf: Pdf) -> Iterator[str]:
    for font in _all_fonts(pdf).values():
        name = str(font.BaseFont)
        if font.Subtype != Name.TrueType or "/FontFile2" not in font.get("/FontDescriptor", Dictionary()):
            yield f"6.2.11.4 {name} is not embedded"
            continue
        if not int(font.FontDescriptor.Flags) & 4 or "/Encoding" in font:
            yield f"6.2.11.6 {name}: symbolic, so without Encoding"
        if not re.match(r"/[A-Z]{6}\+", name):
            yield f"6.2.11.4 {name}: subset without tag"
        codes, advances, units = _glyphs(font)
        for code, glyph in codes.items():
            wide = float(font.Widths[code - int(font.FirstChar)])
            if glyph and abs(wide - advances[glyph] * 1000 / units) > 1:
                yield f"6.2.11.5 {name}: width of code {code}"


def _text(pdf: Pdf) -> Iterator[str]:
    """Every shown code has a glyph and a character; everything painted is marked; the state stack is even."""
    known = {key: (_glyphs(font)[0], _unicode(font)) for key, font in _all_fonts(pdf).items()}
    for number, page in enumerate(pdf.pages, 1):
        depth = marked = 0
        font: tuple[dict[int, int], dict[int, str]] | None = None
        for operands, operator in pikepdf.parse_content_stream(page):
            word = str(operator)
            depth += (word == "q") - (word == "Q")
            marked += (word in ("BDC", "BMC")) - (word == "EMC")
            if word == "Tf":
                font = known[page.obj.Resources.Font[str(operands[0])].objgen]
            if word in ("Tj", "S", "f", "Do", "f*", "B") and marked != 1:
                yield f"page {number}: {word} outside of marked content"
            if word == "Tj":
                assert font is not None
                for code in bytes(operands[0]):
                    if not font[0].get(code) or not font[1].get(code):
                        yield f"6.2.11.8 page {number}: code {code} shows .notdef or has no character"
            if word in ("gs", "sh", "ri", "i"):
                yield f"page {number}: unexpected operator {word}"
        if depth or marked:
            yield f"page {number}: operators not in pairs"
