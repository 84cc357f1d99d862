"""The rule types of mediation as data: who signs in which form, what makes an agreement effective, which limits run.

Each field carries the article it follows in `cites`; the abbreviations are written out in `sources.STATUTES`.
HOUSE marks a rule of this product that no statute sets.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from server.law import dates

LONGEST_SIGNING = timedelta(days=30)
"""No ceremony stays open longer (architecture 3a step 2)."""
SEALING_GRACE = timedelta(hours=24)
"""Event certificates outlive the deadline by this, so that the seal still finds them valid."""
Needed = Literal["parties", "mediator", "committee"]
FOR_PARTIES = frozenset({"applicant", "respondent", "representative", "organisation", "guardian"})
"""Roles whose signatures are a party's own: what they sign binds the party [CIV 162, 61, 34]."""


@dataclass(frozen=True)
class Profile:
    """One rule type."""

    code: str
    name: str
    document_title: str
    minutes_title: str
    mediator_label: str
    """Printed before the mediator's slot."""
    committee_label: str
    """Printed beside the seal's place."""
    confirmers: frozenset[Needed]
    """Who confirms every clause before the text may be frozen."""
    recorder_signs: bool
    """Whether the recorder of the case has a slot; else the name is printed."""
    seal_for_organisations: bool
    """An organisation's seal is set beside its representative's signature."""
    effect_needs: frozenset[Needed]
    """Whose signatures bring the agreement into effect."""
    effect_text: str
    """The same in words, printed in the agreement."""
    effect_note: str
    """The same as one warning above the signatures."""
    signing_days: int
    """Whole days left for signing after the day of freeze, everybody being there."""
    separate: bool
    """People may sign at separate times, if all agree to that."""
    separate_days: int
    """Whole days left then."""
    mediation_days: int
    mediation_days_are: Literal["calendar", "working"]
    """How long mediation goes on at most unless all ask for more."""
    confirmation_days: int
    """Days from effect in which the parties may jointly ask a court for confirmation."""
    confirmation_text: str
    """What the agreement says about that."""
    least_assurance: str
    """Lowest identity assurance with which a party may sign."""
    copies: int
    """Copies beyond one per party."""
    rights_text: str
    """First words of the minutes: what the mediator tells the parties about their rights."""
    reviewed: bool
    """A reviewer reads the draft before it is read to the parties."""
    cites: tuple[tuple[str, str], ...]

    def article(self, field: str) -> str:
        """The article a field follows, abbreviated."""
        return dict(self.cites)[field]


