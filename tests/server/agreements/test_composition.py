"""Clauses in words: the four of the corpus case letter by letter, and what a hash is made of."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.composition import sentence, worded
from server.agreements.model import ByDate, ByDays, Clause, ClauseFields, Instalment, Item, Terms, terms_hash
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


OLD = {
    "c1": "b4c0be502f07dcf22252d909e7565d9a82fa16a48c3263d40562567013bfd38f",
    "c2": "b0a863060e771a28a7ce2156cef48ba4295940f2ca18aa641f4d4aebec66648c",
    "c3": "76494cc2b3027db97a5f4212b7732f5d61f95746bdbee5be78bfc39fb22ba029",
    "c4": "f5db25abfce6b4fe1f92ec68ae11c040c59955c7c23318e0d1bbab04b3e85fc9",
}
"""As they were before instalments, items, place, condition, working days and events."""


def test_what_was_confirmed_before_clauses_knew_more_keeps_its_hash() -> None:
    assert {clause.id: clause.hash for clause in worded(TERMS, MATTER)} == OLD
    assert terms_hash(TERMS) == "f8286ed111eda1b74e451c9d91ce0d5daab24dda68961241e4b3a08ff426b95d"


def test_terms_stored_before_are_still_read() -> None:
    stored = (
        b'{"clauses":[{"id":"c2","kind":"payment","fields":{"obligor":"pty_lin","obligee":"pty_chen",'
        b'"amount_fen":850000,"amount_words":"","due":{"by":"days_after_effective","days":7},"account":"",'
        b'"manner":"\xe4\xb8\x80\xe6\xac\xa1\xe6\x80\xa7\xe8\xbd\xac\xe8\xb4\xa6\xe6\x94\xaf\xe4\xbb\x98",'
        b'"act":"\xe8\xb5\x94\xe5\x81\xbf","breach":"","text":"\xe5\x90\x8a\xe9\xa1\xb6"}}]}'
    )
    (clause,) = worded(msgspec.json.decode(stored, type=Terms), MATTER)
    assert clause.text == "甲方赔偿乙方吊顶人民币8500元（大写：捌仟伍佰元整），于本协议生效之日起7日内一次性转账支付。"


def payment(**fields: object) -> str:
    whole = {"obligor": CHEN, "obligee": LIN, **fields}
    return sentence(Clause(id="c", kind="payment", fields=msgspec.convert(whole, ClauseFields)), MATTER)


def test_a_payment_in_parts_reads_as_one_sentence() -> None:
    first = Instalment(amount_fen=2000000, due=ByDate(date(2026, 12, 15)))
    second = Instalment(amount_fen=1860000, due=ByDate(date(2027, 1, 20)))
    fields = ClauseFields(
        obligor=CHEN, obligee=LIN, text="劳动报酬", amount_fen=3860000, instalments=(first, second), manner="分期转账",
        account="户名林秀珍，账号6200********0001", breach="任何一期逾期的，可以就全部未付款项申请强制执行",
    )  # fmt: skip
    assert sentence(Clause(id="c", kind="payment", fields=fields), MATTER) == (
        "乙方支付甲方劳动报酬人民币38600元（大写：叁万捌仟陆佰元整），"
        "于2026年12月15日前（含当日）支付20000元（大写：贰万元整），"
        "于2027年1月20日前（含当日）支付18600元（大写：壹万捌仟陆佰元整），"
        "均转账支付，转入甲方账户（户名林秀珍，账号6200********0001）。"
        "任何一期逾期的，可以就全部未付款项申请强制执行。"
    )


def test_items_condition_event_and_working_days_have_their_words() -> None:
    assert payment(
        act="赔付",
        amount_fen=3000000,
        items=[{"label": "医疗及营养", "amount_fen": 1800000}, {"label": "护理、误工及交通", "amount_fen": 1200000}],
        due=ByDays(10, working=True, event="收到齐全理赔材料"),
        manner="一次性转账",
    ) == (
        "乙方赔付甲方人民币30000元（大写：叁万元整），其中：医疗及营养18000元、护理、误工及交通12000元；"
        "于收到齐全理赔材料之日起10个工作日内一次性转账支付。"
    )
    assert payment(
        condition="超出部分6480元由乙方按70%承担4536元，", act="尚应支付", amount_fen=153600, manner="付清",
        due=ByDate(date(2026, 12, 10)),
    ) == (
        "超出部分6480元由乙方按70%承担4536元，乙方尚应支付甲方人民币1536元（大写：壹仟伍佰叁拾陆元整），"
        "于2026年12月10日前（含当日）付清。"
    )  # fmt: skip
    assert payment(amount_fen=100, place="社区调解室", manner="当面现金") == (
        "乙方支付甲方人民币1元（大写：壹元整），在社区调解室当面现金支付。"
    )


def test_an_act_has_its_place_and_condition() -> None:
    fields = ClauseFields(
        obligor=CHEN,
        act="协助甲方办理产权转移登记",
        place="嘉南区不动产登记中心",
        due=ByDays(15, event="收到全部折价款"),
    )
    assert sentence(Clause(id="c", kind="act", fields=fields), MATTER) == (
        "乙方应于收到全部折价款之日起15日内在嘉南区不动产登记中心协助甲方办理产权转移登记。"
    )
    late = ClauseFields(obligor=CHEN, act="支付下一年度物业费的90%", condition="甲方未按期修复的；")
    assert sentence(Clause(id="c", kind="act", fields=late), MATTER) == (
        "甲方未按期修复的，乙方应支付下一年度物业费的90%。"
    )


def test_every_new_part_changes_the_hash() -> None:
    def of(**fields: object) -> str:
        clause = msgspec.structs.replace(PAYMENT, fields=msgspec.structs.replace(PAYMENT.fields, **fields))
        return worded(Terms(clauses=(clause,)), MATTER)[0].hash

    found = [
        of(),
        of(instalments=(Instalment(amount_fen=850000),)),
        of(items=(Item(label="吊顶", amount_fen=850000),)),
        of(place="社区"),
        of(condition="验收后"),
        of(due=ByDays(7, working=True)),
        of(due=ByDays(7, event="验收")),
    ]
    assert len(set(found)) == len(found)
