"""From a case to a form: what is known stands there, what is missing is room to write, what is required is named."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Cell, Signing, Table, Words
from server.forms import sample
from server.forms.filling import Form, fill
from server.forms.model import Field, Template
from server.forms.rules import fault
from server.forms.shelf import shelf
from server.forms.sources import Known, Settled, known
from server.law import money
from server.settings import Centre

CENTRE = Centre()
SHELF = shelf(None)
KNOWN = sample.sample(CENTRE)
NOTHING = Known({}, {})


def form(name: str, about: Known = KNOWN, **typed: str) -> Form:
    template = SHELF.template(name)
    assert template
    return fill(template, about, typed, day=sample.DAY, centre=CENTRE.name, demo=False)


def cells(filled: Form) -> list[Cell]:
    return [cell for block in filled.text.blocks if isinstance(block, Table) for row in block.rows for cell in row]


def beside(filled: Form, label: str) -> str:
    found = cells(filled)
    return next(after.text for head, after in pairwise(found) if head.head and head.text == label)


def test_what_the_case_says_is_filled_in_and_what_is_typed_stands_before_it() -> None:
    assert "502室卫生间防水层老化" in beside(form("application"), "纠纷简要情况")
    assert beside(form("application", facts="另有说明。"), "纠纷简要情况") == "另有说明。"
    assert form("application").missing == ()
    emptied = form("application", facts="")
    assert (beside(emptied, "纠纷简要情况"), emptied.missing) == ("", ("facts",)), "room to write by hand"


def test_what_is_required_and_missing_is_named_and_left_blank() -> None:
    filled = form("registration", NOTHING)
    assert filled.missing == ("received", "dispute", "origin", "facts", "mediator", "registrar")
    assert beside(filled, "纠纷简要情况") == "" and beside(filled, "受理日期").split() == ["年", "月", "日"]
    assert beside(filled, "姓名") == "", "one empty table for a person nobody filed"
    assert "remark" not in filled.missing


def test_nothing_known_and_nothing_typed_prints_every_form_all_the_same() -> None:
    for template in SHELF.templates:
        if template.blocks:
            blank = fill(template, NOTHING, {}, day=sample.DAY, centre=CENTRE.name, demo=False)
            assert set(blank.missing) == {one.id for one in template.fields if one.required}
            assert not [one for one in blank.text.strings() if "{" in one]


def test_phone_and_identity_number_are_left_to_be_written_by_hand() -> None:
    people = [
        replace(one, filed=replace(one.filed, id_no="330402197103150020", phone="19900000002")) for one in sample.PEOPLE
    ]
    case = replace(sample.SAMPLE, people=tuple(people))
    about = known(case, "顾明华", "苏婉", [], Settled(), CENTRE, sample.DAY)
    for template in SHELF.templates:
        if template.blocks:
            printed = " ".join(fill(template, about, {}, day=sample.DAY, centre="", demo=False).text.strings())
            assert "33040219" not in printed and "19900000002" not in printed


def test_options_are_ticked_whole_and_each_on_one_line() -> None:
    lines = beside(form("cover", result="其他"), "调解结果").split("\n")
    assert "■其他" in lines[-1] and all(len(line) <= 30 for line in lines)
    several = "当事人一方拒绝在调解协议上签章\n其他导致调解无法进行的情形"
    printed = beside(form("termination", reason=several), "终止原因").split("\n")
    assert [line for line in printed if line.startswith("■")] == [f"■{one}" for one in several.split("\n")]
    assert len(printed) == 7


def test_a_person_is_chosen_and_described_and_the_only_one_needs_no_choice() -> None:
    filled = form("authority")
    assert beside(filled, "代理权限") == "□一般授权　■特别授权"
    assert beside(filled, "与当事人关系") == "女儿"
    receipt = form("receipt")
    assert {"payee", "payer"} <= set(receipt.missing), "of two parties nobody guesses who paid"
    chosen = form("receipt", payee="pty_林秀珍", payer="pty_安澜物业服务有限公司", sum="850000")
    words = next(block for block in chosen.text.blocks if isinstance(block, Words))
    assert words.paragraphs[0].startswith("今收到安澜物业服务有限公司按照")
    assert beside(chosen, "收到金额") == "人民币8500元（大写：捌仟伍佰元整）"


def test_each_party_has_a_line_to_sign_on() -> None:
    lines = next(block for block in form("rights").text.blocks if isinstance(block, Signing)).labels
    assert [one.split("（")[0] for one in lines] == ["甲方林秀珍", "乙方安澜物业服务有限公司", "告知人"]


def test_the_age_is_told_by_year_where_the_day_is_unknown() -> None:
    born = replace(sample.PEOPLE[0], filed=replace(sample.PEOPLE[0].filed, born_on="1971-11-27"))
    case = replace(sample.SAMPLE, people=(born,))
    about = known(case, "顾明华", "", [], Settled(), CENTRE, date(2026, 11, 26))
    assert about.people["case.parties"][0]["age"] == "54岁"
    assert KNOWN.people["case.parties"][0]["age"] == "1971年生"


@given(st.integers(0, money.LARGEST_FEN))
def test_a_sum_is_printed_in_figures_and_words(fen: int) -> None:
    filled = form("receipt", sum=str(fen))
    assert beside(filled, "收到金额") == money.spelled(fen)


FIELD = Field(id="x", label="x", kind="line")


@pytest.mark.parametrize(
    "kind, value, reason",
    [
        ("line", "一行", ""), ("line", "两\n行", "format"), ("line", "长" * 201, "too_long"),
        ("paragraph", "两\n行", ""),
        ("date", "2026-12-05", ""), ("date", "2026-02-30", "format"), ("date", "20261205", "format"),
        ("sum", "850000", ""), ("sum", "-1", "format"), ("sum", "８５", "format"), ("sum", "1" * 16, "format"),
        ("choice", "甲", ""), ("choice", "丙", "value"), ("choice", "甲\n乙", "value"),
        ("person", "pty_1", ""), ("person", "pty_2", "value"), ("sign", "x", "fixed"), ("sign", "", "fixed"),
    ],
)  # fmt: skip
def test_what_is_typed_must_fit_its_field(kind: str, value: str, reason: str) -> None:
    field = Field(id="x", label="x", kind=kind, options=("甲", "乙"))  # type: ignore[arg-type]
    assert fault(field, value, ["pty_1"]) == reason


def test_of_several_options_each_may_be_ticked_once_and_what_is_fixed_is_not_typed() -> None:
    several = Field(id="x", label="x", kind="choice", options=("甲", "乙"), several=True)
    assert fault(several, "甲\n乙", []) == "" and fault(several, "甲\n丙", []) == "value"
    assert fault(Field(id="x", label="x", kind="line", fixed=True), "x", []) == "fixed"


@pytest.mark.parametrize("kind", ["date", "sum", "choice"])
def test_what_was_typed_while_a_field_was_of_another_kind_is_missing(kind: str) -> None:
    template = SHELF.template("receipt")
    assert template
    old = template.field("rest")
    assert old
    new = msgspec.structs.replace(old, kind=kind, required=True)
    changed = msgspec.structs.replace(template, fields=tuple(new if one == old else one for one in template.fields))
    for value in ("月底", "1" * 5000, "-1", "８５", "2026-02-30"):
        filled = fill(changed, KNOWN, {"rest": value}, day=sample.DAY, centre=CENTRE.name, demo=False)
        assert "rest" in filled.missing
        assert value not in beside(filled, old.label)


def test_a_template_is_a_plain_value() -> None:
    template = SHELF.template("receipt")
    assert isinstance(template, Template) and hash(template) == hash(SHELF.template("receipt"))
