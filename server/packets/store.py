"""Packets and what staff attach, in the database. Returns models, decides nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from documents import Listed
from server.packets.model import Attachment, Inputs, Kind, Packet, State, Step
from server.store.db import Instant, Tx, metadata

packets = sa.Table(
    "packets",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), nullable=False),
    sa.Column("case_id", sa.String(24), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("step", sa.String(10), nullable=False),
    sa.Column("input_sha256", sa.String(64), nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("asked_by", sa.String(24), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("wanted_at", Instant, nullable=False),
    sa.Column("journal_seq", sa.Integer, nullable=False),
    sa.Column("journal_head", sa.String(64), nullable=False),
    sa.Column("cause", sa.String(60), nullable=False),
    sa.Column("detail", sa.String(400), nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("lines", sa.JSON, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("made_at", Instant),
    sa.UniqueConstraint("agreement_id", "n"),
)
attachments = sa.Table(
    "packet_attachments",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("agreement_id", sa.String(24), sa.ForeignKey("agreements.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("slot", sa.String(40), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("person", sa.String(24), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("media_type", sa.String(40), nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("added_by", sa.String(24), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("left_out_at", Instant),
)
"""Left out, a row stays where a packet has its file."""


async def of_agreement(tx: Tx, agreement_id: str) -> list[Packet]:
    """All, the last one asked for first."""
    rows = await tx.execute(_of(agreement_id))
    return [_packet(row) for row in rows]


async def load(tx: Tx, packet_id: str) -> Packet | None:
    """One packet."""
    row = (await tx.execute(sa.select(packets).where(packets.c.id == packet_id))).first()
    return _packet(row) if row else None


async def newest(tx: Tx, agreement_id: str) -> Packet | None:
    """Of those that are made the last one asked for: the one a court is given."""
    row = (await tx.execute(_of(agreement_id).where(packets.c.state == State.made.value).limit(1))).first()
    return _packet(row) if row else None


async def unfinished(tx: Tx) -> list[str]:
    """Ids of those being made, oldest first."""
    query = sa.select(packets.c.id).where(packets.c.state == State.building.value).order_by(packets.c.asked_at)
    return list(await tx.scalars(query))


async def add(tx: Tx, packet: Packet) -> None:
    """A packet that was asked for."""
    await tx.execute(
        packets.insert().values(
            id=packet.id, agreement_id=packet.agreement_id, case_id=packet.case_id, n=packet.n,
            input_sha256=packet.inputs.hash, inputs=msgspec.to_builtins(packet.inputs), asked_by=packet.asked_by,
            **_course(packet),
        )
    )  # fmt: skip


async def again(tx: Tx, packet: Packet) -> None:
    """One that failed is made once more, as of now."""
    await tx.execute(packets.update().where(packets.c.id == packet.id).values(**_course(packet)))


async def want(tx: Tx, packet_id: str, now: datetime) -> None:
    """It is asked for once more, as it is."""
    await tx.execute(packets.update().where(packets.c.id == packet_id).values(wanted_at=now))


async def at(tx: Tx, packet_id: str, step: Step) -> None:
    """How far it is."""
    await tx.execute(packets.update().where(packets.c.id == packet_id).values(step=step.value))


async def keep(tx: Tx, packet_id: str, parts: Mapping[str, str]) -> None:
    """Name what is about to be written, so that it is found whatever happens next."""
    await tx.execute(packets.update().where(packets.c.id == packet_id).values(parts=dict(parts)))


async def name_zip(tx: Tx, packet_id: str, sha256: str, length: int, lines: Sequence[Listed]) -> None:
    """Name the zip about to be written, and what is in it."""
    values = {"sha256": sha256, "length": length, "lines": msgspec.to_builtins(tuple(lines))}
    await tx.execute(packets.update().where(packets.c.id == packet_id).values(**values))


async def finish(tx: Tx, packet_id: str, now: datetime) -> bool:
    """It is made and may be handed out; False when it was already."""
    done = await tx.execute(
        packets.update()
        .where(packets.c.id == packet_id, packets.c.state == State.building.value)
        .values(state=State.made.value, made_at=now)
    )
    return done.changed == 1


async def fail(tx: Tx, packet_id: str, cause: str, detail: str) -> None:
    """It is not made, and why; nothing of it is named any more."""
    values = {"state": State.failed.value, "cause": cause, "detail": detail[:400], "parts": {}, "lines": []}
    await tx.execute(packets.update().where(packets.c.id == packet_id).values(**values, sha256="", length=0))


async def attached(tx: Tx, agreement_id: str) -> list[Attachment]:
    """Those that go into the next packet, in the order they were filed."""
    rows = await tx.execute(
        sa.select(attachments)
        .where(attachments.c.agreement_id == agreement_id, attachments.c.left_out_at.is_(None))
        .order_by(attachments.c.added_at, attachments.c.id)
    )
    return [_attachment(row) for row in rows]


async def attach(tx: Tx, agreement_id: str, one: Attachment) -> None:
    """File it."""
    values = {name: getattr(one, name) for name in Attachment.__slots__} | {"kind": one.kind.value}
    await tx.execute(attachments.insert().values(agreement_id=agreement_id, left_out_at=None, **values))


async def leave_out(tx: Tx, attachment_id: str, now: datetime) -> None:
    """It is in no packet made from now on; those that have it keep it."""
    await tx.execute(attachments.update().where(attachments.c.id == attachment_id).values(left_out_at=now))


async def forget(tx: Tx, attachment_id: str) -> None:
    """No packet has it: nothing of it stays."""
    await tx.execute(attachments.delete().where(attachments.c.id == attachment_id))


def _of(agreement_id: str) -> sa.Select[tuple[object, ...]]:
    last_first = (packets.c.wanted_at.desc(), packets.c.n.desc())
    return sa.select(packets).where(packets.c.agreement_id == agreement_id).order_by(*last_first)


def _course(packet: Packet) -> dict[str, object]:
    """What begins anew when a packet does."""
    return {
        "state": packet.state.value, "step": packet.step.value, "asked_at": packet.asked_at,
        "wanted_at": packet.asked_at,
        "journal_seq": packet.journal_seq, "journal_head": packet.journal_head, "cause": packet.cause,
        "detail": packet.detail, "parts": dict(packet.parts), "lines": msgspec.to_builtins(packet.lines),
        "sha256": packet.sha256, "length": packet.length, "made_at": packet.made_at,
    }  # fmt: skip


def _packet(row: sa.Row[tuple[object, ...]]) -> Packet:
    return Packet(
        row.id, row.agreement_id, row.case_id, row.n, State(row.state), Step(row.step),
        msgspec.convert(row.inputs, Inputs), row.asked_by, row.asked_at, row.journal_seq, row.journal_head, row.cause,
        row.detail, row.parts, msgspec.convert(row.lines, tuple[Listed, ...]), row.sha256, row.length, row.made_at,
    )  # fmt: skip


def _attachment(row: sa.Row[tuple[object, ...]]) -> Attachment:
    return Attachment(
        row.id, Kind(row.kind), row.slot, row.title, row.person, row.sha256, row.media_type, row.length, row.added_by,
        row.added_at,
    )  # fmt: skip
