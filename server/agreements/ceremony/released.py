"""Released files, as those who keep them over the years see them. Everything else about ceremonies is store.py's."""

import sqlalchemy as sa

from server.agreements.ceremony.tables import ceremonies, files
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


async def number_of(tx: Tx, sha256: str) -> str | None:
    """The official number of a file this centre released with this hash, as it is now or as it was before a renewal."""
    found: str | None = await tx.scalar(
        sa.select(ceremonies.c.number)
        .select_from(files.join(ceremonies, files.c.ceremony == ceremonies.c.id))
        .where(files.c.final_sha256 == sha256)
    )
    if found is None and (former := await kept.known(tx, sha256)) is not None:
        found = await tx.scalar(sa.select(ceremonies.c.number).where(ceremonies.c.id == former[0]))
    return found
