"""Tables of channels, of the records they sent and of updates that came too late to replace anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from server.channels.model import Channel, Held, Outcome, Record
from server.errors import NotFound
from server.ids import ChannelId, new
from server.matters.store import changes
from server.people.model import Organisation
from server.people.organisations import organisations
from server.store.db import Instant, Tx, metadata

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("organisation_id", sa.String(24), sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("key_hash", sa.String(64), unique=True),
    sa.Column("former_hash", sa.String(64), unique=True),
    sa.Column("former_until", Instant),
    sa.Column("last_at", Instant),
)
records = sa.Table(
    "channel_records",
    metadata,
    sa.Column("channel_id", sa.String(24), sa.ForeignKey("channels.id"), primary_key=True),
    sa.Column("ref", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("handled_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("received_at", Instant, nullable=False),
)
notes = sa.Table(
    "channel_notes",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, index=True),
    sa.Column("channel_id", sa.String(24), sa.ForeignKey("channels.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
)


async def add(tx: Tx, channel: Channel) -> None:
    """A new channel."""
    await tx.execute(channels.insert().values(**asdict(channel)))


async def save(tx: Tx, channel: Channel) -> None:
    """Its keys."""
    kept = {"key_hash": channel.key_hash, "former_hash": channel.former_hash, "former_until": channel.former_until}
    await tx.execute(channels.update().where(channels.c.id == channel.id).values(**kept))


async def load(tx: Tx, channel_id: str) -> Channel:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(channels).where(channels.c.id == channel_id))).first()
    if row is None:
        raise NotFound("channel")
    return Channel(**row._mapping)


async def of_key(tx: Tx, hashed: str, now: datetime) -> Channel | None:
    """The channel of a key that holds; None for any other."""
    former = sa.and_(channels.c.former_hash == hashed, channels.c.former_until > now)
    row = (await tx.execute(sa.select(channels).where(sa.or_(channels.c.key_hash == hashed, former)))).first()
    return Channel(**row._mapping) if row else None


async def within(tx: Tx, root: Organisation) -> Sequence[tuple[Channel, str]]:
    """Channels of an organisation and of those below it, with the organisation's name; by name."""
    query = (
        sa.select(channels, organisations.c.name.label("place"))
        .join(organisations, organisations.c.id == channels.c.organisation_id)
        .where(organisations.c.path.startswith(root.path, autoescape=True))
        .order_by(channels.c.name, channels.c.id)
    )
    rows = [dict(row._mapping) for row in await tx.execute(query)]
    return [(Channel(**{key: row[key] for key in row if key != "place"}), row["place"]) for row in rows]


async def names(tx: Tx, ids: Iterable[str]) -> Mapping[str, str]:
    """Names of channels by id."""
    query = sa.select(channels.c.id, channels.c.name).where(channels.c.id.in_(set(ids)))
    return {row.id: row.name for row in await tx.execute(query)}


async def held(tx: Tx, channel_id: str, ref: str) -> Held | None:
    """A record by the channel's own number."""
    query = sa.select(records).where(records.c.channel_id == channel_id, records.c.ref == ref)
    row = (await tx.execute(query)).first()
    return _held(row) if row else None


async def of_matters(tx: Tx, handled: Iterable[str]) -> Sequence[Held]:
    """The records that these matters are handled for."""
    query = sa.select(records).where(records.c.handled_id.in_(set(handled))).order_by(records.c.received_at)
    return [_held(row) for row in await tx.execute(query)]


async def keep(tx: Tx, record: Held, *, fresh: bool) -> None:
    """A record's new version, or a new record."""
    values = asdict(record) | {"outcome": record.outcome.value}
    here = sa.and_(records.c.channel_id == record.channel_id, records.c.ref == record.ref)
    await tx.execute(records.insert().values(**values) if fresh else records.update().where(here).values(**values))
    seen = channels.update().where(channels.c.id == record.channel_id).values(last_at=record.received_at)
    await tx.execute(seen)


async def note(tx: Tx, matter_id: str, channel_id: str, record: Record, at: datetime) -> None:
    """An update that replaced nothing, laid beside the matter."""
    plain: Any = msgspec.to_builtins({name: getattr(record, name) for name in Record.__struct_fields__})
    values = {"matter_id": matter_id, "channel_id": channel_id, "version": record.version, "at": at, "record": plain}
    await tx.execute(notes.insert().values(id=new("cnt"), **values))


async def notes_of(tx: Tx, matter_ids: Iterable[str]) -> Sequence[sa.Row[Any]]:
    """Updates beside these matters, the newest first."""
    query = sa.select(notes).where(notes.c.matter_id.in_(set(matter_ids))).order_by(notes.c.at.desc(), notes.c.id)
    return list(await tx.execute(query))


async def changed(tx: Tx, channel_id: str, since: int, most: int) -> tuple[Sequence[Held], int, bool]:
    """Records whose matter came or changed after `since`, each once; up to where, and whether there are more: at most
    `most` changes are read."""
    query = (
        sa.select(changes.c.n, records)
        .join(records, records.c.handled_id == changes.c.matter_id)
        .where(changes.c.n > since, records.c.channel_id == channel_id)
        .order_by(changes.c.n)
        .limit(most)
    )
    rows = list(await tx.execute(query))
    found = {row.ref: _held(row) for row in rows}
    return list(found.values()), rows[-1].n if rows else since, len(rows) == most


def _held(row: sa.Row[Any]) -> Held:
    values = {name: row._mapping[name] for name in records.c.keys()}
    return Held(**values | {"channel_id": ChannelId(values["channel_id"]), "outcome": Outcome(values["outcome"])})
