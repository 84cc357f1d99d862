"""The corpus case 2 (a leak between floors) as plain models: what the pure tests of agreements start from."""

from datetime import UTC, date, datetime

from server.agreements.model import (
    ByDate,
    ByDays,
    Clause,
    ClauseFields,
    Dispute,
    Matter,
    Minutes,
    Party,
    Terms,
    Version,
    terms_hash,
)
from server.law.roles import Person

LIN, CHEN, GU, SU = "pty_lin", "pty_chen", "acc_gu", "acc_su"
AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
MATTER = Matter(
    case_id="cas_leak",
    title="漏水赔偿",
    committee="嘉南区青禾街道人民调解委员会",
    place="嘉南区青禾路1号",
    parties=(
        Party(
            LIN, "林秀珍", "甲方", "applicant", "林秀珍，女，1971年生，汉族，退休，住嘉南区青禾路88号2幢502室", "seen"
        ),
        Party(CHEN, "陈国栋", "乙方", "respondent", "陈国栋，男，1985年生，汉族，工程师，住同幢402室", "seen"),
    ),
    people=(
        Person(LIN, "林秀珍", "party", "applicant", "甲方", born=date(1971, 3, 15)),
        Person(CHEN, "陈国栋", "party", "respondent", "乙方", born=date(1985, 7, 22)),
    ),
    day=date(2026, 11, 26),
    mediator_id=GU,
    mediator_name="顾明华",
    recorder_id=SU,
    recorder_name="苏婉",
)
REPAIR = Clause(
    id="c1",
    kind="act",
    fields=ClauseFields(
        obligor=LIN,
        due=ByDate(date(2026, 12, 5)),
        act="完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收",
    ),
)
PAYMENT = Clause(
    id="c2",
    kind="payment",
    fields=ClauseFields(
        obligor=LIN,
        obligee=CHEN,
        act="赔偿",
        text="吊顶、墙面及家具损失",
        amount_fen=850000,
        due=ByDays(7),
        manner="一次性转账支付",
    ),
)
ACCESS = Clause(
    id="c3", kind="act", fields=ClauseFields(obligor=CHEN, due=ByDate(date(2026, 12, 1)), act="配合入户查验")
)
LATER = Clause(
    id="c4",
    kind="free",
    fields=ClauseFields(text="维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"),
)
TERMS = Terms(
    dispute=Dispute(facts="2026年9月起，502室卫生间防水层老化，致402室吊顶受损。", issues="维修责任和赔偿数额。"),
    clauses=(REPAIR, PAYMENT, ACCESS, LATER),
    minutes=Minutes(paragraphs=("调解员告知权利义务。", "双方自愿达成协议。")),
)


def version(number: int, audience: set[str]) -> Version:
    return Version(number, terms_hash(TERMS), frozenset(audience), GU, AT)
