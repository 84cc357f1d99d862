"""Table of mediators' profiles; load and results are reckoned from the matters themselves."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from server.errors import NotFound
from server.ids import AccountId, OrganisationId
from server.matters import asking
from server.matters.fitting import Profile
from server.matters.model import Matter, MatterState
from server.matters.news import news
from server.matters.store import matters
from server.people import organisations
from server.people import store as people
from server.people.model import Account, Organisation, StaffRole
from server.store.db import Tx, metadata

profiles = sa.Table(
    "mediator_profiles",
    metadata,
    sa.Column("account_id", sa.String(24), sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("speciality", sa.String(200), nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("areas", sa.JSON, nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
)
BUSY_WITH = (MatterState.appointed.value, MatterState.mediating.value)
ENDS = (MatterState.settled.value, MatterState.failed.value)


async def save(tx: Tx, profile: Profile) -> None:
    """What a mediator says about themself, in place of what was there."""
    await tx.execute(profiles.delete().where(profiles.c.account_id == profile.account_id))
    await tx.execute(
        profiles.insert().values(
            account_id=profile.account_id, fields=[*profile.fields], speciality=profile.speciality,
            languages=[*profile.languages], areas=[*profile.areas], available=profile.available,
        )
    )  # fmt: skip


async def load(tx: Tx, account_id: AccountId) -> Profile:
    """What they say about themself; empty where they have not."""
    row = (await tx.execute(sa.select(profiles).where(profiles.c.account_id == account_id))).first()
    return Profile(account_id) if row is None else _told(Profile(account_id), row)


async def below(tx: Tx, top: Organisation) -> Sequence[Profile]:
    """Of all mediators who work at `top` or below it; who has not filled in a profile has an empty one."""
    units = {one.id: one for one in await organisations.tree(tx, top)}
    staff = [one for one in await people.mediators(tx, rehearsal=False) if one.organisation_id in units]
    ids = [one.id for one in staff]
    rows = {row.account_id: row for row in await tx.execute(sa.select(profiles).where(profiles.c.account_id.in_(ids)))}
    return [_profile(one, units, rows.get(one.id)) for one in staff]


def _profile(
    account: Account, units: dict[OrganisationId, Organisation], row: sa.Row[tuple[object, ...]] | None
) -> Profile:
    unit = units[account.organisation_id].name if account.organisation_id else ""
    named = Profile(account.id, account.name, unit)
    return named if row is None else _told(named, row)


def _told(one: Profile, row: sa.Row[tuple[object, ...]]) -> Profile:
    values = row._mapping
    return replace(
        one, fields=tuple(values["fields"]), speciality=values["speciality"], languages=tuple(values["languages"]),
        areas=tuple(values["areas"]), available=values["available"],
    )  # fmt: skip


async def for_matter(tx: Tx, matter: Matter, holds: Organisation) -> Sequence[Profile]:
    """Of those who could be appointed, with load and results, and whether they stepped back from this one."""
    found = await below(tx, holds)
    ids = [one.account_id for one in found]
    mine = matters.c.mediator_id.in_(ids)
    busy = sa.select(matters.c.mediator_id, sa.func.count().label("n")).where(mine, matters.c.state.in_(BUSY_WITH))
    load = {row.mediator_id: row.n for row in await tx.execute(busy.group_by(matters.c.mediator_id))}
    key = (matters.c.mediator_id, news.c.state, matters.c.category)
    ended = sa.select(*key, sa.func.count().label("n")).join(news, news.c.matter_id == matters.c.id)
    query = ended.where(mine, news.c.state.in_(ENDS)).group_by(*key)
    tally = {(row.mediator_id, row.state, row.category): row.n for row in await tx.execute(query)}
    gone = {one.mediator_id for one in await asking.of(tx, matter.id) if one.state in asking.STEPPED_BACK}

    def count(account: AccountId, how: MatterState, category: str | None = None) -> int:
        found = (n for (who, state, kind), n in tally.items() if (who, state) == (account, how.value)
                 and category in (None, kind))  # fmt: skip
        return sum(found)

    return [
        replace(
            one,
            load=load.get(one.account_id, 0),
            alike=count(one.account_id, MatterState.settled, matter.category) if matter.category else 0,
            settled=count(one.account_id, MatterState.settled),
            failed=count(one.account_id, MatterState.failed),
            stepped_back=one.account_id in gone,
        )
        for one in found
    ]


async def need_mediator(tx: Tx, account_id: str, holds: Organisation) -> Account:
    """Somebody who leads sessions at `holds` or below it; raises NotFound."""
    account = await people.account(tx, AccountId(account_id))
    if account.role is not StaffRole.mediator or account.organisation_id is None:
        raise NotFound("mediator")
    if not (await organisations.load(tx, account.organisation_id)).within(holds):
        raise NotFound("mediator")
    return account
