"""What becomes of a version of a record that comes, and the matter it makes. Pure."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from server.cases.model import Facts
from server.channels.model import Channel, Held, Outcome, Record, VersionReused
from server.ids import MatterId
from server.matters.model import Filer, Matter, MatterState, Needs, Source

TITLE = 30
"""Characters of the event that stand for a title that was not given."""


def digest(record: Record) -> str:
    """Hex SHA-256 of a record's content, whatever its spelling in JSON was."""
    plain = {name: getattr(record, name) for name in Record.__struct_fields__}
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def decide(held: Held | None, version: int, content: str, state: MatterState | None) -> Outcome | None:
    """What becomes of a version; None: it is the one held, and its answer stands. `state` is that of its own matter.
    Raises VersionReused."""
    if held is None:
        return Outcome.created
    if version < held.version:
        return Outcome.older
    if version == held.version:
        if content != held.digest:
            raise VersionReused(held.version)
        return None
    return Outcome.replaced if state is MatterState.received else Outcome.noted


def matter(record: Record, channel: Channel, ref: str, own: MatterId, number: str, now: datetime) -> Matter:
    """A new matter of a record; it arrives at the channel's organisation."""
    empty = Matter(
        own, number, MatterState.received, Source.channel, channel.id, ref, channel.organisation_id, "",
        Facts("", "", "", "", ""), "", (), Needs(), now,
    )  # fmt: skip
    return replace(empty, **said(record))


def said(record: Record) -> dict[str, Any]:
    """What the record says, as fields of a matter."""
    needs = record.needs
    return {
        "title": record.title or " ".join(record.event.split())[:TITLE],
        "facts": Facts(record.time, record.place, record.relation, record.event, record.cause),
        "claims": record.claims,
        "people": tuple(
            Filer(one.side, one.name, one.phone, one.id_no, one.address, one.organisation) for one in record.people
        ),
        "needs": Needs(needs.interpreter, needs.large_type, needs.no_device, needs.apart, "", needs.times),
    }
