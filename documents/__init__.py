"""The notary's desk: text to PDF, signatures, judgement. Server imports from here only."""

from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.answers import read_ocsp_request
from documents.archive import write as write_packet
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
from documents.form import COLUMNS, Block, Cell, Filled, FormText, Heading, Signing, Stamp, Table, Words, form_json
from documents.issuer import EventIssuer, IssuerKind
from documents.layout import Laid, SlotPlace, lay_out, lay_out_by_hand, text_code, verify_address
from documents.layout_draft import lay_out_draft
from documents.layout_form import lay_out_form
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
from documents.packet import (
    COURT_SLOTS,
    PACKET_LIST,
    CourtPacket,
    Letter,
    Listed,
    ListedAgreement,
    Verifier,
    list_text,
    listed,
    manifest_json,
)
from documents.packet_report import PacketReport, verify_packet
from documents.persons import accept_turn, check_file
from documents.renew import Ends, ends, renew
from documents.report import Report
from documents.report_pdf import report_pdf
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
    "COLUMNS",
    "COURT_SLOTS",
    "MANIFEST_VERSION",
    "PACKET_LIST",
    "RESERVED",
    "Abroad",
    "Authority",
    "Block",
    "Cell",
    "Chain",
    "ClauseText",
    "CourtPacket",
    "DocumentError",
    "DocumentText",
    "Ends",
    "EventIssuer",
    "EventSubject",
    "FieldTaken",
    "Filled",
    "FontUnavailable",
    "Fonts",
    "FormText",
    "Frozen",
    "FrozenFacts",
    "Heading",
    "IssuerKind",
    "KeyOptions",
    "Laid",
    "Letter",
    "Listed",
    "ListedAgreement",
    "Manifest",
    "ManifestFile",
    "ManifestSignatory",
    "ManifestSlot",
    "MissingGlyphs",
    "NotRenewable",
    "Original",
    "PacketReport",
    "PartyText",
    "RemoteTimestamper",
    "Report",
    "RevisionMismatch",
    "Section",
    "Signatory",
    "SignatureRejected",
    "SignerUnavailable",
    "Signing",
    "SlotPlace",
    "Stamp",
    "Standing",
    "Table",
    "TimeStamper",
    "TimeStampers",
    "TimestampAuthority",
    "TimestampUnavailable",
    "Turn",
    "UnreadablePdf",
    "Verifier",
    "Words",
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
    "form_json",
    "frozen_facts",
    "grouped",
    "lay_out",
    "lay_out_by_hand",
    "lay_out_draft",
    "lay_out_form",
    "list_text",
    "listed",
    "manifest_json",
    "prepare_turn",
    "read_ocsp_request",
    "renew",
    "report_pdf",
    "seal",
    "text_code",
    "text_hash",
    "verify",
    "verify_address",
    "verify_arguments",
    "verify_command",
    "verify_packet",
    "write_packet",
]
