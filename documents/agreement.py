"""The text of a document to be signed: what is needed to print it and nothing else.

Pure; knows no PDF, no keys, no people online.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import rfc8785

SCHEMA = 1
"""Version of the JSON form; verifiers read it from the attachment's "v"."""

SLOT_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""Field names are written between parentheses in the PDF, so they need no escaping."""

RANKS = {
    "applicant": 1,
    "respondent": 1,
    "representative": 1,
    "organisation": 2,
    "guardian": 3,
    "interpreter": 4,
    "witness": 5,
    "recorder": 6,
    "mediator": 7,
    "committee": 9,
}
"""Order of turns by role: nobody signs before those whose will the file records."""

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


@dataclass(frozen=True)
class PartyText:
    """One party as printed at the top of the document."""

    label: str
    """甲方, 乙方 ..."""
    description: str
    """Name and particulars in one sentence: 林秀珍，女，1971年生，汉族，退休，住……"""


@dataclass(frozen=True)
class Section:
    """A headed part of the document outside the numbered clauses."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ClauseText:
    """One numbered clause; the number is printed as 一、二、…"""

    number: int
    text: str


@dataclass(frozen=True)
class Signatory:
    """Someone who signs in a slot of the document."""

    slot: str
    """ASCII name of the signature field: party-1, party-2-rep, party-2-seal, witness-1, mediator, seal."""
    name: str
    role: str
    """A key of RANKS."""
    label: str
    """Printed before the slot: 甲方（签名）"""
    rank: int
    """Order of turns, see RANKS; readers take it from here, so that older files keep theirs."""
    kind: Literal["person", "organisation", "seal"]
    """A person signs by hand, an organisation's seal is set by its representative, the committee's by the service."""
    acts_for: str = ""
    """Name of whom a representative, guardian or organisation's signer acts for, or an interpreter is tied to."""


@dataclass(frozen=True)
class DocumentText:
    """T: the whole text of one document. Equal values give equal bytes in every later step."""

    kind: Literal["agreement", "minutes", "packet", "application", "undertaking", "service", "proof"]
    """The last four go to a court with the agreement: 司法确认申请书, 承诺书, 送达地址确认书, 调解组织主持调解证明."""
    number: str
    """Official number: (2026)嘉南人调字第0102号"""
    title: str
    committee: str
    """Full name of the mediation committee, printed above the title and at the seal."""
    place: str
    """Where it is signed; empty when not printed."""
    parties: tuple[PartyText, ...]
    before: tuple[Section, ...]
    """Sections before the clauses: facts, issues, responsibility."""
    clauses: tuple[ClauseText, ...]
    after: tuple[Section, ...]
    """Sections after the clauses: performance, effect, electronic signature."""
    closing: tuple[str, ...]
    """Lines without heading after all sections, directly before the signatures."""
    signatories: tuple[Signatory, ...]
    verify_url: str
    """Printed as QR code on each page."""
    profile: str = "people"
    """Kind of rules: people = 人民调解."""
    demo: bool = False
    """True prints 演示文件，无法律效力 on each page."""
    journal_head: str = ""
    """Hex hash of the journal's head at freeze; in the attachment, not printed."""
    frozen_at: str = ""
    """When the text became final, RFC 3339 UTC with Z; printed as a day in Asia/Shanghai. Empty in previews."""
    note: str = ""
    """Printed above the signatures: when this file takes effect. Empty takes the layout's own words."""
    issuer_kind: str = "own"
    """Who issues the signers' certificates: own = the deployment's own CA, licensed = a licensed authority."""
    issuer_name: str = ""
    """Name of that authority; in the attachment, and printed where the text itself names it."""
    effect_needs: tuple[str, ...] = ()
    """Whose signatures bring it into effect: "parties", "mediator", "committee", sorted; empty = with the seal."""

    def __post_init__(self) -> None:
        slots = [signatory.slot for signatory in self.signatories]
        if bad := [slot for slot in slots if not SLOT_NAME.fullmatch(slot)]:
            raise ValueError(f"slot names must match {SLOT_NAME.pattern}: {bad}")
        if len(set(slots)) != len(slots):
            raise ValueError(f"slot names must differ: {slots}")
        if "certification" in slots:
            raise ValueError("the slot name 'certification' belongs to the service")
        if self.frozen_at and not INSTANT.fullmatch(self.frozen_at):
            raise ValueError(f"frozen_at must look like 2026-11-26T08:00:00Z: {self.frozen_at!r}")

    @property
    def people(self) -> tuple[Signatory, ...]:
        """The signatories who sign in turns (persons and organisations), in printing order."""
        return tuple(signatory for signatory in self.signatories if signatory.kind != "seal")

    @property
    def turns(self) -> tuple[Signatory, ...]:
        """The same in an order in which turns are accepted: by rank, then as printed."""
        return tuple(sorted(self.people, key=lambda signatory: signatory.rank))

    @property
    def seals(self) -> tuple[Signatory, ...]:
        """The committee's slot: the electronic seal that ends the ceremony."""
        return tuple(signatory for signatory in self.signatories if signatory.kind == "seal")

    def printed(self) -> Iterator[tuple[str, str]]:
        """Every string that is printed somewhere, with the place where it stands: for the check of glyphs."""
        for name in ("number", "title", "committee", "place", "verify_url", "note"):
            yield name, getattr(self, name)
        for index, party in enumerate(self.parties):
            yield from ((f"parties.{index}", words) for words in (party.label, party.description))
        for name, sections in (("before", self.before), ("after", self.after)):
            for index, section in enumerate(sections):
                yield from ((f"{name}.{index}", words) for words in (section.heading, *section.paragraphs))
        yield from ((f"clauses.{clause.number}", clause.text) for clause in self.clauses)
        yield from (("closing", line) for line in self.closing)
        for signatory in self.signatories:
            yield from ((f"signatories.{signatory.slot}", words) for words in (signatory.label, signatory.name))


def canonical(text: DocumentText) -> bytes:
    """T as canonical JSON (RFC 8785): the bytes that are hashed, and attached to the PDF as agreement.json."""
    return rfc8785.dumps({"v": SCHEMA, **asdict(text)})


def text_hash(text: DocumentText) -> str:
    """H(T): lower-case hex SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(text)).hexdigest()
