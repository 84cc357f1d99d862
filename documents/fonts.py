"""The typefaces of the pages, parsed once per process: it takes 0.1 s, and reportlab keeps a name's first font. What
the first pair lacks, the rare character of a name, is taken from a second one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from documents.errors import FontUnavailable, MissingGlyphs
from documents.options import Fonts
from documents.paging import Face

DRAWING = threading.Lock()
"""Held while a document is drawn: a parsed font keeps a reading position while it is subset."""
AROUND = 6
"""Characters quoted on each side of one that cannot be printed."""


@dataclass(frozen=True)
class Typefaces:
    """The parsed fonts; `names` are those under which reportlab knows them, the second is for rare characters."""

    names: dict[Face, tuple[str, ...]]
    advances: dict[Face, dict[int, float]]
    """Code point -> advance in thousandths of the size."""
    rare: frozenset[int] = frozenset()
    """Code points of which at least one first face lacks the glyph: both weights take it from the second."""

    def width(self, character: str, face: Face, size: float) -> float:
        return self.advances[face].get(ord(character), 0.0) * size / 1000

    @property
    def common(self) -> set[int]:
        """Code points of which both weights have the glyph."""
        return set(self.advances["regular"]) & set(self.advances["bold"])

    def missing(self, text: str) -> set[str]:
        """The characters that a face cannot print. Line feeds are no characters here."""
        wanted = set(text) - {"\n"}
        return {c for c in wanted if any(ord(c) not in advances for advances in self.advances.values())}

    def require(self, texts: Iterable[tuple[str, str]]) -> None:
        """Raises MissingGlyphs unless both faces can print every character of these (place, text)."""
        found = [(place, text, missing) for place, text in texts if (missing := self.missing(text))]
        if found:
            characters = "".join(sorted(set().union(*(missing for _, _, missing in found))))
            places = dict.fromkeys(place for place, _, _ in found)
            raise MissingGlyphs(characters, tuple(places), [_quoted(text, missing) for _, text, missing in found])

    def pieces(self, text: str, face: Face) -> Iterator[tuple[str, str]]:
        """The text in runs of one font each: (its name, characters)."""
        for rare, run in groupby(text, lambda character: ord(character) in self.rare):
            yield self.names[face][rare], "".join(run)


def _quoted(text: str, missing: set[str]) -> str:
    """The first missing character with the words around it."""
    at = next(at for at, character in enumerate(text) if character in missing)
    return text[max(at - AROUND, 0) : at + 1 + AROUND].replace("\n", " ")


def load(fonts: Fonts, text: str = "") -> Typefaces:
    """The typefaces of these files, the second pair only where `text` needs it. Raises FontUnavailable."""
    with DRAWING:
        first = _load(fonts.regular_path.resolve(), fonts.bold_path.resolve())
        if fonts.rare is None or not first.missing(text):
            return first
        return _joined(first, _load(*(path.resolve() for path in fonts.rare)))


@lru_cache(maxsize=4)
def _load(regular: Path, bold: Path) -> Typefaces:
    parsed: dict[Face, TTFont] = {"regular": _parse(regular), "bold": _parse(bold)}
    for font in parsed.values():
        pdfmetrics.registerFont(font)
    return Typefaces(
        {face: (font.fontName,) for face, font in parsed.items()},
        {
            face: {code: font.face.charWidths[code] for code, glyph in font.face.charToGlyph.items() if glyph}
            for face, font in parsed.items()
        },
    )


def _joined(first: Typefaces, second: Typefaces) -> Typefaces:
    """The first pair, and the second where it has a character that the first has not. Some 10 ms, for rare names."""
    rare = frozenset(second.common - first.common)
    return Typefaces(
        {face: first.names[face] + second.names[face] for face in first.names},
        {face: first.advances[face] | {code: second.advances[face][code] for code in rare} for face in first.advances},
        rare,
    )


def _parse(path: Path) -> TTFont:
    try:
        # The name contains the path: registerFont silently keeps the former font of a name.
        return TTFont(f"hejie:{path}", str(path), shapable=False)
    except (TTFError, OSError) as error:
        raise FontUnavailable(f"{path.name}: {error}") from error
