"""Sessions 调解会议, join links and seats, and how they look on the wire. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

from server.cases.model import CaseView, Part, Side, StaffRef
from server.errors import Conflict, Gone, JsonValue, NotFound
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
    telephone = "telephone"
    consent = "consent"
    code = "code"
    devices = "devices"
    room = "room"


Pair = tuple[PartyId, PartyId]
"""Two people who must never meet, the smaller id first."""
Answers = Mapping[tuple[PartyId, PartyId], bool]
"""Guest and person of the dispute -> whether that person agrees that the guest takes part [RMTJ 20]."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the people of a case decided about who meets whom."""

    pairs: frozenset[Pair] = frozenset()
    answers: Answers = field(default_factory=dict)


class Progress(StrEnum):
    """How far a party has come, for the mediator's day."""

    not_opened = "not_opened"
    opened = "opened"
    consented = "consented"
    verified = "verified"
    checked = "checked"
    at_desk = "at_desk"
    waiting = "waiting"


@dataclass(frozen=True, slots=True)
class Session:
    """A planned or running meeting; its id is also the room's. `minutes` is the planned length, `since` the time of the
    last change of state, `wait` the host's estimate in minutes, given at `wait_at`, of how long who waits will wait.
    With an `application` for confirmation it is a court's: the `court` hosts, all parties come together [JS 356], and
    staff only where it asked for the mediator."""

    id: SessionId
    case_id: CaseId
    state: SessionState
    starts_at: datetime
    minutes: int
    since: datetime | None = None
    wait: int | None = None
    wait_at: datetime | None = None
    application: str = ""
    court: str = ""
    with_mediator: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A party's place in one session. `slug` stands in the address, the secret only in the link's fragment.

    `phone_at`: asked to attend by ordinary telephone, on the number `phone`. `tried`: what the last trial run found.
    `device`: the login of the clerk at whose kiosk the person sits, "" elsewhere."""

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
    phone_at: datetime | None = None
    phone: str = field(default="", repr=False)
    tried_at: datetime | None = None
    tried: dict[str, JsonValue] | None = None
    device: str = field(default="", repr=False)


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


class NotSeated(Conflict):
    """Somebody named has not proved themself at this device, or left it (409)."""

    code = "not_seated"


class NotRemovable(Conflict):
    """Something of the person is kept, somebody acts for them, or an agreement names them: they stay (409)."""

    code = "not_removable"


class NotTogether(Conflict):
    """People who cannot share one device in the room: of two sides, or kept apart. Says neither whom nor why (409)."""

    code = "not_together"


Speaker = Literal["heard", "not_heard", "untested"]
Line = Literal["trying", "good", "fair", "poor", "blocked", "offline", "unknown"]


class SeatParty(msgspec.Struct):
    """The person on this seat, to themselves."""

    id: str
    name: str
    side: Side
    label: str
    role: str
    phone_masked: str
    guest: bool
    """Expert or observer: takes part beside the parties, decides and signs nothing."""
    looks_on: bool
    """Observer: sends neither picture nor sound."""
    ward: str
    """Of a guardian: the name of whom they decide for; "" of everybody else."""
    guarded: bool
    """Of less than full capacity: a guardian decides for them or with them [CIV 19, 20]."""


class SeatCase(msgspec.Struct):
    """What the letter says too."""

    number: str
    title: str
    kind: str


class SeatSession(msgspec.Struct):
    """When, and for how many minutes. `court`: who verifies, "" of a mediation."""

    id: str
    state: SessionState
    starts_at: datetime
    minutes: int
    court: str


class Named(msgspec.Struct):
    """A name."""

    name: str


class Other(msgspec.Struct):
    """Another party."""

    name: str
    label: str


class Texts(msgspec.Struct):
    """Consent and information texts in the language asked for; the Chinese text is the one that binds. Of a guest
    `online` is the undertaking, and there is nothing else."""

    version: str
    online: str
    esign: str = ""
    warning: str = ""
    rights: str = ""
    concessions: str = ""


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
    number: str | None
    partial: bool


class Trial(msgspec.Struct):
    """What a trial run before the day found; `at` when it was last made."""

    at: datetime
    camera: bool
    microphone: bool
    speaker: Speaker
    line: Line


class Telephone(msgspec.Struct):
    """To attend by ordinary telephone: since when that is asked for, and the number in the reader's measure (masked
    for the seat, whole for the host who dials it)."""

    at: datetime
    number: str


class Waiting(msgspec.Struct):
    """What somebody who waits is told. `company`: names of their own side who are here, never of the other, whatever
    chamber they are in; `minutes`: the host's estimate of the wait from `said_at` on, None when there is none."""

    company: list[str]
    since: datetime | None
    minutes: int | None
    said_at: datetime | None


class GuestOfSeat(msgspec.Struct):
    """A guest whom the mediator asks to take part, and what this person said to it; null: not asked or not answered."""

    id: str
    name: str
    part: Part
    agrees: bool | None


class GuestAnswers(msgspec.Struct):
    """For staff: who of the dispute agrees to a guest, does not, has not answered (ids)."""

    guest: str
    agreed: list[str]
    refused: list[str]
    missing: list[str]


class SeatView(msgspec.Struct):
    """All a seat's page needs. `early`: the day has not come: devices are tried, nothing of the session starts. Others
    are named (`others`, `guests`, `waiting.company`) once this person agreed to take part."""

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
    early: bool
    trial: Trial | None
    telephone: Telephone | None
    waiting: Waiting
    guests: list[GuestOfSeat]


class PartyProgress(msgspec.Struct):
    """A party in a row of the day; the telephone number is shown to who leads the session, to others masked."""

    id: str
    name: str
    side: Side
    label: str
    looks_on: bool
    progress: Progress
    trial: Trial | None
    telephone: Telephone | None


class SessionRow(msgspec.Struct):
    """A row of the mediator's day."""

    id: str
    case_id: str
    number: str
    title: str
    starts_at: datetime
    state: SessionState
    parties: list[PartyProgress]
    court: str


class DayView(msgspec.Struct):
    """Sessions still to be held, and those closed today."""

    sessions: list[SessionRow]


class SessionView(msgspec.Struct):
    """A session for its staff; `room` is the room's id, `wait` what people in the waiting room are told, in minutes,
    `declined` who said no to coming by video and asked for no telephone, `telephones` who did ask for one and on which
    number (as in the day), `lead` who leads in the room now. `court`: who
    verifies, "" of a mediation; `invited`: the court asked for the mediator."""

    id: str
    case: CaseView
    state: SessionState
    starts_at: datetime
    room: str
    wait: int | None
    wait_at: datetime | None
    declined: list[PartyId]
    telephones: dict[PartyId, Telephone]
    lead: StaffRef | None
    court: str
    invited: bool


class CastView(msgspec.Struct):
    """Who leads and who must not meet, for the staff of the case only. `pairs`: ids of two people each;
    `mediators`: who could be asked to lead beside the mediator; `answers`: what was said to each guest."""

    pairs: list[Pair]
    answers: list[GuestAnswers]
    co_mediators: list[StaffRef]
    mediators: list[StaffRef]


class TicketView(msgspec.Struct):
    """A ticket into the room; `url` is empty when the room is on this very server."""

    ticket: str
    url: str
    ice_servers: list[dict[str, Any]]


Document = Literal["id_card", "passport", "other"]
