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
    """What was filed about a party. `born` is a year; `id_no` and `phone` leave the server masked only."""

    sex: str
    born: str
    ethnic: str
    occupation: str
    address: str
    id_no: str = field(repr=False)
    phone: str = field(repr=False)
    id_document: str | None = None
    """SHA-256 of the filed picture of the identity document."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party of one case; its id is the person in room and ceremony."""

    id: PartyId
    case_id: CaseId
    side: Side
    label: str
    """甲方, 乙方"""
    name: str = field(repr=False)
    filed: Filed = field(repr=False)
    assurance: Assurance


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
    parties: tuple[Party, ...]

    def party(self, party_id: str) -> Party | None:
        """The party of that id, if it is one of this case."""
        return next((party for party in self.parties if party.id == party_id), None)


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


class LinkView(msgspec.Struct):
    """The join link last sent."""

    sent_at: datetime | None = None
    opened_at: datetime | None = None
    expires_at: datetime | None = None


class PartyView(msgspec.Struct):
    """A party, for staff."""

    id: str
    name: str
    side: Side
    label: str
    filed: FiledView
    assurance: Assurance
    link: LinkView


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
    mediator: StaffRef
    recorder: StaffRef | None
    sessions: list[SessionRef]
    agreements: list[AgreementRef]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What other features add to the view of a case; `cases` imports none of them, `app.py` hands these in."""

    links: Callable[[Tx, CaseId], Awaitable[Mapping[PartyId, LinkView]]]
    sessions: Callable[[Tx, CaseId], Awaitable[Sequence[SessionRef]]]
    agreements: Callable[[Tx, CaseId], Awaitable[Sequence[AgreementRef]]]
    agreements_for: Callable[[Tx, CaseId, PartyId], Awaitable[Sequence[AgreementRef]]]
    """Only those of which this party may see something."""


NEIGHBOURS: web.AppKey[Neighbours] = web.AppKey("neighbours", Neighbours)
