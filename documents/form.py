"""The text of a form: tables, paragraphs, places to sign by hand. What is printed and nothing else.

Pure. A form is no document to be signed electronically: it has no slots, no QR code, and its bytes prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import rfc8785

SCHEMA = 1
"""Version of the JSON form."""
COLUMNS = 12
"""Every table is a grid of so many equal columns."""


@dataclass(frozen=True)
class Cell:
    """One ruled box. Line feeds divide paragraphs; an empty text leaves room to write."""

    text: str
    span: int
    """Columns it takes, of COLUMNS."""
    head: bool = False
    """Names what stands beside or below it."""
    lines: int = 1
    """Height in lines at least."""
    align: Literal["left", "centre", "foot"] = "left"
    """foot: at the lower right, as the date below a signature."""


@dataclass(frozen=True)
class Table:
    """Ruled rows; each row's spans add up to COLUMNS. `columns`: the first row names the columns."""

    rows: tuple[tuple[Cell, ...], ...]
    columns: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if sum(cell.span for cell in row) != COLUMNS:
                raise ValueError(f"the spans of a row add up to {COLUMNS}: {[cell.span for cell in row]}")


@dataclass(frozen=True)
class Heading:
    """A line in bold."""

    text: str


@dataclass(frozen=True)
class Words:
    """Paragraphs; `indent` moves their first lines by two characters, as Chinese text has it."""

    paragraphs: tuple[str, ...]
    indent: bool = True


@dataclass(frozen=True)
class Signing:
    """A line to sign on by hand for each label, with room for a date."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Stamp:
    """The committee's name, room for its seal, and a date, at the right."""

    name: str
    label: str
    date: str


Block = Table | Heading | Words | Signing | Stamp


@dataclass(frozen=True)
class Filled:
    """One field as filled in, for machines."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class FormText:
    """All of one form. Equal values give equal bytes."""

    form: str
    """Which form: the template's id."""
    title: str
    number: str
    """Printed below the title and at the foot; empty when it has none."""
    centre: str
    """Printed above the title."""
    blocks: tuple[Block, ...]
    fields: tuple[Filled, ...]
    made_on: str
    """Legal day on which it was filled in (ISO)."""
    demo: bool = False
    """True prints 演示文件，无法律效力 on each page."""

    @property
    def frozen_at(self) -> str:
        """The date of the attachment: the beginning of the day, so that a day's prints are the same bytes."""
        return f"{self.made_on}T00:00:00Z"

    def strings(self) -> Iterator[str]:
        """Every string that is printed, in the order of reading."""
        yield from (self.centre, self.title, self.number)
        for block in self.blocks:
            match block:
                case Table(rows=rows):
                    yield from (cell.text for row in rows for cell in row)
                case Heading(text=text):
                    yield text
                case Words(paragraphs=paragraphs):
                    yield from paragraphs
                case Signing(labels=labels):
                    yield from labels
                case Stamp():
                    yield from (block.name, block.label, block.date)


def form_json(text: FormText) -> bytes:
    """What was filled in, as canonical JSON (RFC 8785): attached to the PDF as form.json."""
    return rfc8785.dumps(
        {
            "v": SCHEMA,
            "form": text.form,
            "title": text.title,
            "number": text.number,
            "centre": text.centre,
            "fields": [{"id": one.id, "label": one.label, "text": one.text} for one in text.fields],
            "made_on": text.made_on,
            "demo": text.demo,
        }
    )
