"""Sums in words: the annex's own examples, the corpus, and the round trip over every whole fen we accept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.law import money

KNOWN = {
    0: "零元整",
    1: "壹分",
    9: "玖分",
    10: "壹角整",
    15: "壹角伍分",
    100: "壹元整",
    101: "壹元零壹分",
    110: "壹元壹角整",
    1000: "壹拾元整",
    1001: "壹拾元零壹分",
    10500: "壹佰零伍元整",
    110000: "壹仟壹佰元整",
    100100: "壹仟零壹元整",
    101000: "壹仟零壹拾元整",
    140950: "壹仟肆佰零玖元伍角整",
    600714: "陆仟零柒元壹角肆分",
    168032: "壹仟陆佰捌拾元叁角贰分",
    10700053: "壹拾万柒仟元伍角叁分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    32504: "叁佰贰拾伍元零肆分",
    850000: "捌仟伍佰元整",
    3860000: "叁万捌仟陆佰元整",
    703890: "柒仟零叁拾捌元玖角整",
    12600000: "壹拾贰万陆仟元整",
    1000000: "壹万元整",
    1000500: "壹万零伍元整",
    100000000: "壹佰万元整",
    10000000000: "壹亿元整",
    10000000500: "壹亿零伍元整",
    10005000000: "壹亿零伍万元整",
    10005000500: "壹亿零伍万零伍元整",
    1000010000000: "壹佰亿零壹拾万元整",
    money.LARGEST_FEN: "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}


@pytest.mark.parametrize(("fen", "words"), KNOWN.items())
def test_known_sums_are_written_and_read(fen: int, words: str) -> None:
    assert money.in_words(fen) == words
    assert money.from_words(words) == fen


@given(st.integers(0, money.LARGEST_FEN))
def test_every_sum_comes_back(fen: int) -> None:
    words = money.in_words(fen)
    assert money.from_words(words) == fen
    assert "零零" not in words


@given(st.integers(0, 20_000_000), st.integers(0, 20_000_000))
def test_two_sums_never_share_words(a: int, b: int) -> None:
    assert (money.in_words(a) == money.in_words(b)) == (a == b)


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("壹仟陆佰捌拾元零叁角贰分", 168032),
        ("壹拾万零柒仟元零伍角叁分", 10700053),
        ("壹拾万零柒仟元伍角叁分", 10700053),
        ("壹角", 10),
        ("伍圆正", 500),
    ],
)
def test_permitted_variants_are_read(words: str, fen: int) -> None:
    assert money.from_words(words) == fen


@pytest.mark.parametrize(
    "words",
    [
        "",
        "整",
        "元整",
        "壹",
        "壹拾",
        "一百元",
        "壹元壹元",
        "壹万伍元整",
        "壹佰伍元整",
        "伍仟捌佰",
        "壹分整",
        "拾元整",
        "零元",
    ],
)
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(ValueError):
        money.from_words(words)


@pytest.mark.parametrize("fen", [-1, money.LARGEST_FEN + 1])
def test_sum_out_of_range_is_refused(fen: int) -> None:
    with pytest.raises(ValueError):
        money.in_words(fen)


def test_clause_states_figures_and_words() -> None:
    assert money.spelled(850000) == "人民币8500元（大写：捌仟伍佰元整）"
    assert money.spelled(703890) == "人民币7038.90元（大写：柒仟零叁拾捌元玖角整）"
