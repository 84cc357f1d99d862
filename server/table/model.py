"""What lies on the mediator's table: the agenda of a session, private notes, offers, proposals answered blindly, papers
shown in the room. Pure.

Nothing of it is evidence: facts conceded to reach an agreement may not be used against anybody later [ZXTJ 18], so
`court` never imports this feature, and the journal holds neither a word nor a figure of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from aiohttp import web

from server.store.db import Tx

Line = Annotated[str, msgspec.Meta(max_length=200)]
Paragraph = Annotated[str, msgspec.Meta(max_length=4000)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=10**14 - 1)]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `each`: asked of every person, one answer a head; `asks`: a question, answered yes or
    no, while the others are said and done."""

    code: str
    each: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a session; the room shows its code to everybody."""

    code: str
    items: tuple[Item, ...]


STAGES = (
    Stage(
        "before",
        (
            Item("file_read"), Item("conflict_checked"), Item("reached", each=True), Item("phone", each=True),
            Item("undertaking", each=True), Item("papers_exchanged"),
        ),
    ),
    Stage("lobby", (Item("identity", each=True), Item("alone", each=True, asks=True), Item("devices", each=True))),
    Stage(
        "opening",
        (
            Item("introduced"), Item("people_named"), Item("principles"), Item("effect"), Item("rights"),
            Item("false_mediation"), Item("confidentiality"), Item("recording"), Item("rules"),
            Item("understood", each=True, asks=True), Item("objection", each=True, asks=True),
        ),
    ),
    Stage(
        "joint",
        (Item("applicant_stated"), Item("respondent_stated"), Item("issues"), Item("evidence"), Item("undisputed")),
    ),
    Stage("caucus", (Item("offered", each=True), Item("may_be_told"))),
    Stage("proposals", (Item("offers"), Item("proposal"))),
    Stage("testing", (Item("cases"), Item("law"), Item("costs"), Item("expert"))),
    Stage("drafting", (Item("template"), Item("looked_at"), Item("checked"))),
    Stage("reading", (Item("read_aloud"), Item("clear", each=True, asks=True))),
    Stage("signing", (Item("same_hash", each=True, asks=True), Item("signed"), Item("sealed"), Item("copies"))),
    Stage("closing", (Item("dates"), Item("confirmation"), Item("other_ways"), Item("return_visit"))),
)  # fmt: skip
"""The run of a session: opening by [RMTJ 23; ZXTJ 7, 13, 17], reading and confirming by [RMTJ 28]."""


@dataclass(frozen=True, slots=True)
class Tick:
    """An item of the agenda (`stage.item`) as ticked; `person` is empty unless it is asked of each."""

    item: str
    person: str
    answer: bool
    by: str
    at: datetime


class NoteText(msgspec.Struct, frozen=True):
    """What is sealed of a note. `about`: a party's id, or empty. `may_be_told`: its source allowed passing it on."""

    text: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    about: Line = ""
    may_be_told: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A mediator's own; `shared`: those who lead the sessions with them may read it too."""

    id: str
    case_id: str
    author: str
    version: int
    shared: bool
    content: NoteText
    at: datetime


class Instalment(msgspec.Struct, frozen=True):
    """A part of the sum, due on a calendar day, which is included."""

    amount_fen: Fen
    due: date


class OfferTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered. `payer` and `payee` are party ids, empty when no money is asked for; `sum_fen` in whole fen."""

    payer: Line = ""
    payee: Line = ""
    sum_fen: Fen | None = None
    instalments: Annotated[tuple[Instalment, ...], msgspec.Meta(max_length=60)] = ()
    deeds: Paragraph = ""
    """What is to be done besides paying."""
    conditions: Paragraph = ""


class OfferState(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    confided = "confided"
    """Told to the mediator only."""
    open = "open"
    """Before its addressee."""
    accepted = "accepted"
    declined = "declined"
    withdrawn = "withdrawn"
    expired = "expired"


class OfferAct(StrEnum):
    """`allow` and `keep` say whether the mediator may pass a confided offer on."""

    allow = "allow"
    keep = "keep"
    pass_on = "pass_on"  # noqa: S105 - the mediator passes it on
    accept = "accept"
    decline = "decline"
    withdraw = "withdraw"
    expire = "expire"


@dataclass(frozen=True, slots=True)
class Offer:
    """Of one party to another or to the mediator, or of the mediator to a party; "" stands for the mediator."""

    id: str
    case_id: str
    by: str
    """The person who made it."""
    giver: str
    addressee: str
    may_be_told: bool
    state: OfferState
    terms: OfferTerms
    expires_at: datetime | None
    made_at: datetime
    put_at: datetime | None
    """When it came before its addressee, who does not learn how long the mediator kept it."""


class ProposalState(StrEnum):
    """Of a proposal to all parties; nobody learns more than this word."""

    open = "open"
    settled = "settled"
    not_settled = "not_settled"
    withdrawn = "withdrawn"


class ProposalAct(StrEnum):
    """`settle` and `end` are what closing comes to."""

    settle = "settle"
    end = "end"
    withdraw = "withdraw"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The mediator's, put to all parties at once; each answers unseen. The result comes at `until`, or when the
    mediator closes it: never by an answer, so that no answer shows in the time."""

    id: str
    case_id: str
    state: ProposalState
    parties: tuple[str, ...]
    terms: OfferTerms
    until: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be shown in the room. `owner` is the party's person who brought it in, "" of the staff."""

    id: str
    case_id: str
    owner: str
    name: str
    media_type: str
    pages: int
    blob: str
    """Of the sealed original."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a picture; sizes in pixels."""

    number: int
    blob: str
    width: int
    height: int


FindSettled = Callable[[web.Application, Tx, str, str], Awaitable[OfferTerms]]
SETTLED: web.AppKey[FindSettled] = web.AppKey("settled")
"""(app, tx, case, proposal) -> what all parties accepted, where a draft may start from; raises NotFound for a proposal
that is not settled. An offer accepted by one party only is not known to the others, so no draft starts from it."""
