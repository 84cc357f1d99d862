"""Tables of second factors: authenticators (secrets sealed by the vault), recovery codes (hashed), passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.ids import AccountId
from server.people import factors, rules
from server.people.factors import Factors
from server.store.db import Instant, Tx, metadata
from server.vault import Vault

authenticators = sa.Table(
    "authenticators",
    metadata,
    sa.Column("account_id", sa.String(24), primary_key=True),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("pending", sa.LargeBinary),
    sa.Column("step", sa.Integer, nullable=False),
)
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("account_id", sa.String(24), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
)
passkeys = sa.Table(
    "passkeys",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("account_id", sa.String(24), nullable=False, index=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("uses", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
TOTP, RECOVERY = "totp", "recovery"


@dataclass(frozen=True, slots=True)
class Seals:
    """What protects factors at rest: the vault for secrets that must be read again, a key for hashes."""

    vault: Vault
    secret: bytes


async def of(tx: Tx, account_id: AccountId) -> Factors:
    """What an account has set up."""
    by_account = sa.select(authenticators.c.account_id).where(
        authenticators.c.account_id == account_id, authenticators.c.secret.is_not(None)
    )
    held = [
        await tx.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.account_id == account_id))
        for table in (passkeys, recovery_codes)
    ]
    return Factors(await tx.scalar(by_account) is not None, *held)


async def propose(tx: Tx, seals: Seals, account_id: AccountId, secret: bytes) -> None:
    """A secret that counts once a code of it was typed; until then the one before counts."""
    sealed = seals.vault.seal(_place(account_id), secret)
    row = authenticators.c.account_id == account_id
    if await tx.scalar(sa.select(authenticators.c.step).where(row)) is None:
        await tx.execute(authenticators.insert().values(account_id=account_id, pending=sealed, step=0))
    else:
        await tx.execute(authenticators.update().where(row).values(pending=sealed))


async def accept(tx: Tx, seals: Seals, account_id: AccountId, digits: str, now: datetime) -> bool:
    """Whether the digits fit the proposed secret, which counts from now on."""
    row = authenticators.c.account_id == account_id
    sealed = await tx.scalar(sa.select(authenticators.c.pending).where(row))
    if sealed is None:
        return False
    step = factors.fitting_step(seals.vault.open(_place(account_id), sealed), digits, now, 0)
    if step is not None:
        await tx.execute(authenticators.update().where(row).values(secret=sealed, pending=None, step=step))
    return step is not None


async def use(tx: Tx, seals: Seals, account_id: AccountId, code: str, now: datetime) -> bool:
    """Whether a code of the authenticator, or from the sheet, fits; either fits once."""
    typed, row = factors.as_typed(code), authenticators.c.account_id == account_id
    found = (await tx.execute(sa.select(authenticators.c.secret, authenticators.c.step).where(row))).first()
    if found is not None and found.secret is not None:
        step = factors.fitting_step(seals.vault.open(_place(account_id), found.secret), typed, now, found.step)
        if step is not None:
            await tx.execute(authenticators.update().where(row).values(step=step))
            return True
    spent = recovery_codes.delete().where(
        recovery_codes.c.account_id == account_id, recovery_codes.c.hash == _hash(seals, account_id, typed)
    )
    return bool((await tx.execute(spent)).changed)


async def new_sheet(tx: Tx, seals: Seals, account_id: AccountId) -> Sequence[str]:
    """Fresh recovery codes, shown once; those before are void."""
    codes = factors.new_recovery_codes()
    await tx.execute(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    hashes = [_hash(seals, account_id, factors.as_typed(code)) for code in codes]
    await tx.execute(recovery_codes.insert(), [{"account_id": account_id, "hash": one} for one in hashes])
    return codes


async def forget(tx: Tx, account_id: AccountId) -> None:
    """No second factor is set up any more."""
    for table in (authenticators, recovery_codes, passkeys):
        await tx.execute(table.delete().where(table.c.account_id == account_id))


def _place(account_id: AccountId) -> str:
    return f"{TOTP}|{account_id}"


def _hash(seals: Seals, account_id: AccountId, typed: str) -> str:
    return rules.code_hash(seals.secret, RECOVERY, account_id, typed)
