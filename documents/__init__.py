"""The notary's desk: text to PDF, signatures, judgement. Server imports from here only."""

from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.errors import (
    DocumentError,
    FieldTaken,
    FontUnavailable,
    MissingGlyphs,
    RevisionMismatch,
    SignatureRejected,
    SignerUnavailable,
    TimestampUnavailable,
    UnreadablePdf,
)
from documents.options import Fonts

__all__ = [
    "ClauseText",
    "DocumentError",
    "DocumentText",
    "FieldTaken",
    "FontUnavailable",
    "Fonts",
    "MissingGlyphs",
    "PartyText",
    "RevisionMismatch",
    "Section",
    "Signatory",
    "SignatureRejected",
    "SignerUnavailable",
    "TimestampUnavailable",
    "UnreadablePdf",
    "canonical",
    "text_hash",
]
