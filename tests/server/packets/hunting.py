"""Looks for a string in bytes however it may lie in them: inside zips, compressed streams and attachments of PDFs,
their extracted text, and written in any of the ways text is written down."""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

import pikepdf
import pypdfium2

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def forms(text: str) -> set[bytes]:
    """Every spelling that is looked for."""
    found = {text.encode("unicode_escape"), text.encode("ascii", "xmlcharrefreplace")}
    for encoding in ENCODINGS:
        plain = text.encode(encoding)
        found |= {plain, plain.hex().encode(), plain.hex().upper().encode()}
        for before in range(3):
            whole = base64.b64encode(bytes(before) + plain).rstrip(b"=")
            begin, end = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
            found |= {whole[begin:end], whole[begin:end].replace(b"+", b"-").replace(b"/", b"_")}
    return found


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes themselves and all that is packed in them."""
    yield data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for name in opened.namelist():
                yield from layers(opened.read(name))
    if data.startswith(b"%PDF-"):
        for each in STREAM.finditer(data):  # of every revision, also what a later one replaced
            try:
                yield zlib.decompressobj().decompress(each[1])
            except zlib.error:
                continue
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for name in pdf.attachments:
                yield from layers(pdf.attachments[name].get_file().read_bytes())
        said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
        yield re.sub(r"\s", "", said).encode()


def hunted(data: bytes, planted: Mapping[str, str]) -> set[str]:
    """Names of the strings found in any layer, in any spelling."""
    wanted = {name: forms(text) for name, text in planted.items()}
    found: set[str] = set()
    for layer in layers(data):
        found |= {name for name in wanted.keys() - found if any(form in layer for form in wanted[name])}
    return found
