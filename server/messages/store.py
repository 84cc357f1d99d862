"""Table of messages. What one says lies sealed, and only until a gateway took it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from server.ids import new
from server.messages import rules
from server.messages.model import Content, Parcel, Row, State, Way
from server.store.db import Database, Instant, Tx, metadata
from server.vault import Vault

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("person", sa.String(24), nullable=False),
    sa.Column("way", sa.String(8), nullable=False),
    sa.Column("topic", sa.String(24), nullable=False),
    sa.Column("shown", sa.String(60), nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(60), nullable=False),
    sa.Column("reference", sa.String(120), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("until", Instant, nullable=False),
    sa.Column("valid_until", Instant),
    sa.Column("leased_until", Instant),
    sa.Column("sent_at", Instant),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Index("ix_messages_state_next_at", "state", "next_at"),
    sa.Index("ix_messages_case_id_at", "case_id", "at"),
)
SHOWN = [one for one in messages.c if one.name not in ("key", "sealed", "leased_until", "rehearsal")]
OPEN = (State.waiting.value, State.failed.value)


@dataclass(frozen=True, slots=True)
class New:
    """A message to be kept. `key` makes it once."""

    key: str
    case_id: str
    person: str
    way: Way
    topic: str
    at: datetime
    valid_until: datetime | None
    rehearsal: bool


async def known(tx: Tx, key: str) -> bool:
    """Whether there is a message of this key already, whatever became of it."""
    return await tx.scalar(sa.select(messages.c.id).where(messages.c.key == key)) is not None


async def put(tx: Tx, vault: Vault, one: New, content: Content) -> bool:
    """Keep it to be sent (of the demo: as sent); False when there is one of this key."""
    if await known(tx, one.key):
        return False
    own, done = new("msg"), one.way is Way.demo
    await tx.execute(
        messages.insert().values(
            id=own, key=one.key, case_id=one.case_id, person=one.person, way=one.way.value, topic=one.topic,
            shown=rules.masked(one.way, content.to), sealed=None if done else _seal(vault, own, content),
            state=(State.sent if done else State.waiting).value, attempts=int(done), reason="", reference="",
            at=one.at, next_at=None if done else one.at, until=rules.ends(one.at, one.valid_until),
            valid_until=one.valid_until, sent_at=one.at if done else None, rehearsal=one.rehearsal,
        )
    )  # fmt: skip
    return True


def _seal(vault: Vault, own: str, content: Content) -> bytes:
    return vault.seal(f"message|{own}", msgspec.json.encode(content))


async def claim(db: Database, vault: Vault, now: datetime, limit: int) -> list[Parcel]:
    """Take messages that are due, each for nobody else while the lease runs. Whoever dies holding one leaves it to be
    taken again, under the same id. An attempt counts from here."""
    found: list[Parcel] = []
    free = messages.c.leased_until.is_(None) | (messages.c.leased_until <= now)
    due = messages.c.state.in_(OPEN) & (messages.c.next_at <= now) & free
    async with db.transaction() as tx:
        rows = await tx.execute(sa.select(messages).where(due).order_by(messages.c.next_at).limit(limit))
        for row in rows:
            taken = messages.update().where(messages.c.id == row.id, due)
            values = {"leased_until": now + rules.LEASE, "attempts": row.attempts + 1}
            if (await tx.execute(taken.values(values))).changed:
                content = msgspec.json.decode(vault.open(f"message|{row.id}", row.sealed), type=Content)
                found.append(
                    Parcel(
                        row.id, Way(row.way), row.topic, content.to, content.text, content.values, content.calendar,
                        row.at,
                    )
                )  # fmt: skip
    return found


async def taken(tx: Tx, message_id: str, reference: str, now: datetime) -> None:
    """A gateway has it: what it said is erased here."""
    await _set(
        tx, message_id, state=State.sent.value, reference=reference[:120], sent_at=now, reason="", sealed=None,
        next_at=None,
    )  # fmt: skip


async def not_taken(tx: Tx, message_id: str, reason: str, now: datetime, *, forever: bool) -> State:
    """Tried in vain; what can be of no use any more is erased. Returns the state."""
    row = (await tx.execute(sa.select(messages).where(messages.c.id == message_id))).first()
    state, next_at = rules.after_failure(row.attempts, row.until, now)
    if forever:
        state, next_at = State.given_up, None
    useless = row.valid_until is not None and now >= row.valid_until
    values = {"state": state.value, "next_at": next_at, "reason": reason[:60]}
    await _set(tx, message_id, **values, **({"sealed": None} if useless else {}))
    return state


async def _set(tx: Tx, message_id: str, **values: object) -> None:
    await tx.execute(messages.update().where(messages.c.id == message_id).values(leased_until=None, **values))


async def again(tx: Tx, row: Row, now: datetime) -> None:
    """It waits as if it were new, under the same id."""
    until = rules.ends(now, row.valid_until)
    values = {"state": State.waiting.value, "attempts": 0, "next_at": now, "until": until, "reason": ""}
    await tx.execute(messages.update().where(messages.c.id == row.id).values(values))


async def tidy(tx: Tx, now: datetime) -> None:
    """The content of what was given up long ago is erased."""
    old = messages.c.sealed.is_not(None) & (messages.c.until < now - rules.KEPT)
    await tx.execute(messages.update().where(old, messages.c.state == State.given_up.value).values(sealed=None))


async def of_cases(tx: Tx, case_ids: Collection[str], limit: int = 200) -> list[Row]:
    """The newest messages of these cases, newest first; those that did not go before all."""
    stuck = sa.case((messages.c.state == State.given_up.value, 0), (messages.c.state == State.failed.value, 1), else_=2)
    query = sa.select(*SHOWN, messages.c.sealed.is_not(None).label("kept")).where(messages.c.case_id.in_(case_ids))
    return [_row(one) for one in await tx.execute(query.order_by(stuck, messages.c.at.desc()).limit(limit))]


async def load(tx: Tx, message_id: str) -> Row | None:
    """By id."""
    query = sa.select(*SHOWN, messages.c.sealed.is_not(None).label("kept")).where(messages.c.id == message_id)
    row = (await tx.execute(query)).first()
    return _row(row) if row else None


async def counts(tx: Tx, since: datetime, case_ids: Collection[str] | None) -> dict[State, int]:
    """How many since then; of these cases, or of all that are no practice."""
    which = messages.c.rehearsal.is_(False) if case_ids is None else messages.c.case_id.in_(case_ids)
    query = sa.select(messages.c.state, sa.func.count()).where(which, messages.c.at >= since).group_by(messages.c.state)
    found = {State(state): n for state, n in await tx.execute(query)}
    return {state: found.get(state, 0) for state in State}


async def oldest(tx: Tx, case_ids: Collection[str] | None) -> datetime | None:
    """Since when the longest waiting one waits."""
    which = messages.c.rehearsal.is_(False) if case_ids is None else messages.c.case_id.in_(case_ids)
    query = sa.select(messages.c.at).where(which, messages.c.state.in_(OPEN)).order_by(messages.c.at).limit(1)
    found: datetime | None = await tx.scalar(query)
    return found


def _row(row: sa.Row[tuple[object, ...]]) -> Row:
    values = dict(row._mapping)
    return Row(**values | {"way": Way(values["way"]), "state": State(values["state"])})
