"""Oral agreements: where the parties want nothing written, the mediator records what was agreed [RMTJ 28]; it holds
from the day on which it was reached [RMTJ 30]."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from server.agreements import rules
from server.agreements.errors import OralUnfit, PeopleLacking
from server.agreements.model import Matter
from server.cases.model import Case, CaseState
from server.errors import IllegalAct, Invalid
from server.law import dates
from server.law.disputes import profile_for
from server.law.profiles import PROFILES, Profile
from server.law.roles import lacks
from server.store.db import Instant, Tx, metadata

PEOPLE = PROFILES["people"]
WRITTEN = ("labour", "medical", "court_invited")
oral = sa.Table(
    "oral_agreements",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("case_id", sa.String(24), nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("performed", sa.Boolean, nullable=False),
    sa.Column("reached_on", sa.String(10), nullable=False),
    sa.Column("heard", sa.Text, nullable=False),
    sa.Column("recorded_by", sa.String(24), nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
)


@dataclass(frozen=True)
class Oral:
    """One oral agreement as the mediator recorded it; never changed."""

    id: str
    case_id: str
    content: str
    performed: bool
    """Whether everything was done on the spot."""
    reached_on: date
    """The day of effect."""
    heard: tuple[str, ...]
    """Whose yes the mediator heard: all who decide for a party."""
    recorded_by: str
    recorded_at: datetime


def unfit(kind: str) -> Profile | None:
    """The rule type that wants a written agreement for this kind of dispute [LD 14; MED 39; ZXTJ 19]; None: oral is
    enough."""
    profile = PROFILES[profile_for(kind)]
    return profile if profile.code in WRITTEN else None


def check(case: Case, matter: Matter, heard: Collection[str], reached_on: date) -> None:
    """Whether this may be recorded. Raises IllegalAct outside the mediation, OralUnfit where the law wants a written
    agreement, PeopleLacking (a minor without guardian, an agent without authority), Invalid for a yes that is missing
    or a day that cannot be."""
    if case.state is not CaseState.in_mediation:
        raise IllegalAct(case.state, "oral", ())
    profile = unfit(case.kind)
    if profile is not None:
        raise OralUnfit(profile)
    found = [one for one in lacks(matter.people, PEOPLE, matter.day) if one.code != "seal_missing"]
    if found:  # nothing is sealed
        raise PeopleLacking(found)
    if set(rules.confirmers(matter, PEOPLE)) != set(heard):
        raise Invalid({"heard": "required"})
    if not dates.legal_day(case.created_at) <= reached_on <= matter.day:
        raise Invalid({"reached_on": "range"})


async def add(tx: Tx, one: Oral) -> None:
    """A new row."""
    await tx.execute(
        oral.insert().values(
            id=one.id,
            case_id=one.case_id,
            content=one.content,
            performed=one.performed,
            reached_on=one.reached_on.isoformat(),
            heard=msgspec.json.encode(one.heard).decode(),
            recorded_by=one.recorded_by,
            recorded_at=one.recorded_at,
        )
    )


async def of_case(tx: Tx, case_id: str) -> list[Oral]:
    """All of a case, oldest first."""
    rows = await tx.execute(sa.select(oral).where(oral.c.case_id == case_id).order_by(oral.c.recorded_at, oral.c.id))
    return [
        Oral(
            row.id,
            row.case_id,
            row.content,
            row.performed,
            date.fromisoformat(row.reached_on),
            tuple(msgspec.json.decode(row.heard, type=list[str])),
            row.recorded_by,
            row.recorded_at,
        )
        for row in rows
    ]
