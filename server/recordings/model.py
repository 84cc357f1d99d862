"""Recordings 录音录像 of a session, who is in them, and how they look on the wire. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from server.errors import Conflict, Gone, NotPermitted
from server.ids import CaseId, SessionId
from server.web.call import View


class RecordingState(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    on = "on"
    ended = "ended"
    destroyed = "destroyed"


class RecordingAct(StrEnum):
    """What happens to a recording."""

    end = "end"
    destroy = "destroy"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Somebody who is in a recording, and what they asked for since."""

    recording: str
    person: str
    asked_at: datetime | None = None
    """To see it."""
    refused_at: datetime | None = None
    open_until: datetime | None = None
    """The mediator let them see it until then."""
    delete_at: datetime | None = None
    """When they asked that it be destroyed."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording, from everybody's agreement to the first reason to stop. `head`: hash of the last whole chunk, as
    in the journal. `key` is sealed by the vault, None once destroyed."""

    id: str
    case_id: CaseId
    session_id: SessionId
    state: RecordingState
    epoch: int
    started_at: datetime
    keep_until: datetime
    key: bytes | None = field(repr=False)
    ended_at: datetime | None = None
    why: str = ""
    chunks: int = 0
    size: int = 0
    head: str = ""
    people: tuple[Recorded, ...] = ()
    beside: frozenset[tuple[str, str]] = frozenset()
    """In whose films (first) somebody else (second) is seen or heard: at the same device, by telephone."""

    def person(self, person: str) -> Recorded | None:
        """None for who is not in it."""
        return next((one for one in self.people if one.person == person), None)


class RecordingDestroyed(Gone):
    """Its time was over, or everybody asked for that (410)."""

    code = "recording_destroyed"


class RecordingUnderWay(Conflict):
    """Still being made: it can be seen when it has ended (409)."""

    code = "recording_under_way"


class RecordingClosed(NotPermitted):
    """The mediator has not opened it to this person, or no longer (403)."""

    code = "recording_closed"


class RecordingDamaged(Conflict):
    """The file is not what the journal says it was (409)."""

    code = "recording_damaged"


class RecordedView(View):
    """For staff: who is in it and asked for what; `refused_at`: they asked to see it and were told no."""

    person: str
    name: str
    asked_at: datetime | None
    refused_at: datetime | None
    open_until: datetime | None
    wants_deletion: bool


class RecordingView(View):
    """A recording as one caller may know it; `people` is empty for parties. `may_view`: whether they may see it now,
    until `open_until` where that ends; `inside`: whether they are in it, and so may ask."""

    id: str
    session: str
    state: RecordingState
    started_at: datetime
    ended_at: datetime | None
    why: str
    keep_until: datetime
    may_view: bool
    inside: bool
    asked: bool
    refused: bool
    open_until: datetime | None
    wants_deletion: bool
    people: list[RecordedView]


class RecordingList(View):
    """Newest last."""

    recordings: list[RecordingView]


class FilmView(View):
    """One file to be looked at by the caller alone, in this login, until `until`. `begins`, `ends` in milliseconds."""

    url: str
    person: str
    name: str
    what: Literal["camera", "screen"]
    begins: int
    ends: int


class ViewingView(View):
    """What was opened."""

    until: datetime
    films: list[FilmView]
