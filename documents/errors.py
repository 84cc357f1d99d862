"""What can go wrong at the notary's desk.

Each class has a stable code and carries only data; words for people are the browser's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class DocumentError(Exception):
    """Base of all errors of this package; `code` is the stable name on the wire, `detail` is for operators."""

    code: ClassVar[str] = "document_error"

    @property
    def detail(self) -> str:
        """The data of the error as one line; never contains names, terms or keys."""
        return str(self)


class FieldTaken(DocumentError):
    """The slot already holds a signature, or the file has no such slot."""

    code = "field_taken"

    def __init__(self, slot: str) -> None:
        super().__init__(slot)
        self.slot = slot


class RevisionMismatch(DocumentError):
    """The bytes are not the revision they should be: other base, other length, grammar broken."""

    code = "revision_mismatch"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignatureRejected(DocumentError):
    """A signature handed in does not fit its file, slot or certificate; `reason` is a snake_case word."""

    code = "signature_rejected"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignerUnavailable(DocumentError):
    """The key that should sign cannot be used now (locked file, token missing, remote CA silent)."""

    code = "signer_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TimestampUnavailable(DocumentError):
    """No time-stamp authority gave a usable token."""

    code = "timestamp_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotRenewable(DocumentError):
    """A file's proof cannot be prolonged any more, or not by this; `reason` is a snake_case word."""

    code = "not_renewable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnreadablePdf(DocumentError):
    """The input is no PDF at all, so there is nothing to judge."""

    code = "unreadable_pdf"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingGlyphs(DocumentError):
    """No font can print these characters (sorted, each once), which stand at these places of the text (`clauses.3` is
    the clause numbered 3, `parties.0` the first party); the document was not built.

    `quotes` holds the words around the first at each place: for whoever may read the text, never for a log."""

    code = "missing_glyphs"

    def __init__(self, characters: str, places: Sequence[str], quotes: Sequence[str]) -> None:
        points = " ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"{points} in {' '.join(places)}")
        self.characters, self.places, self.quotes = characters, tuple(places), tuple(quotes)


class FontUnavailable(DocumentError):
    """A font file is missing or is not a TrueType font that may be embedded."""

    code = "font_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
