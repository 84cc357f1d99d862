"""Saves in the database: a repeated one is found again, and one may be built on what one sent oneself."""

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from server.agreements import store
from server.agreements.model import Terms
from server.agreements.wire import BothView
from server.store.db import Tx, metadata

saves = sa.Table(
    "agreement_saves",
    metadata,
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
    sa.Column("save", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sent", sa.Text),
    sa.Column("both", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class Saved:
    """What a save led to: the version, what was sent, and what somebody else had changed as well."""

    version: int
    sent: Terms
    both: list[BothView]


async def saved(tx: Tx, agreement_id: str, person: str, save: str) -> Saved | None:
    """What became of somebody's save; None for one that never arrived."""
    row = (
        await tx.execute(
            sa.select(saves).where(saves.c.agreement_id == agreement_id, saves.c.person == person, saves.c.save == save)
        )
    ).first()
    if row is None:
        return None
    whole = row.sent is None
    sent = await store.terms_of(tx, agreement_id, row.version) if whole else msgspec.json.decode(row.sent, type=Terms)
    return Saved(row.version, sent, msgspec.json.decode(row.both, type=list[BothView]))


async def keep(tx: Tx, agreement_id: str, person: str, save: str, done: Saved, *, merged: bool) -> None:
    """Remember a save; what was sent only where the version says something else."""
    sent = msgspec.json.encode(done.sent).decode() if merged else None
    await tx.execute(
        saves.insert().values(
            agreement_id=agreement_id,
            person=person,
            save=save,
            version=done.version,
            sent=sent,
            both=msgspec.json.encode(done.both).decode(),
        )
    )


async def terms_by_number(tx: Tx, agreement_id: str, numbers: list[int]) -> dict[int, Terms]:
    """What several versions say."""
    table = store.versions
    rows = await tx.execute(
        sa.select(table.c.number, table.c.terms).where(
            table.c.agreement_id == agreement_id, table.c.number.in_(numbers)
        )
    )
    return {row.number: msgspec.json.decode(row.terms, type=Terms) for row in rows}
