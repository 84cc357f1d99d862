"""The journal of the office: what administrators did to accounts and organisations, and people to their own factors.
Ids and words of ours only."""

from collections.abc import Mapping
from datetime import datetime

from server.errors import JsonValue
from server.store import journal
from server.store.db import Tx

OFFICE = "office"
"""Its key, where a case's journal has the case's id."""


async def told(tx: Tx, kind: str, actor: str, at: datetime, body: Mapping[str, JsonValue]) -> None:
    """One act, in the transaction that does it."""
    await journal.append(tx, OFFICE, kind, actor, body, at)
