"""A second parser: PDFium, as browsers show the page, must read in the whole file the very words that stand in the
content streams of the signed original, and those must hold every word of the text attached: what two parsers see
differently, or what is attached and not printed, is not what anybody signed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from threading import Lock

import msgspec
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Operator, Pdf, Stream, String, parse_content_stream

from documents.compare import inflated
from documents.grammar import Reading
from documents.limits import TooMuch

MAX_PAGE = 1024 * 1024
"""Bytes of one page's content, or of one character map, at most; a full page has fewer than a hundred thousand."""
MAX_DRAWN = 8 * MAX_PAGE
"""Bytes of content drawn on all pages, each form as often as it is drawn."""
MAX_STREAM, MAX_ALL = 16 * 1024 * 1024, 64 * 1024 * 1024
"""Bytes of any stream of the original, and of all of them."""
MAX_FONT = 16 * 1024 * 1024
MAX_PAGES, MAX_DEPTH = 500, 4
ALONE = Lock()
"""Held by whoever uses PDFium: it knows no threads."""
_COPY = re.compile(r"提交副本.{0,80}?SHA-256[)）]?[:：]([0-9a-f]{64})")
"""The mark of a filing copy, without spaces and in NFKC."""
_BFCHAR = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_BFRANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_SHOW = {Operator(name) for name in ("Tj", "TJ", "'", '"')}
_MARK = {Operator("BDC"), Operator("BMC")}
_TF, _DO, _END = Operator("Tf"), Operator("Do"), Operator("EMC")
PRODUCER = "Hejie"
"""Files laid out by us say so, and their pages hold the whole text attached."""


def differences(pdf: bytes, reading: Reading) -> Iterator[tuple[int | None, str]]:
    """Page, from 1, of which PDFium reads another text than the content streams of the original hold; or, without a
    page, the part of the attached text that stands on none. Raises TooMuch."""
    if reading.pages > MAX_PAGES:
        raise TooMuch(f"more than {MAX_PAGES} pages")
    with Pdf.open(BytesIO(pdf[: reading.revisions[0].end]), suppress_warnings=True) as original:
        _bounded(original)
        left = [MAX_DRAWN]
        pages = [_text(page.obj, left) for page in original.pages]
        printed_by_us = str(original.docinfo.get("/Producer", "")) == PRODUCER
    shown = _read(pdf)  # last, since it knows no bounds
    if len(shown) != len(pages):
        yield min(len(shown), len(pages)) + 1, "pages"
    for number, (read, parts) in enumerate(zip(shown, pages, strict=False), 1):
        if _bare(read) != _bare("".join(text for text, _ in parts)):
            yield number, ""
    body = [text for parts in pages for text, inside in parts if inside]
    if printed_by_us:
        whole = _bare("".join(body))
        for part, words in _parts(reading.attached):
            if _bare(words) not in whole:
                yield None, part


def copy_of(pdf: bytes) -> str | None:
    """The hash of the original that a filing copy names on its first page; None for other files. Whether it is true
    only the original can tell (filing.py)."""
    try:
        with ALONE, closing(pypdfium2.PdfDocument(pdf)) as document, closing(document[0]) as page:
            with closing(page.get_textpage()) as layer:
                found = _COPY.search(_bare(layer.get_text_range()))
    except (pypdfium2.PdfiumError, IndexError):
        return None
    return found[1] if found else None


def _bounded(original: Pdf) -> None:
    """Raises TooMuch when something unpacks to more than any of our files holds."""
    left = MAX_ALL
    for each in original.objects:
        if isinstance(each, Stream):
            left -= len(inflated(each, min(MAX_STREAM, left)))


def _read(pdf: bytes) -> list[str]:
    """Each page's text as PDFium reads it. It knows no threads, and everything is closed before others may enter."""
    found = []
    with ALONE, closing(pypdfium2.PdfDocument(pdf)) as document:
        for index in range(min(len(document), MAX_PAGES + 1)):
            with closing(document[index]) as page, closing(page.get_textpage()) as layer:
                found.append(layer.get_text_range())
    return found