ALL = frozenset[Needed]({"parties", "mediator", "committee"})
PARTIES = frozenset[Needed]({"parties"})
ALL_NOTE = "全部签名和印章齐备时，本文件才生效；缺少任何一项，本文件不发生效力。"
PARTIES_NOTE = (
    "各方当事人（含代理人）的签名和单位盖章齐备时，本文件才生效；缺少任何一项，本文件不发生效力。"
    "调解员签名和调解组织盖章证明调解在其主持下进行。"
)
JOINTLY = "各方可以自本协议生效之日起{days}日内共同向有管辖权的人民法院申请司法确认"
COMMON = (
    ("confirmers", "RMTJ 23(4); JS 146: 自愿；HOUSE: 逐条确认"),
    ("seal_for_organisations", "CIV 490(1); CIV 61"),
    ("separate", "ZXTJ 16: 经各方当事人同意，可以采用非同步方式"),
    ("separate_days", "HOUSE: 30 days at most, certificates are short-lived"),
    ("signing_days", "HOUSE: sign at the mediation, not later"),
    ("confirmation_days", "CPL 205"),
    ("confirmation_text", "CPL 205; JS 351"),
    ("least_assurance", "ESL 13(1)(1)-(2); ZXTJ 17"),
    ("reviewed", "HOUSE: left to the centre"),
)
FREE = (
    "调解员告知各方当事人：{name}不收取任何费用；当事人可以接受、拒绝或者要求终止调解，"
    "可以自主表达意愿、自愿达成调解协议。"
)
WILLING = (
    "调解员告知各方当事人：调解遵循自愿、合法原则；当事人可以随时拒绝或者终止调解，可以自主表达意愿、自愿达成调解协议。"
)
PEOPLE = Profile(
    code="people",
    name="人民调解",
    document_title="人民调解协议书",
    minutes_title="调解笔录",
    mediator_label="人民调解员（签名）",
    committee_label="人民调解委员会（印章）",
    confirmers=PARTIES,
    recorder_signs=False,
    seal_for_organisations=True,
    effect_needs=ALL,
    effect_text="自各方当事人签名、人民调解员签名并加盖人民调解委员会印章之日起生效",
    effect_note=ALL_NOTE,
    signing_days=5,
    separate=True,
    separate_days=15,
    mediation_days=30,
    mediation_days_are="calendar",
    confirmation_days=30,
    confirmation_text=JOINTLY,
    least_assurance="seen",
    copies=1,
    rights_text=FREE.format(name="人民调解"),
    reviewed=False,
    cites=(
        *COMMON,
        ("rights_text", "RMTJ 4, 23"),
        ("document_title", "RMTJ 28; 司法部 2010-12 人民调解文书格式"),
        ("minutes_title", "RMTJ 27"),
        ("mediator_label", "RMTJ 29(2)"),
        ("committee_label", "RMTJ 29(2)"),
        ("recorder_signs", "RMTJ 27, 29(2): 协议书不以记录人签名为要件"),
        ("effect_needs", "RMTJ 29(2)"),
        ("effect_text", "RMTJ 29(2)"),
        ("effect_note", "RMTJ 29(2)"),
        ("mediation_days", "NB15 27"),
        ("mediation_days_are", "NB15 27"),
        ("copies", "RMTJ 29(2): 当事人各执一份，人民调解委员会留存一份"),
    ),
)
COURT_INVITED = Profile(
    code="court_invited",
    name="特邀调解",
    document_title="调解协议书",
    minutes_title="调解笔录",
    mediator_label="特邀调解员（签名）",
    committee_label="特邀调解组织（印章）",
    confirmers=PARTIES,
    recorder_signs=True,
    seal_for_organisations=True,
    effect_needs=PARTIES,
    effect_text="自各方当事人签名或者盖章之日起生效",
    effect_note=PARTIES_NOTE,
    signing_days=5,
    separate=True,
    separate_days=15,
    mediation_days=30,
    mediation_days_are="calendar",
    confirmation_days=30,
    confirmation_text=JOINTLY,
    least_assurance="seen",
    copies=2,
    rights_text=WILLING,
    reviewed=False,
    cites=(
        *COMMON,
        ("rights_text", "ZXTJ 7; TY16 24"),
        ("document_title", "TY16 24"),
        ("minutes_title", "ZXTJ 22"),
        ("mediator_label", "ZXTJ 19"),
        ("committee_label", "TY16 24; ZXTJ 19"),
        ("recorder_signs", "ZXTJ 22; HOUSE: 记录人在笔录和协议上签名"),
        ("effect_needs", "TY16 24; ZXTJ 19"),
        ("effect_text", "TY16 24; ZXTJ 19"),
        ("effect_note", "TY16 24; ZXTJ 19"),
        ("mediation_days", "ZXTJ 24"),
        ("mediation_days_are", "ZXTJ 24"),
        ("copies", "TY16 24; HOUSE: 调解组织和委派法院各一份"),
    ),
)
LABOUR = Profile(
    code="labour",
    name="劳动争议调解",
    document_title="劳动争议调解协议书",
    minutes_title="劳动争议调解笔录",
    mediator_label="调解员（签名）",
    committee_label="调解组织（印章）",
    confirmers=PARTIES,
    recorder_signs=True,
    seal_for_organisations=True,
    effect_needs=ALL,
    effect_text="自双方当事人签名或者盖章、经调解员签名并加盖调解组织印章之日起生效，对双方当事人具有约束力",
    effect_note=ALL_NOTE,
    signing_days=5,
    separate=True,
    separate_days=10,
    mediation_days=15,
    mediation_days_are="calendar",
    confirmation_days=30,
    confirmation_text=(
        JOINTLY + "；因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金事项达成的协议，用人单位在约定期限内不履行的，"
        "劳动者可以持本协议依法向人民法院申请支付令"
    ),
    least_assurance="seen",
    copies=1,
    rights_text=WILLING,
    reviewed=False,
    cites=(
        *COMMON,
        ("rights_text", "LD 3, 14"),
        ("document_title", "LD 14(1)"),
        ("minutes_title", "LD 14; HOUSE"),
        ("mediator_label", "LD 14(2)"),
        ("committee_label", "LD 14(2)"),
        ("recorder_signs", "HOUSE: 记录人在笔录和协议上签名"),
        ("effect_needs", "LD 14(2)"),
        ("effect_text", "LD 14(2)"),
        ("effect_note", "LD 14(2)"),
        ("mediation_days", "LD 14(3)"),
        ("mediation_days_are", "LD 14(3)"),
        ("confirmation_text", "CPL 205; LD 16"),
        ("copies", "HOUSE: 双方各执一份，调解组织留存一份"),
    ),
)
MEDICAL = Profile(
    code="medical",
    name="医疗纠纷人民调解",
    document_title="医疗纠纷人民调解协议书",
    minutes_title="医疗纠纷调解笔录",
    mediator_label="人民调解员（签名）",
    committee_label="医疗纠纷人民调解委员会（印章）",
    confirmers=PARTIES,
    recorder_signs=True,
    seal_for_organisations=True,
    effect_needs=ALL,
    effect_text="经医患双方签字或者盖章，人民调解员签字并加盖医疗纠纷人民调解委员会印章后生效",
    effect_note=ALL_NOTE,
    signing_days=5,
    separate=True,
    separate_days=15,
    mediation_days=30,
    mediation_days_are="working",
    confirmation_days=30,
    confirmation_text="医疗纠纷人民调解委员会已告知：医患双方可以依法向人民法院申请司法确认，" + JOINTLY,
    least_assurance="seen",
    copies=1,
    rights_text=FREE.format(name="医疗纠纷人民调解"),
    reviewed=False,
    cites=(
        *COMMON,
        ("rights_text", "RMTJ 4, 23; MED 31"),
        ("document_title", "MED 39(1)"),
        ("minutes_title", "RMTJ 27"),
        ("mediator_label", "MED 39(1)"),
        ("committee_label", "MED 39(1)"),
        ("recorder_signs", "RMTJ 27; HOUSE: 记录人在笔录和协议上签名"),
        ("effect_needs", "MED 39(1)"),
        ("effect_text", "MED 39(1)"),
        ("effect_note", "MED 39(1)"),
        ("mediation_days", "MED 38(2)"),
        ("mediation_days_are", "MED 38(2)"),
        ("confirmation_text", "MED 39(2); CPL 205"),
        ("copies", "RMTJ 29(2)"),
    ),
)
COMMERCIAL = Profile(
    code="commercial",
    name="商事调解",
    document_title="商事调解协议书",
    minutes_title="商事调解笔录",
    mediator_label="商事调解员（签名）",
    committee_label="商事调解组织（印章）",
    confirmers=PARTIES,
    recorder_signs=False,
    seal_for_organisations=True,
    effect_needs=PARTIES,
    effect_text="自各方当事人均签名、盖章之日起生效",
    effect_note=PARTIES_NOTE,
    signing_days=10,
    separate=True,
    separate_days=30,
    mediation_days=60,
    mediation_days_are="calendar",
    confirmation_days=30,
    confirmation_text=JOINTLY,
    least_assurance="seen",
    copies=1,
    rights_text=WILLING,
    reviewed=False,
    cites=(
        *COMMON,
        ("rights_text", "HOUSE: 自愿"),
        ("document_title", "PD24; HOUSE"),
        ("minutes_title", "HOUSE"),
        ("mediator_label", "PD24; HOUSE"),
        ("committee_label", "PD24; HOUSE"),
        ("recorder_signs", "HOUSE: 当事人约定"),
        ("effect_needs", "CIV 490(1), 502(1)"),
        ("effect_text", "CIV 490(1), 502(1)"),
        ("effect_note", "CIV 490(1), 502(1)"),
        ("mediation_days", "HOUSE: 当事人约定"),
        ("mediation_days_are", "HOUSE: 当事人约定"),
        ("copies", "HOUSE: 各方各执一份，调解组织留存一份"),
    ),
)
PROFILES = {one.code: one for one in (PEOPLE, COURT_INVITED, LABOUR, MEDICAL, COMMERCIAL)}
ASSURANCE = ("none", "code", "seen", "desk", "licensed")
"""Levels of identity assurance, lowest first."""


