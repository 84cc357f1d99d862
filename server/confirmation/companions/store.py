"""Choices and service addresses in the database; the addresses lie there sealed only. Decides nothing."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from server.confirmation.companions.model import Choice, Kept, ServiceAddress
from server.store.db import Instant, Tx, metadata
from server.vault import Vault

companions = sa.Table(
    "companions",
    metadata,
    sa.Column("agreement_id", sa.String(24), primary_key=True),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("court", sa.String(200), nullable=False),
    sa.Column("invited", sa.Boolean, nullable=False),
    sa.Column("chosen_at", Instant, nullable=False),
)
services = sa.Table(
    "companion_services",
    metadata,
    sa.Column("agreement_id", sa.String(24), primary_key=True),
    sa.Column("party", sa.String(24), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
)


async def kept(tx: Tx, vault: Vault, agreement_id: str) -> Kept:
    """All that was chosen and given for an agreement."""
    rows = await tx.execute(sa.select(services).where(services.c.agreement_id == agreement_id))
    opened = {one.party: vault.open(_place(agreement_id, one.party), one.sealed) for one in rows}
    return Kept(
        await chosen(tx, agreement_id),
        {party: msgspec.json.decode(data, type=ServiceAddress) for party, data in opened.items()},
    )


async def chosen(tx: Tx, agreement_id: str) -> Choice:
    """The mediator's choice alone."""
    row = (await tx.execute(sa.select(companions).where(companions.c.agreement_id == agreement_id))).first()
    return Choice(row.wanted, row.court, row.invited) if row else Choice()


async def choose(tx: Tx, agreement_id: str, choice: Choice, at: datetime) -> None:
    """In place of the choice before."""
    await tx.execute(companions.delete().where(companions.c.agreement_id == agreement_id))
    await tx.execute(
        companions.insert().values(
            agreement_id=agreement_id, wanted=choice.wanted, court=choice.court, invited=choice.invited, chosen_at=at
        )
    )


async def give(tx: Tx, vault: Vault, agreement_id: str, party: str, given: ServiceAddress, at: datetime) -> None:
    """In place of what was given before."""
    sealed = vault.seal(_place(agreement_id, party), msgspec.json.encode(given))
    await tx.execute(services.delete().where(services.c.agreement_id == agreement_id, services.c.party == party))
    await tx.execute(services.insert().values(agreement_id=agreement_id, party=party, sealed=sealed, given_at=at))


def _place(agreement_id: str, party: str) -> str:
    return f"companion|{agreement_id}|{party}"
