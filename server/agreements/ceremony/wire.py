"""The shapes of the ceremony on the wire. Bytes in JSON are standard base64."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from documents import Manifest
from server.agreements.ceremony import rules
from server.agreements.ceremony.model import Ceremony, CeremonyState, File, Mode, SlotState
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


Spki = Annotated[bytes, msgspec.Meta(max_length=SPKI_LENGTH)]
Drawing = Annotated[bytes, msgspec.Meta(max_length=DRAWING_LIMIT)]
Proof = Annotated[bytes, msgspec.Meta(max_length=64)]
SLOTS = 4
"""Most slots one person can have."""


class KeyIn(Body):
    """Key and picture for a further slot of the same person."""

    slot: str
    spki: Spki
    drawing: Drawing


class EnrolIn(Body):
    """A new key and the drawn name for the caller's first open slot, `beside` for the others: one act for all.
    `consent` is the agreement to sign electronically [ESL 3]."""

    manifest: Hex
    spki: Spki
    drawing: Drawing
    consent: bool
    beside: Annotated[list[KeyIn], msgspec.Meta(max_length=SLOTS)] = []  # noqa: RUF012 (msgspec copies it)


class ProofIn(Body):
    """Proof for a further slot's key."""

    enrolment: str
    proof: Proof


class CheckIn(Body):
    """The code from the message, and the proofs (raw r|s) that the browser holds the keys."""

    code: Annotated[str, msgspec.Meta(max_length=12)]
    proof: Proof
    beside: Annotated[list[ProofIn], msgspec.Meta(max_length=SLOTS)] = []  # noqa: RUF012


class TurnIn(Body):
    """Asking for the turn of one's next open slot, or of the one named."""

    manifest: Hex
    slot: str = ""


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
    clerk: str | None = None
    """Name of the clerk who signs here for a signature on paper, and `paper`, the hash of the scan."""
    paper: str | None = None


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
    mode: Mode
    mine: str | None
    """The caller's next open slot (the last one when all are signed), `own` all of them."""
    own: list[str]
    waiting_for: list[str]
    sealing: SealingView | None
    files: list[FileView]
    """Those the caller may open."""
    refusal: "RefusalView | None"


class RefusalView(View):
    """Who did not sign and why; shown to the mediator, who decides what of it the others learn."""

    person: str
    reason: str


class NonceView(View):
    """The server's part of the proof for a further slot."""

    slot: str
    enrolment: str
    nonce: str


class EnrolmentView(View):
    """The server's part of the proof, and where the code went."""

    enrolment: str
    nonce: str
    sent_to: str
    resend_after: int
    digits: str
    beside: list[NonceView]


class SlotCertificate(View):
    """The certificate of a further slot, DER."""

    slot: str
    certificate: bytes


class CertifiedView(View):
    """The event certificate and its issuer, DER."""

    certificate: bytes
    issuing: bytes
    state: SlotState
    beside: list[SlotCertificate]


class TurnFileView(View):
    """All bytes after F; the own update is last."""

    id: str
    tail: bytes


class TurnView(View):
    """A lease and what to sign, in which slot."""

    lease: str
    slot: str
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


def ceremony_view(
    ceremony: Ceremony, files: Sequence[File], caller: str, now: datetime, paper: str = ""
) -> CeremonyView:
    """The ceremony for one participant (with `paper`: for the clerk of that slot), with the files they may open;
    downloads only when complete."""
    lease = rules.current(ceremony, now)
    held = ceremony.held_by(caller, paper)
    own = rules.next_open(held)
    on_paper = any(slot.clerk for slot in ceremony.slots)
    clerks = {one.person: one.name for one in Manifest.parse(ceremony.manifest).clerks} if on_paper else {}
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
                clerks.get(s.clerk) if s.clerk else None,
                s.paper,
            )
            for s in ceremony.slots
        ],
        mode=ceremony.mode,
        mine=own.slot if own else None,
        own=[slot.slot for slot in held],
        waiting_for=list(rules.waiting_for(ceremony.slots, own, ceremony.mode)) if own and signing else [],
        sealing=SealingView(sealing.state, sealing.detail, sealing.attempts) if sealing else None,
        files=[
            FileView(
                f.id,
                f.title,
                f.pages,
                f.final_sha256 or f.frozen_sha256,
                f"{door}/{f.id}" if f.final_sha256 else None,
                f"{door}/{f.id}/copy" if f.final_sha256 else None,
            )
            for f in files
        ],
        refusal=next((RefusalView(s.person, s.refusal) for s in ceremony.slots if s.refusal is not None), None)
        if any(slot.role == "mediator" for slot in ceremony.held_by(caller))
        else None,
    )
