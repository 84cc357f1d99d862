"""The notary's desk: text to PDF, signatures, judgement. Server imports from here only."""

from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.answers import read_ocsp_request
from documents.archive import write as write_packet
from documents.authority import Authority, EventSubject
from documents.command import verify_arguments, verify_command
from documents.disclosed import STEPS, Finding, judge_disclosure
from documents.disclosed_wording import disclosure_as_text
from documents.disclosure import (
    ByField,
    Closed,
    Disclosure,
    FileHead,
    NotADisclosure,
    Opened,
    Shown,
    Stamped,
    Whole,
    packed,
    write_disclosure,
)
from documents.entries import (
    BY_FIELD,
    WHOLE,
    anchored,
    blind,
    body_hash,
    commitments,
    field_salt,
    head_hash,
)
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
from documents.evidence import Abroad, Evidence
from documents.filing import filing_copy
from documents.form import COLUMNS, Block, Cell, Filled, FormText, Heading, Signing, Stamp, Table, Words, form_json
from documents.heads import heads_in
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
from documents.merkle import Tree
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
from documents.packet_facts import signers_of
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
from documents.sign import certify, seal, status_of_stamps
from documents.stamps import BadStamp, check_stamp
from documents.timestamp import RemoteTimestamper, Standing, TimestampAuthority, TimeStamper, TimeStampers
from documents.verify import verify
from documents.wording import as_text, grouped

__all__ = [
    "BY_FIELD",
    "CLERK",
    "COLUMNS",
    "COURT_SLOTS",
    "MANIFEST_VERSION",
    "PACKET_LIST",
    "RESERVED",
    "STEPS",
    "WHOLE",
    "Abroad",
    "Authority",
    "BadStamp",
    "Block",
    "ByField",
    "Cell",
    "Chain",
    "ClauseText",
    "Closed",
    "CourtPacket",
    "Disclosure",
    "DocumentError",
    "DocumentText",
    "Ends",
    "EventIssuer",
    "EventSubject",
    "Evidence",
    "FieldTaken",
    "FileHead",
    "Filled",
    "Finding",
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
    "NotADisclosure",
    "NotRenewable",
    "Opened",
    "Original",
    "PacketReport",
    "PartyText",
    "RemoteTimestamper",
    "Report",
    "RevisionMismatch",
    "Section",
    "Shown",
    "Signatory",
    "SignatureRejected",
    "SignerUnavailable",
    "Signing",
    "SlotPlace",
    "Stamp",
    "Stamped",
    "Standing",
    "Table",
    "TimeStamper",
    "TimeStampers",
    "TimestampAuthority",
    "TimestampUnavailable",
    "Tree",
    "Turn",
    "UnreadablePdf",
    "Verifier",
    "Whole",
    "Words",
    "accept_turn",
    "anchored",
    "as_text",
    "assemble",
    "blind",
    "body_hash",
    "canonical",
    "certify",
    "check_drawing",
    "check_file",
    "check_stamp",
    "commitments",
    "digest_ranges",
    "disclosure_as_text",
    "ends",
    "field_salt",
    "filing_copy",
    "form_json",
    "frozen_facts",
    "grouped",
    "head_hash",
    "heads_in",
    "judge_disclosure",
    "lay_out",
    "lay_out_by_hand",
    "lay_out_draft",
    "lay_out_form",
    "list_text",
    "listed",
    "manifest_json",
    "packed",
    "prepare_turn",
    "read_ocsp_request",
    "renew",
    "report_pdf",
    "seal",
    "signers_of",
    "status_of_stamps",
    "text_code",
    "text_hash",
    "verify",
    "verify_address",
    "verify_arguments",
    "verify_command",
    "verify_packet",
    "write_disclosure",
    "write_packet",
]
