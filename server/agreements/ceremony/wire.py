"""The shapes of the ceremony on the wire. Bytes in JSON are standard base64."""

from datetime import datetime
from typing import Annotated

import msgspec

from server.agreements.ceremony import rules
from server.agreements.ceremony.model import Ceremony, CeremonyState, SlotState
from server.agreements.ceremony.proofs import SPKI_LENGTH
from server.agreements.wire import FileView
from server.clock import wire
from server.web.call import Body, View

Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
DRAWING_LIMIT = 60_000
ATTRIBUTES_LIMIT = 2048
SIGNATURE_LIMIT = 80


class ConfirmIn(Body):
    """H(M) of the manifest whose files the caller looked at."""

    manifest: Hex


class EnrolIn(Body):
    """A new key and the drawn name; `consent` is the agreement to sign electronically [ESL 3]."""

    manifest: Hex
    spki: Annotated[bytes, msgspec.Meta(max_length=SPKI_LENGTH)]
    drawing: Annotated[bytes, msgspec.Meta(max_length=DRAWING_LIMIT)]
    consent: bool


class CheckIn(Body):
    """The code from the message, and the proof (raw r|s) that the browser holds the key."""

    code: Annotated[str, msgspec.Meta(max_length=12)]
    proof: Annotated[bytes, msgspec.Meta(max_length=64)]


class TurnIn(Body):
    """Asking for the turn."""

    manifest: Hex


class SignedFileIn(Body):
    """One file of a turn: DER SET OF signed attributes, DER signature over it."""

    id: str
    signed_attrs: Annotated[bytes, msgspec.Meta(max_length=ATTRIBUTES_LIMIT)]
    signature: Annotated[bytes, msgspec.Meta(max_length=SIGNATURE_LIMIT)]


class SignIn(Body):
    """All files of a turn at once."""

    fence: int
    files: Annotated[list[SignedFileIn], msgspec.Meta(max_length=10)]


class RefuseIn(Body):
    """Why not; may be empty. Kept for the mediator, never in the journal."""

    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class SlotView(View):
    """One person's progress."""

    slot: str
    person: str
    name: str
    role: str
    rank: int
    state: SlotState
    signed_at: str | None


class SealingView(View):
    """The background step; `detail` is the code of the last failure."""

    state: str
    detail: str
    attempts: int


class CeremonyView(View):
    """A ceremony as a participant sees it. `files[].sha256` is F's until the complete file is released."""

    id: str
    agreement: str
    number: str
    state: CeremonyState
    void_reason: str | None
    manifest_sha256: str
    deadline: str
    effective_at: str | None
    slots: list[SlotView]
    mine: str | None
    waiting_for: list[str]
    sealing: SealingView | None
    files: list[FileView]
    refusal: "RefusalView | None"


class RefusalView(View):
    """Who did not sign and why; shown to the mediator, who decides what of it the others learn."""

    person: str
    reason: str


class EnrolmentView(View):
    """The server's part of the proof, and where the code went."""

    enrolment: str
    nonce: str
    sent_to: str
    resend_after: int
    digits: str


class CertifiedView(View):
    """The event certificate and its issuer, DER."""

    certificate: bytes
    issuing: bytes
    state: SlotState


class TurnFileView(View):
    """All bytes after F; the own update is last."""

    id: str
    tail: bytes


class TurnView(View):
    """A lease and what to sign."""

    lease: str
    fence: int
    expires_at: str
    files: list[TurnFileView]


class ReceiptView(View):
    """Hash of the revision that now holds the signature."""

    file: str
    sha256: str


class SignedView(View):
    """Accepted."""

    state: SlotState
    receipts: list[ReceiptView]


def ceremony_view(ceremony: Ceremony, person: str, now: datetime) -> CeremonyView:
    """The ceremony for one participant; downloads only when it is complete."""
    lease = rules.current(ceremony, now)
    own = ceremony.slot_of(person)
    door = f"/api/agreements/{ceremony.agreement_id}/files"
    signing = ceremony.state is CeremonyState.SIGNING
    sealing = ceremony.sealing
    return CeremonyView(
        id=ceremony.id,
        agreement=ceremony.agreement_id,
        number=ceremony.number,
        state=ceremony.state,
        void_reason=ceremony.void_reason,
        manifest_sha256=ceremony.manifest_sha256,
        deadline=wire(ceremony.deadline),
        effective_at=wire(ceremony.effective_at) if ceremony.effective_at else None,
        slots=[
            SlotView(
                s.slot,
                s.person,
                s.name,
                s.role,
                s.rank,
                rules.shown(s, lease),
                wire(s.signed_at) if s.signed_at else None,
            )
            for s in ceremony.slots
        ],
        mine=own.slot if own else None,
        waiting_for=list(rules.waiting_for(ceremony.slots, own)) if own and signing else [],
        sealing=SealingView(sealing.state, sealing.detail, sealing.attempts) if sealing else None,
        files=[
            FileView(
                f.id,
                f.title,
                f.pages,
                f.final_sha256 or f.frozen_sha256,
                f"{door}/{f.id}" if f.final_sha256 else None,
            )
            for f in ceremony.files
        ],
        refusal=next((RefusalView(s.person, s.refusal) for s in ceremony.slots if s.refusal is not None), None)
        if own is not None and own.role == "mediator"
        else None,
    )
