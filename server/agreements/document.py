"""Terms to the documents that are signed: the agreement and the minutes, as DocumentText. Pure, Chinese only."""

from dataclasses import dataclass
from datetime import datetime

from documents import ClauseText, DocumentText, PartyText, Section, Signatory
from server.agreements.composition import worded
from server.agreements.model import Matter, Terms
from server.clock import wire
from server.law.profiles import Profile

ESIGN_CLAUSE = (
    "各方同意以电子签名签署本协议及调解笔录：经核对身份后，由本人在自己的浏览器中生成并控制的一次性签名密钥、"
    "经实名手机号发送的验证码确认签署，各方约定其为可靠的电子签名（《中华人民共和国电子签名法》第三条、第十三条）。"
    "签名证书由本调解组织自建的证书机构签发，并非持牌电子认证服务机构签发。"
)
ONLINE = "线上视频调解"
COPIES = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Frame:
    """What surrounds the terms when they are frozen."""

    number: str
    verify_url: str
    demo: bool
    journal_head: str
    frozen_at: datetime
    session_time: str
    """When the session was held, in words; printed in the minutes."""


def signatories(matter: Matter, profile: Profile) -> tuple[Signatory, ...]:
    """Everyone with a slot in order of rank: parties 1, mediator 3, the seal 9. Slots are names of PDF fields."""
    signers = [party for party in matter.parties if party.role in profile.signers]
    people = [
        Signatory(f"party-{n}", party.name, party.role, f"{party.label}（签名）", 1, "person")
        for n, party in enumerate(signers, 1)
    ]
    mediator = Signatory("mediator", matter.mediator_name, "mediator", "人民调解员（签名）", 3, "person")
    seal = Signatory("seal", matter.committee, "committee", "人民调解委员会（印章）", 9, "seal")
    return (*people, mediator, seal)


def person_of(slot: str, matter: Matter, profile: Profile) -> str:
    """The person id that signs in a person's slot of `signatories`."""
    if slot == "mediator":
        return matter.mediator_id
    signers = [party.id for party in matter.parties if party.role in profile.signers]
    return signers[int(slot.removeprefix("party-")) - 1]


def agreement_text(terms: Terms, matter: Matter, profile: Profile, frame: Frame) -> DocumentText:
    """人民调解协议书 [RMTJ 28, 29]: parties, facts, issues, responsibility, clauses, effect, electronic signature."""
    dispute = terms.dispute
    before = _sections(
        ("纠纷主要事实", dispute.facts), ("争议事项", dispute.issues), ("各方责任", dispute.responsibility)
    )
    return DocumentText(
        kind="agreement",
        number=frame.number,
        title=profile.document_title,
        committee=matter.committee,
        place="",
        parties=_parties(matter),
        before=before,
        clauses=tuple(ClauseText(clause.number, clause.text) for clause in worded(terms, matter)),
        after=_sections(("协议的生效与司法确认", _effect(matter, profile)), ("电子签名约定", ESIGN_CLAUSE)),
        closing=_recorder(matter),
        signatories=signatories(matter, profile),
        verify_url=frame.verify_url,
        profile=profile.code,
        demo=frame.demo,
        frozen_at=wire(frame.frozen_at),
        journal_head=frame.journal_head,
    )


def minutes_text(terms: Terms, matter: Matter, profile: Profile, frame: Frame) -> DocumentText:
    """调解笔录 [RMTJ 27]: time, place, cause, those present, what was said; read and signed by the same people."""
    present = "、".join(
        [f"{party.label}{party.name}" for party in matter.parties]
        + [f"人民调解员{matter.mediator_name}"]
        + ([f"记录人{matter.recorder_name}"] if matter.recorder_name else [])
    )
    agreed = tuple(f"{clause.number}. {clause.text}" for clause in worded(terms, matter))
    head = _sections(("时间", frame.session_time), ("事由", matter.title), ("参加人", present))
    return DocumentText(
        kind="minutes",
        number=frame.number,
        title=profile.minutes_title,
        committee=matter.committee,
        place=ONLINE,
        parties=_parties(matter),
        before=(*head, *_sections(("调解记录", *terms.minutes.paragraphs))),
        clauses=(),
        after=(Section("达成的协议", agreed),),
        closing=("以上笔录已由各方当事人核对，与陈述一致。", *_recorder(matter)),
        signatories=signatories(matter, profile),
        verify_url=frame.verify_url,
        profile=profile.code,
        demo=frame.demo,
        frozen_at=wire(frame.frozen_at),
        journal_head=frame.journal_head,
    )


def _parties(matter: Matter) -> tuple[PartyText, ...]:
    return tuple(PartyText(party.label, party.description) for party in matter.parties)


def _recorder(matter: Matter) -> tuple[str, ...]:
    """The recorder is printed, not a signatory: the mediator keeps the minutes in a session without a clerk."""
    return (f"记录人：{matter.recorder_name}",) if matter.recorder_name else ()


def _effect(matter: Matter, profile: Profile) -> str:
    copies = len(matter.parties) + profile.copies
    count = COPIES[copies] if copies < len(COPIES) else str(copies)
    return (
        f"本协议一式{count}份，各方当事人各执一份，{matter.committee}留存一份；{profile.effect_text}。"
        f"各方可以自本协议生效之日起{profile.confirmation_days}日内共同向有管辖权的人民法院申请司法确认。"
    )


def _sections(*rows: tuple[str, ...]) -> tuple[Section, ...]:
    """(heading, text, ...) rows as sections, each line of a text a paragraph; rows without words are left out."""
    sections = []
    for heading, *texts in rows:
        lines = [line.strip() for text in texts for line in text.split("\n")]
        sections.append(Section(heading, tuple(line for line in lines if line)))
    return tuple(section for section in sections if section.paragraphs)
