"""From a body to clean terms: what is taken away, what is refused."""

import unicodedata
from datetime import date
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.model import ByDate, ByDays, Clause, Instalment, Item
from server.agreements.typed import clean, terms_of
from server.agreements.wire import TermsIn
from server.errors import Invalid
from tests.server.agreements.matter import LIN, MATTER


def terms(body: dict[str, object]) -> object:
    numbers = count(1)
    sent = msgspec.convert({"version": 1, "dispute": {}, "clauses": [], **body}, TermsIn)
    return terms_of(sent, MATTER, lambda: f"new-{next(numbers)}")


@given(st.text(max_size=60))
def test_clean_text_is_one_line_without_hidden_characters(text: str) -> None:
    try:
        found = clean(text, "x")
    except Invalid as refused:
        assert refused.fields == {"x": "format"}
        return
    assert found == found.strip()
    assert not any(unicodedata.category(one) in ("Cc", "Cs", "Co") for one in found)
    assert not set(found) & set("\u200b\u202e\u2066\ufeff")
    assert clean(found, "x") == found


def test_what_is_pasted_keeps_its_words_apart_and_loses_what_has_no_width() -> None:
    assert clean("材料费\t\t500元\t", "x") == "材料费 500元"
    assert clean("\ufeff赔\u200b偿\u200c损\u200d失\u2060", "x") == "赔偿损失"
    assert clean(" \u200b", "x") == clean("\t", "x") == clean(None, "x") == ""
    for hidden in "\x00\x0b\x85\u200e\u202e\u2063\u2066\ue000":
        with pytest.raises(Invalid):
            clean(f"付{hidden}款", "x")


def test_line_breaks_inside_a_clause_join_without_a_space() -> None:
    assert clean(" 甲方应\n　 付款 ", "x") == "甲方应付款"


@pytest.mark.parametrize("minutes", [["一", "二\n三"], {"paragraphs": ["一", "二\n三"]}])
def test_minutes_come_as_a_list_or_an_object(minutes: object) -> None:
    assert terms({"minutes": minutes}).minutes.paragraphs == ("一", "二", "三")  # type: ignore[attr-defined]


def test_nulls_mean_not_given_and_fields_of_another_kind_are_dropped() -> None:
    fields = {"obligor": None, "text": "各方再无争议", "amount_fen": 100, "due": {"by": "date", "date": "2026-12-01"}}
    (clause,) = terms({"clauses": [{"kind": "free", "fields": fields}]}).clauses  # type: ignore[attr-defined]
    assert (clause.id, clause.fields.obligor) == ("new-1", "")
    assert (clause.fields.amount_fen, clause.fields.due) == (None, None)


def test_one_clause_cannot_stand_twice() -> None:
    kept = "cla_" + 20 * "a"
    twice = [{"id": kept, "kind": "free", "fields": {"text": text}} for text in ("一", "二")]
    with pytest.raises(Invalid) as refused:
        terms({"clauses": twice})
    assert refused.value.fields == {"clauses": "repeated"}


def test_a_party_is_named_by_id_or_label() -> None:
    sent = [{"kind": "act", "fields": {"obligor": name}} for name in (LIN, "甲方")]
    first, second = terms({"clauses": sent}).clauses  # type: ignore[attr-defined]
    assert first.fields.obligor == second.fields.obligor == LIN


def clause(kind: str, **fields: object) -> Clause:
    (found,) = terms({"clauses": [{"kind": kind, "fields": fields}]}).clauses  # type: ignore[attr-defined]
    assert isinstance(found, Clause)
    return found


PARTS = [{"amount_fen": 100, "due": {"by": "date", "date": "2026-12-01"}}, {"amount_fen": 50}]
ITEMS = [{"label": " 医疗费\n", "amount_fen": 120}, {"label": "交通费", "amount_fen": 30}]


def test_instalments_and_items_are_kept_for_payments_alone() -> None:
    due = {"by": "days_after_effective", "days": 7}
    paid = clause(
        "payment", amount_fen=150, due=due, instalments=PARTS, items=ITEMS, place="社区", condition="验收后，"
    )
    assert paid.fields.instalments == (
        Instalment(amount_fen=100, due=ByDate(date(2026, 12, 1))),
        Instalment(amount_fen=50),
    )
    assert paid.fields.items == (Item(label="医疗费", amount_fen=120), Item(label="交通费", amount_fen=30))
    assert paid.fields.due is None, "instalments have days of their own"
    act = clause("act", act="修门", due=due, instalments=PARTS, items=ITEMS, place="社区", condition="验收后")
    assert (act.fields.instalments, act.fields.items, act.fields.due) == ((), (), ByDays(7))
    assert (act.fields.place, act.fields.condition) == ("社区", "验收后")
    free = clause("free", text="再无争议", place="社区", condition="验收后", instalments=None, items=None)
    assert (free.fields.place, free.fields.condition) == ("", "")


@pytest.mark.parametrize("event", ["收到材料", "收到材料之日", "收到材料之日起", " 收到材料之日起\n"])
def test_an_event_is_kept_without_the_words_put_after_it(event: str) -> None:
    due = clause("act", due={"by": "days_after_effective", "days": 10, "working": True, "event": event}).fields.due
    assert due == ByDays(10, working=True, event="收到材料")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"items": [{"label": "一"}, {"label": "医\u2062疗费"}]}, "items[1].label"),
        ({"place": "社区\x00"}, "place"),
        ({"condition": "验收\u202e后"}, "condition"),
        ({"due": {"by": "days_after_effective", "days": 7, "event": "收\u200e到"}}, "due.event"),
        (
            {"instalments": [{"due": {"by": "days_after_effective", "days": 7, "event": "\u2066"}}]},
            "instalments[0].due.event",
        ),
    ],
)
def test_hidden_characters_are_refused_where_they_are(fields: dict[str, object], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        clause("payment", **fields)
    assert refused.value.fields == {f"clauses[0].fields.{path}": "format"}


@pytest.mark.parametrize(
    "fields",
    [
        {"instalments": [{"amount_fen": 1}] * 61},
        {"items": [{"label": "一"}] * 31},
        {"instalments": [{"amount_fen": -1}]},
        {"items": [{"amount_fen": 10**14}]},
        {"instalments": [{"due": {"by": "days_after_effective", "days": 0}}]},
        {"items": [{"label": 501 * "一"}]},
    ],
)
def test_what_is_out_of_bounds_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"clauses\[0\]|\$.clauses"):
        clause("payment", **fields)
    assert clause("payment", instalments=[{"amount_fen": 1}] * 60, items=[{"label": "一"}] * 30)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        *(({"clauses": [{"kind": "free", "fields": {}}, {"kind": "payment", "fields": {name: 501 * "一"}}]},
           f"clauses[1].fields.{name}") for name in ("account", "manner", "place")),
        ({"clauses": [{"kind": "free", "fields": {"text": 4000 * "\u0958"}}]}, "clauses[0].fields.text"),
        ({"dispute": {"facts": 4000 * "\u0958"}}, "dispute.facts"),
        ({"minutes": {"paragraphs": [200 * "一\n", "二"]}}, "minutes.paragraphs"),
    ],
)  # fmt: skip
def test_what_grew_too_long_is_refused_where_it_is(body: dict[str, object], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        terms(body)
    assert refused.value.fields == {path: "too_long"}
