"""Redline: both texts can be read out of it, sums and dates are whole, what moved is told from what changed."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.composition import worded
from server.agreements.drafting.pieces import PIECE, Hunk, hunks, pieces
from server.agreements.drafting.redline import ClauseChange, Span, inline, redline
from tests.server.agreements.drafting.editors import added, edited, moved, removed
from tests.server.agreements.matter import MATTER, TERMS

WORDS = st.sampled_from(
    [
        "甲方",
        "乙方",
        "支付",
        "，",
        "。",
        "人民币8500元（大写：捌仟伍佰元整）",
        "2026年12月5日",
        "7日内",
        "二十日",
        "a b",
    ]
)
TEXTS = st.lists(WORDS, max_size=10).map("".join)


def side(spans: tuple[Span, ...], op: str) -> str:
    return "".join(span.text for span in spans if span.op in ("=", op))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_it_and_nothing_countable_is_split(before: str, after: str) -> None:
    spans = inline(before, after)
    assert (side(spans, "-"), side(spans, "+")) == (before, after)
    for op, text in (("-", before), ("+", after)):
        edges, at = {0}, 0
        for span in spans:
            if span.op in ("=", op):
                edges.add(at := at + len(span.text))
        whole = [found.span() for found in PIECE.finditer(text)]
        assert not [1 for start, end in whole for edge in edges if start < edge < end]


@pytest.mark.parametrize("part", ["一", "1，", "1", "壹", "1.1", "人民币1", "1元（大写：壹", "a"])
def test_a_run_without_an_end_is_cut_into_short_pieces(part: str) -> None:
    text = (part * 4000)[:4000]
    found = pieces(text)
    assert "".join(found) == text and max(map(len, found)) <= 90
    assert not re.search(r"[])d][+*]", PIECE.pattern), "every run is bounded"


def test_texts_that_repeat_themselves_without_end_count_as_one_change() -> None:
    text = "甲乙" * 240
    assert hunks(text, "丙" + "乙甲" * 240 + "丁") == [Hunk(0, 480, tuple("丙" + "乙甲" * 240 + "丁"))]
    long = "".join(chr(0x4E00 + n) for n in range(600))
    assert len(hunks(long, long.replace("一", "丈丈").replace(long[300], "丈"))) == 2


def test_a_phrase_is_replaced_as_a_phrase() -> None:
    assert inline("甲方一次性付清。", "甲方分三期付清。") == (
        Span("=", "甲方"),
        Span("-", "一次性"),
        Span("+", "分三期"),
        Span("=", "付清。"),
    )
    assert [span.text for span in inline("于2026年12月5日付", "于2026年12月8日付") if span.op == "-"] == [
        "2026年12月5日"
    ]


def test_added_removed_moved_and_changed_are_told_apart() -> None:
    after = added(edited(removed(moved(TERMS, 3, 0), 2), 3, 0.5, 0, "及配件"), 3, "c9", "末条。")
    found = redline(worded(TERMS, MATTER), worded(after, MATTER))
    assert [(one.id, one.change, one.moved, one.was, one.now) for one in found] == [
        ("c4", "same", True, 4, 1),
        ("c1", "changed", False, 1, 2),
        ("c2", "removed", False, 2, None),
        ("c3", "same", False, 3, 3),
        ("c9", "added", False, None, 4),
    ]


@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_every_clause_of_both_is_there_once_with_its_words(order: list[int], gone: set[int]) -> None:
    clauses = tuple(TERMS.clauses[n] for n in order if n not in gone)
    before, after = worded(TERMS, MATTER), worded(msgspec.structs.replace(TERMS, clauses=clauses), MATTER)
    found = redline(before, after)
    assert sorted(one.id for one in found) == sorted(one.id for one in before)
    assert [one.id for one in found if one.now] == [one.id for one in after]

    def numbered(one: ClauseChange) -> int | None:
        return one.was

    assert sorted(n for n in map(numbered, found) if n) == [1, 2, 3, 4]
    if not gone:
        assert any(one.moved for one in found) == (list(order) != sorted(order))
