"""The pages of a document as plain values: what stands where, before anything is drawn.

Pure: knows the text and the widths of characters, not reportlab. Follows the 人民调解协议书 form of the Ministry of
Justice (December 2010): title, number, parties, facts, clauses, performance, effect, signatures, seal, date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial

from documents.agreement import DocumentText, PartyText, Section, Signatory
from documents.justify import set_line
from documents.linebreak import Line, advances, break_lines
from documents.paging import ARTIFACT, Box, Face, Mark, Node, PagePlan, Space, Stroke, TextRun, keep_together, paginate

Width = Callable[[str, Face, float], float]
"""(one character, face, size in points) -> advance in points."""

PAGE_WIDTH, PAGE_HEIGHT = 595, 842
LEFT, RIGHT, TOP, BOTTOM = 74, 522, 768, 108
COLUMN = RIGHT - LEFT
BODY, LEADING = 14.0, 24.0
SMALL, SMALL_LEADING = 12.0, 19.0
FINE, FINE_LEADING = 9.5, 14.0
"""For the digests of a packet's list: one stands on one line."""
SLOT_WIDTH, SLOT_HEIGHT = 140, 44
"""The drawing of 420 x 132 pixels, a pixel being a third of a point."""
SEAL_SIDE = 120
ORGANISATION_SIDE = 96
"""Square for an organisation's seal in the table of signatures (34 mm; on paper 38 to 45 mm)."""
PADDING = 8
SHANGHAI = timezone(timedelta(hours=8))

PARTIES = "当事人"
LEAD_IN = "经调解，各方自愿达成如下协议："
SIGNATURES = "签名和印章"
TURN_OVER = "（转下页）"
PLACE = {"agreement": "签订地点", "minutes": "调解地点"}
EFFECT = "全部签名和印章齐备时，本文件才生效；缺少任何一项，本文件不发生效力。"
"""Participants hold F before it is signed, so the page itself says what it is worth (architecture 3a, step 8)."""
COMPLETION = "全部签名齐备时，本文件才完成；缺少任何一项，本文件不完整。"
COMPLETION_SEALED = "全部签名和印章齐备时，本文件才完成；缺少任何一项，本文件不完整。"
SEAL_DATE = "盖章日期以电子印章的时间戳为准"
DATE_BY_HAND = "　　　　年　　月　　日"
HAND_DATE = "日期："
FROZEN_ON = "文本确定日期"
TEMPLATE_WORDS = PARTIES + LEAD_IN + SIGNATURES + TURN_OVER + "".join(PLACE.values())
TEMPLATE_WORDS += DATE_BY_HAND + HAND_DATE
TEMPLATE_WORDS += (
    EFFECT + COMPLETION + COMPLETION_SEALED + SEAL_DATE + FROZEN_ON + "：、年月日零一二三四五六七八九十百千"
)


@dataclass(frozen=True)
class Plan:
    """All pages, and the structure type (H1, H2, P, Form) of each element their marks and places point to, in reading
    order."""

    pages: tuple[PagePlan, ...]
    elements: tuple[str, ...]
    nodes: tuple[Node, ...] = ()
    """Where each element hangs; empty: all directly in the document, in the order they are met."""


def compose(text: DocumentText, width: Width, *, by_hand: bool = False) -> Plan:
    """The plan of the whole document, without head and foot lines. `by_hand` leaves room for ink: taller slots and
    dates to fill in."""
    writer = Writer(width, by_hand)
    body = [*_head(writer, text), *_body(writer, text)]
    signing = _signing(writer, text)
    if signing and body:
        body[-1] = replace(body[-1], keep=True)  # some text stands above the signatures on their page
    pages = paginate([*body, *signing], TOP, BOTTOM)
    turned = [_turn_over(writer, page) for page in pages[:-1]]
    return Plan((*turned, *pages[-1:]), tuple(writer.elements))


def chinese_number(number: int) -> str:
    """1 to 9999 as written before a clause: 一, 十, 二十一, 一百零五."""
    if not 0 < number < 10_000:
        raise ValueError(f"a clause number must be between 1 and 9999: {number}")
    digits, result = f"{number:04d}", ""
    for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True):
        if digit != "0":
            result += "零一二三四五六七八九"[int(digit)] + unit
        elif result and not result.endswith("零"):
            result += "零"
    result = result.rstrip("零")
    return result.removeprefix("一") if result.startswith("一十") else result


def one_line(text: str) -> str:
    """Where a line feed cannot divide paragraphs it is a space."""
    return " ".join(text.split("\n")) if "\n" in text else text


