"""A case 案件 and its parties 当事人, and how they look on the wire. Pure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec
from aiohttp import web

from server.ids import AccountId, CaseId, PartyId
from server.people.model import Assurance
from server.store.db import Tx


class CaseState(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    submitted = "submitted"
    awaiting_consent = "awaiting_consent"
    accepted = "accepted"
    assigned = "assigned"
    in_mediation = "in_mediation"
    settled = "settled"
    concluded = "concluded"
    declined = "declined"
    withdrawn = "withdrawn"
    failed = "failed"


class CaseAct(StrEnum):
    """What can be done to a case."""

    accept = "accept"
    decline = "decline"
    withdraw = "withdraw"
    all_consent = "all_consent"
    refuse = "refuse"
    expire = "expire"
    appoint = "appoint"
    open = "open"
    recuse = "recuse"
    settle = "settle"
    fail = "fail"
    take_effect = "take_effect"
    reopen = "reopen"


class Part(StrEnum):
    """What somebody is in the case."""

    party = "party"
    representative = "representative"
    guardian = "guardian"
    interpreter = "interpreter"
    witness = "witness"
    expert = "expert"
    observer = "observer"


GUESTS = frozenset({Part.expert, Part.observer})
"""Invited to a session, no people of the dispute: they sign nothing and see no draft."""


class Side(StrEnum):
    """Not plaintiff and defendant."""

    applicant = "applicant"
    respondent = "respondent"


@dataclass(frozen=True, slots=True)
class Facts:
    """The five elements of B1: when, where, who, what, why. Text of the filing."""

    time: str
    place: str
    people: str
    event: str
    cause: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed about a person. `born` is a year; `id_no` and `phone` leave the server masked only."""

    sex: str
    born: str
    ethnic: str
    occupation: str
    address: str
    id_no: str = field(repr=False)
    phone: str = field(repr=False)
    id_document: str | None = None
    """SHA-256 of the filed picture of the identity document."""
    born_on: str = ""
    """Whole date of birth (ISO), where it matters or is known; else read from `id_no`."""
    capacity: str = ""
    """full, limited or none as established apart from age [CIV 21, 22]; "" follows age."""
    code: str = ""
    """统一社会信用代码 of an organisation."""
    head: str = ""
    """Name of an organisation's legal representative 法定代表人."""
    position: str = ""
    """职务 of the legal representative, or of the representative in the organisation."""
    email: str = field(default="", repr=False)
    """Where messages go beside the phone; leaves the server masked only."""
    seal: str = ""
    """Of an organisation: "plain" = a round seal drawn from its name, or the SHA-256 of the seal's picture."""


@dataclass(frozen=True, slots=True)
class Authority:
    """By what right a representative or guardian acts. Words as in server.law.roles."""

    basis: str = ""
    """legal_representative 法定代表人 or attorney 委托代理人."""
    scope: str = ""
    """special 特别授权, general 一般授权, full = 全权代理 alone [JS 89]."""
    relation: str = ""
    """Of a guardian: 母亲 ...; of a representative: 女儿, 律师 ..."""
    document: str = ""
    """What was handed in: 授权委托书 and its date, 户口簿 ..."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party of one case, or somebody who acts, helps or attests in it; the id is the person in room and ceremony."""

    id: PartyId
    case_id: CaseId
    side: Side
    label: str
    """甲方, 乙方"""
    name: str = field(repr=False)
    filed: Filed = field(repr=False)
    assurance: Assurance
    part: Part = Part.party
    organisation: bool = False
    acts_for: PartyId | None = None
    authority: Authority = Authority()

    @property
    def attends(self) -> bool:
        """Whether this is a human being, who may have a seat; an organisation is present in its representative."""
        return not self.organisation