def _parts(attached: bytes) -> Iterator[tuple[str, str]]:
    """Every piece of T that is printed as it is written, with the place where it stands in T."""
    text = msgspec.json.decode(attached)
    yield from ((name, text[name]) for name in ("title", "number"))
    for index, party in enumerate(text["parties"]):
        yield f"parties[{index}]", party["description"]
    for name in ("before", "after"):
        for index, section in enumerate(text[name]):
            yield f"{name}[{index}]", section["heading"]
            yield from ((f"{name}[{index}]", paragraph) for paragraph in section["paragraphs"])
    for index, clause in enumerate(text["clauses"]):
        yield f"clauses[{index}]", clause["text"]
    for index, line in enumerate(text["closing"]):
        yield f"closing[{index}]", line


def _bare(text: str) -> str:
    """Without spaces and line ends, which each reader sets by its own taste; compatibility forms made alike."""
    text = unicodedata.normalize("NFKC", text.replace("\ufffe", "-").replace("\x02", "-"))
    return "".join(each for each in text if not each.isspace() and unicodedata.category(each)[0] != "C")


def _text(page: Object, left: list[int]) -> list[tuple[str, bool]]:
    """What a page shows, piece by piece; False: a head or foot line, marked as no part of the text."""
    contents = page.get("/Contents", Array())
    streams = list(contents) if isinstance(contents, Array) else [contents]
    data = b"\n".join(inflated(each, MAX_PAGE) for each in streams)
    return list(_shown(data, page.get("/Resources", Dictionary()), 0, left))


def _shown(data: bytes, resources: Object, depth: int, left: list[int]) -> Iterator[tuple[str, bool]]:
    """What the text operators show, in their order (ISO 32000-1 9.4.3, 14.8.2.2). `left`: bytes that may be drawn
    yet, forms counted as often as they are drawn."""
    left[0] -= len(data)
    if left[0] < 0 or depth > MAX_DEPTH:
        raise TooMuch(f"pages of more than {MAX_DRAWN} bytes or {MAX_DEPTH} forms in each other")
    marks: list[bool] = []
    with Pdf.new() as scratch:
        fonts: dict[str, dict[int, str]] = {}
        current: dict[int, str] = {}
        for operands, operator in parse_content_stream(scratch.make_stream(data)):  # type: ignore[misc]
            if operator == _TF:
                name = str(operands[0])
                if name not in fonts:
                    fonts[name] = _map(resources.Font[name])
                current = fonts[name]
            elif operator in _SHOW:
                last = operands[-1]
                for part in last if isinstance(last, Array) else [last]:
                    if isinstance(part, String):
                        yield bytes(part).decode("latin-1").translate(current), not any(marks)
            elif operator in _MARK:
                marks.append(operands[0] == Name.Artifact)
            elif operator == _END and marks:
                marks.pop()
            elif operator == _DO:
                form = resources.XObject[str(operands[0])]
                if form.get("/Subtype") == Name.Form:
                    inner = _shown(inflated(form, MAX_PAGE), form.get("/Resources", resources), depth + 1, left)
                    yield from ((text, inside and not any(marks)) for text, inside in inner)


def _map(font: Object) -> dict[int, str]:
    """Code to text of a simple font: its ToUnicode map, else WinAnsi. Its program is inflated only to be bounded."""
    program = font.get("/FontDescriptor", Dictionary()).get("/FontFile2")
    if program is not None:
        inflated(program, MAX_FONT)
    if "/ToUnicode" not in font:
        return {code: bytes([code]).decode("cp1252", "replace") for code in range(256)}
    cmap = inflated(font.ToUnicode, MAX_PAGE)
    found = dict.fromkeys(range(256), "\ufffd")
    for block in _BFCHAR.findall(cmap):
        for code, text in _PAIR.findall(block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in _BFRANGE.findall(cmap):
        for first, last, text in _TRIPLE.findall(block):
            start = bytes.fromhex(text.decode()).decode("utf-16-be")
            for code in range(int(first, 16), min(int(last, 16), 255) + 1):
                found[code] = start[:-1] + chr(ord(start[-1]) + code - int(first, 16))
    return found
