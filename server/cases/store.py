"""Tables of cases and parties; every change of state writes its journal entry in the same transaction."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, replace
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from server.cases import rules
from server.cases.model import (
    GUESTS,
    Authority,
    AuthorityView,
    Case,
    CaseAct,
    CaseState,
    CaseView,
    Facts,
    FactsView,
    Filed,
    FiledView,
    LackView,
    LinkView,
    Neighbours,
    PaperView,
    Part,
    Party,
    PartyView,
    Side,
    StaffRef,
)
from server.errors import JsonValue, NotFound
from server.ids import AccountId, CaseId, PartyId
from server.law.disputes import esign_excluded, profile_for
from server.law.sources import spelled
from server.lifecycle import advance as next_state
from server.people import store as people
from server.people.model import Assurance
from server.people.rules import mask_mail, mask_phone
from server.store import journal
from server.store.db import Instant, Tx, metadata
from server.web.call import Caller

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("number", sa.String(60), nullable=False, unique=True),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("state", sa.String(24), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("claims", sa.Text, nullable=False),
    sa.Column("mediator_id", sa.String(24), sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("recorder_id", sa.String(24), sa.ForeignKey("accounts.id")),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)
parties = sa.Table(
    "parties",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("label", sa.String(12), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("filed", sa.JSON, nullable=False),
    sa.Column("assurance", sa.String(12), nullable=False),
    sa.Column("part", sa.String(16), nullable=False),
    sa.Column("organisation", sa.Boolean, nullable=False),
    sa.Column("acts_for", sa.String(24)),
    sa.Column("authority", sa.JSON, nullable=False),
)
co_mediators = sa.Table(
    "co_mediators",
    metadata,
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("account_id", sa.String(24), sa.ForeignKey("accounts.id"), primary_key=True),
)
numbers = sa.Table(
    "case_numbers",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)


Follower = Callable[[Tx, Case, CaseAct, str, datetime], Awaitable[None]]
FOLLOWERS: list[Follower] = []
"""What goes on with an act of a case, in its transaction; `app.py` hands it in."""

# Read by almost every request, so built once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
CASE = sa.select(cases).where(cases.c.id == sa.bindparam("case"))
PARTIES = sa.select(parties).where(parties.c.case_id == sa.bindparam("case")).order_by(parties.c.position)
CO_MEDIATORS = sa.select(co_mediators.c.account_id).where(co_mediators.c.case_id == sa.bindparam("case"))


async def add(tx: Tx, case: Case, actor: str) -> None:
    """A new case with its parties, and its first journal entry (numbers and ids, no names)."""
    values = asdict(case) | {"state": case.state.value}
    for elsewhere in ("people", "guests", "co_mediators"):
        del values[elsewhere]
    await tx.execute(cases.insert().values(**values))
    for position, party in enumerate(case.people, 1):
        await tx.execute(parties.insert().values(**_row(party), position=position))
    body = {"state": case.state.value, "parties": [party.id for party in case.parties], "rehearsal": case.rehearsal}
    await journal.append(tx, case.id, "case.added", actor, body, case.created_at)


def _row(party: Party) -> dict[str, object]:
    words = {"side": party.side.value, "assurance": party.assurance.value, "part": party.part.value}
    return asdict(party) | words


async def add_person(tx: Tx, case: Case, person: Party, actor: str, at: datetime) -> None:
    """Somebody more in the case, with a journal entry (ids and kinds, no names)."""
    await tx.execute(parties.insert().values(**_row(person), position=len(case.invited) + 1))
    body: dict[str, JsonValue] = {"party": person.id, "part": person.part.value, "acts_for": person.acts_for}
    await journal.append(tx, case.id, "person.added", actor, body, at)


async def remove_person(tx: Tx, person: Party, actor: str, at: datetime) -> None:
    """Somebody of whom nothing else is kept is in the case no more; the journal keeps that they were."""
    await tx.execute(parties.delete().where(parties.c.id == person.id))
    body: dict[str, JsonValue] = {"party": person.id, "part": person.part.value}
    await journal.append(tx, person.case_id, "person.removed", actor, body, at)


async def change_person(tx: Tx, before: Party, person: Party, actor: str, at: datetime) -> None:
    """Correct what is known of somebody; the journal says which fields, not what they held."""
    values = _row(person)
    changed = [name for name, value in values.items() if value != _row(before)[name] and name != "filed"]
    filed = asdict(person.filed)
    changed += [f"filed.{name}" for name, value in filed.items() if value != asdict(before.filed)[name]]
    if not changed:
        return
    await tx.execute(parties.update().where(parties.c.id == person.id).values(**values))
    body: dict[str, JsonValue] = {"party": person.id, "fields": [*sorted(changed)]}
    await journal.append(tx, person.case_id, "person.changed", actor, body, at)


async def next_number(tx: Tx, year: int, first: int = 1) -> int:
    """The next running number of the year, which begins at `first`; a number once taken is never used again."""
    last = await tx.scalar(sa.select(numbers.c.last).where(numbers.c.year == year))
    if last is None:
        await tx.execute(numbers.insert().values(year=year, last=first))
        return first
    await tx.execute(numbers.update().where(numbers.c.year == year).values(last=last + 1))
    return int(last) + 1


async def load(tx: Tx, case_id: str) -> Case:
    """The case with its parties; raises NotFound."""
    return await tx.run(_load, case_id)


def _load(connection: sa.Connection, case_id: str) -> Case:
    row = connection.execute(CASE, {"case": case_id}).first()
    if row is None:
        raise NotFound("case")
    found = [_party(one) for one in connection.execute(PARTIES, {"case": case_id})]
    leading = connection.scalars(CO_MEDIATORS, {"case": case_id})
    return Case(
        id=CaseId(row.id),
        number=row.number,
        title=row.title,
        kind=row.kind,
        state=CaseState(row.state),
        facts=Facts(**row.facts),
        claims=row.claims,
        mediator_id=AccountId(row.mediator_id),
        recorder_id=AccountId(row.recorder_id) if row.recorder_id else None,
        rehearsal=row.rehearsal,
        created_at=row.created_at,
        people=tuple(one for one in found if one.part not in GUESTS),
        guests=tuple(one for one in found if one.part in GUESTS),
        co_mediators=tuple(map(AccountId, leading)),
    )


def _party(row: sa.Row[tuple[object, ...]]) -> Party:
    return Party(
        PartyId(row.id), CaseId(row.case_id), Side(row.side), row.label, row.name, Filed(**row.filed),
        Assurance(row.assurance), Part(row.part), row.organisation, PartyId(row.acts_for) if row.acts_for else None,
        Authority(**row.authority),
    )  # fmt: skip


async def set_co_mediators(tx: Tx, case: Case, accounts: Iterable[AccountId], actor: str, at: datetime) -> None:
    """These lead the sessions of the case beside its mediator, with a journal entry."""
    chosen = sorted(set(accounts))
    await tx.execute(co_mediators.delete().where(co_mediators.c.case_id == case.id))
    for account in chosen:
        await tx.execute(co_mediators.insert().values(case_id=case.id, account_id=account))
    await journal.append(tx, case.id, "case.co_mediators", actor, {"accounts": [*chosen]}, at)


async def of_staff(tx: Tx, account_id: str) -> list[CaseId]:
    """Ids of the cases a member of staff works on; one that waits for another mediator is nobody's."""
    beside = sa.select(co_mediators.c.case_id).where(co_mediators.c.account_id == account_id)
    query = sa.select(cases.c.id).where(
        cases.c.state != CaseState.accepted.value,
        sa.or_(cases.c.mediator_id == account_id, cases.c.recorder_id == account_id, cases.c.id.in_(beside)),
    )
    return [CaseId(one) for one in await tx.scalars(query.order_by(cases.c.created_at))]


