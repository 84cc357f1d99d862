"""The rule types of mediation as data: who must sign, what makes an agreement effective, which limits run.

Sources: 人民调解法 (RMTJ) 28-33, 民事诉讼法 (CPL) 205, 电子签名法 (ESL) 3 and 13. Other profiles are further rows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.law import dates

LONGEST_SIGNING = timedelta(days=30)
"""No ceremony stays open longer (architecture 3a step 2)."""
SEALING_GRACE = timedelta(hours=24)
"""Event certificates outlive the deadline by this, so that the seal still finds them valid."""


@dataclass(frozen=True)
class Profile:
    """One rule type. `cites` maps each rule's field to the article it follows."""

    code: str
    name: str
    document_title: str
    minutes_title: str
    reviewed: bool
    """A reviewer reads the draft before it is read to the parties."""
    confirmers: frozenset[str]
    """Roles that confirm every clause before the text may be frozen."""
    signers: frozenset[str]
    """Roles whose every person signs."""
    effect_needs: frozenset[str]
    """Roles (and "committee" for the seal) whose signatures bring the agreement into effect."""
    signing_days: int
    """Whole days left for signing after the day of freeze."""
    confirmation_days: int
    """Days from effect in which the parties may jointly ask a court for confirmation."""
    least_assurance: str
    """Lowest identity assurance with which a party may sign."""
    copies: int
    """Copies beyond one per party."""
    effect_text: str
    cites: tuple[tuple[str, str], ...]


PEOPLE = Profile(
    code="people",
    name="人民调解",
    document_title="人民调解协议书",
    minutes_title="调解笔录",
    reviewed=False,
    confirmers=frozenset({"applicant", "respondent"}),
    signers=frozenset({"applicant", "respondent", "mediator"}),
    effect_needs=frozenset({"applicant", "respondent", "mediator", "committee"}),
    signing_days=5,
    confirmation_days=30,
    least_assurance="seen",
    copies=1,
    effect_text="自各方当事人签名、人民调解员签名并加盖人民调解委员会印章之日起生效",
    cites=(
        ("confirmers", "RMTJ 23(4): 自主表达意愿、自愿达成调解协议"),
        ("signers", "RMTJ 29(2)"),
        ("effect_needs", "RMTJ 29(2)"),
        ("copies", "RMTJ 29(2): 当事人各执一份，人民调解委员会留存一份"),
        ("confirmation_days", "RMTJ 33(1); CPL 205"),
        ("minutes_title", "RMTJ 27"),
        ("least_assurance", "ESL 13(1)(2)"),
    ),
)
PROFILES = {PEOPLE.code: PEOPLE}
ASSURANCE = ("none", "code", "seen", "desk", "licensed")
"""Levels of identity assurance, lowest first."""


def enough(level: str, least: str) -> bool:
    """Whether assurance `level` reaches `least`; unknown words never do."""
    return level in ASSURANCE and ASSURANCE.index(level) >= ASSURANCE.index(least)


def effective(profile: Profile, signed: Collection[tuple[str, bool]]) -> bool:
    """Whether the rule of effect is met; `signed` holds (role, has signed) for every signatory incl. ("committee", ..).

    Every person of every needed role must have signed, and every needed role must be there (RMTJ 29(2)).
    """
    missing = {role for role, done in signed if not done}
    return profile.effect_needs <= {role for role, _ in signed} and not missing & profile.effect_needs


def signing_deadline(profile: Profile, frozen_at: datetime) -> datetime:
    """The end of the last day for signing; never later than LONGEST_SIGNING after the freeze."""
    end = dates.end_of(dates.last_day(dates.legal_day(frozen_at), profile.signing_days))
    return min(end, frozen_at + LONGEST_SIGNING)
