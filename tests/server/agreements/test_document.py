"""From terms to what is printed: both files, their signatories, and what stands in them."""

from datetime import UTC, datetime

import msgspec

from documents import canonical
from server.agreements.document import Frame, agreement_text, minutes_text, person_of, signatories
from server.agreements.model import Minutes
from server.law.profiles import PEOPLE
from tests.server.agreements.matter import CHEN, GU, LIN, MATTER, TERMS

FRAME = Frame(
    number="(2026)嘉南人调字第0102号",
    verify_url="http://127.0.0.1:8080/verify",
    demo=True,
    journal_head="0" * 64,
    frozen_at=datetime(2026, 11, 26, 6, 30, tzinfo=UTC),
    session_time="2026年11月26日 14:00",
)


def test_parties_sign_first_then_the_mediator_then_the_seal() -> None:
    found = [(one.slot, one.name, one.rank, one.kind) for one in signatories(MATTER, PEOPLE)]
    assert found == [
        ("party-1", "林秀珍", 1, "person"),
        ("party-2", "陈国栋", 1, "person"),
        ("mediator", "顾明华", 7, "person"),
        ("seal", "嘉南区青禾街道人民调解委员会", 9, "seal"),
    ]
    assert [person_of(slot, MATTER, PEOPLE) for slot in ("party-1", "party-2", "mediator")] == [LIN, CHEN, GU]


def test_the_agreement_holds_what_the_law_asks_for() -> None:
    text = agreement_text(TERMS, MATTER, PEOPLE, FRAME)
    assert (text.kind, text.title, text.number) == ("agreement", "人民调解协议书", FRAME.number)
    assert [party.label for party in text.parties] == ["甲方", "乙方"]
    assert [section.heading for section in text.before] == ["纠纷主要事实", "争议事项"]
    assert [clause.number for clause in text.clauses] == [1, 2, 3, 4]
    after = "".join(paragraph for section in text.after for paragraph in section.paragraphs)
    for words in ("一式三份", "自各方当事人签名、人民调解员签名并加盖", "30日内", "电子签名法", "并非持牌"):
        assert words in after
    assert text.frozen_at == "2026-11-26T06:30:00Z"


def test_the_minutes_are_signed_by_the_same_people() -> None:
    agreement, minutes = agreement_text(TERMS, MATTER, PEOPLE, FRAME), minutes_text(TERMS, MATTER, PEOPLE, FRAME)
    assert minutes.kind == "minutes"
    assert minutes.signatories == agreement.signatories
    assert [section.heading for section in minutes.before] == ["时间", "事由", "参加人", "调解记录"]
    assert minutes.after[0].paragraphs[0].startswith("1. 甲方应于2026年12月5日前（含当日）")


def test_the_same_terms_give_the_same_bytes_and_lines_become_paragraphs() -> None:
    lines = msgspec.structs.replace(TERMS, minutes=Minutes(paragraphs=("第一行\n第二行", "", "第三行")))
    text = minutes_text(lines, MATTER, PEOPLE, FRAME)
    assert canonical(text) == canonical(minutes_text(lines, MATTER, PEOPLE, FRAME))
    assert text.before[-1].paragraphs == ("第一行", "第二行", "第三行")
