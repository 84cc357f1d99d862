"""How a broken line is set: where each run of characters stands, so that full lines end flush.

Pure. A line that would have to be spread too far stays ragged: in a contract a visible hole reads like a missing word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from documents.linebreak import Line, advances, is_word

WIDEST_GAP = 0.09
"""Largest insertion between two characters, in em. Readers of PDF text take a gap of 0.1 em for a space."""


@dataclass(frozen=True)
class Run:
    """Characters set with one constant insertion after each; `x` counts from the start of the line."""

    x: float
    text: str
    space: float


def set_line(line: Line, width: Callable[[str], float], em: float, room: float | None) -> tuple[Run, ...]:
    """The runs of one line, flush to `room` when that takes little; `room` None for a last or ragged line."""
    text = line.text.rstrip(" ")
    if not text:
        return ()
    steps = advances(text, width, em)
    gaps = [not (is_word(first) and is_word(second)) for first, second in pairwise(text)]
    extra = _insertion(line.width, room, em, sum(gaps))
    runs: list[Run] = []
    x = at = 0.0
    run, space = "", 0.0
    for index, character in enumerate(text):
        opened = extra if index < len(gaps) and gaps[index] else 0.0
        step = steps[index] + opened if index < len(gaps) else steps[index]
        after = step - width(character)  # what the reader must see as character spacing after this one
        if run and abs(after - space) > 1e-6:
            runs.append(Run(at, run, space))
            run, at = "", x
        run, space = run + character, after
        x += step
    runs.append(Run(at, run, space if len(run) > 1 else 0.0))
    return tuple(runs)


def _insertion(natural: float, room: float | None, em: float, gaps: int) -> float:
    if room is None or not gaps or natural > room:
        return 0.0
    extra = (room - natural) / gaps
    return extra if extra <= WIDEST_GAP * em else 0.0
