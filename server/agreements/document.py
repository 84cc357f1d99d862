"""Terms to the documents that are signed: the agreement and the minutes, as DocumentText. Pure, Chinese only."""

from dataclasses import dataclass, replace
from datetime import datetime

from documents import ClauseText, DocumentText, PartyText, Section, Signatory
from server.agreements.composition import worded
from server.agreements.model import Matter, Terms
from server.agreements.outline import SHIPPED, Outline
from server.clock import wire
from server.law.profiles import Profile
from server.law.roles import places

ESIGN_CLAUSE = (
    "各方同意以电子签名签署{files}：经核对身份后，由本人在自己的浏览器中生成并控制的一次性签名密钥、"
    "经实名手机号发送的验证码确认签署，各方约定其为可靠的电子签名（《中华人民共和国电子签名法》第三条、第十三条）。"
)
FILES, MORE_FILES = "本协议及调解笔录", "本协议、调解笔录及同时签署的司法确认申请材料"
PAPER_NOTE = "本文件打印后由各方亲笔签名（或者按指印）、盖章。"
SEAL_CLAUSE = "单位的电子印章由在场的代表人以同样方式加盖。"
OWN_ISSUER = "签名证书由本调解组织自建的证书机构签发，并非持牌电子认证服务机构签发。"
LICENSED_ISSUER = "签名证书由电子认证服务机构{name}签发。"
PARTS = {"representative": "委托代理人", "guardian": "法定代理人", "interpreter": "翻译", "witness": "见证人"}
ONLINE = "线上视频调解"
PARTIAL = "（部分调解协议）"
OPEN_HEADING = "未达成一致的事项"
OPEN_NOTE = "以上事项不在本协议之内，各方可以继续调解，也可以依法通过其他途径解决。"
"""House words: an agreement on a part settles that part only [SZ22 26; ZXTJ 19]."""
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
    issuer_kind: str = "own"
    issuer_name: str = ""
    further: bool = False
    """Papers for a court are signed with it."""


def signatories(matter: Matter, profile: Profile) -> tuple[Signatory, ...]:
    """Everyone with a slot in printing order, see law.roles. Slots are names of PDF fields."""
    return tuple(
        Signatory(one.slot, one.name, one.role, one.label, one.rank, one.kind, one.acts_for)
        for one in places(matter.people, profile, matter.day, matter.staff)
    )


def person_of(slot: str, matter: Matter, profile: Profile) -> str:
    """The person id that signs in a slot; an organisation's seal is set by its representative."""
    found = {one.slot: one.person for one in places(matter.people, profile, matter.day, matter.staff)}
    return found[slot]


def title_of(terms: Terms, profile: Profile) -> str:
    """人民调解协议书; of an agreement that leaves something open, marked as partial."""
    return profile.document_title + (PARTIAL if terms.partial else "")


def agreement_text(
    terms: Terms, matter: Matter, profile: Profile, frame: Frame, outline: Outline = SHIPPED
) -> DocumentText:
    """人民调解协议书 [RMTJ 28, 29]: parties, facts, issues, responsibility, clauses, effect, electronic signature."""
    dispute = terms.dispute
    parts = {
        "facts": dispute.facts,
        "issues": dispute.issues,
        "responsibility": dispute.responsibility,
        "effect": _effect(matter, profile),
        "esign": _esign(matter, frame),
    }
    before, after = (
        _sections(*((heading, parts[part]) for part, heading in side)) for side in (outline.before, outline.after)
    )
    if outline.lead_in != SHIPPED.lead_in:  # the layout knows that one, so that older texts stay what they are
        before = (*before, Section(outline.lead_in, ()))
    return DocumentText(
        kind="agreement",
        number=frame.number,
        title=title_of(terms, profile),
        committee=matter.committee,
        place="",
        parties=_parties(matter),
        before=before,
        clauses=tuple(ClauseText(clause.number, clause.text) for clause in worded(terms, matter)),
        after=(*_open(terms), *after),
        closing=_recorder(matter, profile),
        signatories=signatories(matter, profile),
        verify_url=frame.verify_url,
        profile=profile.code,
        demo=frame.demo,
        frozen_at=wire(frame.frozen_at),
        journal_head=frame.journal_head,
        note=profile.effect_note,
        effect_needs=tuple(sorted(profile.effect_needs)),
        issuer_kind=frame.issuer_kind,
        issuer_name=frame.issuer_name,
    )


