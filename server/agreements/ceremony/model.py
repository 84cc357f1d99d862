"""What a ceremony consists of: the ceremony, its slots, files, enrolments and leases. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=15)
"""A turn's holder has this long; then the slot is ready again and the next request takes a new fence."""


class Mode(StrEnum):
    """Together behind a barrier, or everybody at a time of their own (all agreed to that)."""

    TOGETHER = "together"
    SEPARATE = "separate"


class CeremonyState(StrEnum):
    """States of a ceremony; the words on the wire and in the database."""

    SIGNING = "signing"
    SEALING = "sealing"
    COMPLETE = "complete"
    VOID = "void"


class CeremonyAct(StrEnum):
    """What moves a ceremony."""

    ALL_SIGNED = "all_signed"
    SEAL = "seal"
    REFUSE = "refuse"
    EXPIRE = "expire"
    REOPEN = "reopen"


class SlotState(StrEnum):
    """How far one person is. `turn` is never stored: it is a ready slot with the current lease."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    ENROLLED = "enrolled"
    READY = "ready"
    TURN = "turn"
    SIGNED = "signed"


class SlotAct(StrEnum):
    """What moves a slot."""

    CONFIRM = "confirm"
    ENROL = "enrol"
    CHECK = "check"
    TAKE_TURN = "take_turn"
    LAPSE = "lapse"
    SIGN = "sign"
    TAKE = "take"
    """By a clerk, for somebody who signed on paper, or given back by them."""


@dataclass(frozen=True)
class Slot:
    """One place in each file of the set that this person signs; one person may have several."""

    slot: str
    person: str
    name: str
    role: str
    rank: int
    state: SlotState
    ready_at: datetime | None = None
    signed_at: datetime | None = None
    refusal: str | None = None
    """Why they did not sign, in their words; None unless they refused."""
    clerk: str | None = None
    """Account of the member of staff who signs here for somebody who signed on paper."""
    paper: str | None = None
    """SHA-256 of the scan of that paper."""
    known: str = "none"
    """How well the centre knew the person when the text was frozen: at separate times they come back with another
    login, prove their phone anew, and need not be looked at again."""

    @property
    def holder(self) -> str:
        """Whose browser signs: the person, or the clerk."""
        return self.clerk or self.person


@dataclass(frozen=True)
class Lease:
    """A turn: the right to sign the prepared updates until `expires_at`, as long as `fence` is the newest."""

    id: str
    ceremony: str
    slot: str
    enrolment: str
    fence: int
    expires_at: datetime
    answer: str | None
    """JSON of the answer once accepted, given again to the same lease."""


@dataclass(frozen=True)
class Enrolment:
    """A key that asks to sign for a slot; live once its code and proof were checked."""

    id: str
    ceremony: str
    slot: str
    nonce: str
    spki: bytes
    drawing: bytes
    created_at: datetime
    certificate: bytes | None
    revoked_at: datetime | None
    assurance: str

    @property
    def live(self) -> bool:
        """Certified and not revoked."""
        return self.certificate is not None and self.revoked_at is None


@dataclass(frozen=True)
class File:
    """One file of the set: F, and the updates accepted so far."""

    id: str
    title: str
    pages: int
    frozen_sha256: str
    final_sha256: str | None
    revisions: int
    """How many updates are accepted."""
    of_party: str | None = None
    """The one party whose paper it is; None: of all."""


@dataclass(frozen=True)
class Sealing:
    """Progress of the background step that makes the files complete."""

    state: str
    """waiting, running, retrying, done"""
    detail: str
    """Code of the last failure, or ""."""
    attempts: int


@dataclass(frozen=True)
class Ceremony:
    """One ceremony; `slots` are the people's, in order of rank."""

    id: str
    agreement_id: str
    case_id: str
    state: CeremonyState
    void_reason: str | None
    number: str
    manifest: bytes
    manifest_sha256: str
    deadline: datetime
    created_at: datetime
    effective_at: datetime | None
    fence: int
    lease: Lease | None
    """The newest lease, spent, lapsed or current."""
    sealing: Sealing | None
    slots: tuple[Slot, ...]
    files: tuple[File, ...]
    mode: Mode = Mode.TOGETHER

    def held_by(self, caller: str, paper: str = "") -> tuple[Slot, ...]:
        """The slots a caller acts for at once: their own, or with `paper` the one they took as a clerk."""
        if paper:
            return tuple(slot for slot in self.slots if slot.slot == paper and slot.clerk == caller)
        return tuple(slot for slot in self.slots if slot.person == caller and slot.clerk is None)

    def named(self, slot: str) -> Slot | None:
        return next((one for one in self.slots if one.slot == slot), None)

    def slot_of(self, person: str) -> Slot | None:
        """The slot `person` signs in next; the last one when they have signed in all."""
        own = self.held_by(person)
        return next((slot for slot in own if slot.state is not SlotState.SIGNED), own[-1] if own else None)
