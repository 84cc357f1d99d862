"""Draws a document's pages: run as a program of its own by `pages`, with nothing of ours in reach, since files of
strangers are read here. Reads a PDF, JPEG or PNG from standard input; writes for each page its width, height and length
(three unsigned 32-bit numbers, network order) and a JPEG, then ends with 0. Ends with 2 for what it cannot read."""

import struct
import sys
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps

LONG_SIDE = 2000
"""Pixels: a page of A4 at 170 dpi, readable when a phone zooms in."""
MAX_PAGES = 100
MAX_PIXELS = 80_000_000
"""Of a picture handed in; a phone's camera makes 50 million at most."""
QUALITY = 85


def pages(data: bytes) -> Iterator[Image.Image]:
    """Page after page, in colour. Raises ValueError, pypdfium2.PdfiumError, OSError for what cannot be read."""
    if not data.startswith(b"%PDF-"):
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("too large")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright)
        yield ground
        return
    document = pypdfium2.PdfDocument(data)
    if not 1 <= len(document) <= MAX_PAGES:
        raise ValueError("pages")
    for page in document:
        longest = max(page.get_size())
        if not longest > 0:
            raise ValueError("page")
        yield page.render(scale=LONG_SIDE / longest).to_pil().convert("RGB")
        page.close()


def main() -> int:
    """Exit code."""
    try:
        for picture in pages(sys.stdin.buffer.read()):
            coded = BytesIO()
            picture.save(coded, "JPEG", quality=QUALITY)  # of the original's own facts (place, device) nothing is kept
            sys.stdout.buffer.write(struct.pack("!III", picture.width, picture.height, coded.tell()))
            sys.stdout.buffer.write(coded.getbuffer())
    except (ValueError, OSError, SyntaxError, MemoryError, Image.DecompressionBombError, pypdfium2.PdfiumError):
        return 2
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
