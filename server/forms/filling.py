"""A template and what is known of a case to the text of a form; what is missing is room to write by hand. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from documents import COLUMNS, Cell, Filled, FormText, Signing, Stamp, Table
from documents import Block as Printed
from documents import Heading as PrintedHeading
from documents import Words as PrintedWords
from server.forms.model import (
    ATTRIBUTES,
    DATES,
    PLACEHOLDER,
    SOURCES,
    Field,
    FieldRows,
    Grid,
    Heading,
    PeopleRows,
    Seal,
    Signatures,
    Template,
    Words,
)
from server.forms.rules import SPANS, reads
from server.forms.sources import Individual, Known
from server.law import dates, money

TICKED, OPEN = "■", "□"
NARROW = 2
"""Columns of a grid so narrow are centred."""
WIDE = 30
ROOMS = {1: WIDE, 2: 11, 3: 5, 4: 5}
"""Pairs in a row -> characters that a line of its boxes holds."""
DAY = "　　　年　　月　　日"
UNDER = "＿"
BLANKS = {
    "date": "＿＿＿＿年＿＿月＿＿日",
    "sum": "人民币＿＿＿＿＿＿元（大写：＿＿＿＿＿＿＿＿＿＿）",
    "paragraph": UNDER * 30,
}
BLANK = UNDER * 8
ROOM = {"date": DAY, "sum": "人民币　　　　　　元（大写：　　　　　　　　　　）"}
"""What stands in a box that is to be filled in by hand."""


@dataclass(frozen=True)
class Form:
    """A filled form, and which required fields have nothing."""

    text: FormText
    missing: tuple[str, ...]


def fill(template: Template, known: Known, typed: Mapping[str, str], *, day: date, centre: str, demo: bool) -> Form:
    """`typed`: field id -> what a person typed, which stands before what the case says; "": room to write by hand."""
    sheet = _Sheet(template, known, typed, centre)
    fields = [field for field in template.fields if field.kind != "sign"]
    text = FormText(
        form=template.id,
        title=template.title,
        number=sheet.put(template.number),
        centre=centre if template.headed else "",
        blocks=tuple(_joined(sheet)),
        fields=tuple(Filled(field.id, field.label, sheet.printed(field)) for field in fields),
        made_on=day.isoformat(),
        demo=demo,
    )
    return Form(text, tuple(field.id for field in fields if field.required and not sheet.value(field)))


def value_from(template: Template, field: Field, known: Known, typed: Mapping[str, str]) -> str:
    """What the case says for a field, as it would be typed: a day as ISO, a person as id, ticked options as lines."""
    if field.kind == "person":
        found = known.person(field.people, "")
        return found.id if found else ""
    said = _source(template, field.source, known, typed) if field.source else ""
    if field.kind == "choice":
        return said if said in field.options else ""
    return said


def _source(template: Template, name: str, known: Known, typed: Mapping[str, str]) -> str:
    if name in SOURCES:
        return known.texts.get(name, "")
    whose, _, attribute = name.partition(".")
    field = template.field(whose)
    person = known.person(field.people, typed.get(field.id, "")) if field else None
    return person[attribute] if person else ""


class _Sheet:
    """One form being filled in."""

    def __init__(self, template: Template, known: Known, typed: Mapping[str, str], centre: str) -> None:
        self.template, self.known, self.typed, self.centre = template, known, typed, centre

    def value(self, field: Field) -> str:
        """As typed, also when it was emptied to be written by hand; or else as the case says. What was typed while the
        field was of another kind counts as missing."""
        typed = self.typed.get(field.id)
        if typed == "":
            return ""
        said = (typed or "", value_from(self.template, field, self.known, self.typed))
        return next((one for one in said if one and reads(field, one)), "")

    def printed(self, field: Field, room: int = WIDE) -> str:
        """The value in words for people, "" when there is none; of a choice all options, ticked or not, in lines of
        `room` characters."""
        value = self.value(field)
        if field.kind == "choice":
            chosen = value.split("\n")
            return _options([f"{TICKED if one in chosen else OPEN}{one}" for one in field.options], field, room)
        if not value:
            return ""
        match field.kind:
            case "date":
                return dates.written(date.fromisoformat(value))
            case "sum":
                return money.spelled(int(value))
            case "person":
                person = self.known.person(field.people, value)
                return person["name"] if person else ""
            case _:
                return value

    def put(self, text: str) -> str:
        """The text with its placeholders replaced; what is missing becomes a line to write on."""
        return PLACEHOLDER.sub(lambda found: self._named(found[1]), text)

    def _named(self, name: str) -> str:
        field = self.template.field(name)
        if field is not None:
            return self.printed(field) or BLANKS.get(field.kind, BLANK)
        said = _source(self.template, name, self.known, self.typed)
        if name in DATES:
            return dates.written(date.fromisoformat(said)) if said else BLANKS["date"]
        return said or BLANK

    def people(self, of: str) -> tuple[Individual, ...]:
        """Of a group, or the one person a field names."""
        field = self.template.field(of)
        if field is None:
            return self.known.people.get(of, ())
        person = self.known.person(field.people, self.value(field))
        return (person,) if person else ()


def _joined(sheet: _Sheet) -> Iterator[Printed]:
    """The blocks as printed; rows that follow one another are one table, as on the official forms."""
    rows: list[tuple[Cell, ...]] = []
    for block in sheet.template.blocks:
        if isinstance(block, FieldRows | PeopleRows):
            rows += _field_rows(sheet, block) if isinstance(block, FieldRows) else _people_rows(sheet, block)
            continue
        if rows:
            yield Table(tuple(rows))
            rows = []
        match block:
            case Heading():
                yield PrintedHeading(sheet.put(block.text))
            case Words():
                yield PrintedWords(tuple(sheet.put(block.text).split("\n")), block.indent)
            case Grid():
                yield _grid(block)
            case Signatures():
                yield Signing(tuple(_lines(sheet, block)))
            case Seal():
                field = sheet.template.field(block.date)
                yield Stamp(sheet.centre, block.label, (sheet.printed(field) if field else "") or DAY)
    if rows:
        yield Table(tuple(rows))


def _options(marked: Sequence[str], field: Field, room: int) -> str:
    """Each option whole on one line, as many as a line holds; of those of which several may be ticked one a line."""
    lines: list[str] = []
    for one in marked:
        if lines and not field.several and len(lines[-1]) + 1 + len(one) <= room:
            lines[-1] += f"　{one}"
        else:
            lines.append(one)
    return "\n".join(lines)


def _field_rows(sheet: _Sheet, block: FieldRows) -> Iterator[tuple[Cell, ...]]:
    for row in block.rows:
        fields = [field for name in row if (field := sheet.template.field(name))]
        room = ROOMS[len(row)]
        yield _pairs([(one.label, sheet.printed(one, room) or ROOM.get(one.kind, ""), one.lines) for one in fields])


def _people_rows(sheet: _Sheet, block: PeopleRows) -> Iterator[tuple[Cell, ...]]:
    people: Sequence[Individual | None] = sheet.people(block.of) or (None,)
    for one in people:
        label = one["label"] if one else ""
        if block.heading:
            yield (Cell(f"{block.heading}（{label}）" if label else block.heading, COLUMNS, head=True),)
        organisation = one is not None and one.organisation
        rows = block.organisation if organisation and block.organisation else block.rows
        for row in rows:
            yield _pairs([(ATTRIBUTES[name][organisation], one[name] if one else "", 1) for name in row])


def _pairs(pairs: Sequence[tuple[str, str, int]]) -> tuple[Cell, ...]:
    spans = SPANS[len(pairs)]
    cells: list[Cell] = []
    for at, (label, text, lines) in enumerate(pairs):
        cells += [Cell(label, spans[2 * at], head=True), Cell(text, spans[2 * at + 1], lines=lines)]
    return tuple(cells)


def _grid(block: Grid) -> Table:
    named = tuple(Cell(one, span, head=True) for one, span in zip(block.columns, block.spans, strict=True))
    rows = [*block.rows, *([("",) * len(block.columns)] * block.blank)]
    cells = (
        tuple(
            Cell(one, span, align="centre" if span <= NARROW else "left")
            for one, span in zip(row, block.spans, strict=True)
        )
        for row in rows
    )
    return Table((named, *cells), columns=True)


def _lines(sheet: _Sheet, block: Signatures) -> Iterator[str]:
    for name in block.fields:
        field = sheet.template.field(name)
        if field is None:
            continue
        people = sheet.people(field.people) if field.people else ()
        if people:
            yield from (f"{one['label']}{one['name']}{field.label}：" for one in people)
        else:
            yield f"{'当事人' if field.people else ''}{field.label}："
