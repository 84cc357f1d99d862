"""Edits made at the same time become one draft: nothing typed is lost, nothing comes about that nobody wrote."""

from itertools import count

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.agreements.drafting.merge import Both, merge, prose
from server.agreements.drafting.pieces import hunks, pieces, sentences
from server.agreements.drafting.weave import Woven, woven, woven_lines
from server.agreements.model import Clause, ClauseFields, Dispute, Minutes, Terms
from tests.server.agreements.drafting.editors import Desk, Editor, added, edited, moved, prose_of, removed
from tests.server.agreements.matter import LATER, PAYMENT, TERMS

SENTENCES = st.sampled_from(["甲方付款。", "乙方配合。", "于5日内", "人民币8500元", "，", "逾期加付。", "8500元", "\n"])
TEXTS = st.lists(SENTENCES, max_size=8).map("".join)


def with_text(text: str, **other: object) -> Terms:
    fields = msgspec.structs.replace(LATER.fields, text=text, **other)
    return Terms(clauses=(msgspec.structs.replace(LATER, fields=fields),))


@given(TEXTS, TEXTS, TEXTS)
def test_who_changed_nothing_takes_what_the_other_wrote(base: str, newest: str, sent: str) -> None:
    for weave in (woven, woven_lines):
        assert weave(base, newest, base) == Woven(newest)
        assert weave(base, base, sent) == Woven(sent)
        assert weave(base, newest, newest) == Woven(newest)


@given(TEXTS, TEXTS)
def test_pieces_and_hunks_give_the_text_back(old: str, new: str) -> None:
    assert "".join(pieces(old)) == "".join(sentences(old)) == old
    before, after = pieces(old), pieces(new)
    for one in reversed(hunks(before, after)):
        before[one.start : one.end] = one.new
    assert before == after


@pytest.mark.parametrize(
    ("base", "newest", "sent", "text", "clash"),
    [
        ("甲付款。乙配合。", "甲一次性付款。乙配合。", "甲付款。乙配合查验。", "甲一次性付款。乙配合查验。", False),
        ("甲方付款给乙方。", "甲方一次性付款给乙方。", "甲方付款给乙方本人。", "甲方一次性付款给乙方本人。", False),
        ("赔偿8500元。", "赔偿9500元。", "赔偿8000元。", "赔偿8000元。", True),
        ("2026年12月5日前付。", "2026年12月8日前付。", "2026年11月5日前付。", "2026年11月5日前付。", True),
        ("甲方付款。", "甲方付款。另加利息。", "甲方付款。不加利息。", "甲方付款。另加利息。不加利息。", False),
        ("甲方付款", "甲方付款一次", "甲方付款两次", "甲方付款两次", True),
        ("甲方付款。", "甲方付款。", "", "", False),
    ],
)  # fmt: skip
def test_prose_is_merged_within_and_a_sum_or_a_day_never(
    base: str, newest: str, sent: str, text: str, clash: bool
) -> None:
    assert woven(base, newest, sent) == Woven(text, clash)


def test_two_who_write_minutes_at_once_both_stay() -> None:
    assert woven_lines("开始。", "开始。\n甲方陈述", "开始。\n乙方陈述") == Woven("开始。\n甲方陈述\n乙方陈述")
    assert woven_lines("", "甲方陈述", "乙方陈述") == Woven("甲方陈述\n乙方陈述")


def test_names_accounts_and_sums_are_taken_whole() -> None:
    assert prose(ClauseFields) >= {"act", "breach", "text"}
    assert not prose(ClauseFields) & {"obligor", "obligee", "account", "manner", "amount_fen", "due"}
    assert prose(Minutes) == {"paragraphs"}
    base, newest, sent = (
        Terms(clauses=(msgspec.structs.replace(PAYMENT, fields=msgspec.structs.replace(PAYMENT.fields, **changes)),))
        for changes in ({"account": "6222 01"}, {"account": "6222 02"}, {"account": "6222 03", "amount_fen": 1})
    )
    done = merge(base, newest, sent)
    assert done.terms == sent
    assert done.both == (Both(PAYMENT.id, "account", "6222 02"),)


