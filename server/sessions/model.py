"""Sessions 调解会议, join links and seats, and how they look on the wire. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

from server.cases.model import CaseView, Side
from server.errors import Conflict, Gone, NotFound
from server.ids import CaseId, PartyId, SeatId, SessionId
from server.people.model import Assurance, CentreView


class SessionState(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    scheduled = "scheduled"
    open = "open"
    paused = "paused"
    closed = "closed"
    cancelled = "cancelled"


class SessionAct(StrEnum):
    """What the mediator does to a session."""

    open = "open"
    pause = "pause"
    resume = "resume"
    adjourn = "adjourn"
    close = "close"
    cancel = "cancel"


class Step(StrEnum):
    """What a seat does next."""

    identify = "identify"
    consent = "consent"
    code = "code"
    devices = "devices"
    room = "room"


class Progress(StrEnum):
    """How far a party has come, for the mediator's day."""

    not_opened = "not_opened"
    opened = "opened"
    consented = "consented"
    verified = "verified"
    checked = "checked"
    waiting = "waiting"


@dataclass(frozen=True, slots=True)
class Session:
    """A planned or running meeting; its id is also the room's. `minutes` is the planned length."""

    id: SessionId
    case_id: CaseId
    state: SessionState
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A party's place in one session. `slug` stands in the address, the secret only in the link's fragment."""

    id: SeatId
    session_id: SessionId
    case_id: CaseId
    party_id: PartyId
    slug: str
    opened_at: datetime | None = None
    identified_at: datetime | None = None
    online: bool | None = None
    esign: bool | None = None
    consented_at: datetime | None = None
    verified_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One secret sent for a seat; a new one voids the former."""

    token_hash: str = field(repr=False)
    seat_id: SeatId
    sent_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    voided_at: datetime | None = None


class LinkUnknown(NotFound):
    """No such link; says nothing about whether a seat or case exists (404)."""

    code = "link_unknown"


class LinkExpired(Gone):
    """Its time is over, or a newer one was sent (410)."""

    code = "link_expired"


class SeatTaken(Conflict):
    """Another browser holds the seat; ask, then open with `takeover` (409)."""

    code = "seat_taken"


class NotReady(Conflict):
    """A step before this one is missing; `data.step` names it (409)."""

    code = "not_ready"


class SessionOver(Conflict):
    """The session was closed or cancelled (409)."""

    code = "session_over"


class SeatParty(msgspec.Struct):
    """The person on this seat, to themselves."""

    id: str
    name: str
    side: Side
    label: str
    role: str
    phone_masked: str


class SeatCase(msgspec.Struct):
    """What the letter says too."""

    number: str
    title: str
    kind: str


class SeatSession(msgspec.Struct):
    """When, and for how many minutes."""

    id: str
    state: SessionState
    starts_at: datetime
    minutes: int


class Named(msgspec.Struct):
    """A name."""

    name: str


class Other(msgspec.Struct):
    """Another party."""

    name: str
    label: str


class Texts(msgspec.Struct):
    """Consent and information texts in the language asked for; the Chinese text is the one that binds."""

    version: str
    online: str
    esign: str
    warning: str
    rights: str
    concessions: str


class Consents(msgspec.Struct):
    """null: not chosen yet. There is no default."""

    online: bool | None
    esign: bool | None
    at: datetime | None


class CodeView(msgspec.Struct):
    """State of the one-time code of this seat. `sent_at` is None when no code that was sent counts any more."""

    sent_at: datetime | None
    verified: bool
    tries_left: int
    locked_until: datetime | None


class AgreementOfSeat(msgspec.Struct):
    """An agreement this seat may open."""

    id: str
    state: str


class SeatView(msgspec.Struct):
    """All a seat's page needs."""

    slug: str
    csrf: str
    me: SeatParty
    centre: CentreView
    case: SeatCase
    session: SeatSession
    mediator: Named
    others: list[Other]
    texts: Texts
    consents: Consents
    code: CodeView
    assurance: Assurance
    step: Step
    agreements: list[AgreementOfSeat]


class PartyProgress(msgspec.Struct):
    """A party in a row of the day."""

    id: str
    name: str
    side: Side
    label: str
    progress: Progress


class SessionRow(msgspec.Struct):
    """A row of the mediator's day."""

    id: str
    case_id: str
    number: str
    title: str
    starts_at: datetime
    state: SessionState
    parties: list[PartyProgress]


class DayView(msgspec.Struct):
    """Sessions still to be held, and those closed today."""

    sessions: list[SessionRow]


class SessionView(msgspec.Struct):
    """A session for its staff; `room` is the room's id."""

    id: str
    case: CaseView
    state: SessionState
    starts_at: datetime
    room: str


class TicketView(msgspec.Struct):
    """A ticket into the room; `url` is empty when the room is on this very server."""

    ticket: str
    url: str
    ice_servers: list[dict[str, Any]]


Document = Literal["id_card", "passport", "other"]
