"""Where a line of Chinese contract text may end: the classes of UAX #14 that matter, stricter about numbers and sums.

Pure; knows widths only through a function. Numbers with their units, dates, sums in words, account and case numbers and
Latin words stay whole; they are broken only when a whole line cannot hold them, and then where they have a joint.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

NO_START = frozenset(
    # UAX #14 CL, CP, NS, EX, IS, IN, PO, BA; GB/T 15834 section 5.1
    "、。，．：；！？）〉》」』】〕〗〙〛’”｝］｠｡､･｣〞〟﹐﹑﹒﹔﹕﹖﹗﹚﹜﹞…‥·・～〜％‰℃℉㎡㎥°′″‼⁇⁈⁉々〻ー゛゜ゝゞヽヾ／￠¢!),.:;?]}%/×÷=＝＋-–~\u3000"
)
"""Characters that never begin a line."""

NO_END = frozenset("（〈《「『【〔〖〘〚‘“｛［｟｢〝﹙﹛﹝([{¥￥$＄£￡€￦#＃№±第／/")
"""Characters that never end a line: UAX #14 OP, PR; and the ordinal 第."""

GLUE = frozenset("\u00a0\u2007\u202f\u2060\ufeff")  # UAX #14 GL, WJ

_BETWEEN_NUMBERS = frozenset("～〜–~-")  # 3～5日 is one thing

_CLOSING_WIDE = frozenset("、。，．：；）〉》」』】〕〗〙〛’”｝］")  # ink in the left half
_OPENING_WIDE = frozenset("（〈《「『【〔〖〘〚‘“｛［")  # ink in the right half

