"""Kinds of dispute: their names, the profile that fits, and where the law keeps electronic signatures out [ESL 3]."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exclusion:
    """Why a document of this kind is signed on paper. `reason` is a code (words: i18n case.paper_reason.*)."""

    reason: str
    article: str
    text: str
    """The rule in the statute's words."""


@dataclass(frozen=True)
class Dispute:
    """One kind of dispute."""

    code: str
    name: str
    profile: str = "people"
    excluded: Exclusion | None = None


RELATIONS = Exclusion(
    "personal_relations", "ESL 3(3)(1)", "涉及婚姻、收养、继承等人身关系的文书，不适用电子签名、数据电文"
)
UTILITIES = Exclusion(
    "utilities", "ESL 3(3)(2)", "涉及停止供水、供热、供气等公用事业服务的文书，不适用电子签名、数据电文"
)
DISPUTES = {
    one.code: one
    for one in (
        Dispute("neighbour", "邻里纠纷"),
        Dispute("traffic", "道路交通事故损害赔偿"),
        Dispute("consumer", "消费纠纷"),
        Dispute("loan", "民间借贷"),
        Dispute("property_fee", "物业服务纠纷"),
        Dispute("divorce_property", "离婚后财产纠纷"),
        Dispute("labour", "劳动争议", "labour"),
        Dispute("medical", "医疗纠纷", "medical"),
        Dispute("commercial", "商事纠纷", "commercial"),
        Dispute("court_referred", "法院委派调解", "court_invited"),
        Dispute("other", "其他民间纠纷"),
        Dispute("marriage", "婚姻关系", excluded=RELATIONS),
        Dispute("adoption", "收养关系", excluded=RELATIONS),
        Dispute("inheritance", "继承纠纷", excluded=RELATIONS),
        Dispute("personal_relations", "抚养、赡养、监护等人身关系", excluded=RELATIONS),
        Dispute("utilities_stop", "停止供水、供热、供气", excluded=UTILITIES),
    )
}


def esign_excluded(kind: str) -> Exclusion | None:
    """Why a dispute of this kind must be settled on paper; None where electronic signatures are permitted."""
    dispute = DISPUTES.get(kind)
    return dispute.excluded if dispute else None


def profile_for(kind: str) -> str:
    """The rule type that usually fits."""
    dispute = DISPUTES.get(kind)
    return dispute.profile if dispute else "people"
