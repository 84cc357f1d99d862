"""One text per profile to be signed by everybody the profile may ask for. All names are fictional."""

from __future__ import annotations

from documents import ClauseText, DocumentText, PartyText, Section, Signatory
from documents.agreement import RANKS
from server.law.profiles import COMMERCIAL, COURT_INVITED, LABOUR, MEDICAL, PEOPLE, Profile

CENTRE = "嘉南市青禾调解中心"
COMPANY = "嘉南市安澜物业服务有限公司"
HOSPITAL = "嘉南市滨禾区第二人民医院"


def _signs(slot: str, name: str, role: str, label: str, acts_for: str = "") -> Signatory:
    kind = "organisation" if role == "organisation" else "seal" if role == "committee" else "person"
    return Signatory(slot, name, role, label, RANKS[role], kind, acts_for)  # type: ignore[arg-type]


def _company(number: int, label: str, name: str, by: str, role: str = "法定代表人") -> tuple[Signatory, ...]:
    return (
        _signs(f"party-{number}-rep", by, "representative", f"{label}{role}（签名）", name),
        _signs(f"party-{number}-seal", name, "organisation", f"{label}（盖章）", name),
    )


SIDES: dict[str, tuple[Signatory, ...]] = {
    "people": (
        _signs("party-1", "林秀珍", "applicant", "甲方（签名）"),
        _signs("party-2", "陈国栋", "respondent", "乙方（签名）"),
    ),
    "court_invited": (
        _signs("party-1-rep", "周敏", "representative", "甲方代理人（签名）", "马建国"),
        *_company(2, "乙方", COMPANY, "钱立新"),
    ),
    "labour": (
        _signs("party-1", "司马欧阳·阿卜杜热西提", "applicant", "甲方（签名）"),
        *_company(2, "乙方", COMPANY, "吴岚", "委托代理人"),
        _signs("interpreter-1", "古丽娜尔", "interpreter", "翻译人员（签名）", "司马欧阳·阿卜杜热西提"),
    ),
    "medical": (
        _signs("party-1", "何小雨", "applicant", "甲方（签名）"),
        _signs("party-1-guardian", "何志强", "guardian", "甲方监护人（签名）", "何小雨"),
        *_company(2, "乙方", HOSPITAL, "沈静", "委托代理人"),
        _signs("witness-1", "郑岚", "witness", "见证人（签名）"),
    ),
    "commercial": (
        *_company(1, "甲方", COMPANY, "钱立新"),
        *_company(2, "乙方", "Zhang Wei-Ming International Trading (Jianan) Co., Ltd.", "章伟明"),
    ),
}
PROFILES: dict[str, Profile] = {each.code: each for each in (PEOPLE, COURT_INVITED, LABOUR, MEDICAL, COMMERCIAL)}


def text(code: str, kind: str = "agreement") -> DocumentText:
    """The agreement or the minutes of the profile's case."""
    profile = PROFILES[code]
    recorder = (_signs("recorder", "苏婉", "recorder", "记录人（签名）"),) if profile.recorder_signs else ()
    mediator = _signs("mediator", "顾明华", "mediator", profile.mediator_label)
    seal = _signs("seal", CENTRE, "committee", profile.committee_label)
    agreement = kind == "agreement"
    return DocumentText(
        kind=kind,  # type: ignore[arg-type]
        number=f"(2026)嘉南调字第{list(PROFILES).index(code) + 1:04}号",
        title=profile.document_title if agreement else profile.minutes_title,
        committee=CENTRE,
        place="嘉南市青禾街道（网络视频调解）",
        parties=tuple(
            PartyText(f"{label}方", f"{label}方当事人，住嘉南区青禾路{number}号")
            for label, number in (("甲", 88), ("乙", 90))
        ),
        before=(Section("纠纷主要事实、争议事项", ("双方就费用的承担发生争议，一方请求支付6,335.00元。",)),),
        clauses=tuple(
            ClauseText(number, f"乙方于2026年12月{number}0日前向甲方支付人民币{number}000元。") for number in (1, 2)
        )
        if agreement
        else (),
        after=(Section("协议的生效", (f"本协议{profile.effect_text}。",)),) if agreement else (),
        closing=("以上内容各方确认无误。",),
        signatories=(*SIDES[code], *recorder, mediator, seal),
        verify_url="https://hejie.example/verify",
        profile=code,
        demo=True,
        journal_head="ab" * 32,
        frozen_at="2026-11-20T08:00:00Z",
        note=profile.effect_note if agreement else "",
    )