_DIGIT = r"0-9０-９"
_CAPITAL = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿"
_UNIT = (
    "个工作日|个自然日|个月|工作日|自然日|小时|分钟|周年|年度|平方米|立方米|公里|厘米|毫米|千克|公斤|"
    "亿元|万元|千元|百元|美元|欧元|港元|日内|月内|年内|天内|周岁|人次|"
    "元|圆|角|分|万|亿|年|月|日|号|时|天|周|秒|岁|期|份|幢|栋|室|层|楼|单元|户|人|名|次|条|项|款|页|"
    "个|件|套|台|辆|张|笔|间|米|吨|克|亩|倍|折|成|路"
)
_CHINESE = "〇零一二三四五六七八九十百千"
_YEAR = rf"(?:[{_DIGIT}]{{4}}|[{_CHINESE}]{{4}})年"
_MONTH = rf"(?:[{_DIGIT}]{{1,2}}|[{_CHINESE}]{{1,3}})月"
_DAY = rf"(?:[{_DIGIT}]{{1,2}}|[{_CHINESE}]{{1,3}})日"
_LETTER = r"!-~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f０-９Ａ-Ｚａ-ｚ"  # × and ÷ are no letters
_ATOM = re.compile(
    rf"""
    (?P<space>[ ]+)
  | (?P<close>[!),.:;?\]}}]+)  # not glued to the word after it
  # a case number: its year in brackets, court and kind, its number
  | (?P<case>[（(][{_DIGIT}]{{4}}[）)][\u4e00-\u9fff{_DIGIT}]{{1,12}}?第?[{_DIGIT}]+号)
  # a date, in figures or in Chinese
  | (?P<date>{_YEAR}{_MONTH}(?:{_DAY})?)
  # an account number in groups, none of which goes on as a word
  | (?P<number>[(\[]?[-+±]?[¥￥$]?[{_DIGIT}-]{{2,}}(?:[ ][{_DIGIT}*]{{2,}}(?![{_DIGIT}*A-Za-z]))+)
  # a word, a number, an address on the net; full-width decimal point or time; its unit
  | (?P<latin>[{_LETTER}]+(?:[．：][{_DIGIT}]+)*(?:[余多]?(?:{_UNIT})|[％‰℃㎡])?)
  # a sum in words
  | (?P<capital>[{_CAPITAL}]+[元圆][{_CAPITAL}角分]*[整正]?|[{_CAPITAL}]{{2,}}[整正]?)
  | (?P<chinese>[{_CHINESE}万亿两]+(?:{_UNIT})?)
  | (?P<pair>——+|…+|[^ ][\u0300-\u036f\ufe00-\ufe0f\u3099\u309a\U000e0100-\U000e01ef]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD_WITH_UNIT = re.compile(rf"(?:[{_DIGIT}*%\])])$")
_JOINTS = frozenset("/._-&?=@#: 亿万元圆年月")
"""What no whole line holds is broken behind one of these: an address after a stroke, a sum in words after 万."""


@dataclass(frozen=True)
class Line:
    """One line: text[start:end] of its paragraph. Spaces at the end are not measured."""

    text: str
    start: int
    end: int
    width: float
    trimmed: bool = False
    """The last character is a full-width closing mark whose empty right half stands outside the line."""
    forced: bool = False
    """The line ends inside something unbreakable, because a whole line could not hold it."""


def atoms(text: str) -> list[str]:
    """The text cut into pieces that have no opportunity inside; joined they are the text."""
    result: list[str] = []
    position = 0
    while position < len(text):
        found = _ATOM.match(text, position)
        piece = found.group() if found else text[position]
        kind = found.lastgroup if found else "pair"
        if kind == "latin":
            piece = _without_false_unit(piece)
        result.append(piece)
        position += len(piece)
    return result


def _without_false_unit(piece: str) -> str:
    """A unit belongs to a number: WiFi年 is a word and then a year, 3年 is one thing."""
    plain = re.match(rf"[{_LETTER}．：]+", piece)
    word = plain.group() if plain else piece
    return piece if word == piece or _WORD_WITH_UNIT.search(word) else word


def _may_break(before: str, after: str, visible: str) -> bool:
    """Whether a line may end between two atoms; `visible` is the last atom before that is no space."""
    if after.startswith(" "):
        return False
    if after[0] in NO_START or (visible and visible[-1] in NO_END):
        return False
    if before[-1] in GLUE or after[0] in GLUE:
        return False
    return not (before in _BETWEEN_NUMBERS and after[0].isdigit())


def clusters(text: str) -> list[str]:
    """The text cut at every opportunity; joined they are the text."""
    pieces = atoms(text)
    if not pieces:
        return []
    result = [pieces[0]]
    visible = pieces[0] if not pieces[0].isspace() else ""
    for before, after in pairwise(pieces):
        if _may_break(before, after, visible):
            result.append(after)
        else:
            result[-1] += after
        if not after.isspace():
            visible = after
    return result


def advances(text: str, width: Callable[[str], float], em: float) -> list[float]:
    """The advance of each character, two adjacent full-width marks sharing the empty half between them."""
    result = [width(character) for character in text]
    for index, (first, second) in enumerate(pairwise(text)):
        empty_after = first in _CLOSING_WIDE and (second in _CLOSING_WIDE or second in _OPENING_WIDE)
        empty_before = first in _OPENING_WIDE and second in _OPENING_WIDE
        if (empty_after or empty_before) and width(first) > 0.9 * em and width(second) > 0.9 * em:
            result[index] -= em / 2
    return result


def break_lines(text: str, width: Callable[[str], float], em: float, first: float, rest: float) -> list[Line]:
    """Lines of at most `first` (line 1) and `rest` units. `text` is one paragraph without line feeds; nothing is lost.

    `width` gives the advance of one character, `em` the size of the type, all in the same unit. A line that cannot even
    hold one character still takes one.
    """
    setter = _Setter(text, width, em, first, rest)
    position = 0
    for cluster in clusters(text):
        setter.add(position, position + len(cluster))
        position += len(cluster)
    return setter.finish()


class _Setter:
    """Fills lines greedily; all positions are indexes into the paragraph."""

    def __init__(self, text: str, width: Callable[[str], float], em: float, first: float, rest: float) -> None:
        self.text, self.width, self.em, self.first, self.rest = text, width, em, first, rest
        self.offsets = [0.0, *accumulate(advances(text, width, em))]
        self.lines: list[Line] = []
        self.start = 0

    @property
    def room(self) -> float:
        return self.rest if self.lines else self.first

    def measure(self, start: int, end: int) -> tuple[float, bool]:
        """Width of a line [start, end) and whether its last mark is trimmed to make it fit."""
        stop = end
        while stop > start and self.text[stop - 1] == " ":
            stop -= 1
        if stop == start:
            return 0.0, False
        last = self.text[stop - 1]
        # The mark after the line's end stands on another line: no half is shared with it.
        total = self.offsets[stop - 1] - self.offsets[start] + self.width(last)
        if total > self.room and last in _CLOSING_WIDE and self.width(last) > 0.9 * self.em:
            return total - self.em / 2, True
        return total, False

    def fits(self, start: int, end: int) -> bool:
        return self.measure(start, end)[0] <= self.room + 1e-6

    def close(self, end: int, forced: bool = False) -> None:
        width, trimmed = self.measure(self.start, end)
        self.lines.append(Line(self.text[self.start : end], self.start, end, width, trimmed, forced))
        self.start = end

    def add(self, start: int, end: int) -> None:
        """Put the next cluster on the current line, on a new one, or, if neither holds it, over several."""
        if self.fits(self.start, end):
            return
        if self.start < start and not self._worth_splitting(start, end):
            self.close(start)
        while not self.fits(self.start, end):
            self.close(self._forced_end(end), forced=True)

    def _worth_splitting(self, start: int, end: int) -> bool:
        """An over-long piece starts on the current line when a quarter of it is still free."""
        over_long = self.offsets[end] - self.offsets[start] > self.rest
        return over_long and self.measure(self.start, start)[0] < 0.75 * self.room

    def _forced_end(self, end: int) -> int:
        """The last fitting end inside an over-long cluster that obeys the classes: at a joint, where it cuts no word,
        or anywhere; else the last."""
        fitting = [self.start + 1]
        if fitting[0] == end:
            return end  # one character wider than the line
        for stop in range(self.start + 2, end):
            if self.fits(self.start, stop):
                fitting.append(stop)
            elif stop > fitting[-1] + 1:  # two in a row: a mark that could be trimmed was tried
                break
        for allowed in (self._at_joint, self._between_words, self._by_class):
            if good := [stop for stop in fitting[len(fitting) // 2 :] if allowed(stop)]:
                return good[-1]
        return fitting[-1]

    def _by_class(self, stop: int) -> bool:
        return self.text[stop] not in NO_START and self.text[stop - 1] not in NO_END and self.text[stop] != " "

    def _at_joint(self, stop: int) -> bool:
        return self.text[stop - 1] in _JOINTS and self.text[stop] not in NO_START

    def _between_words(self, stop: int) -> bool:
        return self._by_class(stop) and not (is_word(self.text[stop - 1]) and is_word(self.text[stop]))

    def finish(self) -> list[Line]:
        if self.start < len(self.text):
            self.close(len(self.text))
        return self.lines


def is_word(character: str) -> bool:
    """Part of a Latin word, a number or a sum in words: nothing is inserted between two of them."""
    return (character != " " and character.isascii()) or character in _CAPITAL or character in "０１２３４５６７８９"
