"""The two typefaces of the pages, parsed once per process: it takes 0.1 s, and reportlab keeps a name's first font."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from documents.errors import FontUnavailable, MissingGlyphs
from documents.options import Fonts
from documents.paging import Face

DRAWING = threading.Lock()
"""Held while a document is drawn: a parsed font keeps a reading position while it is subset."""


@dataclass(frozen=True)
class Typefaces:
    """The parsed fonts; `names` are those under which reportlab knows them."""

    names: dict[Face, str]
    advances: dict[Face, dict[int, float]]
    """Code point -> advance in thousandths of the size."""

    def width(self, character: str, face: Face, size: float) -> float:
        return self.advances[face].get(ord(character), 0.0) * size / 1000

    def require(self, texts: Iterable[str]) -> None:
        """Raises MissingGlyphs unless both faces can print every character. Line feeds are no characters here."""
        wanted = set("".join(texts)) - {"\n"}
        missing = [c for c in wanted if any(ord(c) not in advances for advances in self.advances.values())]
        if missing:
            raise MissingGlyphs("".join(sorted(missing)))


def load(fonts: Fonts) -> Typefaces:
    """The typefaces of these files. Raises FontUnavailable."""
    with DRAWING:
        return _load(fonts.regular_path.resolve(), fonts.bold_path.resolve())


@lru_cache(maxsize=4)
def _load(regular: Path, bold: Path) -> Typefaces:
    parsed: dict[Face, TTFont] = {"regular": _parse(regular), "bold": _parse(bold)}
    for font in parsed.values():
        pdfmetrics.registerFont(font)
    return Typefaces(
        {face: font.fontName for face, font in parsed.items()},
        {
            face: {code: font.face.charWidths[code] for code, glyph in font.face.charToGlyph.items() if glyph}
            for face, font in parsed.items()
        },
    )


def _parse(path: Path) -> TTFont:
    try:
        # The name contains the path: registerFont silently keeps the former font of a name.
        return TTFont(f"hejie:{path}", str(path), shapable=False)
    except (TTFError, OSError) as error:
        raise FontUnavailable(f"{path.name}: {error}") from error
