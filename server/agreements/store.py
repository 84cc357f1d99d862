"""Agreements, their versions, stances and official numbers in the database. Returns models, decides nothing."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import msgspec
import sqlalchemy as sa

from server.agreements.model import Agreement, Paper, Stance, State, Terms, Version
from server.agreements.rules import SUBMITTED, visible
from server.store.db import Instant, Tx, metadata

agreements = sa.Table(
    "agreements",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("case_id", sa.String(24), nullable=False, index=True),
    sa.Column("profile", sa.String(20), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("number", sa.String(60)),
    sa.Column("text_hash", sa.String(64), index=True),
    sa.Column("ceremony", sa.String(24)),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("effective_at", Instant),
    sa.Column("paper", sa.JSON(none_as_null=True)),
)
versions = sa.Table(
    "agreement_versions",
    metadata,
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("terms_hash", sa.String(64), nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("saved_by", sa.String(24), nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
)
stances = sa.Table(
    "agreement_stances",
    metadata,
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
    sa.Column("clause", sa.String(40), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("agree", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
numbers = sa.Table(
    "agreement_numbers",
    metadata,
    sa.Column("series", sa.String(40), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(60), nullable=False, unique=True),
    sa.Column("agreement_id", sa.String(24), nullable=False),
    sa.Column("ceremony", sa.String(24), nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("void_at", Instant),
)


ONE = sa.select(agreements).where(agreements.c.id == sa.bindparam("agreement"))


async def create(tx: Tx, agreement: Agreement) -> None:
    """A new row."""
    await tx.execute(agreements.insert().values(**_row(agreement)))


async def load(tx: Tx, agreement_id: str) -> Agreement | None:
    """One agreement, or None."""
    row = (await tx.execute(ONE, {"agreement": agreement_id})).first()
    return _agreement(row) if row else None


async def of_case(tx: Tx, case_id: str) -> list[tuple[Agreement, bool]]:
    """All agreements of a case, oldest first, and whether each is partial; for its staff."""
    return [(one, await _partial(tx, one)) for one in await all_of_case(tx, case_id)]


async def seen_by(tx: Tx, case_id: str, person: str) -> list[tuple[Agreement, bool]]:
    """The agreements of which some version was made before, or shown to, this person."""
    found = []
    for one in await all_of_case(tx, case_id):
        if visible(await versions_of(tx, one.id), person) is not None:
            found.append((one, await _partial(tx, one)))
    return found


async def _partial(tx: Tx, agreement: Agreement) -> bool:
    """Told only of what every party has seen; a draft may have been made in a private talk."""
    return agreement.state in SUBMITTED and (await terms_of(tx, agreement.id)).partial


async def all_of_case(tx: Tx, case_id: str) -> list[Agreement]:
    """All agreements of a case, oldest first."""
    rows = await tx.execute(
        sa.select(agreements).where(agreements.c.case_id == case_id).order_by(agreements.c.created_at, agreements.c.id)
    )
    return [_agreement(row) for row in rows]


async def in_effect(tx: Tx, since: datetime) -> list[Agreement]:
    """All agreements that took effect after that moment and stand."""
    rows = await tx.execute(
        sa.select(agreements)
        .where(agreements.c.effective_at > since, agreements.c.state.in_((State.EFFECTIVE, State.COMPLETE)))
        .order_by(agreements.c.effective_at)
    )
    return [_agreement(row) for row in rows]


async def save(tx: Tx, agreement: Agreement) -> None:
    """Write the row anew; the caller holds the writer's lock since it loaded it."""
    await tx.execute(agreements.update().where(agreements.c.id == agreement.id).values(**_row(agreement)))


async def add_version(tx: Tx, agreement_id: str, version: Version, terms: Terms) -> None:
    """Add a version; its number must be new."""
    await tx.execute(
        versions.insert().values(
            agreement_id=agreement_id,
            number=version.number,
            terms=msgspec.json.encode(terms).decode(),
            terms_hash=version.terms_hash,
            audience=msgspec.json.encode(sorted(version.audience)).decode(),
            saved_by=version.saved_by,
            saved_at=version.saved_at,
        )
    )


async def widen(tx: Tx, agreement_id: str, number: int, audience: Iterable[str]) -> None:
    """Replace the audience of a version by a wider one."""
    await tx.execute(
        versions.update()
        .where(versions.c.agreement_id == agreement_id, versions.c.number == number)
        .values(audience=msgspec.json.encode(sorted(audience)).decode())
    )


