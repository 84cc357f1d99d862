"""The companions as DocumentText: application, undertaking, service address of each party, proof of the mediation.
Pure, Chinese only. Sources: CPL 205, 206; JS 353, 354; SF11 3; ZXTJ 17; ZXSS 29, 30."""

from collections.abc import Iterable, Iterator

from documents import ClauseText, DocumentText, PartyText, Section, Signatory
from server.agreements.ceremony.further import Further
from server.agreements.desk import Desk, particulars
from server.agreements.document import Frame, signatories, title_of
from server.cases.model import Part, Party
from server.clock import wire
from server.confirmation.companions import rules
from server.confirmation.companions.model import Choice, ServiceAddress
from server.law import dates
from server.law.roles import Place
from server.people.model import Assurance

APPLICATION, UNDERTAKING, SERVICE, PROOF = "application", "undertaking", "service", "proof"
"""Ids of the files (of SERVICE followed by -1, -2 ...) and kinds of their texts."""
TITLES = {
    APPLICATION: "司法确认申请书",
    UNDERTAKING: "承诺书",
    SERVICE: "送达地址确认书",
    PROOF: "调解组织主持调解证明",
}
PROMISES = (
    "一、出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；",
    "二、如果因该协议内容给他人造成损害，愿意承担相应的民事责任和其他法律责任；",
    "三、所提交的材料真实。",
)
REASONS = (
    "申请人认为，该协议是各方真实意思表示，内容明确，不违反法律的强制性规定，不损害国家利益、社会公共利益和他人合法"
    "权益。现依照《中华人民共和国民事诉讼法》第二百零五条、第二百零六条，共同申请司法确认。"
)
UNDERTAKEN = (
    "本次调解和所达成的协议均出于自愿，没有受到欺诈、胁迫。",
    "所陈述的事实和所提交的材料真实、完整，没有虚构事实、伪造证据或者隐瞒重要情况。",
    "各方没有恶意串通，没有借调解规避法律、逃避债务，没有损害国家利益、社会公共利益或者他人合法权益。",
    "已经知道：恶意串通、虚假调解的，人民法院不予确认，并可以予以罚款、拘留；构成犯罪的，依法追究刑事责任。",
)
TOLD = (
    "请如实填写人民法院能够送达的地址和联系电话；有变化的，及时书面告知人民法院。因地址不准确或者变化后没有告知，"
    "文书没有送到的，由受送达人承担相应的法律后果。",
    "是否接受电子送达由受送达人自己决定；同意的，文书到达所填电子地址所在的系统之日为送达之日。",
)
MEANT = "以上内容由受送达人为向上述法院申请司法确认而提供，经核对无误。"
BLIND = "随机码：{}（使他人不能由本文件的摘要推测其内容）"
ONLY_SEAL = "调解组织不是{}，其印章只用于固定本文件。"
SIGNED_BY = "{}（含代理人）的签名和单位盖章齐备并加盖调解组织印章时，本文件才完成。"
PROVEN = "调解员签名和调解组织的印章齐备时，本文件才完成。"
SEEN = {
    Assurance.none: "未核对身份证件",
    Assurance.code: "以实名手机号验证码核验",
    Assurance.seen: "调解员通过视频核对本人和身份证件",
    Assurance.desk: "在现场核对本人和身份证件",
    Assurance.licensed: "由持牌电子认证服务机构核验",
}


def texts(
    desk: Desk, frame: Frame, choice: Choice, services: Iterable[tuple[Party, ServiceAddress]]
) -> Iterator[Further]:
    """All of them, in the order in which they are read."""
    yield Further(APPLICATION, application(desk, frame, choice))
    yield Further(UNDERTAKING, undertaking(desk, frame, choice))
    for n, (party, given) in enumerate(services, 1):
        yield Further(f"{SERVICE}-{n}", service(desk, frame, choice, party, given), party.id)
    yield Further(PROOF, proof(desk, frame, choice))


