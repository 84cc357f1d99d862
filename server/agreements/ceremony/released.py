"""Released files, as those who keep them over the years see them. Everything else about ceremonies is store.py's."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.agreements.ceremony.tables import ceremonies, files, slots
from server.agreements.store import agreements
from server.store import kept
from server.store.db import Tx


async def released_files(tx: Tx) -> list[tuple[str, str, str, str]]:
    """(ceremony, file, case, sha256) of every released file, oldest ceremony first."""
    rows = await tx.execute(
        sa.select(files.c.ceremony, files.c.id, ceremonies.c.case_id, files.c.final_sha256)
        .select_from(files.join(ceremonies, files.c.ceremony == ceremonies.c.id))
        .where(files.c.final_sha256.is_not(None))
        .order_by(ceremonies.c.created_at, files.c.ceremony, files.c.position)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


RELEASED = (
    "SELECT c.case_id, f.final_sha256 FROM ceremony_files f JOIN ceremonies c ON c.id = f.ceremony "
    "WHERE f.final_sha256 IS NOT NULL ORDER BY c.created_at, f.ceremony, f.position"
)
"""Case and hash, for who reads the file without the server."""


async def replace_file(tx: Tx, ceremony_id: str, file: str, before: str, after: str) -> bool:
    """Serve another version from now on, iff the present one is still `before`."""
    done = await tx.execute(
        files.update()
        .where(files.c.ceremony == ceremony_id, files.c.id == file, files.c.final_sha256 == before)
        .values(final_sha256=after)
    )
    return done.changed == 1


async def number_of(tx: Tx, sha256: str) -> tuple[str, str] | None:
    """The official number, and the agreement, of a file this centre released with this hash, as it is now or as it was
    before a renewal."""
    asked = sa.select(ceremonies.c.number, ceremonies.c.agreement_id)
    joined = asked.select_from(files.join(ceremonies, files.c.ceremony == ceremonies.c.id))
    found = (await tx.execute(joined.where(files.c.final_sha256 == sha256))).first()
    if found is None and (former := await kept.known(tx, sha256)) is not None:
        found = (await tx.execute(asked.where(ceremonies.c.id == former[0]))).first()
    return (found[0], found[1]) if found else None


async def lies_in(tx: Tx, sha256: str) -> tuple[str, int] | None:
    """The hash under which the bytes of a released file lie, and how many of them it has where it was renewed since
    (0: all of them)."""
    if await tx.scalar(sa.select(files.c.id).where(files.c.final_sha256 == sha256)):
        return sha256, 0
    former = kept.versions
    row = (
        await tx.execute(
            sa.select(files.c.final_sha256, former.c.length)
            .select_from(
                former.join(files, sa.and_(former.c.ceremony == files.c.ceremony, former.c.file == files.c.id))
            )
            .where(former.c.sha256 == sha256, files.c.final_sha256.is_not(None))
        )
    ).first()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class Printed:
    """What a print of one of our texts is of. `ceremony` and `title` are empty where it was printed for signing by
    hand; `in_effect`: a released file, or a scan that was filed."""

    number: str
    text_hash: str
    title: str
    ceremony: str
    sha256: str
    effective_at: datetime | None
    in_effect: bool


async def printed(tx: Tx, *, text: str = "", number: str = "") -> list[Printed]:
    """Released files and agreements printed for signing by hand, by the hash of the text or by their number."""
    signed = await tx.execute(
        sa.select(
            ceremonies.c.number, files.c.text_hash, files.c.title, files.c.ceremony, files.c.final_sha256,
            ceremonies.c.effective_at, sa.true(),
        )
        .select_from(files.join(ceremonies, files.c.ceremony == ceremonies.c.id))
        .where(files.c.final_sha256.is_not(None), files.c.text_hash.is_not(None))
        .where(files.c.text_hash == text if text else ceremonies.c.number == number)
        .order_by(files.c.position)
    )  # fmt: skip
    found = [Printed(*row) for row in signed]
    by_hand = await tx.execute(
        sa.select(agreements.c.number, agreements.c.text_hash, agreements.c.paper, agreements.c.effective_at)
        .where(agreements.c.paper.is_not(None), agreements.c.text_hash.is_not(None))
        .where(agreements.c.text_hash == text if text else agreements.c.number == number)
    )
    found += [
        Printed(
            row.number, row.text_hash, "", "", row.paper["print_sha256"], row.effective_at, row.effective_at is not None
        )
        for row in by_hand
    ]
    return found


async def signers(tx: Tx, ceremony_id: str) -> list[tuple[str, str]]:
    """(role, name) of each who signed, in order of rank."""
    rows = await tx.execute(
        sa.select(slots.c.role, slots.c.name)
        .where(slots.c.ceremony == ceremony_id)
        .order_by(slots.c.rank, slots.c.slot)
    )
    return [(row[0], row[1]) for row in rows]


async def released_set(tx: Tx, ceremony_id: str) -> list[tuple[str, str, str]]:
    """(file, title, sha256) of each released file of one ceremony, as it is now, in their order."""
    rows = await tx.execute(
        sa.select(files.c.id, files.c.title, files.c.final_sha256)
        .where(files.c.ceremony == ceremony_id, files.c.final_sha256.is_not(None))
        .order_by(files.c.position)
    )
    return [(row[0], row[1], row[2]) for row in rows]
