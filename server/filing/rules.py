"""What a request needs, how it becomes a matter, what its filer may still do. Pure."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from server.cases.model import Facts, Side
from server.errors import Invalid
from server.filing.model import EvidenceUnreadable, Story
from server.ids import MatterId, OrganisationId, new
from server.law.dates import legal_day
from server.law.holidays import Calendar
from server.matters.model import Filer, Matter, MatterState, Needs, Source

ANSWER_DAYS = 3
"""Working days within which the window says whether it takes a request."""
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,21}[0-9]")
TYPES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
WAITING = frozenset({MatterState.received, MatterState.accepted, MatterState.routed, MatterState.appointed})
"""The filer may still withdraw, add and correct by the link; from mediation on they ask the mediator."""
TITLE = 30


def merged(story: Story, changed: Mapping[str, str | bool | int]) -> Story:
    """The story with what was typed since; raises Invalid. Control characters are dropped, lines stay."""
    values = {name: _plain(value) if isinstance(value, str) else value for name, value in changed.items()}
    fields: dict[str, str] = {}
    for name, value in values.items():  # each by itself, so that every field is told
        try:
            msgspec.convert({name: value}, Story)
        except msgspec.ValidationError as error:
            fields[name] = "too_long" if "length <=" in str(error) else "value"
    if fields:
        raise Invalid(fields)
    return msgspec.convert(msgspec.structs.asdict(story) | values, Story)


def _plain(text: str) -> str:
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))


def lacking(story: Story) -> dict[str, str]:
    """Field -> reason, in the order of the steps; empty when it can be submitted."""
    found = {name: "required" for name in ("name", "event", "other_name", "claims") if not getattr(story, name).strip()}
    if not story.phone.strip() and not story.address.strip():
        found["phone"] = "required"
    for name in ("phone", "other_phone"):
        if (value := getattr(story, name).strip()) and not phone(value):
            found[name] = "format"
    order = msgspec.structs.asdict(story)
    return {name: found[name] for name in order if name in found}


def phone(text: str) -> bool:
    """Whether somebody can be called there."""
    return bool(PHONE.fullmatch(text))


def type_of(data: bytes) -> str:
    """The media type of a file by how it begins; raises EvidenceUnreadable. It is never parsed here, and only ever
    served as this very type."""
    for begin, media_type in TYPES:
        if data.startswith(begin):
            return media_type
    raise EvidenceUnreadable({"file": "format"})


def matter_of(
    story: Story, number: str, source: Source, organisation: OrganisationId, evidence: Iterable[str], at: datetime,
) -> Matter:  # fmt: skip
    """The matter a complete story becomes."""
    words = " ".join(story.event.split())
    people = (
        Filer(Side.applicant, story.name.strip(), story.phone.strip(), story.id_no.strip(), story.address.strip(),
              story.organisation),
        Filer(Side.respondent, story.other_name.strip(), story.other_phone.strip(), "", story.other_address.strip(),
              story.other_organisation),
    )  # fmt: skip
    needs = Needs(story.interpreter, story.large_type, story.no_device, story.apart, story.mode, story.times)
    return Matter(
        MatterId(new("mat")), number, MatterState.received, source, "", "", organisation,
        words if len(words) <= TITLE else f"{words[: TITLE - 1]}…",
        Facts(story.time, story.place, story.people, story.event, story.cause), story.claims, people, needs, at,
        evidence=tuple(evidence),
    )  # fmt: skip


def answer_by(received_at: datetime, calendar: Calendar) -> date:
    """The day by which the window answers."""
    return calendar.working_day(legal_day(received_at), ANSWER_DAYS)


def slug_of(key: bytes, matter_id: str) -> str:
    """The secret of a progress link: 100 bits that only this deployment can reckon from the matter's id."""
    return base64.b32encode(_mac(key, matter_id)).decode()[:20].lower()


def code_of(key: bytes, draft_id: str) -> str:
    """The eight digits that open a draft beside its number; kept nowhere, so no copy of the database tells them."""
    return f"{int.from_bytes(_mac(key, draft_id), 'big') % 10**8:08d}"


def _mac(key: bytes, what: str) -> bytes:
    return hmac.new(key, what.encode(), hashlib.sha256).digest()
