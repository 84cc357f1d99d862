"""Texts cut into pieces and compared: a sum, a date or a word in Latin letters is one piece. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CAPITALS = "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]"
PIECE = re.compile(
    rf"""(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日 | \d{{4}}-\d\d-\d\d
    | (?:人民币)?\d[\d,，]{{0,23}}+(?:\.\d{{1,9}}+)?+[万亿]?元(?:（大写[：:]{CAPITALS}{{1,40}}+）)?
    | \d[\d,]{{0,23}}+(?:\.\d{{1,9}}+)?+(?:[%％]|个?(?:工作日|[日天月年期次]))?
    | [〇一二三四五六七八九十百千万两]{{1,24}}+(?:个?(?:工作日|月)|[日天年期元])
    | {CAPITALS}{{2,40}}+ | [A-Za-z]{{1,40}}+ | .""",
    re.VERBOSE | re.DOTALL,
)
"""What nobody should see half of, then everything else sign by sign. Runs are bounded and read one way only: what a
party suggests must not hold up the server."""
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?", re.DOTALL)
MOST = 5_000_000
"""Steps of a comparison, at worst; beyond, everything between the common ends counts as one change."""


@dataclass(frozen=True)
class Hunk:
    """In the place of `old[start:end]` stands `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def pieces(text: str) -> list[str]:
    """The finest pieces; joined they are the text."""
    return PIECE.findall(text)


def sentences(text: str) -> list[str]:
    """Sentences with what ends them; joined they are the text."""
    return [one for one in SENTENCE.findall(text) if one]


def lines(text: str) -> list[str]:
    """Lines with their ends; joined they are the text."""
    return text.splitlines(keepends=True)


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What changed, in order; no two touch. Within MOST."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if _steps(before, after) > MOST:
        return [Hunk(head, head + len(before), tuple(after))]
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Hunk(head + a, head + b, tuple(after[c:d])) for kind, a, b, c, d in found if kind != "equal"]


def _steps(before: Sequence[str], after: Sequence[str]) -> int:
    """At worst: each match found looks at all pairs of equal pieces again."""
    often = Counter(after)
    equal = sum(often[one] for one in before)
    return len(before) + len(after) + equal * min(len(before), len(after))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many pieces are the same from the start."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
