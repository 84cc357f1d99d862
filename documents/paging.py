"""Boxes stacked onto pages: what must stay together stays together. Pure arithmetic in points, y upward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Face = Literal["regular", "bold"]
ARTIFACT = -1
"""In place of an element: a mark that is no part of the text."""


@dataclass(frozen=True)
class TextRun:
    """Characters with one insertion after each. `y`: the baseline, below the top in a Box, above the foot on a page."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    space: float = 0.0


@dataclass(frozen=True)
class Mark:
    """Text that belongs to one structure element (index into Plan.elements), or to none (ARTIFACT)."""

    element: int
    runs: tuple[TextRun, ...]


@dataclass(frozen=True)
class Node:
    """Where a structure element hangs: in another (its index) or in the document (-1). `span`, `scope`: of a table's
    cell, the columns it takes and what a head is the head of (Row, Column)."""

    parent: int = -1
    span: int = 0
    scope: Literal["", "Row", "Column"] = ""


@dataclass(frozen=True)
class Stroke:
    """A hairline from one point to another."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Space:
    """Room for a slot inside a box: whole width and height, `y` of its upper edge below the box's top."""

    slot: str
    x: int
    y: float
    width: int
    height: int
    element: int
    """The Form element that stands for it."""


@dataclass(frozen=True)
class Place:
    """A slot on a page: rectangle (x0, y0, x1, y1) in whole points."""

    slot: str
    rect: tuple[int, int, int, int]
    element: int = ARTIFACT


@dataclass(frozen=True)
class Box:
    """A piece that never splits. `before` is left out at the head of a page; `keep` forbids a break after it."""

    height: float
    before: float = 0.0
    keep: bool = False
    marks: tuple[Mark, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    spaces: tuple[Space, ...] = ()


@dataclass(frozen=True)
class PagePlan:
    """One page: text by element, hairlines, slots, and how much of the column is left empty at its foot."""

    marks: tuple[Mark, ...]
    strokes: tuple[Stroke, ...]
    places: tuple[Place, ...]
    left_over: float


def keep_together(boxes: Sequence[Box]) -> list[Box]:
    """The same boxes, with no page break between them; the last one's own wish stays."""
    return [*(replace(box, keep=True) for box in boxes[:-1]), *boxes[-1:]]


def paginate(boxes: Sequence[Box], top: float, bottom: float) -> list[PagePlan]:
    """Pages from `top` down to `bottom`. A kept group taller than a page breaks where it must."""
    pages: list[list[tuple[float, Box]]] = [[]]
    y = top
    for group in _groups(boxes):
        needed = sum(box.before + box.height for box in group)
        if pages[-1] and y - needed < bottom:
            pages.append([])
            y = top
        for box in group:
            if pages[-1] and y - box.before - box.height < bottom:
                pages.append([])
                y = top
            if pages[-1]:
                y -= box.before
            pages[-1].append((y, box))
            y -= box.height
    return [_page(placed, bottom) for placed in pages]


def _groups(boxes: Sequence[Box]) -> list[list[Box]]:
    groups: list[list[Box]] = []
    kept = False
    for box in boxes:
        if kept:
            groups[-1].append(box)
        else:
            groups.append([box])
        kept = box.keep
    return groups


def _page(placed: Sequence[tuple[float, Box]], bottom: float) -> PagePlan:
    marks: list[Mark] = []
    for top, box in placed:
        for mark in box.marks:
            runs = tuple(replace(run, y=top - run.y) for run in mark.runs)
            if marks and marks[-1].element == mark.element:
                marks[-1] = Mark(mark.element, marks[-1].runs + runs)
            else:
                marks.append(Mark(mark.element, runs))
    strokes = [Stroke(line.x0, top - line.y0, line.x1, top - line.y1) for top, box in placed for line in box.strokes]
    places = [_place(space, top) for top, box in placed for space in box.spaces]
    end = min((top - box.height for top, box in placed), default=bottom)
    return PagePlan(tuple(marks), tuple(strokes), tuple(places), end - bottom)


def _place(space: Space, top: float) -> Place:
    upper = round(top - space.y)
    return Place(space.slot, (space.x, upper - space.height, space.x + space.width, upper), space.element)
