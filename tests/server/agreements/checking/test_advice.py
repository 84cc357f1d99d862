"""Advice on a draft: each finding from the one fault that causes it, and none for the corpus case."""

from datetime import date

import msgspec
import pytest

from server.agreements.checking import advise
from server.agreements.checking.sums import wrong_additions, wrong_words
from server.agreements.composition import worded
from server.agreements.model import ByDate, Clause, ClauseFields, Dispute, Minutes, Terms
from tests.server.agreements.matter import CHEN, LIN, MATTER, PAYMENT, REPAIR, TERMS

TODAY = date(2026, 11, 26)


def codes(*clauses: Clause, terms: Terms = TERMS) -> list[tuple[str | None, str]]:
    terms = msgspec.structs.replace(terms, clauses=clauses)
    return [(one.clause, one.code) for one in advise(terms, worded(terms, MATTER), MATTER, TODAY)]


def payment(**changes: object) -> Clause:
    full = msgspec.structs.replace(PAYMENT.fields, account="户名陈国栋", breach="逾期的，可申请强制执行")
    return msgspec.structs.replace(PAYMENT, fields=msgspec.structs.replace(full, **changes))


def free(text: str) -> Clause:
    return Clause(id="f", kind="free", fields=ClauseFields(text=text))


def test_a_careful_draft_gets_no_advice() -> None:
    assert codes(REPAIR, payment()) == []


def test_the_corpus_case_lacks_account_and_breach_only() -> None:
    assert codes(*TERMS.clauses) == [("c2", "account_missing"), ("c2", "breach_missing")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": ""}, "account_missing"),
        ({"amount_fen": 0}, "amount_missing"),
        ({"amount_fen": None}, "amount_missing"),
        ({"obligor": ""}, "obligor_missing"),
        ({"obligee": ""}, "obligee_missing"),
        ({"obligee": LIN}, "same_party"),
        ({"due": None}, "due_missing"),
        ({"due": ByDate(date(2026, 11, 25))}, "due_past"),
        ({"breach": ""}, "breach_missing"),
    ],
)
def test_one_fault_one_finding(changes: dict[str, object], code: str) -> None:
    assert codes(payment(**changes)) == [("c2", code)]


def test_today_is_not_past_and_cash_needs_no_account() -> None:
    assert codes(payment(due=ByDate(TODAY))) == []
    assert codes(payment(account="", manner="当面以现金支付")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("双方解除婚姻关系。", "personal_status"),
        ("青禾路88号房屋所有权归甲方。", "title_decision"),
        ("乙方尽快付款。", "vague_due"),
        ("余款由双方协商解决。", "left_to_talks"),
        ("甲方应向乙方支付订金2000元，2026年12月1日前付清，反悔的不予退还。", "deposit_word"),
        ("双方确认损失为人民币8500元（大写：捌仟元整）。", "words_mismatch"),
        ("医疗费21480+营养费3000+护理费9800=36480元。", "sum_mismatch"),
        ("", "text_missing"),
    ],
)
def test_faults_of_a_free_clause(text: str, code: str) -> None:
    assert codes(free(text)) == [("f", code)]


def test_what_the_whole_lacks() -> None:
    bare = Terms(dispute=Dispute(), minutes=Minutes())
    assert codes(terms=bare) == [(None, "no_clauses"), (None, "facts_missing"), (None, "minutes_missing")]


def test_sums_written_right_are_left_alone() -> None:
    right = "医疗费21480 + 营养费3000 + 护理及误工费9800 + 交通费1000 + 车损1200 = 36480"
    assert list(wrong_additions(right)) == []
    assert list(wrong_words("人民币7,038.90元（大写：柒仟零叁拾捌元玖角整）")) == []
    assert list(wrong_words("人民币1.5元（大写：一块五）")) == ["1.5元（大写：一块五）"]


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part", ["1", "1 + ", "1     +", "1,", "1元  ", "1元（大写： ", " " * 8 + "1", "1元（大写：" + " " * 4000]
)
def test_a_text_that_almost_adds_up_is_judged_at_once(part: str) -> None:
    text = (part * 20_000)[:20_000]
    assert list(wrong_additions(text)) == [] and list(wrong_words(text)) == []


def test_other_act_clause_without_act() -> None:
    clause = Clause(id="a", kind="act", fields=ClauseFields(obligor=CHEN, due=ByDate(TODAY)))
    assert codes(clause) == [("a", "act_missing")]
