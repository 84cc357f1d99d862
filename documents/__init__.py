"""The notary's desk: text to PDF, signatures, judgement. Server imports from here only."""

from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.answers import read_ocsp_request
from documents.authority import Authority, EventSubject
from documents.command import verify_arguments, verify_command
from documents.errors import (
    DocumentError,
    FieldTaken,
    FontUnavailable,
    MissingGlyphs,
    NotRenewable,
    RevisionMismatch,
    SignatureRejected,
    SignerUnavailable,
    TimestampUnavailable,
    UnreadablePdf,
)
from documents.evidence import Abroad
from documents.filing import filing_copy
from documents.issuer import EventIssuer, IssuerKind
from documents.layout import Laid, SlotPlace, lay_out, lay_out_by_hand, text_code, verify_address
from documents.manifest import (
    CLERK,
    MANIFEST_VERSION,
    RESERVED,
    Chain,
    Frozen,
    Manifest,
    ManifestFile,
    ManifestSignatory,
    ManifestSlot,
    Original,
)
from documents.options import Fonts, KeyOptions
from documents.persons import accept_turn, check_file
from documents.renew import Ends, ends, renew
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
from documents.timestamp import RemoteTimestamper, Standing, TimestampAuthority, TimeStamper, TimeStampers
from documents.verify import verify
from documents.wording import as_text, grouped

__all__ = [
    "CLERK",
    "MANIFEST_VERSION",
    "RESERVED",
    "Abroad",
    "Authority",
    "Chain",
    "ClauseText",
    "DocumentError",
    "DocumentText",
    "Ends",
    "EventIssuer",
    "EventSubject",
    "FieldTaken",
    "FontUnavailable",
    "Fonts",
    "Frozen",
    "FrozenFacts",
    "IssuerKind",
    "KeyOptions",
    "Laid",
    "Manifest",
    "ManifestFile",
    "ManifestSignatory",
    "ManifestSlot",
    "MissingGlyphs",
    "NotRenewable",
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
    "Standing",
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
    "ends",
    "filing_copy",
    "frozen_facts",
    "grouped",
    "lay_out",
    "lay_out_by_hand",
    "prepare_turn",
    "read_ocsp_request",
    "renew",
    "seal",
    "text_code",
    "text_hash",
    "verify",
    "verify_address",
    "verify_arguments",
    "verify_command",
]
