"""Drafts nobody returned to are erased after fourteen days, and files taken back at once, or after a kill at the next
round."""

from aiohttp import web

from server.filing import store
from server.store.blobs import Blobs
from server.store.db import Database
from server.web import keys
from server.web.rounds import every


async def look(app: web.Application) -> None:
    """End what is over, then erase what belongs to nothing."""
    db = app[keys.DB]
    async with db.transaction() as tx:
        ended = await store.end(tx, app[keys.CLOCK]())
    await erase(db, app[keys.BLOBS])
    if ended:
        await db.forget()


async def erase(db: Database, blobs: Blobs) -> None:
    """First the files, then their names. Raises OSError; the names stay then."""
    async with db.reading() as tx:
        names = await store.to_erase(tx)
    for name in names:
        await blobs.remove(name)
    if names:
        async with db.transaction() as tx:
            await store.erased(tx, names)


lifetime = every(3600, "filing.ending", look)