def enough(level: str, least: str) -> bool:
    """Whether assurance `level` reaches `least`; unknown words never do."""
    return level in ASSURANCE and ASSURANCE.index(level) >= ASSURANCE.index(least)


def stands_for(role: str) -> str:
    """What a slot's role counts as in `effect_needs`: parties, mediator, committee, or itself where it is not
    needed."""
    return "parties" if role in FOR_PARTIES else role


def effective(profile: Profile, signed: Collection[tuple[str, bool]]) -> bool:
    """Whether the rule of effect is met; `signed` holds (role, has signed) for every signatory incl. ("committee", ..).

    Every person of every needed kind must have signed, and every needed kind must be there; of parties at least two.
    """
    missing = {stands_for(role) for role, done in signed if not done}
    there = {stands_for(role) for role, _ in signed}
    if sum(role in FOR_PARTIES and role != "organisation" for role, _ in signed) < 2:
        return False
    return profile.effect_needs <= there and not missing & profile.effect_needs


def effective_since(profile: Profile, signed: Iterable[tuple[str, datetime | None]]) -> datetime | None:
    """When the rule of effect was met: the last needed signature's instant; None as long as it is not."""
    found = list(signed)
    if not effective(profile, [(role, at is not None) for role, at in found]):
        return None
    return max(at for role, at in found if at is not None and stands_for(role) in profile.effect_needs)


def signing_deadline(profile: Profile, frozen_at: datetime, separate: bool = False) -> datetime:
    """The end of the last day for signing; never later than LONGEST_SIGNING after the freeze."""
    days = profile.separate_days if separate else profile.signing_days
    end = dates.end_of(dates.last_day(dates.legal_day(frozen_at), days))
    return min(end, frozen_at + LONGEST_SIGNING)
