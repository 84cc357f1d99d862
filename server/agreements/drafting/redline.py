"""What changed from one version to another, clause by clause, for reading: words taken out and words put in. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from server.agreements.composition import Worded
from server.agreements.drafting.pieces import Hunk, hunks, pieces

Change = Literal["same", "added", "removed", "changed"]
SHORT = 2
"""So few single signs kept between two changes are read as changed too: whole phrases instead of scraps."""


class Span(NamedTuple):
    """A stretch of text: kept ("="), taken out ("-") or put in ("+")."""

    op: Literal["=", "-", "+"]
    text: str


@dataclass(frozen=True)
class ClauseChange:
    """One clause. `was` and `now` are its numbers in the two versions, None where it is not; `moved`: it stands at
    another place among those both have."""

    id: str
    change: Change
    moved: bool
    was: int | None
    now: int | None
    spans: tuple[Span, ...]


def redline(before: Sequence[Worded], after: Sequence[Worded]) -> tuple[ClauseChange, ...]:
    """In the order of `after`; what was removed follows the clause it followed."""
    old, new = ({clause.id: clause for clause in one} for one in (before, after))
    settled = _settled([one.id for one in before if one.id in new], [one.id for one in after if one.id in old])
    found = [_change(old.get(one.id), one, moved=one.id in old and one.id not in settled) for one in after]
    at = 0
    for one in before:
        if one.id in new:
            at = next(n for n, change in enumerate(found, 1) if change.id == one.id)
        else:
            removed = ClauseChange(one.id, "removed", moved=False, was=one.number, now=None, spans=inline(one.text, ""))
            found.insert(at, removed)
            at += 1
    return tuple(found)


def _change(old: Worded | None, new: Worded, *, moved: bool) -> ClauseChange:
    spans = inline(old.text if old else "", new.text)
    if old is None:
        return ClauseChange(new.id, "added", moved, None, new.number, spans)
    change: Change = "same" if old.text == new.text else "changed"
    return ClauseChange(new.id, change, moved, old.number, new.number, spans)


def inline(before: str, after: str) -> tuple[Span, ...]:
    """The two texts as one: kept and taken out give `before`, kept and put in give `after`. Sums and dates are never
    split."""
    old, spans, done = pieces(before), list[Span](), 0
    for hunk in _gathered(hunks(old, pieces(after)), old):
        spans += [Span("=", "".join(old[done : hunk.start])), Span("-", "".join(old[hunk.start : hunk.end]))]
        spans.append(Span("+", "".join(hunk.new)))
        done = hunk.end
    spans.append(Span("=", "".join(old[done:])))
    return tuple(span for span in spans if span.text)


def _gathered(found: Iterable[Hunk], old: Sequence[str]) -> list[Hunk]:
    """Changes with next to nothing between them as one."""
    gathered: list[Hunk] = []
    for hunk in found:
        last = gathered[-1] if gathered else None
        between = old[last.end : hunk.start] if last else []
        if last and len(between) <= SHORT and not any(one in "，。；、！？\n" or len(one) > 1 for one in between):
            gathered[-1] = Hunk(last.start, hunk.end, (*last.new, *between, *hunk.new))
        else:
            gathered.append(hunk)
    return gathered


def _settled(before: list[str], after: list[str]) -> frozenset[str]:
    """The longest run of clauses that kept their order; the others were moved."""
    place = {name: n for n, name in enumerate(before)}
    tails: list[int] = []
    chains: list[tuple[str, ...]] = []
    for name in after:
        at = bisect_left(tails, place[name])
        chain = (*(chains[at - 1] if at else ()), name)
        tails[at : at + 1], chains[at : at + 1] = [place[name]], [chain]
    return frozenset(chains[-1] if chains else ())
