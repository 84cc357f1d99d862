"""Advice on a draft: each finding from the one fault that causes it, and none for the corpus case."""

import logging
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements import checking
from server.agreements.checking import advise
from server.agreements.checking.reading import Hit, Reading
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


@pytest.mark.parametrize(
    "text",
    [
        "乙方用水20吨，每吨3.125元，共计62.5元，由甲方于2026年12月1日前付清。",
        "乙方用水21吨，每吨3.125元，共计65.63元，由甲方于2026年12月1日前付清。",
        "水费0.001+0.002=0.003元，由甲方于2026年12月1日前付清。",
        "单价1.875元，面积费用2元，共计3.875元，由甲方于2026年12月1日前付清。",
        "三人平均分摊100元，每人33.3333元，均于2026年12月1日前向乙方付清。",
        "甲方赔偿合计4元，其中：材料费1.125元、工费1.125元、车费1.75元。",
    ],
)
def test_prices_with_parts_of_a_fen_are_reckoned_with(text: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not {"sum_mismatch", "items_mismatch"} & {code for _, code in codes(free(text))}
    assert caplog.records == []


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("乙方用水20吨，每吨3.125元，共计63元。", "62.50 ≠ 63"),
        ("乙方用水21吨，每吨3.125元，共计65.6元。", "65.625 ≠ 65.60"),
        ("单价1.875元，面积费用2元，共计3.9元。", "3.875 ≠ 3.90"),
        ("水费1.001+2.002=3.02。", "1.001+2.002=3.02"),
        ("双方确认损失为人民币3.125元（大写：叁元壹角贰分）。", "3.125元（大写：叁元壹角贰分）"),
    ],
)
def test_what_is_a_fen_or_more_apart_is_told_with_all_its_places(text: str, detail: str) -> None:
    terms = msgspec.structs.replace(TERMS, clauses=(free(text),))
    assert detail in [one.detail for one in advise(terms, worded(terms, MATTER), MATTER, TODAY)]


def test_a_check_that_fails_is_logged_without_a_word_of_the_text_and_skipped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(reading: Reading) -> Iterator[Hit]:
        yield "text_missing", ""
        raise ArithmeticError(reading.text)

    before = codes(free("乙方尽快付款。"))
    monkeypatch.setattr(checking, "CHECKS", (broken, *checking.CHECKS))
    assert codes(free("乙方尽快付款。")) == before
    [record] = caplog.records
    assert (record.msg, record.__dict__["part"]) == ("check.failed", "test_advice")


FIGURES = st.from_regex(r"\d[\d,]{0,22}(\.\d{1,11})?", fullmatch=True)
SPOKEN = """
元 万元 元（大写： ） 共计 合计 ，其中： 分三期 每期 每人 三人平摊 每吨 吨 每月 个月 按 % ‰ 倍 × + = 扣除 ，尚欠 即
， 、 。 ； 定金 价款 违约金 本金 利息 年利率 第一期 第二期 甲方 乙方 承担 支付 分担 借款 每日 日内 一二三点五 伍仟
2026年12月1日前 2026年2月30日
"""
WORDS = st.sampled_from(SPOKEN.split())


@given(st.lists(FIGURES | WORDS, max_size=40))
def test_no_text_with_numbers_stops_a_check(parts: list[str]) -> None:
    text, failed = "".join(parts), list[logging.LogRecord]()
    handler = logging.Handler()
    handler.emit = failed.append  # type: ignore[method-assign]
    checking.log.addHandler(handler)
    try:
        codes(free(text))
    finally:
        checking.log.removeHandler(handler)
    assert failed == []