def application(desk: Desk, frame: Frame, choice: Choice) -> DocumentText:
    """司法确认申请书: all applicants with their data, those who act for them with their authority."""
    name, day = named(desk, frame), dates.written(dates.legal_day(frame.frozen_at))
    committee = desk.matter.committee
    asked = f"请求依法确认申请人于{day}经{committee}主持调解达成的{name}有效。"
    reached = f"上述纠纷由{committee}主持调解，申请人自愿达成{name}，协议内容见所附材料。"
    items = "；".join(f"{n}. {item}" for n, item in enumerate(_materials(desk), 1))
    return _text(
        desk, frame, APPLICATION,
        tuple(PartyText(f"申请人（{one.label}）", applicant(desk, one)) for one in desk.case.parties),
        before=(
            Section("请求事项", (asked,)),
            Section("事实和理由", (*_lines(desk.terms.dispute.facts), reached, REASONS)),
            Section("各申请人的承诺", PROMISES),
        ),
        after=(Section("附：材料清单", (f"{items}。",)), Section("", ("此致", choice.court))),
        signing=rules.places_of(desk),
        note=SIGNED_BY.format("各申请人") + ONLY_SEAL.format("申请人"),
    )  # fmt: skip


def applicant(desk: Desk, party: Party, number: str | None = None) -> str:
    """One applicant as printed; `number` stands in for the identity number, which is printed only where it was seen."""
    number = party.filed.id_no if number is None else number
    known = f"公民身份号码{number}" if not party.organisation and rules.verified(party) else ""
    return particulars(party, desk.case, known)


def undertaking(desk: Desk, frame: Frame, choice: Choice) -> DocumentText:
    """承诺书: truthful, voluntary, no collusion [ZXTJ 17, 23; CPL 115, 116]."""
    opening = f"承诺人就{named(desk, frame)}向贵院申请司法确认，郑重承诺如下："
    return _text(
        desk, frame, UNDERTAKING,
        tuple(PartyText(f"承诺人（{one.label}）", one.name) for one in desk.case.parties),
        before=(Section("", (f"{choice.court}：", opening)),),
        clauses=tuple(ClauseText(n, text) for n, text in enumerate(UNDERTAKEN, 1)),
        closing=("以上承诺如有不实，承诺人愿意承担相应的法律责任。",),
        signing=rules.places_of(desk),
        note=SIGNED_BY.format("各承诺人") + ONLY_SEAL.format("承诺人"),
    )  # fmt: skip


def service(desk: Desk, frame: Frame, choice: Choice, party: Party, given: ServiceAddress) -> DocumentText:
    """送达地址确认书 of one party."""
    return _text(
        desk, frame, SERVICE,
        (PartyText(f"受送达人（{party.label}）", party.name),),
        before=(
            Section("事由", (f"就{named(desk, frame)}向{choice.court}申请司法确认。",)),
            Section("告知事项", TOLD),
            *reached(party, given),
            Section("确认", (MEANT,)),
        ),
        closing=(BLIND.format(given.blind),),
        signing=rules.places_of(desk, party.id),
        note=SIGNED_BY.format("受送达人") + ONLY_SEAL.format("受送达人"),
        title=f"{TITLES[SERVICE]}（{party.label}）",
    )  # fmt: skip


def reached(party: Party, given: ServiceAddress) -> tuple[Section, ...]:
    """What a party gave, as printed; what it left out is not mentioned."""
    post = (
        f"收件人：{given.recipient or party.name}",
        f"联系电话：{given.phone}",
        f"送达地址：{given.address}",
        f"邮政编码：{given.postcode}" if given.postcode else "",
    )
    agreed = f"同意接受电子送达。电子送达地址：{given.electronic_address}"
    electronic = agreed if given.electronic else "不接受电子送达。"
    return (
        Section("送达地址", tuple(line for line in post if line)),
        Section("电子送达", (electronic,)),
    )


