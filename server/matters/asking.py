"""Table of who was asked to take a matter: until when they may answer, what they said. One is open at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from aiohttp import web

from server.errors import IllegalAct
from server.ids import AccountId, MatterId, new
from server.matters import store
from server.matters.model import Matter, MatterAct, MatterState
from server.store.db import Instant, Tx, metadata
from server.web import keys
from server.web.rounds import every

asks = sa.Table(
    "matter_asks",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("mediator_id", sa.String(24), sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("conflict", sa.String(12), nullable=False),
    sa.Index(None, "state", "until"),
)
TIME = timedelta(hours=24)
"""To say whether one takes a matter, and what one has to disclose."""

STEPPED_BACK = frozenset({"refused", "expired", "recused", "changed"})


@dataclass(frozen=True, slots=True)
class Ask:
    """`state`: asked, agreed, refused, expired, void (the matter went elsewhere), recused, changed (the parties asked
    for another). `conflict`: none, known, or "" before it was disclosed."""

    id: str
    matter_id: MatterId
    mediator_id: AccountId
    asked_at: datetime
    until: datetime
    state: str
    conflict: str


async def ask(tx: Tx, matter: Matter, mediator: AccountId, at: datetime) -> None:
    """An open question."""
    await tx.execute(
        asks.insert().values(
            id=new("ask"), matter_id=matter.id, mediator_id=mediator, asked_at=at, until=at + TIME, state="asked",
            conflict="",
        )
    )  # fmt: skip


async def taken(tx: Tx, matter: Matter, mediator: AccountId, at: datetime) -> None:
    """Claimed without having been asked; saying that there is no conflict is part of claiming."""
    await tx.execute(
        asks.insert().values(
            id=new("ask"), matter_id=matter.id, mediator_id=mediator, asked_at=at, until=at, state="agreed",
            conflict="none",
        )
    )  # fmt: skip


async def close(tx: Tx, matter_id: str, state: str, conflict: str = "", *, was: str = "asked") -> bool:
    """The present question ends so; False where there is none any more."""
    open_ = (asks.c.matter_id == matter_id, asks.c.state == was)
    changed: dict[str, str] = {"state": state} | ({"conflict": conflict} if conflict else {})
    return bool((await tx.execute(asks.update().where(*open_).values(**changed))).changed)


async def of(tx: Tx, matter_id: str) -> Sequence[Ask]:
    """All of a matter, in the order of asking."""
    found = await tx.execute(sa.select(asks).where(asks.c.matter_id == matter_id).order_by(asks.c.asked_at))
    return [Ask(**row._mapping) for row in found]


async def expire(app: web.Application) -> int:
    """Questions nobody answered in time end, each once, and the intake appoints anew; returns how many."""
    now, ended = app[keys.CLOCK](), 0
    async with app[keys.DB].reading() as tx:
        late = await tx.scalars(sa.select(asks.c.matter_id).where(asks.c.state == "asked", asks.c.until <= now))
    for matter_id in late:
        async with app[keys.DB].transaction() as tx:
            matter = await store.load(tx, matter_id)
            if matter.state is MatterState.appointed and await close(tx, matter_id, "expired"):
                await store.advance(tx, matter, MatterAct.expire, "server", now, mediator_id=None)
                ended += 1
    return ended


async def need_open(tx: Tx, matter: Matter, at: datetime) -> None:
    """Raises IllegalAct when the time to answer is over, even where the round has not come yet."""
    now = next((one for one in await of(tx, matter.id) if one.state == "asked"), None)
    if now is None or now.until <= at:
        raise IllegalAct(matter.state, MatterAct.agree, ())


lifetime = every(60.0, "matters.asking", expire)
