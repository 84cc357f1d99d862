"""What is kept of a matter's time: rounds, stops, extensions, warnings, urgings. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from server.errors import Conflict
from server.ids import AccountId, MatterId, OrganisationId
from server.law.terms import Stage
from server.limits.clock import Extension, Light, Pause

Audience = Literal["handler", "leader", "desk"]
"""Who is warned: whoever has it; supervision in the organisation that has it; the supervision desks above."""


class LimitChanged(Conflict):
    """The clock is not in a condition for this: it stands already, runs already, is overdue, was extended (409)."""

    code = "limit_changed"


@dataclass(frozen=True, slots=True)
class Round:
    """One stage a matter is, or was, in. `number` is the journal's number of the act it began with."""

    number: int
    stage: Stage
    since: datetime
    until: datetime | None = None
    outcome: str = ""
    """The state in which the matter was over, if this stage ended it."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stop of the clock. `reason` is a code of the list of terms."""

    id: str
    round: int
    reason: str
    note: str = field(repr=False)
    by: str
    pause: Pause


@dataclass(frozen=True, slots=True)
class Prolonged:
    """The one extension of a round."""

    round: int
    note: str = field(repr=False)
    by: str
    extension: Extension


@dataclass(frozen=True, slots=True)
class Urging:
    """督办: what supervision asks, by when, and what was answered."""

    id: str
    matter_id: MatterId
    by: AccountId
    to: AccountId | None
    words: str = field(repr=False)
    asked_at: datetime
    answer_due: date
    answer: str = field(default="", repr=False)
    answered_by: AccountId | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lamp:
    """How a matter stood when it was last looked at; a row of its own that can be reckoned anew at any time."""

    matter_id: MatterId
    state: str
    round: int
    turn: int
    """Stops ended and extensions agreed in this round."""
    stage: str
    light: Light | None
    """None: the matter is over."""
    due: date | None
    working: bool
    """Whether its days are counted on working days."""
    since: datetime
    late: bool
    """Whether a stage ended, or is, after its last day."""
    ended_at: datetime | None
    outcome: str
    next_at: datetime | None
    """When the light changes if nothing happens."""
    seq: int
    """The journal's last entry that was looked at."""
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning as it is kept."""

    matter_id: MatterId
    round: int
    turn: int
    light: str
    audience: Audience
    account_id: AccountId | None
    organisation_id: OrganisationId
    due: date | None
    at: datetime