class Writer:
    """Sets paragraphs into boxes and numbers the structure elements."""

    def __init__(self, width: Width, by_hand: bool = False) -> None:
        self.width = width
        self.by_hand = by_hand
        self.elements: list[str] = []

    def element(self, tag: str) -> int:
        self.elements.append(tag)
        return len(self.elements) - 1

    def measure(self, text: str, face: Face, size: float) -> float:
        return sum(advances(text, partial(self._one, face, size), size))

    def set_at(self, text: str, face: Face, size: float, x: float, baseline: float) -> list[TextRun]:
        """One line set at its natural width."""
        width = partial(self._one, face, size)
        line = Line(text, 0, len(text), self.measure(text, face, size))
        return [
            TextRun(x + run.x, baseline, run.text, face, size, run.space) for run in set_line(line, width, size, None)
        ]

    def paragraph(
        self,
        text: str,
        *,
        tag: str = "P",
        face: Face = "regular",
        size: float = BODY,
        leading: float = LEADING,
        left: float = LEFT,
        column: float = COLUMN,
        indent: float = 0.0,
        align: float | None = None,
        before: float = 0.0,
        label: str = "",
        hang: float | None = None,
        element: int | None = None,
    ) -> list[Box]:
        """One box a line. `indent` moves the first line; `align` 0.5 centres and 1 sets right, None justifies.

        `label` is set in bold before the first line and the rest hangs to its right, `hang` points if given.
        """
        text, label = one_line(text), one_line(label)
        owner = self.element(tag) if element is None else element
        runs: list[TextRun] = []
        baseline = (leading - size) / 2 + 0.88 * size  # CJK em box: 0.88 above the baseline, 0.12 below
        if label:
            runs = self.set_at(label, "bold", size, left, baseline)
            hang = self.measure(label, "bold", size) if hang is None else hang
            left, column = left + hang, column - hang
        width = partial(self._one, face, size)
        lines = break_lines(text, width, size, column - indent, column)
        boxes = []
        for number, line in enumerate(lines):
            start = left + (indent if number == 0 else 0.0)
            room = column - (indent if number == 0 else 0.0)
            last = number == len(lines) - 1
            if align is not None:
                start += (room - line.width) * align
            placed = set_line(line, width, size, None if last or align is not None else room)
            runs += [TextRun(start + run.x, baseline, run.text, face, size, run.space) for run in placed]
            boxes.append(Box(leading, before if number == 0 else 0.0, marks=(Mark(owner, tuple(runs)),)))
            runs = []
        return _without_widows(boxes or [Box(leading, before, marks=(Mark(owner, tuple(runs)),))])

    def _one(self, face: Face, size: float, character: str) -> float:
        return self.width(character, face, size)

    def paragraphs(self, text: str, indent: float, before: float = 0.0) -> list[Box]:
        """Line feeds divide; each part is a paragraph of its own with the same indentation."""
        parts = [part for part in text.split("\n") if part.strip()]
        return [
            box
            for number, part in enumerate(parts)
            for box in self.paragraph(part.strip(), indent=indent, before=before if number == 0 else 0.0)
        ]

    def heading(self, text: str, before: float = 9.0) -> list[Box]:
        boxes = self.paragraph(text, tag="H2", face="bold", before=before, align=0.0)
        return [replace(box, keep=True) for box in boxes]


def _without_widows(lines: list[Box]) -> list[Box]:
    """No page begins with a paragraph's last line or ends with its first."""
    if len(lines) > 1:
        lines[0] = replace(lines[0], keep=True)
        lines[-2] = replace(lines[-2], keep=True)
    return lines


def _head(writer: Writer, text: DocumentText) -> list[Box]:
    boxes = writer.paragraph(text.title, tag="H1", face="bold", size=22, leading=34, align=0.5)
    boxes += writer.paragraph(text.number, size=SMALL, leading=SMALL_LEADING, align=0.5, before=8)
    boxes = [replace(box, keep=True) for box in boxes]
    if text.kind == "minutes" and text.place:
        boxes += writer.paragraph(text.place, label=PLACE[text.kind] + "：", before=14)
    if text.parties:
        boxes += writer.heading(PARTIES, before=14)
        widest = max(writer.measure(one_line(_with_colon(party.label)), "bold", BODY) for party in text.parties)
        boxes += [box for party in text.parties for box in _party(writer, party, widest)]
    return boxes