def proof(desk: Desk, frame: Frame, choice: Choice) -> DocumentText:
    """调解组织主持调解证明 [JS 354]: by the committee and the mediator who led."""
    matter, day = desk.matter, dates.written(dates.legal_day(frame.frozen_at))
    led = f"调解员{matter.mediator_name}" + (f"，记录人{matter.recorder_name}" if matter.recorder_name else "")
    where = f"{matter.committee}（{matter.place}）"
    held = f"“{matter.title}”由{where}主持调解，{led}，调解时间{frame.session_time}。"
    ended = f"经调解，各方当事人自愿达成{named(desk, frame)}，协议文本于{day}确定。"
    signers = {one.person for one in rules.places_of(desk)}
    people = (f"{_called(desk, one)}：{SEEN[one.assurance]}。" for one in desk.case.people if one.id in signers)
    return _text(
        desk, frame, PROOF,
        tuple(PartyText(one.label, one.name) for one in desk.case.parties),
        before=(
            Section("", (f"{choice.court}：", f"兹证明：{held}", ended)),
            Section("签署人的身份核对", tuple(people)),
        ),
        signing=tuple(one for one in desk.places() if one.role == "mediator"),
        note=PROVEN,
    )  # fmt: skip


def named(desk: Desk, frame: Frame) -> str:
    """编号为……的《人民调解协议书》"""
    return f"编号为{frame.number}的《{title_of(desk.terms, desk.profile)}》"


def _text(
    desk: Desk,
    frame: Frame,
    kind: str,
    parties: tuple[PartyText, ...],
    *,
    before: tuple[Section, ...],
    clauses: tuple[ClauseText, ...] = (),
    after: tuple[Section, ...] = (),
    closing: tuple[str, ...] = (),
    signing: Iterable[Place],
    note: str,
    title: str = "",
) -> DocumentText:
    return DocumentText(
        kind=kind,  # type: ignore[arg-type]
        number=frame.number,
        title=title or TITLES[kind],
        committee=desk.matter.committee,
        place="",
        parties=parties,
        before=before,
        clauses=clauses,
        after=after,
        closing=closing,
        signatories=_signatories(desk, {one.slot for one in signing}),
        verify_url=frame.verify_url,
        profile=desk.profile.code,
        demo=frame.demo,
        frozen_at=wire(frame.frozen_at),
        journal_head=frame.journal_head,
        note=note,
        issuer_kind=frame.issuer_kind,
        issuer_name=frame.issuer_name,
    )


def _signatories(desk: Desk, slots: set[str]) -> tuple[Signatory, ...]:
    """Those of the agreement who sign here, and the committee's seal."""
    return tuple(one for one in signatories(desk.matter, desk.profile) if one.slot in slots or one.kind == "seal")


def _materials(desk: Desk) -> Iterator[str]:
    yield title_of(desk.terms, desk.profile)
    yield TITLES[PROOF]
    yield "当事人身份证明"
    if any(one.part is Part.representative for one in desk.case.people):
        yield "授权委托书或者法定代表人身份证明"
    if any(one.part is Part.guardian for one in desk.case.people):
        yield "法定代理关系证明"
    yield "与调解协议相关的财产权利证明（如有）"
    yield TITLES[UNDERTAKING]
    yield f"{TITLES[SERVICE]}（每名当事人各一份）"
    yield desk.profile.minutes_title


def _called(desk: Desk, one: Party) -> str:
    """甲方林秀珍; 乙方委托代理人李敏."""
    label = desk.matter.label_of(one.acts_for or one.id)
    if one.part is Part.party:
        return f"{label}{one.name}"
    legal = one.part is Part.representative and one.authority.basis == "legal_representative"
    word = "法定代表人" if legal else "委托代理人" if one.part is Part.representative else "法定代理人"
    return f"{label}{word}{one.name}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())
