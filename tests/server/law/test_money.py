"""Sums in words: the annex's own examples, the corpus, and the round trip over every whole fen we accept."""

import re

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


def reference_in_words(fen: int) -> str:
    """An independent writer: every digit with its unit, then the zeros folded away by replacement."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", "分角元拾佰仟万拾佰仟亿拾佰仟"
    every = "".join(
        digits[int(one)] + units[place] for place, one in zip(range(len(str(fen)) - 1, -1, -1), str(fen), strict=True)
    )
    words = re.sub("零[拾佰仟]", "零", every)
    words = re.sub("零{2,}", "零", words)
    words = re.sub("零+([亿万元])", r"\1", words)
    words = words.replace("亿万", "亿零" if not re.search("亿万(零|元)", words) else "亿")
    words = re.sub("零{2,}", "零", words)
    words = re.sub("零角零分$|零角$|零分$", "整" if fen % 10 == 0 else "", words)
    words = words.replace("零角", "零") if fen >= 100 else words.replace("零角", "")
    return words.removeprefix("元") if fen else "零元整"


def reference_from_words(words: str) -> int:
    """An independent reader: split at the units of the sum, each group a sum of products."""
    values = {name: n for n, name in enumerate("零壹贰叁肆伍陆柒捌玖")}

    def group(text: str) -> int:
        small = {"仟": 1000, "佰": 100, "拾": 10}
        plain = text.replace("零", "")
        parts = re.findall("([壹贰叁肆伍陆柒捌玖])([仟佰拾]?)", plain)
        assert "".join(digit + unit for digit, unit in parts) == plain
        return sum(values[digit] * small.get(unit, 1) for digit, unit in parts)

    form = re.fullmatch(r"(?:(?:(.*)亿)?(?:(.*)万)?(.*)元)?(?:零?(.)角)?(?:零?(.)分)?整?", words)
    assert form
    yi, wan, ge, jiao, fen = (one or "" for one in form.groups())
    yuan = group(yi) * 10**8 + group(wan) * 10**4 + group(ge)
    return yuan * 100 + values[jiao or "零"] * 10 + values[fen or "零"]


SUMS = st.one_of(
    st.integers(0, money.LARGEST_FEN),
    st.integers(0, 10**7),
    st.lists(st.sampled_from("0001234567890"), min_size=1, max_size=14).map(lambda digits: int("".join(digits))),
)
"""Also sums with many zeros, where writers go wrong."""


@given(SUMS)
def test_an_independent_writer_and_reader_agree(fen: int) -> None:
    words = money.in_words(fen)
    assert words == reference_in_words(fen)
    assert reference_from_words(words) == fen
    assert money.from_words(words) == reference_from_words(words)