def _party(writer: Writer, party: PartyText, widest: float) -> list[Box]:
    """Label and description side by side, all descriptions on one edge; one below the other when a label is long."""
    label = _with_colon(party.label)
    if widest <= 9 * BODY:
        return writer.paragraph(party.description, label=label, hang=widest)
    element = writer.element("P")
    first = writer.paragraph(label, face="bold", align=0.0, element=element)
    return [
        *(replace(box, keep=True) for box in first),
        *writer.paragraph(party.description, indent=2 * BODY, element=element),
    ]


def _body(writer: Writer, text: DocumentText) -> list[Box]:
    boxes = [box for section in text.before for box in _section(writer, section)]
    if text.clauses and text.kind == "agreement" and not _already_led_in(text.before):
        boxes += writer.heading(LEAD_IN)
    for clause in text.clauses:
        boxes += writer.paragraphs(f"{chinese_number(clause.number)}、{clause.text}", indent=2 * BODY)
    part = _entry if text.kind == "packet" else _section
    boxes += [box for section in text.after for box in part(writer, section)]
    for number, line in enumerate(text.closing):
        boxes += writer.paragraphs(line, indent=2 * BODY, before=9.0 if number == 0 else 0.0)
    return boxes


def _already_led_in(sections: Sequence[Section]) -> bool:
    return any("达成如下协议" in part for section in sections for part in (section.heading, *section.paragraphs))


def _section(writer: Writer, section: Section) -> list[Box]:
    boxes = writer.heading(section.heading) if section.heading else []
    for paragraph in section.paragraphs:
        boxes += writer.paragraphs(paragraph, indent=2 * BODY)
    return boxes


def _entry(writer: Writer, section: Section) -> list[Box]:
    """One file of a packet's list: small, on one page, the digests below one another."""
    boxes = writer.paragraph(
        section.heading, tag="H2", face="bold", size=SMALL, leading=SMALL_LEADING, before=7, align=0.0
    )
    title, *facts = section.paragraphs
    boxes += writer.paragraph(title, size=SMALL, leading=SMALL_LEADING, align=0.0)
    for fact in facts:
        boxes += writer.paragraph(fact, size=FINE, leading=FINE_LEADING, align=0.0)
    return keep_together(boxes)


def _signing(writer: Writer, text: DocumentText) -> list[Box]:
    """Heading, what the signatures are worth, the table of people two by two, the seals. Ends stay together."""
    if not text.signatories:
        return []
    note = COMPLETION
    if text.note:
        note = text.note
    elif text.seals:
        note = EFFECT if text.kind == "agreement" and text.profile == "people" else COMPLETION_SEALED
    opening = writer.heading(SIGNATURES, before=14)
    opening += writer.paragraph(note, size=SMALL, leading=SMALL_LEADING)
    if text.kind == "agreement" and text.place:
        opening += writer.paragraph(text.place, label=PLACE[text.kind] + "：", size=SMALL, leading=SMALL_LEADING)
    rows = [_row(writer, pair, first=at == 0) for at, pair in enumerate(_pairs(text.people))]
    seals = [_seal(writer, seal, text) for seal in text.seals]
    # All on one page, under some text, wherever one page holds that. Of more people the first row stays with its
    # heading and the last with the seals.
    whole = [*opening, *rows, *seals]
    if len(rows) < 2 or sum(box.before + box.height for box in whole) + 3 * LEADING <= TOP - BOTTOM:
        return keep_together(whole)
    return [
        *(replace(box, keep=True) for box in opening),
        *rows[:-1],
        *keep_together([rows[-1], *seals]),
    ]


def _pairs(people: Sequence[Signatory]) -> list[tuple[Signatory, ...]]:
    """Two by two in order; an organisation's seal stands in one row with the person who signs just before it."""
    rows: list[tuple[Signatory, ...]] = []
    at = 0
    while at < len(people):
        with_seal = [
            place for place in (at + 1, at + 2) if place < len(people) and people[place].kind == "organisation"
        ]
        taken = 1 if with_seal == [at + 2] else 2
        rows.append(tuple(people[at : at + taken]))
        at += taken
    return rows


