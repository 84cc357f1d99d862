"""Names of whoever was in a room: people of the case, guests, staff."""

from collections.abc import Iterable

from server.cases.model import Case
from server.errors import NotFound
from server.people import store as people
from server.store.db import Tx


async def names_of(tx: Tx, case: Case, ids: Iterable[str]) -> dict[str, str]:
    """By id; "" for who is no longer known."""
    return {one: await _name_of(tx, case, one) for one in ids}


async def _name_of(tx: Tx, case: Case, person: str) -> str:
    if (party := case.party(person)) is not None:
        return party.name
    try:
        return (await people.account(tx, person)).name
    except NotFound:
        return ""
