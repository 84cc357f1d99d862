"""What was taken off the table is erased, also when the process was killed before it came to that."""

from server.store.blobs import Blobs
from server.store.db import Database
from server.table import papers_store


async def erase(db: Database, blobs: Blobs) -> None:
    """All that is left to be erased: first the files, then their names. Raises OSError; the names stay then."""
    async with db.reading() as tx:
        names = await papers_store.to_erase(tx)
    for name in names:
        await blobs.remove(name)
    if names:
        async with db.transaction() as tx:
            await papers_store.erased(tx, names)
