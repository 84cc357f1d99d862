"""One draft given to review, and who may review it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.cases.model import Case
from server.people.model import Account, StaffRole


class Outcome(StrEnum):
    """What became of it; words on the wire and in the database."""

    WAITING = "waiting"
    PASSED = "passed"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    """By the mediator, before anybody decided."""


@dataclass(frozen=True)
class Remark:
    """What the reviewer says about one clause in the wording of `hash`."""

    clause: str
    hash: str
    text: str


@dataclass(frozen=True)
class Review:
    """One version, which every party has seen, in the reviewer's hands."""

    id: str
    agreement_id: str
    case_id: str
    round: int
    """How often the agreement was given, this time included."""
    version: int
    terms_hash: str
    given_by: str
    given_at: datetime
    outcome: Outcome = Outcome.WAITING
    reviewer: str = ""
    """Account of who decided."""
    decided_at: datetime | None = None
    reason: str = ""
    remarks: tuple[Remark, ...] = ()


def may_review(account: Account, case: Case) -> bool:
    """A reviewer has no other part in the case [HOUSE: 四重质量把关]; those of practice read practice only."""
    own = case.hosts | {case.recorder_id}
    return account.role is StaffRole.reviewer and account.id not in own and account.rehearsal == case.rehearsal


def passed(last: Review | None, terms_hash: str) -> bool:
    """Whether exactly these terms were passed: taken back from the reading and unchanged, they are not read twice."""
    return last is not None and last.outcome is Outcome.PASSED and last.terms_hash == terms_hash
