"""The line breaker: nothing lost, nothing too wide, and none of the four faults a reader would object to."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.linebreak import NO_END, NO_START, Line, atoms, break_lines, clusters
from tests.documents.lines import compare
from tests.documents.texts import CLAUSES, case_two

EM = 10.0
CONTRACT = (
    "".join(clause.text for clause in case_two().clauses)
    + "".join(CLAUSES)
    + "".join(paragraph for section in case_two().after for paragraph in section.paragraphs)
    + "甲方应于2026年12月31日前（含当日）支付RMB 38,600.00元（大写：叁万捌仟陆佰元整），逾期按LPR的1.5倍计息；"
    "联系电话0573-8200 1234，邮箱zhou.dayong@example.com，车牌浙A·00000，《会员服务合同》第3.2条、"
    "“人民调解（2026）嘉南人调字第0127号”项下的义务，3～5个工作日内履行完毕——各方确认无误。"
)
CLOSING = "、。，．：；！？）〉》」』】〕’”…"
OPENING = "（〈《「『【〔‘“"


def width(character: str) -> float:
    """Like the page's type: Chinese square, Latin about half."""
    return 0.557 * EM if ord(character) < 0x250 else EM


def broken(text: str, room: float) -> list[Line]:
    return break_lines(text, width, EM, room, room)


def violations(text: str, lines: list[Line]) -> list[str]:
    """What a reader of an official document would object to."""
    wrong = []
    for former, line in pairwise(lines):
        if former.forced:
            continue
        if line.text[0] in CLOSING:
            wrong.append(f"begins with {line.text[:3]}")
        before, after = text[line.start - 1], text[line.start]
        if re.match(r"[0-9][0-9.,*%元年月日]|[.,][0-9]", before + after) and not before + after == ",2":
            wrong.append(f"cuts a number: {before}|{after}")
        if re.match(r"[A-Za-z]{2}", before + after):
            wrong.append(f"cuts a word: {before}|{after}")
        if re.match(r"[壹贰叁肆伍陆柒捌玖拾佰仟万][壹贰叁肆伍陆柒捌玖拾佰仟万元]", before + after):
            wrong.append(f"cuts a sum in words: {before}|{after}")
    wrong += [f"ends with {line.text[-3:]}" for line in lines[:-1] if line.text.rstrip(" ")[-1:] in tuple(OPENING)]
    return wrong


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(CONTRACT) - 200), st.integers(150, 420))
def test_random_cuts_of_contract_text_break_without_violation(start: int, room: int) -> None:
    text = CONTRACT[start : start + 200]
    lines = broken(text, room)
    assert violations(text, lines) == []
    assert "".join(line.text for line in lines) == text
    assert all(line.width <= room + 1e-6 for line in lines)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(CONTRACT) - 200), st.integers(100, 420))
def test_narrow_columns_keep_marks_and_numbers_where_anything_can(start: int, room: int) -> None:
    text = CONTRACT[start : start + 200]
    lines = broken(text, room)
    assert "".join(line.text for line in lines) == text
    assert [line.text for line in lines[1:] if line.text[0] in CLOSING] == []
    over_long = any(sum(map(width, cluster)) > room for cluster in clusters(text))
    assert over_long or not any(line.forced for line in lines)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.floats(1, 400), st.floats(1, 400))
def test_any_text_is_preserved_and_every_line_takes_something(text: str, first: float, rest: float) -> None:
    lines = break_lines(text, width, EM, first, rest)
    assert "".join(line.text for line in lines) == text
    assert all(line.text for line in lines)
    assert [line.start for line in lines[1:]] == [line.end for line in lines[:-1]]
    for number, line in enumerate(lines):
        room = rest if number else first
        assert line.width <= room + 1e-6 or len(line.text.rstrip(" ")) == 1 or line.text.isspace()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("甲方0123456789,.元（）“”、。 ABab-~～%壹佰第号……《》"), max_size=80))
def test_clusters_never_offer_a_forbidden_break(text: str) -> None:
    pieces = clusters(text)
    assert "".join(pieces) == text
    for before, after in pairwise(pieces):
        assert after[0] not in NO_START
        assert before.rstrip(" ")[-1:] not in NO_END
        assert not (before[-1].isdigit() and after[0].isdigit())