def paper_text(
    terms: Terms, matter: Matter, profile: Profile, frame: Frame, outline: Outline = SHIPPED
) -> DocumentText:
    """The agreement for signing by hand: nothing is said of electronic signatures."""
    text = agreement_text(terms, matter, profile, frame, outline.without("esign"))
    return replace(text, note=f"{PAPER_NOTE}{text.note}")


def minutes_text(terms: Terms, matter: Matter, profile: Profile, frame: Frame) -> DocumentText:
    """调解笔录 [RMTJ 27]: time, place, cause, those present, what was said; read and signed by the same people."""
    present = "、".join(_present(matter, profile))
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
        after=(Section("达成的协议", agreed), *_open(terms)),
        closing=("以上笔录已由各方当事人核对，与陈述一致。", *_recorder(matter, profile)),
        signatories=signatories(matter, profile),
        verify_url=frame.verify_url,
        profile=profile.code,
        demo=frame.demo,
        frozen_at=wire(frame.frozen_at),
        journal_head=frame.journal_head,
        issuer_kind=frame.issuer_kind,
        issuer_name=frame.issuer_name,
    )


def _open(terms: Terms) -> tuple[Section, ...]:
    """What a partial agreement leaves in dispute, named."""
    named = terms.dispute.open_points or ""
    return _sections((OPEN_HEADING, named, OPEN_NOTE)) if named.strip() else ()


def _parties(matter: Matter) -> tuple[PartyText, ...]:
    return tuple(PartyText(party.label, party.description) for party in matter.parties)


def _recorder(matter: Matter, profile: Profile) -> tuple[str, ...]:
    """Printed where the profile gives the recorder no slot: there the mediator answers for the minutes."""
    printed = matter.recorder_name and not profile.recorder_signs
    return (f"记录人：{matter.recorder_name}",) if printed else ()


def _present(matter: Matter, profile: Profile) -> list[str]:
    """Who took part: parties, those who act or speak for them, witnesses, staff."""
    names = {one.id: one.name for one in matter.people}
    labels = {party.id: party.label for party in matter.parties}
    found = []
    for one in matter.people:
        whom = labels.get(one.acts_for) or names.get(one.acts_for, "")
        if one.part == "representative" and one.basis == "legal_representative":
            found.append(f"{whom}法定代表人{one.name}")
        elif one.part == "party":
            found.append(f"{one.label}{one.name}" if not one.organisation else "")
        else:
            found.append(f"{whom}{PARTS[one.part]}{one.name}")
    mediator = profile.mediator_label.split("（")[0]
    found.append(f"{mediator}{matter.mediator_name}")
    found.append(f"记录人{matter.recorder_name}" if matter.recorder_name else "")
    return [one for one in found if one]


def _esign(matter: Matter, frame: Frame) -> str:
    seals = SEAL_CLAUSE if any(one.organisation for one in matter.people) else ""
    issuer = OWN_ISSUER if frame.issuer_kind == "own" else LICENSED_ISSUER.format(name=frame.issuer_name)
    return ESIGN_CLAUSE.format(files=MORE_FILES if frame.further else FILES) + seals + issuer


def _effect(matter: Matter, profile: Profile) -> str:
    copies = len(matter.parties) + profile.copies
    count = COPIES[copies] if copies < len(COPIES) else str(copies)
    court = "和委派的人民法院各" if profile.copies == 2 else ""
    confirmation = profile.confirmation_text.format(days=profile.confirmation_days)
    return (
        f"本协议一式{count}份，各方当事人各执一份，{matter.committee}{court}留存一份；"
        f"{profile.effect_text}。{confirmation}。"
    )


def _sections(*rows: tuple[str, ...]) -> tuple[Section, ...]:
    """(heading, text, ...) rows as sections, each line of a text a paragraph; rows without words are left out."""
    sections = []
    for heading, *texts in rows:
        lines = [line.strip() for text in texts for line in text.split("\n")]
        sections.append(Section(heading, tuple(line for line in lines if line)))
    return tuple(section for section in sections if section.paragraphs)
