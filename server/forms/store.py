"""What people typed into the forms of a case, one row a form; the newest only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from server.errors import Stale
from server.store.db import Instant, Tx, metadata

form_values = sa.Table(
    "form_values",
    metadata,
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("form", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("saved_by", sa.String(24), nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one form; version 0 and nobody before the first save."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    version: int = 0
    saved_by: str = ""
    saved_at: datetime | None = None


async def of_case(tx: Tx, case_id: str) -> dict[str, Typed]:
    """Form id -> what was typed."""
    rows = await tx.execute(sa.select(form_values).where(form_values.c.case_id == case_id))
    return {row.form: _typed(row) for row in rows}


async def load(tx: Tx, case_id: str, form: str) -> Typed:
    """What was typed into one form."""
    return (await of_case(tx, case_id)).get(form, Typed())


async def save(tx: Tx, case_id: str, form: str, before: int, values: Mapping[str, str], by: str, at: datetime) -> Typed:
    """Replace what was typed, if nobody saved since version `before`; raises Stale."""
    present = await load(tx, case_id, form)
    if present.version != before:
        raise Stale(present.version)
    said = {"version": before + 1, "values": dict(values), "saved_by": by, "saved_at": at}
    if before == 0:
        await tx.execute(form_values.insert().values(case_id=case_id, form=form, **said))
    else:
        key = sa.and_(form_values.c.case_id == case_id, form_values.c.form == form)
        await tx.execute(form_values.update().where(key).values(**said))
    return Typed(dict(values), before + 1, by, at)


def _typed(row: sa.Row[tuple[object, ...]]) -> Typed:
    said = row._mapping
    return Typed(said["values"], said["version"], said["saved_by"], said["saved_at"])