async def versions_of(tx: Tx, agreement_id: str) -> list[Version]:
    """All versions without their terms, oldest first."""
    columns = [column for column in versions.c if column is not versions.c.terms]
    rows = await tx.execute(
        sa.select(*columns).where(versions.c.agreement_id == agreement_id).order_by(versions.c.number)
    )
    return [
        Version(
            number=row.number,
            terms_hash=row.terms_hash,
            audience=frozenset(msgspec.json.decode(row.audience, type=list[str])),
            saved_by=row.saved_by,
            saved_at=row.saved_at,
        )
        for row in rows
    ]


async def terms_of(tx: Tx, agreement_id: str, number: int | None = None) -> Terms:
    """What a version says, the newest without a number; raises LookupError when there is no such version."""
    query = sa.select(versions.c.terms).where(versions.c.agreement_id == agreement_id)
    if number is not None:
        query = query.where(versions.c.number == number)
    found = await tx.scalar(query.order_by(versions.c.number.desc()).limit(1))
    if found is None:
        raise LookupError(f"{agreement_id} version {number}")
    return msgspec.json.decode(found, type=Terms)


async def take_stance(tx: Tx, agreement_id: str, stance: Stance) -> bool:
    """Write what a person says of a clause; replaces their earlier word on the same wording. False if unchanged."""
    key = sa.and_(
        stances.c.agreement_id == agreement_id,
        stances.c.person == stance.person,
        stances.c.clause == stance.clause,
        stances.c.hash == stance.hash,
    )
    before = await tx.scalar(sa.select(stances.c.agree).where(key))
    if before is stance.agree:
        return False
    if before is None:
        await tx.execute(
            stances.insert().values(
                agreement_id=agreement_id,
                person=stance.person,
                clause=stance.clause,
                hash=stance.hash,
                agree=stance.agree,
                at=stance.at,
            )
        )
    else:
        await tx.execute(stances.update().where(key).values(agree=stance.agree, at=stance.at))
    return True


async def stances_of(tx: Tx, agreement_id: str) -> list[Stance]:
    """What everybody said, oldest first."""
    rows = await tx.execute(sa.select(stances).where(stances.c.agreement_id == agreement_id).order_by(stances.c.at))
    return [Stance(row.person, row.clause, row.hash, row.agree, row.at) for row in rows]


async def take_number(
    tx: Tx, series: str, first: int, year: int, agreement_id: str, ceremony: str, at: datetime
) -> str:
    """The next official number of a committee's yearly series; never given out twice, also when its ceremony fails."""
    last = await tx.scalar(
        sa.select(sa.func.max(numbers.c.seq)).where(numbers.c.series == series, numbers.c.year == year)
    )
    seq = first if last is None else last + 1
    number = f"({year}){series}第{seq:04}号"
    await tx.execute(
        numbers.insert().values(
            series=series,
            year=year,
            seq=seq,
            number=number,
            agreement_id=agreement_id,
            ceremony=ceremony,
            taken_at=at,
            void_at=None,
        )
    )
    return number


async def number_in_use(tx: Tx, agreement_id: str, since: datetime) -> bool:
    """Whether a freeze of this agreement took a number after `since` and has not ended."""
    found = await tx.scalar(
        sa.select(numbers.c.number).where(
            numbers.c.agreement_id == agreement_id, numbers.c.void_at.is_(None), numbers.c.taken_at > since
        )
    )
    return found is not None


async def numbers_in_use(tx: Tx) -> list[tuple[str, str]]:
    """(number, ceremony) of all numbers that are not void, but for those of agreements that stand: one that was printed
    has no ceremony."""
    standing = (State.ON_PAPER, State.COMPLETE)
    held = sa.select(agreements.c.number).where(agreements.c.state.in_(standing), agreements.c.number.is_not(None))
    rows = await tx.execute(
        sa.select(numbers.c.number, numbers.c.ceremony).where(
            numbers.c.void_at.is_(None), numbers.c.number.not_in(held)
        )
    )
    return [(row.number, row.ceremony) for row in rows]


async def void_number(tx: Tx, number: str, at: datetime) -> None:
    """List a number as void; it stays taken."""
    await tx.execute(numbers.update().where(numbers.c.number == number).values(void_at=at))


def _row(agreement: Agreement) -> dict[str, object]:
    return {
        "id": agreement.id,
        "case_id": agreement.case_id,
        "profile": agreement.profile,
        "state": agreement.state.value,
        "number": agreement.number,
        "text_hash": agreement.text_hash,
        "ceremony": agreement.ceremony,
        "created_at": agreement.created_at,
        "effective_at": agreement.effective_at,
        "paper": asdict(agreement.paper) if agreement.paper else None,
    }


def _agreement(row: sa.Row[tuple[object, ...]]) -> Agreement:
    values = dict(row._mapping)
    paper = Paper(**values["paper"]) if values["paper"] else None
    return Agreement(**{**values, "state": State(values["state"]), "paper": paper})
