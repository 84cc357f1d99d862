"""What an agreement is made of: structured clauses, numbered versions with their audience, stances on clauses. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import rfc8785

from server.law.roles import Person, Staff

Line = Annotated[str, msgspec.Meta(max_length=500)]
Paragraph = Annotated[str, msgspec.Meta(max_length=4000)]
Kind = Literal["payment", "act", "free"]
Fen = Annotated[int, msgspec.Meta(ge=0, le=10**14 - 1)]


class State(StrEnum):
    """States of an agreement; the words on the wire and in the database."""

    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    READING = "reading"
    FROZEN = "frozen"
    SIGNING = "signing"
    EFFECTIVE = "effective"
    COMPLETE = "complete"
    ON_PAPER = "on_paper"
    """Printed for signing by hand; the scan is not filed yet."""
    VOID = "void"


class Act(StrEnum):
    """What moves an agreement from one state to the next."""

    SUBMIT = "submit"
    RETURN = "return"
    PASS = "pass"  # noqa: S105 - the reviewer passes the draft on
    EDIT = "edit"
    FREEZE = "freeze"
    REOPEN = "reopen"
    SIGN = "sign"
    TAKE_EFFECT = "take_effect"
    COMPLETE = "complete"
    PRINT = "print"
    FILE = "file"
    REFUSE = "refuse"
    EXPIRE = "expire"
    ABANDON = "abandon"


class ByDate(msgspec.Struct, frozen=True, tag_field="by", tag="date"):
    """Due on a calendar day, which is included."""

    date: date


class ByDays(msgspec.Struct, frozen=True, tag_field="by", tag="days_after_effective"):
    """Due within whole days, or working days, after the agreement took effect or after another event."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    working: bool = False
    event: Line = ""
    """What the days are counted from: 收到齐全理赔材料. Empty: the agreement takes effect."""


class Instalment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the sum with its own day; 0 fen: not given yet."""

    amount_fen: Fen = 0
    due: ByDate | ByDays | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of the sum is for: 医疗费. 0 fen: not given yet."""

    label: Line = ""
    amount_fen: Fen = 0


class ClauseFields(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of one clause. `obligor` and `obligee` are party ids; money is whole fen; "" means not given."""

    obligor: Line = ""
    obligee: Line = ""
    amount_fen: Fen | None = None
    amount_words: Line = ""
    """Derived from amount_fen at each save; what a client sends here is not used."""
    due: ByDate | ByDays | None = None
    account: Line = ""
    manner: Line = ""
    act: Paragraph = ""
    """For an act: what is to be done. For a payment: the verb, 赔偿, 支付, 退还 ..."""
    breach: Paragraph = ""
    text: Paragraph = ""
    """For a free clause: all of it. For a payment: what the money is for. For an act: further conditions."""
    instalments: Annotated[tuple[Instalment, ...], msgspec.Meta(max_length=60)] = ()
    """A payment in parts, each with its day; `due` is then not used."""
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=30)] = ()
    """What a payment is made of."""
    place: Line = ""
    condition: Paragraph = ""
    """Under what condition, or after what reckoning, the clause holds; its opening words."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """One clause; its id stays through all edits of its content and its place."""

    id: Line
    kind: Kind
    fields: ClauseFields


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """What the parties disagreed about [RMTJ 29(1)(2)]."""

    facts: Paragraph = ""
    issues: Paragraph = ""
    responsibility: Paragraph = ""


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """The record of the session, in paragraphs [RMTJ 27]."""

    paragraphs: Annotated[tuple[Paragraph, ...], msgspec.Meta(max_length=200)] = ()


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All that people edit: one version's content."""

    dispute: Dispute = Dispute()
    clauses: Annotated[tuple[Clause, ...], msgspec.Meta(max_length=60)] = ()
    minutes: Minutes = Minutes()


@dataclass(frozen=True)
class Party:
    """A party as the text names it."""

    id: str
    name: str
    label: str
    """甲方, 乙方 ..."""
    role: str
    """applicant or respondent."""
    description: str
    """Particulars as printed at the top [RMTJ 29(1)(1)]."""
    assurance: str = "none"


@dataclass(frozen=True)
class Matter:
    """The case as far as an agreement needs it: who the parties are, who mediates, under which committee."""

    case_id: str
    title: str
    committee: str
    place: str
    parties: tuple[Party, ...]
    people: tuple[Person, ...]
    """Parties and all who act for them, help or attest, as the rules of signing know them."""
    day: date
    """The legal day on which this holds: minors grow up."""
    mediator_id: str
    mediator_name: str
    recorder_id: str
    recorder_name: str
    facts: str = ""
    """First draft of the facts, from the case's five elements."""
    issues: str = ""
    kind: str = "other"
    """Kind of dispute."""

    @property
    def staff(self) -> Staff:
        """Those of the centre who sign."""
        return Staff(self.mediator_id, self.mediator_name, self.recorder_id, self.recorder_name, self.committee)

    def camps(self) -> tuple[frozenset[str], ...]:
        """For each party the ids of those on its side: itself and all who act for it or are tied to it."""
        return tuple(
            frozenset({party.id, *(one.id for one in self.people if one.acts_for == party.id)})
            for party in self.parties
        )

    def label_of(self, party: str) -> str:
        """The label of a party id; an unknown id gives ""."""
        return next((p.label for p in self.parties if p.id == party), "")


@dataclass(frozen=True)
class Version:
    """One save: numbered, never changed but for its audience, which only grows by an explicit showing.

    Its terms are loaded apart: every pause in typing is a save, and only one of them is looked at.
    """

    number: int
    terms_hash: str
    audience: frozenset[str]
    """Ids of the people this version was made before: the chamber at the moment of saving."""
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class Stance:
    """What one person last said about one clause in exactly one wording."""

    person: str
    clause: str
    hash: str
    agree: bool
    at: datetime


@dataclass(frozen=True)
class Paper:
    """An agreement signed by hand: what was printed, and the scan a clerk filed."""

    print_sha256: str
    pages: int
    printed_at: str
    """RFC 3339 UTC."""
    scan_sha256: str = ""
    scan_type: str = ""
    signed_on: str = ""
    """The day on which the last signature and the seal were set, as the clerk read it (ISO)."""
    filed_by: str = ""


@dataclass(frozen=True)
class Agreement:
    """One agreement of a case: the row its versions and its ceremony hang on."""

    id: str
    case_id: str
    profile: str
    state: State
    number: str | None
    text_hash: str | None
    """H(T) once frozen."""
    ceremony: str | None
    created_at: datetime
    effective_at: datetime | None
    paper: Paper | None = None


ADDED = frozenset({"instalments", "items", "place", "condition", "working", "event"})
"""Parts of a clause that came after the first signed agreements."""


def sha256_of(value: object) -> str:
    """Lower-case hex SHA-256 of the canonical JSON (RFC 8785) of plain data.

    Parts in ADDED that are not used are left out: what was confirmed before they were there keeps its hash.
    """
    return hashlib.sha256(rfc8785.dumps(_used(msgspec.to_builtins(value)))).hexdigest()


def _used(value: Any) -> Any:
    match value:
        case dict():
            return {name: _used(part) for name, part in value.items() if part or name not in ADDED}
        case list() | tuple():
            return [_used(part) for part in value]
        case _:
            return value
