"""Tables of recordings; every change with its entry in the journal."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from server.errors import JsonValue, NotFound
from server.lifecycle import advance
from server.recordings import rules
from server.recordings.model import Recorded, Recording, RecordingAct, RecordingState
from server.store import journal
from server.store.db import Instant, Tx, metadata
from signaling.media.recording import Head

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("session_id", sa.String(24), sa.ForeignKey("sessions.id"), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("keep_until", Instant, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("ended_at", Instant),
    sa.Column("why", sa.String(20), nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
)
recorded = sa.Table(
    "recorded",
    metadata,
    sa.Column("recording", sa.String(24), sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
    sa.Column("asked_at", Instant),
    sa.Column("refused_at", Instant),
    sa.Column("open_until", Instant),
    sa.Column("delete_at", Instant),
)
recorded_beside = sa.Table(
    "recorded_beside",
    metadata,
    sa.Column("recording", sa.String(24), sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("film", sa.String(24), primary_key=True),
    sa.Column("person", sa.String(24), primary_key=True),
)


async def add(tx: Tx, recording: Recording) -> None:
    """A recording that begins."""
    values = {name: value for name, value in asdict(recording).items() if name not in ("people", "beside")}
    await tx.execute(recordings.insert().values(**values | {"state": recording.state.value}))
    for one in recording.people:
        await tx.execute(recorded.insert().values(**asdict(one)))
    await _see_beside(tx, recording.id, recording.beside)
    people: list[JsonValue] = [one.person for one in recording.people]
    body: dict[str, JsonValue] = {"session": recording.session_id, "epoch": recording.epoch, "people": people}
    await note(tx, recording, "started", "server", body, recording.started_at)


async def note(tx: Tx, recording: Recording, what: str, actor: str, body: dict[str, JsonValue], at: datetime) -> None:
    """An entry in the case's journal."""
    await journal.append(tx, recording.case_id, f"recording.{what}", actor, {"recording": recording.id, **body}, at)


async def join(
    tx: Tx, recording: Recording, people: Collection[str], beside: Collection[tuple[str, str]], at: datetime
) -> Recording:
    """All who are in it by now, and in whose films. Who is new in it stands in the journal."""
    more = tuple(Recorded(recording.id, one) for one in sorted(people) if recording.person(one) is None)
    for one in more:
        await tx.execute(recorded.insert().values(**asdict(one)))
    if more:
        await note(tx, recording, "joined", "server", {"people": [one.person for one in more]}, at)
    await _see_beside(tx, recording.id, set(beside) - recording.beside)
    return replace(recording, people=(*recording.people, *more), beside=recording.beside.union(beside))


async def _see_beside(tx: Tx, recording: str, beside: Collection[tuple[str, str]]) -> None:
    for film, person in sorted(beside):
        await tx.execute(recorded_beside.insert().values(recording=recording, film=film, person=person))


async def reached(tx: Tx, recording: Recording, head: Head, at: datetime) -> Recording:
    """How far its chain has come: what the file must hold from now on."""
    changed = replace(recording, chunks=head.chunks, size=head.size, head=head.hash)
    await save(tx, changed)
    await note(tx, recording, "head", "server", {"chunks": head.chunks, "size": head.size, "head": head.hash}, at)
    return changed


async def end(tx: Tx, recording: Recording, head: Head, why: str, at: datetime) -> Recording:
    """No more will come; raises IllegalAct when it had ended."""
    state = advance(rules.TABLE, recording.state, RecordingAct.end)
    changed = replace(recording, state=state, ended_at=at, why=why, chunks=head.chunks, size=head.size, head=head.hash)
    await save(tx, changed)
    body: dict[str, JsonValue] = {"why": why, "chunks": head.chunks, "size": head.size, "head": head.hash}
    await note(tx, recording, "ended", "server", body, at)
    return changed


async def destroy(tx: Tx, recording: Recording, why: str, at: datetime) -> Recording:
    """The key is gone: whatever copies of the file there are, nobody reads them. The file is the caller's to remove."""
    state = advance(rules.TABLE, recording.state, RecordingAct.destroy)
    changed = replace(recording, state=state, key=None)
    await save(tx, changed)
    await note(tx, recording, "destroyed", "server", {"why": why}, at)
    return changed


async def save(tx: Tx, recording: Recording) -> None:
    """All but who is in it."""
    values = {name: value for name, value in asdict(recording).items() if name not in ("id", "people", "beside")}
    await tx.execute(
        recordings.update().where(recordings.c.id == recording.id).values(**values | {"state": recording.state.value})
    )


async def save_person(tx: Tx, one: Recorded) -> None:
    """What somebody asked for, or was given."""
    here = (recorded.c.recording == one.recording) & (recorded.c.person == one.person)
    values = {name: value for name, value in asdict(one).items() if name not in ("recording", "person")}
    await tx.execute(recorded.update().where(here).values(**values))


async def load(tx: Tx, recording: str) -> Recording:
    """By id; raises NotFound."""
    found = await _read(tx, recordings.c.id == recording)
    if not found:
        raise NotFound("recording")
    return found[0]


async def of_case(tx: Tx, case_id: str) -> list[Recording]:
    """Oldest first."""
    return await _read(tx, recordings.c.case_id == case_id)


async def in_state(tx: Tx, state: RecordingState) -> list[Recording]:
    """Of all cases."""
    return await _read(tx, recordings.c.state == state.value)


async def all_of(tx: Tx) -> list[Recording]:
    """Of all cases, in every state."""
    return await _read(tx, sa.true())


async def _read(tx: Tx, where: sa.ColumnElement[bool]) -> list[Recording]:
    rows = await tx.execute(sa.select(recordings).where(where).order_by(recordings.c.started_at, recordings.c.id))
    found = []
    for row in rows:
        values = dict(row._mapping)
        people = await tx.execute(
            sa.select(recorded).where(recorded.c.recording == values["id"]).order_by(recorded.c.person)
        )
        beside = await tx.execute(sa.select(recorded_beside).where(recorded_beside.c.recording == values["id"]))
        values["state"] = RecordingState(values["state"])
        found.append(
            Recording(
                **values, people=tuple(Recorded(**one._mapping) for one in people),
                beside=frozenset((one.film, one.person) for one in beside),
            )
        )  # fmt: skip
    return found
