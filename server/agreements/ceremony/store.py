"""Ceremonies in the database: loads and saves the models. No private key of a person ever reaches this server."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.agreements.ceremony.leases import find
from server.agreements.ceremony.model import (
    Ceremony,
    CeremonyState,
    Enrolment,
    File,
    Mode,
    Sealing,
    Slot,
    SlotState,
)
from server.agreements.ceremony.tables import (
    LIVE,
    ceremonies,
    enrolments,
    files,
    lease_files,
    leases,
    revisions,
    separate,
    slots,
)
from server.store.db import Tx

# Statements of every turn are built once: SQLAlchemy takes longer to build one than SQLite to answer it.
CEREMONY = sa.select(ceremonies).where(ceremonies.c.id == sa.bindparam("ceremony"))
SLOTS = sa.select(slots).where(slots.c.ceremony == sa.bindparam("ceremony")).order_by(slots.c.rank, slots.c.slot)
REVISIONS = (
    sa.select(sa.func.count())
    .where(revisions.c.ceremony == files.c.ceremony, revisions.c.file == files.c.id)
    .scalar_subquery()
    .label("revisions")
)
FILES = (
    sa.select(
        *(files.c.id, files.c.title, files.c.pages, files.c.frozen_sha256, files.c.final_sha256, files.c.of_party),
        REVISIONS,
    )
    .where(files.c.ceremony == sa.bindparam("ceremony"))
    .order_by(files.c.position)
)
LIVE_ENROLMENT = sa.select(enrolments).where(
    enrolments.c.ceremony == sa.bindparam("ceremony"), enrolments.c.slot == sa.bindparam("slot"), LIVE
)


@dataclass(frozen=True)
class NewFile:
    """One file at freeze."""

    id: str
    title: str
    pages: int
    frozen: bytes
    text_hash: str
    of_party: str | None = None
    """The one party whose paper it is; None: of all."""


async def create(tx: Tx, ceremony: Ceremony, new_files: Sequence[NewFile]) -> None:
    """Store a ceremony with its slots and frozen files."""
    await tx.execute(
        ceremonies.insert().values(
            id=ceremony.id,
            agreement_id=ceremony.agreement_id,
            case_id=ceremony.case_id,
            state=ceremony.state.value,
            number=ceremony.number,
            manifest=ceremony.manifest,
            manifest_sha256=ceremony.manifest_sha256,
            deadline=ceremony.deadline,
            created_at=ceremony.created_at,
            fence=0,
            mode=ceremony.mode.value,
            sealing_detail="",
            sealing_attempts=0,
        )
    )
    for slot in ceremony.slots:
        await tx.execute(
            slots.insert().values(
                ceremony=ceremony.id,
                slot=slot.slot,
                person=slot.person,
                name=slot.name,
                role=slot.role,
                rank=slot.rank,
                state=slot.state.value,
                known=slot.known,
            )
        )
    for position, file in enumerate(new_files):
        await tx.execute(
            files.insert().values(
                ceremony=ceremony.id,
                id=file.id,
                position=position,
                title=file.title,
                pages=file.pages,
                frozen=file.frozen,
                frozen_sha256=hashlib.sha256(file.frozen).hexdigest(),
                text_hash=file.text_hash,
                of_party=file.of_party,
            )
        )


async def load(tx: Tx, ceremony_id: str) -> Ceremony | None:
    """A ceremony with its slots, files (without bytes) and newest lease."""
    return await tx.run(_load, ceremony_id)


def _load(connection: sa.Connection, ceremony_id: str) -> Ceremony | None:
    row = connection.execute(CEREMONY, {"ceremony": ceremony_id}).first()
    if row is None:
        return None
    lease = find(connection, row.lease) if row.lease else None
    sealing = None
    if row.sealing_state is not None:
        sealing = Sealing(row.sealing_state, row.sealing_detail, row.sealing_attempts)
    return Ceremony(
        id=row.id,
        agreement_id=row.agreement_id,
        case_id=row.case_id,
        state=CeremonyState(row.state),
        void_reason=row.void_reason,
        number=row.number,
        manifest=row.manifest,
        manifest_sha256=row.manifest_sha256,
        deadline=row.deadline,
        created_at=row.created_at,
        effective_at=row.effective_at,
        fence=row.fence,
        lease=lease,
        sealing=sealing,
        slots=_slots(connection, ceremony_id),
        files=_files(connection, ceremony_id),
        mode=Mode(row.mode),
    )


def _slots(connection: sa.Connection, ceremony_id: str) -> tuple[Slot, ...]:
    rows = connection.execute(SLOTS, {"ceremony": ceremony_id})
    return tuple(
        Slot(
            r.slot, r.person, r.name, r.role, r.rank, SlotState(r.state), r.ready_at, r.signed_at, r.refusal,
            r.clerk, r.paper, r.known,
        )
        for r in rows
    )  # fmt: skip


def _files(connection: sa.Connection, ceremony_id: str) -> tuple[File, ...]:
    rows = connection.execute(FILES, {"ceremony": ceremony_id})
    return tuple(
        File(r.id, r.title, r.pages, r.frozen_sha256, r.final_sha256, r.revisions, r.of_party) for r in rows
    )  # fmt: skip


async def whereabouts(tx: Tx, ceremony_id: str) -> tuple[str, str] | None:
    """Case and agreement of a ceremony."""
    columns = (ceremonies.c.case_id, ceremonies.c.agreement_id)
    row = (await tx.execute(sa.select(*columns).where(ceremonies.c.id == ceremony_id))).first()
    return (row.case_id, row.agreement_id) if row else None


async def clock_of(tx: Tx, ceremony_id: str) -> tuple[CeremonyState, datetime] | None:
    """State and deadline: whether its time has run out needs no more."""
    columns = (ceremonies.c.state, ceremonies.c.deadline)
    row = (await tx.execute(sa.select(*columns).where(ceremonies.c.id == ceremony_id))).first()
    return (CeremonyState(row.state), row.deadline) if row else None


async def in_state(tx: Tx, *states: CeremonyState) -> list[str]:
    """Ids of all ceremonies in one of the states."""
    found = await tx.scalars(sa.select(ceremonies.c.id).where(ceremonies.c.state.in_([s.value for s in states])))
    return list(found)


async def set_state(
    tx: Tx,
    ceremony_id: str,
    state: CeremonyState,
    *,
    void_reason: str | None = None,
    effective_at: datetime | None = None,
) -> None:
    """Move the ceremony; `void_reason` and `effective_at` belong to their states."""
    await tx.execute(
        ceremonies.update()
        .where(ceremonies.c.id == ceremony_id)
        .values(state=state.value, void_reason=void_reason, effective_at=effective_at)
    )


async def await_seal(tx: Tx, ceremony_id: str, state: CeremonyState) -> None:
    """All have signed: the ceremony moves, its sealing has not been tried."""
    await tx.execute(
        ceremonies.update()
        .where(ceremonies.c.id == ceremony_id)
        .values(state=state.value, sealing_state="waiting", sealing_detail="", sealing_attempts=0)
    )


async def set_sealing(tx: Tx, ceremony_id: str, sealing: Sealing) -> None:
    """Progress of the sealing step."""
    await tx.execute(
        ceremonies.update()
        .where(ceremonies.c.id == ceremony_id)
        .values(sealing_state=sealing.state, sealing_detail=sealing.detail, sealing_attempts=sealing.attempts)
    )


async def set_slot(tx: Tx, ceremony_id: str, slot: str, state: SlotState, **at: datetime) -> None:
    """Move a slot; `at` is one of confirmed_at, ready_at, signed_at."""
    await tx.execute(
        slots.update().where(slots.c.ceremony == ceremony_id, slots.c.slot == slot).values(state=state.value, **at)
    )


async def take_slot(tx: Tx, ceremony_id: str, slot: str, clerk: str | None, paper: str | None) -> None:
    """Another hand, from the beginning: a clerk for somebody who signed on paper, or that person again (None)."""
    await tx.execute(
        slots.update()
        .where(slots.c.ceremony == ceremony_id, slots.c.slot == slot)
        .values(state=SlotState.WAITING.value, confirmed_at=None, ready_at=None, clerk=clerk, paper=paper)
    )


async def separate_answers(tx: Tx, agreement_id: str) -> dict[str, bool]:
    """Person -> whether they agreed to sign at separate times; who was not asked or did not answer is not in it."""
    rows = await tx.execute(sa.select(separate).where(separate.c.agreement == agreement_id))
    return {row.person: row.agreed for row in rows}


async def answer_separate(tx: Tx, agreement_id: str, person: str, agreed: bool, at: datetime) -> None:
    """The last answer counts."""
    await tx.execute(separate.delete().where(separate.c.agreement == agreement_id, separate.c.person == person))
    await tx.execute(separate.insert().values(agreement=agreement_id, person=person, agreed=agreed, at=at))


async def to_remind(tx: Tx, before: datetime) -> list[str]:
    """Ceremonies at separate times whose people were last reminded before that."""
    found = await tx.scalars(
        sa.select(ceremonies.c.id).where(
            ceremonies.c.state == CeremonyState.SIGNING.value,
            ceremonies.c.mode == Mode.SEPARATE.value,
            sa.or_(ceremonies.c.reminded_at.is_(None), ceremonies.c.reminded_at < before),
        )
    )
    return list(found)


async def last_reminder(tx: Tx, ceremony_id: str) -> datetime | None:
    """When its people were last reminded."""
    found: datetime | None = await tx.scalar(sa.select(ceremonies.c.reminded_at).where(ceremonies.c.id == ceremony_id))
    return found


async def reminded(tx: Tx, ceremony_id: str, at: datetime) -> None:
    """Everybody who is missing was reminded."""
    await tx.execute(ceremonies.update().where(ceremonies.c.id == ceremony_id).values(reminded_at=at))


async def note_refusal(tx: Tx, ceremony_id: str, person: str, reason: str) -> None:
    """Why somebody did not sign, in their words; read by the mediator only."""
    await tx.execute(
        slots.update().where(slots.c.ceremony == ceremony_id, slots.c.person == person).values(refusal=reason)
    )


async def frozen(tx: Tx, ceremony_id: str, file: str) -> bytes | None:
    """F, or None when there is no such file or it was erased."""
    found: bytes | None = await tx.scalar(
        sa.select(files.c.frozen).where(files.c.ceremony == ceremony_id, files.c.id == file)
    )
    return found


async def revision_hashes(tx: Tx, ceremony_id: str) -> list[tuple[str, int, str]]:
    """(file, n, sha256) of every accepted revision."""
    rows = await tx.execute(
        sa.select(revisions.c.file, revisions.c.n, revisions.c.sha256)
        .where(revisions.c.ceremony == ceremony_id)
        .order_by(revisions.c.file, revisions.c.n)
    )
    return [(row.file, row.n, row.sha256) for row in rows]


async def note_pending(tx: Tx, ceremony_id: str, pending: Mapping[str, str]) -> None:
    """Name the blobs about to be written, so that they are found if they must not stay."""
    for file, sha256 in pending.items():
        await tx.execute(
            files.update().where(files.c.ceremony == ceremony_id, files.c.id == file).values(pending_sha256=sha256)
        )


async def pending_of(tx: Tx, ceremony_id: str | None = None) -> list[str]:
    """Blobs of sealed files that were not released: of one ceremony, or of all void ones."""
    query = sa.select(files.c.pending_sha256).where(files.c.pending_sha256.is_not(None), files.c.final_sha256.is_(None))
    if ceremony_id is not None:
        return list(await tx.scalars(query.where(files.c.ceremony == ceremony_id)))
    void = sa.select(ceremonies.c.id).where(ceremonies.c.state == CeremonyState.VOID.value)
    return list(await tx.scalars(query.where(files.c.ceremony.in_(void))))


async def finish_file(tx: Tx, ceremony_id: str, file: str, final_sha256: str) -> None:
    """Name the released blob."""
    await tx.execute(
        files.update().where(files.c.ceremony == ceremony_id, files.c.id == file).values(final_sha256=final_sha256)
    )


async def erase(tx: Tx, ceremony_id: str) -> None:
    """Void: delete F, revisions, prepared updates and drawings. Hashes stay here and in the journal."""
    await tx.execute(revisions.delete().where(revisions.c.ceremony == ceremony_id))
    own = sa.select(leases.c.id).where(leases.c.ceremony == ceremony_id)
    await tx.execute(lease_files.delete().where(lease_files.c.lease.in_(own)))
    await tx.execute(files.update().where(files.c.ceremony == ceremony_id).values(frozen=None))
    await forget_drawings(tx, ceremony_id)


async def tidy(tx: Tx, ceremony_id: str) -> None:
    """Complete: the released files hold every update and drawing, the working copies go. F stays."""
    await tx.execute(revisions.delete().where(revisions.c.ceremony == ceremony_id))
    await forget_drawings(tx, ceremony_id)


async def forget_drawings(tx: Tx, ceremony_id: str) -> None:
    """A drawn name is kept no longer than the ceremony needs it."""
    await tx.execute(enrolments.update().where(enrolments.c.ceremony == ceremony_id).values(drawing=None))


async def add_enrolment(tx: Tx, enrolment: Enrolment) -> None:
    """A key that asks for a certificate; an earlier request of the same slot without certificate is dropped."""
    await tx.execute(
        enrolments.delete().where(
            enrolments.c.ceremony == enrolment.ceremony,
            enrolments.c.slot == enrolment.slot,
            enrolments.c.certificate.is_(None),
        )
    )
    await tx.execute(
        enrolments.insert().values(
            id=enrolment.id,
            ceremony=enrolment.ceremony,
            slot=enrolment.slot,
            nonce=enrolment.nonce,
            spki=enrolment.spki,
            drawing=enrolment.drawing,
            assurance=enrolment.assurance,
            created_at=enrolment.created_at,
        )
    )


async def load_enrolment(tx: Tx, enrolment_id: str) -> Enrolment | None:
    """One enrolment, or None."""
    row = (await tx.execute(sa.select(enrolments).where(enrolments.c.id == enrolment_id))).first()
    return _enrolment(row) if row else None


async def waiting_enrolment(tx: Tx, ceremony_id: str, slot: str) -> Enrolment | None:
    """The key a slot enrolled last, while its code is awaited."""
    query = sa.select(enrolments).where(
        enrolments.c.ceremony == ceremony_id, enrolments.c.slot == slot, enrolments.c.certificate.is_(None)
    )
    row = (await tx.execute(query)).first()
    return _enrolment(row) if row else None


async def live_enrolment(tx: Tx, ceremony_id: str, slot: str) -> Enrolment | None:
    """The enrolment whose certificate the slot signs with now, or None."""
    row = (await tx.execute(LIVE_ENROLMENT, {"ceremony": ceremony_id, "slot": slot})).first()
    return _enrolment(row) if row else None


def _enrolment(row: sa.Row[tuple[object, ...]]) -> Enrolment:
    values = dict(row._mapping)
    values.pop("serial")
    return Enrolment(**{**values, "drawing": values["drawing"] or b""})


async def certify_enrolment(tx: Tx, enrolment_id: str, certificate: bytes, serial: int, assurance: str) -> None:
    """The certificate was issued; from now on the enrolment is the slot's live one."""
    await tx.execute(
        enrolments.update()
        .where(enrolments.c.id == enrolment_id)
        .values(certificate=certificate, serial=str(serial), assurance=assurance)
    )