def _row(writer: Writer, pair: Sequence[Signatory], first: bool) -> Box:
    """One row of the table: one or two people, each with label, name and the space for the drawing."""
    cell = COLUMN / 2
    texts, forms = [], []
    for column, person in enumerate(pair):
        texts.append(_signer(writer, person, LEFT + cell * column + PADDING))
        forms.append(writer.element("Form"))
    tall = max(sum(box.height for box in boxes) for boxes in texts)
    sizes = [_slot_size(person) for person in pair]
    below = SMALL_LEADING + 4 if writer.by_hand else 0.0
    height = PADDING + tall + 4 + max(high for _, high in sizes) + below + PADDING
    marks: list[Mark] = []
    for boxes in texts:
        y = PADDING - 2.0
        for box in boxes:
            marks += [Mark(mark.element, tuple(replace(run, y=run.y + y) for run in mark.runs)) for mark in box.marks]
            y += box.height
    if writer.by_hand:
        for column in range(len(pair)):
            left = LEFT + cell * column + PADDING
            dated = writer.paragraph(
                HAND_DATE + DATE_BY_HAND, size=SMALL, leading=SMALL_LEADING, left=left, column=cell - 2 * PADDING
            )
            down = height - PADDING - SMALL_LEADING
            marks += [
                Mark(mark.element, tuple(replace(run, y=run.y + down) for run in mark.runs)) for mark in dated[0].marks
            ]
    spaces = tuple(
        Space(person.slot, int(LEFT + cell * column + PADDING), PADDING + tall + 2, *size, form)
        for column, (person, size, form) in enumerate(zip(pair, sizes, forms, strict=True))
    )
    strokes = [
        Stroke(LEFT, 0, RIGHT, 0),
        Stroke(LEFT, height, RIGHT, height),
        Stroke(LEFT, 0, LEFT, height),
        Stroke(LEFT + cell, 0, LEFT + cell, height),
        Stroke(RIGHT, 0, RIGHT, height),
    ]
    return Box(height, 8.0 if first else 0.0, marks=tuple(marks), strokes=tuple(strokes), spaces=spaces)


def _slot_size(person: Signatory) -> tuple[int, int]:
    """Width and height of a slot: a drawing, or the square of an organisation's seal."""
    return (ORGANISATION_SIDE, ORGANISATION_SIDE) if person.kind == "organisation" else (SLOT_WIDTH, SLOT_HEIGHT)


def _signer(writer: Writer, person: Signatory, left: float) -> list[Box]:
    """Label and name, on one line if that holds them."""
    column = COLUMN / 2 - 2 * PADDING
    label = _with_colon(person.label)
    set_small = partial(writer.paragraph, size=SMALL, leading=SMALL_LEADING, left=left, column=column)
    if writer.measure(label, "bold", SMALL) + writer.measure(person.name, "regular", SMALL) <= column:
        return set_small(person.name, label=label)
    element = writer.element("P")
    return [*set_small(label, face="bold", element=element), *set_small(person.name, element=element)]


def _seal(writer: Writer, seal: Signatory, text: DocumentText) -> Box:
    """Name and date beside the empty square for the seal, at the right as on paper."""
    left = RIGHT - SEAL_SIDE - 1
    set_right = partial(writer.paragraph, left=LEFT, column=left - LEFT - 16, align=1.0)
    lines = set_right(seal.name, size=BODY, leading=LEADING)
    lines += set_right(seal.label, size=SMALL, leading=SMALL_LEADING)
    lines += set_right(DATE_BY_HAND if writer.by_hand else SEAL_DATE, size=SMALL, leading=SMALL_LEADING)
    if text.frozen_at:
        lines += set_right(f"{FROZEN_ON}：{_day(text.frozen_at)}", size=SMALL, leading=SMALL_LEADING)
    tall = sum(line.height for line in lines)
    height = max(tall, float(SEAL_SIDE)) + PADDING
    marks: list[Mark] = []
    y = (height - tall) / 2
    for line in lines:
        marks += [Mark(mark.element, tuple(replace(run, y=run.y + y) for run in mark.runs)) for mark in line.marks]
        y += line.height
    space = Space(seal.slot, left, (height - SEAL_SIDE) / 2, SEAL_SIDE, SEAL_SIDE, writer.element("Form"))
    return Box(height, 10.0, marks=tuple(marks), spaces=(space,))


def _turn_over(writer: Writer, page: PagePlan) -> PagePlan:
    """A page left five lines short or more says that the text goes on, so that nothing can be put there unseen."""
    if page.left_over < 5 * LEADING:
        return page
    box = writer.paragraph(TURN_OVER, size=SMALL, leading=SMALL_LEADING, align=0.5)[0]
    baseline = BOTTOM + page.left_over - LEADING
    runs = tuple(replace(run, y=baseline) for mark in box.marks for run in mark.runs)
    return replace(page, marks=(*page.marks, Mark(ARTIFACT, runs)))


def _with_colon(label: str) -> str:
    return label if label.endswith(("：", ":")) else label + "："


def _day(instant: str) -> str:
    """The legal day of an instant, in the deployment's zone."""
    day = datetime.fromisoformat(instant).astimezone(SHANGHAI)
    return f"{day.year}年{day.month}月{day.day}日"
