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


def fen(figures: str, wan: str = "") -> Decimal:
    """A sum in words as fen; prices (3.125元) have parts of a fen."""
    return _number(figures) * (1_000_000 if wan else 100)


def alike(one: Decimal | int, other: Decimal | int) -> bool:
    """Whether two sums are the same; where one was rounded to whole fen, also then."""
    return abs(Decimal(one) - other) < 1


def yuan(amount: Decimal | int) -> str:
    """A sum in fen for reading, with all its places; negative where a reckoning goes below nothing."""
    exact = Decimal(amount)
    size, sign = abs(exact), "-" if exact < 0 else ""
    return sign + (money.in_figures(int(size)) if size == int(size) else f"{size / 100:f}".rstrip("0"))


def wrong_parts(text: str) -> Iterator[str]:
    """合计36480元，其中：医疗费21480元、营养费3000元 whose parts make another sum."""
    for total, parts in MADE_OF.findall(text):
        yield from _apart([fen(part) for part in YUAN.findall(parts)], fen(total))


def wrong_shares(text: str) -> Iterator[str]:
    """6480元由甲方按70%承担4536元: the result must be that share, or what the share leaves, of a sum named before it
    in the same sentence."""
    for sentence in re.split("[。；]", text):
        named = [(match.start(), fen(match[1])) for match in YUAN.finditer(sentence)]
        for match in SHARE.finditer(sentence):
            bases = [base for _, base in named[: bisect(named, (match.start(), 0))][-MOST_BASES:]]
            share, result = Decimal(match[1]), fen(match[2])
            if bases and not any(_fits(base, share, result) for base in bases):
                yield f"{yuan(bases[-1])}×{match[1]}%={yuan(round(bases[-1] * share / 100))}"


def wrong_reckonings(text: str) -> Iterator[str]:
    """Products (118.5㎡×1.8元×33个月=7038.90元) and deductions (4536元，扣除3000元，尚应支付1536元) gone wrong."""
    for factors, result in PRODUCT.findall(text):
        value = Decimal(100)
        for figures, percent in FACTOR.findall(factors):
            value *= _number(figures) / (100 if percent else 1)
        if abs(value - fen(result)) > 1:
            yield f"{factors}={result}"
    for whole, less, left in DEDUCTION.findall(text):
        if not alike(fen(whole) - fen(less), fen(left)):
            yield f"{whole}-{less}={yuan(fen(whole) - fen(less))}"


def _apart(parts: Sequence[Decimal | int], total: Decimal | int) -> Iterator[str]:
    if parts and not alike(sum(parts), total):
        yield f"{yuan(sum(parts))} ≠ {yuan(total)}"


def _fits(base: Decimal, share: Decimal, result: Decimal) -> bool:
    """Also where the result was rounded to whole yuan."""
    near = 100 if result % 100 == 0 else 1
    return any(abs(base * part / 100 - result) < near for part in (share, 100 - share))


def _number(figures: str) -> Decimal:
    return Decimal(figures.replace(",", ""))
