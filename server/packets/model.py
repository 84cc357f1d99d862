"""A court packet in the making: what goes into it as it is, how far it is, what it became. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
import rfc8785

from documents import Listed
from server.errors import Conflict, Unavailable


class Kind(StrEnum):
    """What staff attach, by the folder it goes into."""

    identity = "identity"
    authority = "authority"
    property = "property"
    performance = "performance"
    other = "other"


class State(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    building = "building"
    made = "made"
    failed = "failed"


class Step(StrEnum):
    """What is done one after the other."""

    collect = "collect"
    disclose = "disclose"
    report = "report"
    seal = "seal"
    judge = "judge"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a party gave for this court, as staff filed it. Left out, it is in no packet made later."""

    id: str
    kind: Kind
    slot: str
    """One of COURT_SLOTS."""
    title: str
    person: str
    """Whose it is, or ""."""
    sha256: str
    media_type: str
    length: int
    added_by: str
    added_at: datetime


class Source(msgspec.Struct, frozen=True):
    """A file that enters byte for byte. `signed`: by the people of a ceremony, so it must be valid by itself."""

    path: str
    slot: str
    title: str
    sha256: str
    signed: bool = False


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """All that a packet follows from but the moment it was asked for. Equal inputs, the same packet."""

    v: int = 1
    case_no: str
    number: str
    """Of the agreement."""
    court: str
    committee: str
    about: str
    verify_url: str
    demo: bool
    sources: tuple[Source, ...]
    """In the order of their paths."""
    agreement: str
    """Path of the agreement among them."""
    text: str
    """Hash of its text."""
    effective_at: str
    effect_needs: tuple[str, ...]
    window: dict[str, Any]
    five: dict[str, str]
    build: str
    """Of the browser app whose offline verifier travels along."""

    @property
    def hash(self) -> str:
        """Hex SHA-256 of their RFC 8785 JSON."""
        return sha256(rfc8785.dumps(msgspec.to_builtins(self))).hexdigest()


@dataclass(frozen=True)
class Packet:
    """One packet of an agreement; `n` counts them. `sha256` and `length` are the zip's, once it is made."""

    id: str
    agreement_id: str
    case_id: str
    n: int
    state: State
    step: Step
    inputs: Inputs
    asked_by: str
    asked_at: datetime
    journal_seq: int
    journal_head: str
    cause: str = ""
    """Why it failed: a stable code."""
    detail: str = ""
    """The path or the place it failed at; never a text."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Path -> SHA-256 of what was made for it and is kept, since it would come out otherwise again."""
    lines: tuple[Listed, ...] = ()
    """What the list names, once it is sealed."""
    sha256: str = ""
    length: int = 0
    made_at: datetime | None = None

    @property
    def number(self) -> str:
        """Of its list: (2026)嘉南人调字第0102号移1."""
        return f"{self.inputs.number}移{self.n}"


class VerifierMissing(Unavailable):
    """The page that verifies a packet offline is not built: no packet goes out without it (503)."""

    code = "offline_page_missing"


class PacketBusy(Conflict):
    """Another packet of this agreement is being made (409)."""

    code = "packet_busy"


class AttachmentsFull(Conflict):
    """The attachments would be more, or larger, than a packet holds (409)."""

    code = "attachments_full"
