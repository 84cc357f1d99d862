"""The notary's desk: text to PDF, signatures, judgement. Server imports from here only."""

from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.authority import Authority, EventSubject
from documents.command import verify_arguments, verify_command
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
from documents.issuer import EventIssuer, IssuerKind
from documents.layout import Laid, SlotPlace, lay_out, text_code, verify_address
from documents.manifest import (
    Chain,
    Frozen,
    Manifest,
    ManifestFile,
    ManifestSignatory,
    ManifestSlot,
    Original,
)
from documents.options import Fonts
from documents.persons import accept_turn, check_file
from documents.report import Report
from documents.revisions import (
    FrozenFacts,
    Turn,
    assemble,
    check_drawing,
    digest_ranges,
    frozen_facts,
    prepare_turn,
)
from documents.sign import certify, seal
from documents.timestamp import RemoteTimestamper, TimestampAuthority, TimeStamper, TimeStampers
from documents.verify import verify
from documents.wording import as_text, grouped

__all__ = [
    "Authority",
    "Chain",
    "ClauseText",
    "DocumentError",
    "DocumentText",
    "EventIssuer",
    "EventSubject",
    "FieldTaken",
    "FontUnavailable",
    "Fonts",
    "Frozen",
    "FrozenFacts",
    "IssuerKind",
    "Laid",
    "Manifest",
    "ManifestFile",
    "ManifestSignatory",
    "ManifestSlot",
    "MissingGlyphs",
    "Original",
    "PartyText",
    "RemoteTimestamper",
    "Report",
    "RevisionMismatch",
    "Section",
    "Signatory",
    "SignatureRejected",
    "SignerUnavailable",
    "SlotPlace",
    "TimeStamper",
    "TimeStampers",
    "TimestampAuthority",
    "TimestampUnavailable",
    "Turn",
    "UnreadablePdf",
    "accept_turn",
    "as_text",
    "assemble",
    "canonical",
    "certify",
    "check_drawing",
    "check_file",
    "digest_ranges",
    "frozen_facts",
    "grouped",
    "lay_out",
    "prepare_turn",
    "seal",
    "text_code",
    "text_hash",
    "verify",
    "verify_address",
    "verify_arguments",
    "verify_command",
]