async def advance(tx: Tx, case: Case, act: CaseAct, actor: str, at: datetime) -> Case:
    """The case after `act`, saved with its journal entry; raises IllegalAct."""
    state = next_state(rules.TABLE, case.state, act)
    await tx.execute(cases.update().where(cases.c.id == case.id).values(state=state.value))
    await journal.append(tx, case.id, f"case.{act.value}", actor, {"from": case.state.value, "to": state.value}, at)
    for follow in FOLLOWERS:
        await follow(tx, case, act, actor, at)
    return replace(case, state=state)


async def appoint(tx: Tx, case: Case, mediator: AccountId, actor: str, at: datetime) -> Case:
    """Another mediator takes a case whose own stepped back; nobody leads beside them yet."""
    await tx.execute(cases.update().where(cases.c.id == case.id).values(mediator_id=mediator))
    await set_co_mediators(tx, case, (), actor, at)
    return await advance(tx, replace(case, mediator_id=mediator, co_mediators=()), CaseAct.appoint, actor, at)


async def set_assurance(
    tx: Tx, case: Case, party_id: str, level: Assurance, actor: str, at: datetime, *, how: str
) -> None:
    """Write down how sure we are of a party's identity, with a journal entry; `how` is a code such as `id_card`."""
    await tx.execute(parties.update().where(parties.c.id == party_id).values(assurance=level.value))
    await journal.append(
        tx, case.id, "party.identified", actor, {"party": party_id, "assurance": level.value, "how": how}, at
    )


async def view(tx: Tx, case: Case, neighbours: Neighbours, caller: Caller, day: date) -> CaseView:
    """The case as a member of its staff sees it on `day` (the age of minors counts)."""
    lacks = rules.lacks(case, day)
    excluded = esign_excluded(case.kind)
    links = await neighbours.links(tx, case.id)
    staff = [
        StaffRef(account.id, account.name)
        for account_id in (case.mediator_id, case.recorder_id)
        if account_id
        for account in [await people.account(tx, account_id)]
    ]
    return CaseView(
        case.id, case.number, case.title, case.kind, case.state,
        msgspec.convert(asdict(case.facts), FactsView), case.claims,
        [party_view(party, links.get(party.id, LinkView())) for party in case.invited],
        staff[0], staff[1] if len(staff) > 1 else None,
        list(await neighbours.sessions(tx, case.id)), list(await neighbours.agreements(tx, case.id)),
        profile_for(case.kind), [LackView(one.code, one.person, spelled(one.article)) for one in lacks],
        caller.id == case.mediator_id,
        PaperView(excluded.reason, spelled(excluded.article), excluded.text) if excluded else None,
    )  # fmt: skip


def party_view(party: Party, link: LinkView) -> PartyView:
    """The party as staff see it: identity number and phone masked."""
    filed = party.filed
    id_no = rules.mask_id(filed.id_no) if filed.id_no else ""
    document = f"/api/cases/{party.case_id}/parties/{party.id}/document" if filed.id_document else None
    return PartyView(
        party.id, party.name, party.side, party.label,
        FiledView(
            filed.sex, filed.born, filed.ethnic, filed.occupation, filed.address, id_no,
            mask_phone(filed.phone), document, filed.born_on, filed.capacity, filed.code, filed.head, filed.position,
            filed.seal, mask_mail(filed.email),
        ),
        party.assurance, link, party.part, party.organisation, party.acts_for,
        msgspec.convert(asdict(party.authority), AuthorityView),
    )  # fmt: skip
