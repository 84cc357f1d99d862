"""Whether anything still speaks of a blob: asked of every table, before its bytes are erased."""

import sqlalchemy as sa

from server.store.db import Tx, metadata

DIGEST = 64
"""Length of the columns that hold a hash."""


async def named(tx: Tx, sha256: str) -> bool:
    """Whether some row names it, in a column for hashes or within JSON. Reads whole tables: for rare acts."""
    wheres = [
        column == sha256 if isinstance(column.type, sa.String) else sa.cast(column, sa.Text).contains(sha256)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.JSON) or (isinstance(column.type, sa.String) and column.type.length == DIGEST)
    ]
    for where in wheres:
        if await tx.scalar(sa.select(sa.literal(1)).where(where).limit(1)):
            return True
    return False
