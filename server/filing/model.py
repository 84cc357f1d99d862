"""What somebody files: the story as it is typed, the files, the draft. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.errors import Conflict, Invalid
from server.ids import MatterId, OrganisationId
from server.people.model import CodeLocked, CodeWrong

Line = Annotated[str, Meta(max_length=120)]
Text = Annotated[str, Meta(max_length=4000)]
KEPT = timedelta(days=14)
"""A draft nobody returns to is erased after that long."""
FILES = 12
"""Files of one matter, at most."""
FILE = 10 * 1024 * 1024
"""Bytes of one file, at most."""


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is asked, each field empty until it is typed: `event`, `time`, `place`, `people`, `cause` are
    人事地时因, `step` is where they were, 1 to 7."""

    name: Annotated[str, Meta(max_length=60)] = ""
    phone: Annotated[str, Meta(max_length=24)] = ""
    address: Line = ""
    id_no: Annotated[str, Meta(max_length=24)] = ""
    organisation: bool = False
    event: Text = ""
    time: Line = ""
    place: Line = ""
    people: Line = ""
    cause: Annotated[str, Meta(max_length=500)] = ""
    other_name: Annotated[str, Meta(max_length=60)] = ""
    other_phone: Annotated[str, Meta(max_length=24)] = ""
    other_address: Line = ""
    other_organisation: bool = False
    claims: Text = ""
    mode: Literal["", "video", "in_person", "phone"] = ""
    times: Line = ""
    interpreter: Annotated[str, Meta(max_length=40)] = ""
    large_type: bool = False
    no_device: bool = False
    apart: bool = False
    step: Annotated[int, Meta(ge=1, le=7)] = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A story on its way. `number` and the code open it on another phone; `matter_id` is set once it was submitted, and
    nothing of the story is kept here then."""

    id: str
    number: str
    organisation_id: OrganisationId
    story: Story = field(repr=False)
    saved_at: datetime
    expires_at: datetime
    tries: int = 0
    locked_until: datetime | None = None
    matter_id: MatterId | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file handed in. `owner`: the draft, then the matter. `blob` names the sealed file, `sha256` its content."""

    id: str
    owner: str
    name: str = field(repr=False)
    media_type: str
    size: int
    sha256: str
    blob: str
    at: datetime


class EvidenceUnreadable(Invalid):
    """No PDF, JPEG or PNG, told by how it begins (422)."""

    code = "evidence_unreadable"


class DraftCodeWrong(CodeWrong):
    """Number or code of a draft; `data.tries_left` more tries (409)."""

    code = "draft_code_wrong"


class DraftLocked(CodeLocked):
    """Too many wrong codes for one draft; `data.until` is when it ends (423)."""

    code = "draft_locked"


class AlreadyFiled(Conflict):
    """The draft was submitted: what it tells can be changed from its progress page (409)."""

    code = "already_filed"
