"""Channels 渠道 (12345, police, petitions, court, grid): what they send, and what they are told of it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from server.cases.model import Side
from server.errors import Conflict
from server.ids import ChannelId, MatterId, OrganisationId
from server.matters.model import MatterState
from server.web.call import Body, View

Word = Annotated[str, Meta(max_length=200)]


@dataclass(frozen=True, slots=True)
class Channel:
    """Who sends records. A key is kept as its SHA-256 only; the former one holds for a day after a new one was made."""

    id: ChannelId
    name: str
    organisation_id: OrganisationId
    """Where its records arrive."""
    made_at: datetime
    key_hash: str | None = field(repr=False, default=None)
    former_hash: str | None = field(repr=False, default=None)
    former_until: datetime | None = None
    last_at: datetime | None = None
    """When the last new record or version came."""


class Outcome(StrEnum):
    """What became of one version of a record."""

    created = "created"
    replaced = "replaced"
    """Nobody had taken it up yet: its facts are now those of this version."""
    noted = "noted"
    """Staff already work on it: the version was laid beside the matter for them."""
    older = "older"
    """A newer version was there before: this one changed nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it stands. `matter_id` was made of it; `handled_id` is another one after a merge."""

    channel_id: ChannelId
    ref: str
    version: int
    digest: str
    outcome: Outcome
    matter_id: MatterId
    handled_id: MatterId
    received_at: datetime


class Sender(Body, omit_defaults=True):
    """Somebody of the dispute. An organisation's code goes where a person's id number does."""

    side: Side
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    phone: Annotated[str, Meta(max_length=24, pattern=r"^[0-9+() \-]*$")] = ""
    id_no: Annotated[str, Meta(max_length=20, pattern=r"^[0-9A-Za-z]*$")] = ""
    address: Word = ""
    organisation: bool = False


class RecordNeeds(Body, omit_defaults=True):
    """What somebody needs to take part; `apart`: the sides must not meet."""

    interpreter: Annotated[str, Meta(max_length=40)] = ""
    large_type: bool = False
    no_device: bool = False
    apart: bool = False
    times: Word = ""


class Record(Body, omit_defaults=True):
    """One dispute as a channel knows it. A higher version takes the place of a lower one, however they come."""

    version: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    event: Annotated[str, Meta(min_length=1, max_length=5000)]
    people: Annotated[list[Sender], Meta(min_length=1, max_length=20)]
    title: Annotated[str, Meta(max_length=120)] = ""
    time: Word = ""
    place: Word = ""
    relation: Word = ""
    cause: Word = ""
    claims: Annotated[str, Meta(max_length=2000)] = ""
    needs: RecordNeeds = msgspec.field(default_factory=RecordNeeds)


class Item(Record, omit_defaults=True, kw_only=True):
    """A record among others, with the channel's own number of it."""

    ref: Annotated[str, Meta(min_length=1, max_length=80)]


class Items(Body):
    """Up to 500 records."""

    records: Annotated[list[Item], Meta(min_length=1, max_length=500)]


class RecordView(View):
    """A record's state, for who sent it: nothing of what was said. `result` is set when it is over."""

    ref: str
    version: int
    outcome: Outcome
    number: str
    state: MatterState
    result: str
    received_at: str
    accepted_at: str | None
    ended_at: str | None


class VersionReused(Conflict):
    """The version was sent before with another content; `data.version` is the one held (409)."""

    code = "version_reused"

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} had another content", version=version)