@dataclass(frozen=True, slots=True)
class Case:
    """The dispute. `number` 案号 is taken once; `rehearsal` cases are practice and never counted."""

    id: CaseId
    number: str
    title: str
    kind: str
    state: CaseState
    facts: Facts = field(repr=False)
    claims: str = field(repr=False)
    mediator_id: AccountId
    recorder_id: AccountId | None
    rehearsal: bool
    created_at: datetime
    people: tuple[Party, ...]
    """Parties and everybody who acts for them, helps or attests, in the order of filing."""
    guests: tuple[Party, ...] = ()
    """Experts and observers."""
    co_mediators: tuple[AccountId, ...] = ()
    """Lead sessions beside the mediator; `mediator_id` alone answers for the case [ZXTJ 11]."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Only those whose dispute it is."""
        return tuple(one for one in self.people if one.part is Part.party)

    def party(self, party_id: str) -> Party | None:
        """The person of that id, if it is one of this case."""
        return next((one for one in self.invited if one.id == party_id), None)

    @property
    def hosts(self) -> frozenset[str]:
        """Ids of those who lead its sessions; nobody while it waits for another mediator."""
        waits = self.state is CaseState.accepted
        return frozenset() if waits else frozenset({self.mediator_id, *self.co_mediators})

    def guest(self, person: str) -> bool:
        """Whether that is an expert or observer of this case."""
        return any(one.id == person for one in self.guests)

    @property
    def invited(self) -> tuple[Party, ...]:
        """Everybody who may have a seat in a session, and organisations."""
        return self.people + self.guests


class FactsView(msgspec.Struct):
    """Time, place, people, event, cause."""

    time: str
    place: str
    people: str
    event: str
    cause: str


class FiledView(msgspec.Struct):
    """What staff may see of a filing."""

    sex: str
    born: str
    ethnic: str
    occupation: str
    address: str
    id_no_masked: str
    phone_masked: str
    id_document: str | None
    born_on: str = ""
    capacity: str = ""
    code: str = ""
    head: str = ""
    position: str = ""
    seal: str = ""
    email_masked: str = ""


class AuthorityView(msgspec.Struct):
    """By what right somebody acts."""

    basis: str
    scope: str
    relation: str
    document: str


class LackView(msgspec.Struct):
    """What stands in the way of signing; words from the code."""

    code: str
    person: str
    article: str


class PaperView(msgspec.Struct):
    """Why the dispute is settled on paper [ESL 3]."""

    reason: str
    article: str
    text: str


class LinkView(msgspec.Struct):
    """The join link last sent."""

    sent_at: datetime | None = None
    opened_at: datetime | None = None
    expires_at: datetime | None = None


class PartyView(msgspec.Struct):
    """A person of the case, for staff."""

    id: str
    name: str
    side: Side
    label: str
    filed: FiledView
    assurance: Assurance
    link: LinkView
    part: Part
    organisation: bool
    acts_for: str | None
    authority: AuthorityView


class StaffRef(msgspec.Struct):
    """A member of staff."""

    id: str
    name: str


class SessionRef(msgspec.Struct):
    """A session of the case."""

    id: str
    state: str
    starts_at: datetime


class AgreementRef(msgspec.Struct):
    """An agreement of the case; `number` once it is taken."""

    id: str
    state: str
    number: str | None
    partial: bool
    """It leaves something open, which another one may settle."""


class CaseView(msgspec.Struct):
    """A case, for its staff."""

    id: str
    number: str
    title: str
    kind: str
    state: CaseState
    facts: FactsView
    claims: str
    parties: list[PartyView]
    """Everybody of the case; `part` tells parties from the others."""
    mediator: StaffRef
    recorder: StaffRef | None
    sessions: list[SessionRef]
    agreements: list[AgreementRef]
    profile: str
    """The rule type that fits this kind of dispute."""
    lacks: list[LackView]
    """What must be put right before an agreement may be frozen."""
    leads: bool
    """Whoever asks is its mediator, who alone begins agreements and acts on them."""
    paper: PaperView | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What other features add to the view of a case; `cases` imports none of them, `app.py` hands these in."""

    links: Callable[[Tx, CaseId], Awaitable[Mapping[PartyId, LinkView]]]
    sessions: Callable[[Tx, CaseId], Awaitable[Sequence[SessionRef]]]
    agreements: Callable[[Tx, CaseId], Awaitable[Sequence[AgreementRef]]]
    agreements_for: Callable[[Tx, CaseId, PartyId], Awaitable[Sequence[AgreementRef]]]
    """Only those of which this party may see something."""
    people_changed: Callable[[web.Application, CaseId], Awaitable[None]]
    """Somebody's name, side or part is another: meetings under way are told."""


NEIGHBOURS: web.AppKey[Neighbours] = web.AppKey("neighbours", Neighbours)
