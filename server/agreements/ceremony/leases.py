"""Turns in the database: leases with their prepared updates, and the revisions that came of them. What one step of a
turn needs is asked on one trip."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from server.agreements.ceremony.model import CeremonyState, Lease, SlotState
from server.agreements.ceremony.tables import (
    LIVE,
    ceremonies,
    enrolments,
    files,
    lease_files,
    leases,
    revisions,
    slots,
)
from server.store.db import Tx

# Built once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
CEREMONY: sa.BindParameter[str] = sa.bindparam("of_ceremony")
SLOT: sa.BindParameter[str] = sa.bindparam("of_slot")
LEASE: sa.BindParameter[str] = sa.bindparam("of_lease")
STANDING = (
    sa.select(
        *(ceremonies.c.state, ceremonies.c.void_reason, ceremonies.c.fence, ceremonies.c.lease),
        *(leases.c.answer, enrolments.c.id.label("enrolment")),
    )
    .select_from(
        ceremonies.outerjoin(leases, leases.c.id == ceremonies.c.lease).outerjoin(
            enrolments, sa.and_(enrolments.c.ceremony == ceremonies.c.id, enrolments.c.slot == SLOT, LIVE)
        )
    )
    .where(ceremonies.c.id == CEREMONY)
)
COUNTS = sa.select(revisions.c.file, sa.func.count()).where(revisions.c.ceremony == CEREMONY).group_by(revisions.c.file)
FROZEN = sa.select(files.c.id, files.c.frozen).where(files.c.ceremony == CEREMONY)
CHANGES = (
    sa.select(revisions.c.file, revisions.c.change).where(revisions.c.ceremony == CEREMONY).order_by(revisions.c.n)
)
ONE_LEASE = sa.select(leases).where(leases.c.id == LEASE)
ITS_FILES = sa.select(lease_files).where(lease_files.c.lease == LEASE)
NEW_LEASE, NEW_FILES, NEW_REVISIONS = leases.insert(), lease_files.insert(), revisions.insert()
NEWEST = ceremonies.update().where(ceremonies.c.id == CEREMONY)
SIGNED = slots.update().where(slots.c.ceremony == CEREMONY, slots.c.slot == SLOT)
ANSWERED = leases.update().where(leases.c.id == LEASE)
SPENT = lease_files.delete().where(lease_files.c.lease == LEASE)


@dataclass(frozen=True)
class Standing:
    """What can have moved while a turn was judged. `enrolment` is the slot's live one, `revisions` how many each file
    has; a file without any is not in it."""

    state: CeremonyState
    void_reason: str | None
    fence: int
    lease: str | None
    answer: str | None
    enrolment: str | None
    revisions: dict[str, int]


async def standing(tx: Tx, ceremony_id: str, slot: str) -> Standing | None:
    """How a ceremony stands now, for a slot of it."""
    return await tx.run(_standing, ceremony_id, slot)


def _standing(connection: sa.Connection, ceremony_id: str, slot: str) -> Standing | None:
    row = connection.execute(STANDING, {"of_ceremony": ceremony_id, "of_slot": slot}).first()
    if row is None:
        return None
    made = {file: count for file, count in connection.execute(COUNTS, {"of_ceremony": ceremony_id})}
    return Standing(CeremonyState(row.state), row.void_reason, row.fence, row.lease, row.answer, row.enrolment, made)


async def latest(tx: Tx, ceremony_id: str) -> dict[str, tuple[bytes, bytes]]:
    """Of every file: F and everything accepted after it, as two byte strings."""
    return await tx.run(_latest, ceremony_id)


def _latest(connection: sa.Connection, ceremony_id: str) -> dict[str, tuple[bytes, bytes]]:
    bases = connection.execute(FROZEN, {"of_ceremony": ceremony_id})
    changes = connection.execute(CHANGES, {"of_ceremony": ceremony_id})
    after: dict[str, list[bytes]] = {}
    for file, change in changes:
        after.setdefault(file, []).append(change)
    found = {file: (base, b"".join(after.get(file, []))) for file, base in bases if base is not None}
    if not found:
        raise LookupError(f"{ceremony_id}: no frozen files")
    return found


async def open_lease(tx: Tx, lease: Lease, updates: Sequence[tuple[str, str, bytes]]) -> None:
    """Store a lease with its prepared (file, base_sha256, update) and make its fence the ceremony's newest."""
    columns = ("file", "base_sha256", "change")
    rows = [{"lease": lease.id, **dict(zip(columns, one, strict=True))} for one in updates]

    def write(connection: sa.Connection) -> None:
        connection.execute(NEW_LEASE, asdict(lease))
        connection.execute(NEW_FILES, rows)
        connection.execute(NEWEST, {"of_ceremony": lease.ceremony, "fence": lease.fence, "lease": lease.id})

    await tx.run(write)


async def load_lease(tx: Tx, lease_id: str) -> Lease | None:
    """One lease, or None."""
    return await tx.run(find, lease_id)


def find(connection: sa.Connection, lease_id: str) -> Lease | None:
    """The same, on the thread of a connection."""
    row = connection.execute(ONE_LEASE, {"of_lease": lease_id}).first()
    if row is None:
        return None
    return Lease(row.id, row.ceremony, row.slot, row.enrolment, row.fence, row.expires_at, row.answer)


async def lease_updates(tx: Tx, lease_id: str) -> dict[str, tuple[str, bytes]]:
    """File -> (hash of its base, prepared update)."""
    rows = await tx.execute(ITS_FILES, {"of_lease": lease_id})
    return {row.file: (row.base_sha256, row.change) for row in rows}


async def drop_lease(tx: Tx, ceremony_id: str) -> None:
    """Nobody holds the turn any more (its key was replaced); the fence stays."""
    await tx.execute(ceremonies.update().where(ceremonies.c.id == ceremony_id).values(lease=None))


async def accept(tx: Tx, lease: Lease, made: Sequence[tuple[str, int, bytes, str]], answer: str, at: datetime) -> None:
    """A turn's (file, n, change, sha256), `n` from 1; the primary key refuses a second one. The slot has signed; the
    lease keeps the answer for a repeated request and drops the prepared updates."""
    columns = ("file", "n", "change", "sha256")
    rows = [{"ceremony": lease.ceremony, "slot": lease.slot, **dict(zip(columns, one, strict=True))} for one in made]

    def write(connection: sa.Connection) -> None:
        connection.execute(NEW_REVISIONS, rows)
        place = {"of_ceremony": lease.ceremony, "of_slot": lease.slot}
        connection.execute(SIGNED, {**place, "state": SlotState.SIGNED.value, "signed_at": at})
        connection.execute(ANSWERED, {"of_lease": lease.id, "answer": answer})
        connection.execute(SPENT, {"of_lease": lease.id})

    await tx.run(write)