async def revoke(tx: Tx, ceremony_id: str, at: datetime, slot: str | None = None) -> list[int]:
    """Revoke the live certificates of a slot, or of all; returns their serial numbers."""
    live = [enrolments.c.ceremony == ceremony_id, LIVE]
    if slot is not None:
        live.append(enrolments.c.slot == slot)
    serials = [int(serial) for serial in await tx.scalars(sa.select(enrolments.c.serial).where(*live))]
    await tx.execute(enrolments.update().where(*live).values(revoked_at=at))
    return serials


async def revoked(tx: Tx) -> list[tuple[int, datetime]]:
    """Every revoked certificate: what the authority is told at start."""
    rows = await tx.execute(
        sa.select(enrolments.c.serial, enrolments.c.revoked_at).where(enrolments.c.revoked_at.is_not(None))
    )
    return [(int(row.serial), row.revoked_at) for row in rows if row.serial]


async def certificate_status(tx: Tx, serial: int) -> tuple[bool, datetime | None]:
    """(issued by us for a ceremony, when revoked or None)."""
    row = (await tx.execute(sa.select(enrolments.c.revoked_at).where(enrolments.c.serial == str(serial)))).first()
    return (True, row.revoked_at) if row else (False, None)


async def certificates(tx: Tx, ceremony_id: str) -> dict[str, bytes]:
    """Slot -> DER of its live certificate, in order of the slots' ranks."""
    rows = await tx.execute(
        sa.select(enrolments.c.slot, enrolments.c.certificate)
        .select_from(
            enrolments.join(
                slots, sa.and_(slots.c.ceremony == enrolments.c.ceremony, slots.c.slot == enrolments.c.slot)
            )
        )
        .where(enrolments.c.ceremony == ceremony_id, LIVE)
        .order_by(slots.c.rank, slots.c.slot)
    )
    return {row.slot: row.certificate for row in rows}


async def orphans(tx: Tx, candidates: Sequence[tuple[str, str]]) -> list[str]:
    """Of (number, ceremony) pairs, the numbers whose ceremony was never stored: a freeze that was cut off."""
    known = set(await tx.scalars(sa.select(ceremonies.c.id)))
    return [number for number, ceremony in candidates if ceremony not in known]
