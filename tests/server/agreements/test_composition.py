"""Clauses in words: the four of the corpus case letter by letter, and what a hash is made of."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.composition import sentence, worded
from server.agreements.model import ByDate, Clause, ClauseFields, Terms
from server.law import money
from tests.server.agreements.matter import CHEN, LIN, MATTER, PAYMENT, REPAIR, TERMS

CORPUS = (
    "甲方应于2026年12月5日前（含当日）完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收。",
    "甲方赔偿乙方吊顶、墙面及家具损失人民币8500元（大写：捌仟伍佰元整），于本协议生效之日起7日内一次性转账支付。",
    "乙方应于2026年12月1日前（含当日）配合入户查验。",
    "维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。",
)


def test_the_corpus_case_reads_as_it_should() -> None:
    assert tuple(clause.text for clause in worded(TERMS, MATTER)) == CORPUS


def test_account_and_breach_follow_the_sum() -> None:
    fields = msgspec.structs.replace(
        PAYMENT.fields, account="户名陈国栋，账号6200********0002", manner="一次性转账", breach="逾期的，可申请强制执行"
    )
    assert sentence(Clause(id="c", kind="payment", fields=fields), MATTER) == (
        "甲方赔偿乙方吊顶、墙面及家具损失人民币8500元（大写：捌仟伍佰元整），于本协议生效之日起7日内一次性转账支付，"
        "转入乙方账户（户名陈国栋，账号6200********0002）。逾期的，可申请强制执行。"
    )


def test_a_bare_payment_still_names_who_pays_whom() -> None:
    clause = Clause(
        id="c",
        kind="payment",
        fields=ClauseFields(obligor=LIN, obligee=CHEN, amount_fen=150, due=ByDate(date(2027, 1, 20))),
    )
    assert sentence(clause, MATTER) == "甲方支付乙方人民币1.50元（大写：壹元伍角整），于2027年1月20日前（含当日）支付。"


def test_words_of_the_sum_are_written_by_us_not_by_the_client() -> None:
    lied = msgspec.structs.replace(PAYMENT.fields, amount_words="壹元整")
    terms = Terms(clauses=(msgspec.structs.replace(PAYMENT, fields=lied),))
    (clause,) = worded(terms, MATTER)
    assert clause.fields.amount_words == money.in_words(850000)
    assert clause.hash == worded(Terms(clauses=(PAYMENT,)), MATTER)[0].hash


def test_moving_a_clause_keeps_its_hash() -> None:
    turned = msgspec.structs.replace(TERMS, clauses=TERMS.clauses[::-1])
    assert {c.id: c.hash for c in worded(TERMS, MATTER)} == {c.id: c.hash for c in worded(turned, MATTER)}


@given(st.integers(0, money.LARGEST_FEN), st.integers(0, money.LARGEST_FEN))
def test_another_sum_is_another_hash(a: int, b: int) -> None:
    def of(fen: int) -> str:
        clause = msgspec.structs.replace(PAYMENT, fields=msgspec.structs.replace(PAYMENT.fields, amount_fen=fen))
        return worded(Terms(clauses=(clause,)), MATTER)[0].hash

    assert (of(a) == of(b)) == (a == b)


@given(st.sampled_from(["obligor", "act", "text", "breach", "manner"]), st.text(min_size=1, max_size=20))
def test_any_changed_field_changes_the_hash(name: str, value: str) -> None:
    changed = msgspec.structs.replace(REPAIR.fields, **{name: value})
    if changed == REPAIR.fields:
        return
    clause = msgspec.structs.replace(REPAIR, fields=changed)
    assert worded(Terms(clauses=(clause,)), MATTER)[0].hash != worded(Terms(clauses=(REPAIR,)), MATTER)[0].hash