@pytest.mark.parametrize(
    "whole",
    [
        "8500元", "6,335.00元", "118.5㎡", "2026年", "12月", "5日", "7日内", "10个工作日", "48小时", "捌仟伍佰元整",
        "壹拾贰万陆仟元整", "6200********0001", "6200 1234 5678 9012 345", "0573-8200", "99.9%", "￥8,500.00元",
        "第0102号", "3～5日", "三十日内", "https://hejie.example.cn/a/b?c=1", "Wei-Ming", "……", "——", "１２．５元",
        "第一百零八条", "（2026）嘉南人调字第0102号", "(2026)嘉0402民特17号", "二〇二六年十一月二十三日", "2026年11月",
        "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整", "33990019710101000X", "gu.minghua@example.org", "±0.5%",
    ],
)  # fmt: skip
def test_one_thing_stays_whole(whole: str) -> None:
    assert any(whole in piece for piece in clusters(f"甲{whole}乙"))


def test_a_date_is_one_thing_and_broken_after_its_year_or_month_where_no_line_holds_it() -> None:
    assert atoms("于2026年12月5日前") == ["于", "2026年12月5日", "前"]
    assert [line.text for line in broken("2026年12月5日", 52)] == ["2026年", "12月5日"]


def test_a_mark_at_the_end_may_stand_with_its_empty_half_outside() -> None:
    lines = broken("一二三四，五", 45)
    assert [line.text for line in lines] == ["一二三四，", "五"]
    assert lines[0].trimmed
    assert lines[0].width == 45


def test_neighbouring_marks_share_their_empty_halves() -> None:
    (line,) = broken("（甲），（乙）。", 400)
    assert line.width == 8 * EM - 3 * EM / 2


def test_an_address_wider_than_the_line_is_broken_as_a_last_resort() -> None:
    address = "https://hejie.example.cn/" + "a" * 60
    lines = broken(f"见{address}。", 150)
    assert len(lines) > 2
    assert "".join(line.text for line in lines) == f"见{address}。"
    assert lines[0].forced
    assert lines[-1].text != "。"


def test_what_no_line_holds_is_broken_at_a_joint() -> None:
    assert [line.text for line in broken("gu.minghua@mediation.example.org", 100)] == [
        "gu.minghua@",
        "mediation.",
        "example.org",
    ]
    assert [line.text for line in broken("壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元整", 110)] == [
        "壹仟贰佰叁拾肆万",
        "伍仟陆佰柒拾捌元整",
    ]


UAX_14 = {
    "CL": "、。〉》」』】〕〗〙〛〞〟，．］｝｠｡｣､﹐﹑﹒﹚﹜﹞",
    "CP": ")]",
    "EX": "!?！？﹖﹗",
    "IS": ",.:;",
    "IN": "…‥",
    "NS": "々〻・ゝゞヽヾー゛゜：；‼⁇⁈⁉﹔﹕",
    "PO": "%¢°‰′″℃℉％￠",
    "OP": "([{（［｛｟｢〈《「『【〔〖〘〚〝﹙﹛﹝",
    "PR": "$£¥±€№＄￡￥￦",
    "QU closing": "’”",
    "QU opening": "‘“",
}
"""Characters of Unicode's LineBreak.txt that Chinese, Latin and money are written with, by class."""
BEFORE = {"OP", "PR", "QU opening"}


@pytest.mark.parametrize("kind", UAX_14)
def test_the_classes_of_uax_14_are_kept(kind: str) -> None:
    for mark in UAX_14[kind]:
        pieces = clusters(f"甲方{mark}乙方")
        assert (f"{mark}乙" if kind in BEFORE else f"方{mark}") in pieces, (kind, mark)


def test_a_thousand_lines_of_random_contract_text_have_no_fault_where_reportlab_has_many() -> None:
    ours, theirs = compare(1_000, seed=20261123)
    assert ours.lines >= 1_000
    assert (ours.seen, ours.lost) == ([], 0)
    assert theirs.faults["begins with a closing mark"] > 10
    assert theirs.faults["cuts a thing in two"] > 10


def test_a_very_long_unbreakable_takes_no_quadratic_time() -> None:
    lines = broken("9" * 20_000, 300)
    assert sum(len(line.text) for line in lines) == 20_000


def test_spaces_at_the_end_of_a_line_are_kept_but_not_measured() -> None:
    lines = broken("甲 乙", 15)
    assert [line.text for line in lines] == ["甲 ", "乙"]
    assert lines[0].width == EM


def test_the_first_line_may_be_shorter() -> None:
    lines = break_lines("一二三四五六", width, EM, 20, 40)
    assert [line.text for line in lines] == ["一二", "三四五六"]


def test_no_text_is_no_line() -> None:
    assert broken("", 100) == []


def test_a_group_of_a_digest_that_begins_with_digits_is_not_cut() -> None:
    digest = "52603733 98b7d662 54da2749 0b3be0a6 5e2d8437 ecf6c459"
    assert {"98b7d662", "54da2749", "5e2d8437"} <= {piece.strip() for piece in atoms(digest)}
