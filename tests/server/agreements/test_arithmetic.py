"""Figures that disagree are told, figures that agree are not; found by construction, not by the code's own patterns."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.agreements.arithmetic import arithmetic
from server.agreements.composition import worded
from server.agreements.model import Clause, ClauseFields, Instalment, Item, Terms
from server.law import money
from tests.server.agreements.matter import MATTER, PAYMENT

FEN = st.integers(1, 10**10)


def findings(clause: Clause) -> list[tuple[str, str]]:
    return list(arithmetic(worded(Terms(clauses=(clause,)), MATTER)[0]))


def text(words: str) -> list[tuple[str, str]]:
    return findings(Clause(id="f", kind="free", fields=ClauseFields(text=words)))


def payment(total: int | None, parts: Iterable[int] = (), items: Iterable[int] = ()) -> list[tuple[str, str]]:
    fields = msgspec.structs.replace(
        PAYMENT.fields,
        amount_fen=total,
        instalments=tuple(Instalment(amount_fen=one) for one in parts),
        items=tuple(Item(label=f"第{'一二三四五六'[n]}项", amount_fen=one) for n, one in enumerate(items)),
    )
    return findings(Clause(id="c", kind="payment", fields=fields))


@given(st.lists(FEN, min_size=1, max_size=6), st.integers(-(10**9), 10**9))
def test_parts_are_held_against_the_sum(parts: list[int], wrong: int) -> None:
    total = sum(parts)
    assert payment(total, parts, parts) == []
    assert payment(None, parts, parts) == []
    assume(wrong and 0 < total + wrong <= money.LARGEST_FEN)
    detail = f"{money.in_figures(total)} ≠ {money.in_figures(total + wrong)}"
    assert payment(total + wrong, parts, parts) == [("instalments_mismatch", detail), ("items_mismatch", detail)]


@given(st.lists(FEN, min_size=2, max_size=6), st.integers(1, 10**6))
def test_parts_named_in_words_are_held_against_the_sum_too(parts: list[int], wrong: int) -> None:
    def said(total: int) -> str:
        listed = "、".join(f"{name}{money.in_figures(one)}元" for name, one in zip("甲乙丙丁戊己", parts, strict=False))
        return f"各方确认损失合计{money.spelled(total)}，其中：{listed}。"

    assert text(said(sum(parts))) == []
    assert [code for code, _ in text(said(sum(parts) + wrong))] == ["items_mismatch"]


@given(FEN, st.integers(1, 9999), st.booleans())
def test_shares_are_held_against_their_base(base: int, basis_points: int, left: bool) -> None:
    share = Decimal(basis_points) / 100
    exact = base * (100 - share if left else share) / 100
    result = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assume(result > 0)
    verb = "减免后为" if left else "承担"

    def said(fen: int) -> str:
        return f"超出部分{money.in_figures(base)}元由甲方按{share}%{verb}{money.spelled(fen).removeprefix('人民币')}。"

    assert text(said(result)) == []
    other = base * (share if left else 100 - share) / 100
    assume(abs(result + 150 - other) > 100)
    assert [code for code, _ in text(said(result + 150))] == ["share_mismatch"]


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(1, 99), st.integers(2, 10**6))
def test_products_and_deductions_are_reckoned_again(area: int, price: int, months: int, wrong: int) -> None:
    fen = area * price * months  # area in tenths, price in tenths of a yuan

    def said(result: int) -> str:
        factors = f"{Decimal(area) / 10}㎡×{Decimal(price) / 10}元×{months}个月"
        return f"物业费{factors}={money.in_figures(result)}元。"

    assert text(said(fen)) == []
    assert [code for code, _ in text(said(fen + wrong))] == ["sum_mismatch"]

    def deducted(left: int) -> str:
        whole, less = money.spelled(fen + wrong).removeprefix("人民币"), money.in_figures(wrong)
        return f"甲方承担{whole}，扣除已垫付{less}元，尚应支付{money.in_figures(left)}元。"

    assert text(deducted(fen)) == []
    assert [code for code, _ in text(deducted(fen + 1))] == ["sum_mismatch"]


@pytest.mark.parametrize(
    "right",
    [
        "超出部分6480元由甲方按70%承担4536元（大写：肆仟伍佰叁拾陆元整），扣除已垫付3000元，尚应支付1536元。",
        "损失10000元，甲方按70%承担7000元，乙方按30%承担3000元。",
        "借款本金120000元，年利率3.45%，利息6000元。",
        "118.5㎡×1.8元×33个月=7038.90元，减免10%并抹零后为6335元。",
        "损失6481元由甲方按70%承担4537元。",
        "费用合计8000元，其中甲方已付5000元、乙方已付1000元，其余由丙方承担。",
        "每逾期一日按未退金额的万分之五支付违约金。",
        "面积5×6=30平方米，单价的80%为24元。",
        "2026年1月至9月共计9000元，其中1月至3月3000元。",
    ],
)
def test_what_people_write_rightly_is_left_alone(right: str) -> None:
    assert text(right) == []


@pytest.mark.parametrize(
    ("wrong", "code", "detail"),
    [
        ("超出部分6480元由甲方按70%承担4436元。", "share_mismatch", "6480×70%=4536"),
        ("118.5㎡×1.8元×33个月=7083.90元。", "sum_mismatch", "118.5㎡×1.8元×33个月=7083.90"),
        ("承担4536元，扣除已垫付3000元，还应支付1436元。", "sum_mismatch", "4536-3000=1536"),
        ("损失合计36480元，其中：医疗费21480元、营养费3000元、护理费9800元。", "items_mismatch", "34280 ≠ 36480"),
        ("货款20,000元×90%=17,000元。", "sum_mismatch", "20,000元×90%=17,000"),
    ],
)
def test_each_slip_is_told_with_what_it_should_be(wrong: str, code: str, detail: str) -> None:
    assert text(wrong) == [(code, detail)]


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part",
    [
        "1", "1,", "1元", "1×", "1元×", "1元 × ", "按1%", "1元按1%", "1元按1%2元", "扣除1元", "1元，扣除1元尚",
        "甲1元、", "合计1元其中甲1元、", "1元（大写：", "合计1元（大写：" + "壹" * 59, "按" * 50, "元" * 50,
    ],
)  # fmt: skip
def test_long_odd_texts_are_judged_at_once(part: str) -> None:
    clause = worded(Terms(clauses=(PAYMENT,)), MATTER)[0]
    long = type(clause)(clause.id, "free", 1, (part * 20_000)[:20_000], clause.hash, ClauseFields())
    assert all(code for code, _ in arithmetic(long))
