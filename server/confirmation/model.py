"""One application for judicial confirmation 司法确认申请, and what happened to it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    preparing = "preparing"
    submitted = "submitted"
    correcting = "correcting"
    docketed = "docketed"
    confirmed = "confirmed"
    dismissed = "dismissed"
    refused = "refused"
    withdrawn = "withdrawn"
    lapsed = "lapsed"


class Act(StrEnum):
    """What moves an application on; each is written down as an event of the same name."""

    submit = "submit"
    ask_correction = "ask_correction"
    resubmit = "resubmit"
    docket = "docket"
    confirm = "confirm"
    dismiss = "dismiss"
    refuse = "refuse"
    withdraw = "withdraw"
    absent = "absent"
    """The court takes unjustified absence for a withdrawal [JS 357]."""
    lapse = "lapse"


Checked = Literal["unsigned", "valid", "unknown", "broken", "unread"]
"""What its own signatures say of an uploaded ruling; unread: our verifier cannot judge the file."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """An uploaded ruling 裁定书."""

    sha256: str
    case_no: str
    on: str
    checked: Checked
    uploaded_by: str
    uploaded_at: str


@dataclass(frozen=True, slots=True)
class Application:
    """The application of one agreement; empty texts and None where it did not come to that."""

    id: str
    agreement_id: str
    case_id: str
    state: State
    opened_at: datetime
    n: int = 1
    """Which application of the agreement this is."""
    court: str = ""
    case_no: str = ""
    submitted_on: date | None = None
    deadline: date | None = None
    """Of the correction asked for."""
    reason: str = ""
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An act, an appointment or its cancelling, on the day it happened; `at` is when it was written down."""

    id: str
    kind: str
    on: date
    at: datetime
    by: str
    data: Mapping[str, str]
