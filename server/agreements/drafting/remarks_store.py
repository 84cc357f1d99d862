"""Remarks in the database; what was said in them lies there only sealed."""

from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from server.agreements.drafting.remarks_model import Remark, RemarkState, Said
from server.errors import NotFound
from server.store.db import Instant, Tx, metadata
from server.vault import Vault

ID = sa.String(24)
remarks = sa.Table(
    "agreement_remarks",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("agreement_id", ID, sa.ForeignKey("agreements.id"), nullable=False, index=True),
    sa.Column("author", ID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("clause", sa.String(40), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("confided", sa.Boolean, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.LargeBinary),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ended_by", ID),
    sa.Column("taken_in", sa.Integer),
)


class Head(NamedTuple):
    """A remark without what it says."""

    author: str
    audience: frozenset[str]
    state: RemarkState
    taken_in: int | None


async def heads(tx: Tx, agreement_id: str) -> list[Head]:
    """Of all remarks, unopened."""
    table = remarks.c
    rows = await tx.execute(
        sa.select(table.author, table.audience, table.state, table.taken_in).where(table.agreement_id == agreement_id)
    )
    return [Head(row.author, _people(row.audience), RemarkState(row.state), row.taken_in) for row in rows]


async def remarks_of(tx: Tx, vault: Vault, agreement_id: str, person: str) -> list[Remark]:
    """Those this person may see, oldest first."""
    query = sa.select(remarks).where(remarks.c.agreement_id == agreement_id)
    rows = await tx.execute(query.order_by(remarks.c.made_at, remarks.c.id))
    return [_remark(row, vault) for row in rows if person in _people(row.audience)]


async def remark(tx: Tx, vault: Vault, agreement_id: str, remark_id: str, person: str) -> Remark:
    """One of them; NotFound also where this person may not see it."""
    query = sa.select(remarks).where(remarks.c.agreement_id == agreement_id, remarks.c.id == remark_id)
    row = (await tx.execute(query)).first()
    if row is None or person not in _people(row.audience):
        raise NotFound("remark")
    return _remark(row, vault)


async def add(tx: Tx, vault: Vault, remark: Remark) -> None:
    """A new one."""
    await tx.execute(
        remarks.insert().values(
            id=remark.id, agreement_id=remark.agreement_id, author=remark.author, version=remark.version,
            clause=remark.clause, hash=remark.hash, confided=remark.confided,
            audience=msgspec.json.encode(sorted(remark.audience)).decode(), state=remark.state.value,
            sealed=vault.seal(f"remark|{remark.id}", msgspec.json.encode(remark.said)), made_at=remark.made_at,
        )
    )  # fmt: skip


async def end(tx: Tx, vault: Vault, remark: Remark) -> None:
    """What became of it: never what it says."""
    reason = vault.seal(f"remark|{remark.id}|reason", remark.reason.encode()) if remark.reason else None
    values = {"state": remark.state.value, "ended_by": remark.ended_by, "taken_in": remark.taken_in, "reason": reason}
    await tx.execute(remarks.update().where(remarks.c.id == remark.id).values(**values))


def _people(text: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(text, type=list[str]))


def _remark(row: sa.Row[tuple[object, ...]], vault: Vault) -> Remark:
    values = dict(row._mapping)
    name, sealed, reason = f"remark|{values['id']}", values.pop("sealed"), values.pop("reason")
    values |= {"audience": _people(values["audience"]), "state": RemarkState(values["state"])}
    said = msgspec.json.decode(vault.open(name, sealed), type=Said)
    return Remark(**values, said=said, reason=vault.open(f"{name}|reason", reason).decode() if reason else "")
