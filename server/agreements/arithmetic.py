"""Whether the figures of a clause agree with each other: parts with the sum, shares with their base, reckonings with
their result. Pure; reads fields where there are fields and words where there are only words."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from decimal import Decimal

from server.agreements.composition import Worded
from server.law import money

NUMBER = r"\d[\d,]{0,19}+(?:\.\d{1,9}+)?+"
WORDS = r"(?:（大写[：:][^（）]{1,60}+）)?"
"""Every pattern is bounded and has one way only to read each character, as those of `checks`."""
YUAN = re.compile(rf"(?<![\d,.])({NUMBER})\s?元")
SHARE = re.compile(rf"(?:按|按照|的)\s?(\d{{1,3}}+(?:\.\d{{1,4}}+)?+)\s?[%％][^\d。；;%％]{{0,16}}+({NUMBER})\s?元")
PRODUCT = re.compile(
    rf"(?<![\d,.])({NUMBER}[^\d。；，=＝+＋×*]{{0,12}}+(?:[×*]\s?{NUMBER}[^\d。；，=＝+＋×*]{{0,12}}+){{1,9}}+)[=＝]\s?({NUMBER})"
)
MOST_BASES = 20
FACTOR = re.compile(rf"({NUMBER})\s?([%％]?)")
DEDUCTION = re.compile(
    rf"(?<![\d,.])({NUMBER})元{WORDS}，?扣[除减][^\d。；]{{0,20}}+({NUMBER})元{WORDS}"
    rf"[^\d。；]{{0,12}}?[尚还仍实余][^\d。；]{{0,30}}+({NUMBER})元"
)
MADE_OF = re.compile(
    rf"[合共总]计(?:人民币)?({NUMBER})元{WORDS}，?（?其中：?((?:[^\d。；，、]{{1,20}}+{NUMBER}元[、，]?){{2,30}}+)(?=[。；）]|$)"
)


def arithmetic(clause: Worded) -> Iterator[tuple[str, str]]:
    """(code, detail) for whatever does not add up; the detail is the reckoning as it should be or as it is."""
    fields = clause.fields
    if fields.amount_fen:
        for code, parts in (("instalments_mismatch", fields.instalments), ("items_mismatch", fields.items)):
            yield from ((code, detail) for detail in _apart([one.amount_fen for one in parts], fields.amount_fen))
    text = clause.text
    if not fields.items:
        yield from (("items_mismatch", detail) for detail in wrong_parts(text))
    yield from (("share_mismatch", detail) for detail in wrong_shares(text))
    yield from (("sum_mismatch", detail) for detail in wrong_reckonings(text))


def wrong_parts(text: str) -> Iterator[str]:
    """合计36480元，其中：医疗费21480元、营养费3000元 whose parts make another sum."""
    for total, parts in MADE_OF.findall(text):
        yield from _apart([_fen(part) for part in YUAN.findall(parts)], _fen(total))


def wrong_shares(text: str) -> Iterator[str]:
    """6480元由甲方按70%承担4536元: the result must be that share, or what the share leaves, of a sum named before it
    in the same sentence."""
    for sentence in re.split("[。；]", text):
        named = [(match.start(), _fen(match[1])) for match in YUAN.finditer(sentence)]
        for match in SHARE.finditer(sentence):
            bases = [fen for _, fen in named[: bisect(named, (match.start(), 0))][-MOST_BASES:]]
            share, result = Decimal(match[1]), _fen(match[2])
            if bases and not any(_fits(base, share, result) for base in bases):
                yield f"{_yuan(bases[-1])}×{match[1]}%={_yuan(round(bases[-1] * share / 100))}"


def wrong_reckonings(text: str) -> Iterator[str]:
    """Products (118.5㎡×1.8元×33个月=7038.90元) and deductions (4536元，扣除3000元，尚应支付1536元) gone wrong."""
    for factors, result in PRODUCT.findall(text):
        value = Decimal(100)
        for figures, percent in FACTOR.findall(factors):
            value *= _number(figures) / (100 if percent else 1)
        if abs(value - _fen(result)) > 1:
            yield f"{factors}={result}"
    for whole, less, left in DEDUCTION.findall(text):
        if _fen(whole) - _fen(less) != _fen(left):
            yield f"{whole}-{less}={_yuan(_fen(whole) - _fen(less))}"


def _apart(parts: Sequence[int], total: int) -> Iterator[str]:
    if parts and sum(parts) != total:
        yield f"{_yuan(sum(parts))} ≠ {_yuan(total)}"


def _fits(base: int, share: Decimal, result: int) -> bool:
    """Also where the result was rounded to whole yuan."""
    near = 100 if result % 100 == 0 else 1
    return any(abs(base * part / 100 - result) < near for part in (share, 100 - share))


def _number(figures: str) -> Decimal:
    return Decimal(figures.replace(",", ""))


def _fen(figures: str) -> int:
    return int(_number(figures) * 100)


def _yuan(fen: int) -> str:
    return money.in_figures(fen) if fen >= 0 else f"-{money.in_figures(-fen)}"
