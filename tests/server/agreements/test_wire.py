"""From a body to clean terms: what is taken away, what is refused."""

import unicodedata
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.wire import TermsIn, clean, terms_of
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
