"""A second parser: PDFium, as browsers show the page, must read in the whole file the very words that stand in the
content streams of the signed original: what two parsers see differently was not what anybody signed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Operator, Pdf, String, parse_content_stream

from documents.compare import inflated
from documents.grammar import Reading
from documents.limits import TooMuch

MAX_PAGE = 8 * 1024 * 1024
"""Bytes of one page's content, or of one character map, at most."""
MAX_PAGES, MAX_DEPTH = 500, 4
_BFCHAR = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_BFRANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_SHOW = {Operator(name) for name in ("Tj", "TJ", "'", '"')}
_TF, _DO = Operator("Tf"), Operator("Do")


def differences(pdf: bytes, reading: Reading) -> Iterator[int]:
    """Pages, from 1, of which PDFium reads another text than the content streams of the original hold."""
    if reading.pages > MAX_PAGES:
        raise TooMuch(f"more than {MAX_PAGES} pages")
    shown = pypdfium2.PdfDocument(pdf)
    try:
        if len(shown) != reading.pages:
            yield min(len(shown), reading.pages) + 1
        with Pdf.open(BytesIO(pdf[: reading.revisions[0].end]), suppress_warnings=True) as original:
            for index in range(min(len(shown), reading.pages)):
                page = shown[index]
                layer = page.get_textpage()
                read = layer.get_text_range()
                layer.close()
                page.close()
                if _bare(read) != _bare(_text(original.pages[index].obj)):
                    yield index + 1
    finally:
        shown.close()


def _bare(text: str) -> str:
    """Without spaces and line ends, which each reader sets by its own taste; compatibility forms made alike."""
    text = unicodedata.normalize("NFKC", text.replace("\ufffe", "-").replace("\x02", "-"))
    return "".join(each for each in text if not each.isspace() and unicodedata.category(each)[0] != "C")


def _text(page: Object) -> str:
    contents = page.get("/Contents", Array())
    streams = list(contents) if isinstance(contents, Array) else [contents]
    data = b"\n".join(inflated(each, MAX_PAGE) for each in streams)
    return "".join(_shown(page, data, page.get("/Resources", Dictionary()), 0))


def _shown(owner: Object, data: bytes, resources: Object, depth: int) -> Iterator[str]:
    """What the text operators show, in their order (ISO 32000-1 9.4.3)."""
    if len(data) > MAX_PAGE or depth > MAX_DEPTH:
        raise TooMuch(f"a page of more than {MAX_PAGE} bytes or {MAX_DEPTH} forms in each other")
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
                        yield "".join(current.get(code, "\ufffd") for code in bytes(part))
            elif operator == _DO:
                form = resources.XObject[str(operands[0])]
                if form.get("/Subtype") == Name.Form:
                    inner = form.get("/Resources", resources)
                    yield from _shown(form, inflated(form, MAX_PAGE), inner, depth + 1)


def _map(font: Object) -> dict[int, str]:
    """Code to text of a simple font: its ToUnicode map, else WinAnsi."""
    if "/ToUnicode" not in font:
        return {code: bytes([code]).decode("cp1252", "replace") for code in range(256)}
    cmap = inflated(font.ToUnicode, MAX_PAGE)
    found = {}
    for block in _BFCHAR.findall(cmap):
        for code, text in _PAIR.findall(block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in _BFRANGE.findall(cmap):
        for first, last, text in _TRIPLE.findall(block):
            start = bytes.fromhex(text.decode()).decode("utf-16-be")
            for code in range(int(first, 16), min(int(last, 16), 255) + 1):
                found[code] = start[:-1] + chr(ord(start[-1]) + code - int(first, 16))
    return found