def test_what_one_removed_and_the_other_changed_stays_and_is_named() -> None:
    longer = edited(TERMS, 2, 0, 0, "另")
    without = removed(TERMS, 0)
    for newest, sent in ((longer, without), (without, longer)):
        done = merge(TERMS, newest, sent)
        assert done.terms == longer
        assert done.both == (Both(TERMS.clauses[0].id, "removed", None),)
    assert merge(TERMS, without, TERMS).terms == without


def test_moving_and_adding_at_the_same_time() -> None:
    turned = moved(TERMS, 3, 0)
    more = added(TERMS, 4, "c9", "末条")
    for newest, sent in ((turned, more), (more, turned)):
        assert [one.id for one in merge(TERMS, newest, sent).terms.clauses] == ["c4", "c9", "c1", "c2", "c3"]
    other = added(TERMS, 4, "c8", "又一条")
    assert [one.id for one in merge(TERMS, more, other).terms.clauses][-2:] == ["c9", "c8"]


def test_what_is_too_long_together_is_the_later_ones_and_the_other_is_named() -> None:
    base, newest, sent = (with_text(text) for text in ("甲。", "甲。" + "长" * 3000 + "。", "短" * 3000 + "。甲。"))
    done = merge(base, newest, sent)
    assert done.terms == sent
    assert [one.field for one in done.both] == ["text"]
    assert msgspec.json.decode(msgspec.json.encode(done.terms), type=Terms) == sent


@given(st.data())
def test_no_sum_comes_about_that_nobody_wrote(data: st.DataObject) -> None:
    sums = st.integers(1, 99_999_999).map(lambda fen: f"{fen / 100:.2f}元")
    parts = st.lists(st.one_of(sums, st.sampled_from(["赔偿", "，", "退还。"])), max_size=5).map("、".join)
    base, newest, sent = data.draw(parts), data.draw(parts), data.draw(parts)
    known = {one for text in (base, newest, sent) for one in pieces(text) if "元" in one}
    assert {one for one in pieces(woven(base, newest, sent).text) if "元" in one} <= known


START = Terms(
    dispute=Dispute(facts="漏水。"),
    clauses=tuple(
        Clause(id=f"cla_{n}", kind="free", fields=ClauseFields(text=text))
        for n, text in enumerate(["付款。", "维修。"])
    ),
    minutes=Minutes(paragraphs=("开始。",)),
)
STEP = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["type", "type", "type", "cut", "add", "move", "drop", "send", "lose", "deaf", "look", "reload"]),
    st.integers(0, 7),
    st.floats(0, 1),
    st.integers(1, 3),
)


@settings(max_examples=150)
@given(st.lists(STEP, max_size=60))
def test_three_who_write_at_once_converge_and_lose_nothing(steps: list[tuple[int, str, int, float, int]]) -> None:
    """Requests are lost or delayed, answers are lost, saves repeated, pages loaded anew in the middle."""
    desk, fresh = Desk(START), count(0x4E00)
    editors = [Editor.opened(name, desk.get()) for name in "abc"]
    typed: set[str] = set()
    for who, act, where, at, size in steps:
        one = editors[who]
        text = "".join(chr(next(fresh)) for _ in range(size))
        match act:
            case "type":
                one.terms = edited(one.terms, where, at, 0, text)
                typed |= set(text)
            case "cut":
                one.terms, before = edited(one.terms, where, at, size, ""), prose_of(one.terms)
                typed -= set(before) - set(prose_of(one.terms))
            case "add":
                one.terms = added(one.terms, where, f"cla_{who}{text}", text)
                typed |= set(text)
            case "move":
                one.terms = moved(one.terms, where, size)
            case "drop":
                one.terms, before = removed(one.terms, where), prose_of(one.terms)
                typed -= set(before) - set(prose_of(one.terms))
            case "lose":
                one.send()
            case "send" | "deaf" if put := one.send():
                got = desk.put(put)
                if act == "send":
                    one.answered(put, got)
            case "look":
                one.looks(desk.get())
            case "reload":
                editors[who] = msgspec.convert(msgspec.to_builtins(one), Editor)
    for _ in range(4):
        for one in editors:
            while put := one.send():
                one.answered(put, desk.put(put))
            one.looks(desk.get())
    assert {one.terms for one in editors} == {desk.versions[-1]}
    assert typed <= set("".join(map(prose_of, desk.versions)))
    names = [one.id for one in desk.versions[-1].clauses]
    assert len(names) == len(set(names))
