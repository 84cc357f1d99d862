"""Two edits of one text made at the same time become one text: by lines, then sentences, then single pieces. Pure.

Edits of different places are both taken. Where both changed the same place the later writer's words stand, and the
caller is told, so that the other's, which an earlier version keeps, can be offered back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from server.agreements.drafting.pieces import Hunk, hunks, lines, pieces, sentences

Cut = Callable[[str], list[str]]
CUTS: tuple[Cut, ...] = (lines, sentences, pieces)
ENDS = ("。", "！", "？", "；", "\n")


@dataclass(frozen=True)
class Woven:
    """The text, and whether both had changed the same place of it."""

    text: str
    clash: bool = False


def woven(base: str, newest: str, sent: str) -> Woven:
    """`newest` and `sent` both began as `base`; `sent` is the later. For a text of one paragraph."""
    return _woven(base, newest, sent, CUTS[1:])


def woven_lines(base: str, newest: str, sent: str) -> Woven:
    """The same for a text of several paragraphs: two added at the same place both stay, the earlier first."""
    ended = [f"{text}\n" if text else "" for text in (base, newest, sent)]
    done = _woven(ended[0], ended[1], ended[2], CUTS)
    return Woven(done.text.removesuffix("\n"), done.clash)


def _woven(base: str, newest: str, sent: str, cuts: Sequence[Cut]) -> Woven:
    if newest in (base, sent):
        return Woven(sent)
    if sent == base:
        return Woven(newest)
    if not cuts:
        return Woven(sent, clash=True)
    cut, finer = cuts[0], cuts[1:]
    old = cut(base)
    text, clash, done = "", False, 0
    for place in _places(hunks(old, cut(newest)), hunks(old, cut(sent))):
        here = _settled(place, old, finer)
        text += "".join(old[done : place.start]) + here.text
        clash, done = clash or here.clash, place.end
    return Woven(text + "".join(old[done:]), clash)


@dataclass
class _Place:
    """A stretch of the old text with all changes that meet there."""

    start: int
    end: int
    newest: list[Hunk]
    sent: list[Hunk]


def _places(newest: list[Hunk], sent: list[Hunk]) -> Iterator[_Place]:
    """Changes that only touch are apart; two insertions at one point meet."""
    every = sorted([(hunk, False) for hunk in newest] + [(hunk, True) for hunk in sent], key=_order)
    place: _Place | None = None
    for hunk, mine in every:
        both_insert = place is not None and hunk.start == hunk.end == place.start == place.end
        if place is None or not (hunk.start < place.end or both_insert):
            if place is not None:
                yield place
            place = _Place(hunk.start, hunk.end, [], [])
        place.end = max(place.end, hunk.end)
        (place.sent if mine else place.newest).append(hunk)
    if place is not None:
        yield place


def _order(one: tuple[Hunk, bool]) -> tuple[int, int, bool]:
    return one[0].start, one[0].end, one[1]


def _settled(place: _Place, old: list[str], finer: Sequence[Cut]) -> Woven:
    theirs, mine = (_applied(old, place, changes) for changes in (place.newest, place.sent))
    if not place.newest:
        return Woven(mine)
    if not place.sent:
        return Woven(theirs)
    if place.start == place.end and finer and theirs.endswith(ENDS) and theirs != mine:
        return Woven(theirs + mine)
    return _woven("".join(old[place.start : place.end]), theirs, mine, finer)


def _applied(old: list[str], place: _Place, changes: list[Hunk]) -> str:
    """The stretch as one of the two left it."""
    text, done = "", place.start
    for hunk in changes:
        text += "".join(old[done : hunk.start]) + "".join(hunk.new)
        done = hunk.end
    return text + "".join(old[done : place.end])
