"""An invented case, to show what a form looks like. Pure; everybody in it is fictional."""

from dataclasses import replace
from datetime import UTC, date, datetime

from server.cases.model import Authority, Case, CaseState, Facts, Filed, Part, Party, Side
from server.forms.model import Template
from server.forms.sources import Known, Settled, known
from server.ids import AccountId, CaseId, PartyId
from server.people.model import Assurance
from server.settings import Centre

CASE = CaseId("cas_sample")
HELD = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
DAY = date(2026, 11, 26)
LONG = "楼上卫生间防水层老化，双方到现场查看后对渗漏原因没有异议。"


def _party(name: str, side: Side, label: str, filed: Filed) -> Party:
    return Party(PartyId(f"pty_{name}"), CASE, side, label, name, filed, Assurance.seen)


PEOPLE = (
    _party("林秀珍", Side.applicant, "甲方", Filed("女", "1971", "汉族", "退休", "嘉南区青禾路88号2幢502室", "", "")),
    replace(
        _party("林小雨", Side.applicant, "", Filed("女", "1996", "汉族", "教师", "嘉南区青禾路88号2幢502室", "", "")),
        part=Part.representative, acts_for=PartyId("pty_林秀珍"),
        authority=Authority("attorney", "special", "女儿", "户口簿"),
    ),
    replace(
        _party(
            "安澜物业服务有限公司", Side.respondent, "乙方",
            Filed("", "", "", "", "嘉南区青禾路90号", "", "", code="91330402MA2XXXXX0A", head="方静", position="经理"),
        ),
        organisation=True,
    ),
)  # fmt: skip
SAMPLE = Case(
    CASE, "(2026)嘉南人调受字第0102号", "漏水赔偿", "neighbour", CaseState.in_mediation,
    Facts("2026年9月起", "嘉南区青禾路88号2幢", "林秀珍与安澜物业", "402室吊顶、墙面受损，双方就赔偿数额发生争议",
          "502室卫生间防水层老化"),
    "请求维修渗漏部位，并赔偿吊顶、墙面及家具损失8500元。", AccountId("acc_sample"), AccountId("acc_recorder"), True,
    HELD, PEOPLE,
)  # fmt: skip
SETTLED = Settled(
    "(2026)嘉南人调字第0102号",
    DAY,
    ("甲方于2026年12月5日前（含当日）完成防水维修。", "乙方赔偿甲方人民币8500元（大写：捌仟伍佰元整）。"),
    ("调解员告知各方权利义务，各方均无回避申请。", "各方陈述后，经调解自愿达成一致。"),
)


def sample(centre: Centre) -> Known:
    """What is known of the invented case."""
    return known(SAMPLE, "顾明华", "苏婉", [HELD], SETTLED, centre, DAY)


def typed(template: Template) -> dict[str, str]:
    """Something in each field that the case says nothing for; a person always by the case."""
    said = {"line": "样例内容", "paragraph": LONG, "date": DAY.isoformat(), "sum": "850000"}
    people = {"payee": "pty_林秀珍", "payer": "pty_安澜物业服务有限公司"}
    found = {
        field.id: field.options[0] if field.kind == "choice" else said[field.kind]
        for field in template.fields
        if field.kind not in ("sign", "person") and not field.fixed and not field.source
    }
    return found | {name: person for name, person in people.items() if template.field(name)}
