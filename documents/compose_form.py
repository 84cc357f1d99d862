"""The pages of a form as plain values: title, ruled tables, paragraphs, lines to sign on. Pure.

Looks like the forms of the Ministry of Justice (司法部 2010-12 人民调解文书格式): title in bold, rows in hairlines,
labels centred. A row may go on over a page; a row of few lines does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import Literal

from documents.compose import BODY, COLUMN, LEADING, LEFT, RIGHT, SMALL, TOP, Plan, Width, Writer
from documents.form import COLUMNS, Block, Cell, FormText, Heading, Signing, Stamp, Table, Words
from documents.paging import Box, Mark, Node, PagePlan, Stroke, keep_together, paginate

FOOT = 84
"""Lower edge of the column; a form has no QR code at its foot."""
ROW = 19.0
"""Leading inside a table."""
PAD = 6.0
SIGN_ROW = 40.0
SHORTEST = 96.0
"""Points to sign on, at least; else the date goes to a line of its own."""
SQUEEZES = (0.8, 0.6, 0.4)
"""Room to write in is given up where that saves a page, but never all of it."""
WHOLE = 14
"""Rows of so many lines stay on one page, and have their heads in the middle."""
DATE = "　　　年　　月　　日"


def compose_form(text: FormText, width: Width) -> Plan:
    """The plan of the whole form, without foot lines. All elements are numbered in the order of reading, and so is the
    text on each page, cell by cell."""
    plan = _set(text, width, 1.0)
    for room in SQUEEZES if len(plan.pages) > 1 else ():
        squeezed = _set(text, width, room)
        if len(squeezed.pages) < len(plan.pages):
            return squeezed
    return plan


def _set(text: FormText, width: Width, room: float) -> Plan:
    """With that share of the room that cells ask for beyond their text."""
    writer = _Tree(width, room)
    boxes = list(_head(writer, text))
    for block in text.blocks:
        if isinstance(block, Signing | Stamp) and len(boxes) > 1:
            boxes[-1] = replace(boxes[-1], keep=True)  # nobody signs a page on which nothing else stands
        boxes += _block(writer, block)
    pages = paginate(boxes, TOP, FOOT)
    return Plan(tuple(map(_in_order, pages)), tuple(writer.elements), tuple(writer.nodes))


class _Tree(Writer):
    """A writer whose elements may hang in others."""

    def __init__(self, width: Width, room: float) -> None:
        super().__init__(width)
        self.room = room
        self.nodes: list[Node] = []

    def element(self, tag: str) -> int:
        self.nodes.append(Node())
        return super().element(tag)

    def hang(self, tag: str, parent: int, span: int = 0, scope: Literal["", "Row", "Column"] = "") -> int:
        """An element in another."""
        self.nodes.append(Node(parent, span, scope))
        return super().element(tag)


def _head(writer: _Tree, text: FormText) -> Iterator[Box]:
    boxes = writer.paragraph(text.centre, size=BODY, leading=LEADING, align=0.5) if text.centre else []
    boxes += writer.paragraph(text.title, tag="H1", face="bold", size=22, leading=34, align=0.5, before=4)
    if text.number:
        boxes += writer.paragraph(text.number, size=SMALL, leading=ROW, align=1.0, before=4)
    yield from (replace(box, keep=True) for box in boxes)
    yield Box(8.0, keep=True)


def _block(writer: _Tree, block: Block) -> list[Box]:
    match block:
        case Heading(text=text):
            return writer.heading(text, before=10)
        case Words(paragraphs=paragraphs, indent=indent):
            room = 2 * BODY if indent else 0.0
            set_words = [writer.paragraphs(one, room, before=8.0 if at == 0 else 2.0) for at, one in _told(paragraphs)]
            return [box for boxes in set_words for box in boxes]
        case Table(rows=rows, columns=columns):
            table = writer.element("Table")
            return [
                box
                for at, row in enumerate(rows)
                for box in _row(writer, table, row, named=columns and at == 0, before=8.0 if at == 0 else 0.0)
            ]
        case Signing(labels=labels):
            return keep_together([box for at, label in enumerate(labels) for box in _line(writer, label, at == 0)])
        case Stamp():
            return keep_together(_stamp(writer, block))


def _told(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    return list(enumerate(one for one in paragraphs if one.strip()))


def _row(writer: _Tree, table: int, row: Sequence[Cell], *, named: bool, before: float) -> list[Box]:
    """One box a line, so that a long row may break; the edges of all boxes make the rules of the row."""
    owner = writer.hang("TR", table)
    edges, placed = [float(LEFT)], []
    for cell in row:
        left, wide = edges[-1], COLUMN * cell.span / COLUMNS
        scope: Literal["", "Row", "Column"] = ("Column" if named else "Row") if cell.head else ""
        element = writer.hang("TH" if cell.head else "TD", owner, cell.span, scope)
        placed.append((cell, _cell(writer, cell, element, left + PAD, wide - 2 * PAD)))
        edges.append(left + wide)
    count = max(max(len(lines), 1 + round(writer.room * (cell.lines - 1))) for cell, lines in placed)
    boxes = []
    for at in range(count):
        above, below = PAD if at == 0 else 0.0, PAD if at == count - 1 else 0.0
        height = above + ROW + below
        marks = []
        for cell, lines in placed:
            first, down = _first(cell, len(lines), count)
            if 0 <= at - first < len(lines):
                found = lines[at - first].marks
                marks += [Mark(m.element, tuple(replace(r, y=r.y + above + down) for r in m.runs)) for m in found]
        strokes = [Stroke(x, 0, x, height) for x in edges]
        strokes += [Stroke(LEFT, 0, RIGHT, 0)] if at == 0 else []
        strokes += [Stroke(LEFT, height, RIGHT, height)] if at == count - 1 else []
        kept = at < count - 1 and (count <= WHOLE or at < 1 or at == count - 2)
        boxes.append(Box(height, before if at == 0 else 0.0, kept, tuple(marks), tuple(strokes)))
    if named or all(cell.head for cell in row):
        boxes[-1] = replace(boxes[-1], keep=True)
    return boxes


def _first(cell: Cell, lines: int, count: int) -> tuple[int, float]:
    """The line of the row on which the cell's text begins, and how far below it: in the middle of a row that fits one
    look, but where there is room left to write on."""
    if cell.align == "foot":
        return count - lines, 0.0
    if count > WHOLE or not (cell.head or cell.lines == 1):
        return 0, 0.0
    whole, half = divmod(count - lines, 2)
    return whole, half * ROW / 2


def _cell(writer: _Tree, cell: Cell, element: int, left: float, column: float) -> list[Box]:
    """The lines of a cell; several paragraphs are elements of their own in it."""
    parts = [part.strip(" ") for part in cell.text.split("\n") if part.strip(" ")]
    align = {"left": 0.0, "centre": 0.5, "foot": 1.0}["centre" if cell.head and cell.align == "left" else cell.align]
    boxes: list[Box] = []
    for part in parts:
        if cell.head:
            left, column = _evenly(writer.measure(part, "regular", SMALL), left, column)
        owner = element if len(parts) == 1 else writer.hang("P", element)
        boxes += writer.paragraph(
            part, size=SMALL, leading=ROW, left=left, column=column, align=align or None, element=owner
        )
    return boxes


def _evenly(said: float, left: float, column: float) -> tuple[float, float]:
    """Left edge and width that divide a head too long for its cell into lines of about one length."""
    count = ceil(said / column)
    narrow = min(column, said / count + 0.6 * SMALL) if count > 1 else column
    return left + (column - narrow) / 2, narrow


def _line(writer: _Tree, label: str, first: bool) -> list[Box]:
    """Label, a line to sign on, a date: on one line where there is room, else the date below."""
    said = writer.measure(label, "regular", SMALL)
    dated = writer.measure(DATE, "regular", SMALL)
    element = writer.element("P")
    before = 14.0 if first else 0.0
    down = SIGN_ROW - 10
    if said + SHORTEST + dated <= COLUMN:
        runs = writer.set_at(label, "regular", SMALL, LEFT, down) + writer.set_at(
            DATE, "regular", SMALL, RIGHT - dated, down
        )
        line = Stroke(LEFT + said, down + 3, RIGHT - dated - 4, down + 3)
        return [Box(SIGN_ROW, before, marks=(Mark(element, tuple(runs)),), strokes=(line,))]
    boxes = [
        replace(box, keep=True)
        for box in writer.paragraph(label, size=SMALL, leading=ROW, before=before, align=0.0, element=element)
    ]
    runs = writer.set_at(DATE, "regular", SMALL, RIGHT - dated, down)
    line = Stroke(LEFT + 2 * BODY, down + 3, RIGHT - dated - 4, down + 3)
    return [*boxes, Box(SIGN_ROW, marks=(Mark(element, tuple(runs)),), strokes=(line,))]


def _stamp(writer: _Tree, stamp: Stamp) -> list[Box]:
    """As on paper: the seal is set over name and date."""
    boxes = []
    for at, line in enumerate((stamp.name, stamp.label, stamp.date)):
        boxes += writer.paragraph(line, size=BODY, leading=28, align=1.0, before=30.0 if at == 0 else 0.0)
    return boxes


def _in_order(page: PagePlan) -> PagePlan:
    """The text cell by cell instead of line by line, and rules also where a row goes on overleaf."""
    found: dict[int, Mark] = {}
    for mark in page.marks:
        known = found.get(mark.element)
        found[mark.element] = Mark(mark.element, known.runs + mark.runs) if known else mark
    marks = tuple(found[element] for element in sorted(found) if found[element].runs)
    return replace(page, marks=marks, strokes=tuple(dict.fromkeys((*page.strokes, *_closing(page.strokes)))))


def _closing(strokes: Sequence[Stroke]) -> Iterator[Stroke]:
    """A rule at both ends of every stretch of the left edge."""
    stretches = sorted((line.y1, line.y0) for line in strokes if line.x0 == line.x1 == LEFT)
    low = high = None
    for bottom, top in stretches:
        if high is not None and low is not None and bottom <= high + 0.01:
            high = max(high, top)
            continue
        yield from _both(low, high)
        low, high = bottom, top
    yield from _both(low, high)


def _both(low: float | None, high: float | None) -> Iterator[Stroke]:
    if low is not None and high is not None:
        yield from (Stroke(LEFT, y, RIGHT, y) for y in (low, high))
