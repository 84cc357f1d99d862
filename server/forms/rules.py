"""Whether a template fits together, and whether a typed value fits its field. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from server.forms.model import (
    ATTRIBUTES,
    DATES,
    ID,
    PEOPLE,
    PLACEHOLDER,
    SECTIONS,
    SOURCES,
    Block,
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
from server.law import money, sources
from server.law.profiles import PROFILES

SPANS = {1: (2, 10), 2: (2, 4, 2, 4), 3: (2, 2, 2, 2, 2, 2), 4: (1, 2, 1, 2, 1, 2, 1, 2)}
"""Pairs of label and value in a row -> columns each takes, of documents.COLUMNS."""
LONGEST = {"line": 200, "paragraph": 12_000, "choice": 2000}
FITTING = {"date": DATES, "sum": frozenset[str]()}
"""Kinds of field that not every source can fill -> those that can."""
LED_IN = "达成如下协议"
"""By these words the layout knows that the lead-in of the clauses is there."""
NEEDED_SECTIONS = ("clauses", "effect", "esign")
"""An agreement without them would not say when it takes effect [RMTJ 29] or that people chose to sign so [ESL 3]."""


class Wrong(NamedTuple):
    """One thing a template gets wrong: where, a reason code, what is allowed there."""

    place: str
    reason: str
    allowed: tuple[str, ...] = ()


def wrong(template: Template) -> Iterator[Wrong]:
    """Everything in which a template does not fit together; what its types allow was checked before."""
    if not ID.fullmatch(template.id):
        yield Wrong("id", "format")
    if not sources.known(template.follows):
        yield Wrong("follows", "value", (*sources.STATUTES, "HOUSE"))
    for at, code in enumerate(template.profiles):
        if code not in PROFILES:
            yield Wrong(f"profiles[{at}]", "value", tuple(PROFILES))
    if bool(template.sections) == bool(template.blocks):
        yield Wrong("blocks", "blocks_or_sections")
    if template.sections:
        yield from _outline(template)
    yield from _under("number", _texts(template, template.number))
    seen: set[str] = set()
    for at, field in enumerate(template.fields):
        if field.id in seen:
            yield Wrong(f"fields[{at}].id", "twice")
        seen.add(field.id)
        yield from _under(f"fields[{at}]", _field(template, field))
    for at, block in enumerate(template.blocks):
        yield from _under(f"blocks[{at}]", _block(template, block))


def _under(place: str, found: Iterable[Wrong]) -> Iterator[Wrong]:
    for one in found:
        yield Wrong(f"{place}.{one.place}" if one.place else place, one.reason, one.allowed)


def _outline(template: Template) -> Iterator[Wrong]:
    names = [section.of for section in template.sections]
    for at, name in enumerate(names):
        if name not in SECTIONS:
            yield Wrong(f"sections[{at}].of", "value", SECTIONS)
        elif name in names[:at]:
            yield Wrong(f"sections[{at}].of", "twice")
        elif not template.sections[at].heading and name != "clauses":
            yield Wrong(f"sections[{at}].heading", "required")
    for name in NEEDED_SECTIONS:
        if name not in names:
            yield Wrong("sections", "section_missing", (name,))
    if LED_IN not in template.lead_in:
        yield Wrong("lead_in", "lead_in", (LED_IN,))


def _field(template: Template, field: Field) -> Iterator[Wrong]:
    if not ID.fullmatch(field.id):
        yield Wrong("id", "format")
    if field.source and not _is_known(template, field.source):
        yield Wrong("source", "value", (*SOURCES, *_attributes(template)))
    elif field.source and field.source not in FITTING.get(field.kind, {field.source}):
        yield Wrong("source", "source_kind", tuple(sorted(FITTING[field.kind])))
    if field.kind == "choice" and len(set(field.options)) < max(2, len(field.options)):
        yield Wrong("options", "options")
    if field.kind == "person" and field.people not in PEOPLE:
        yield Wrong("people", "value", PEOPLE)
    if field.kind == "sign" and field.people and field.people not in PEOPLE:
        yield Wrong("people", "value", PEOPLE)


def _attributes(template: Template) -> Iterator[str]:
    for field in template.fields:
        if field.kind == "person":
            yield from (f"{field.id}.{attribute}" for attribute in ATTRIBUTES)


def _is_known(template: Template, name: str) -> bool:
    return name in SOURCES or name in _attributes(template)


def _texts(template: Template, text: str) -> Iterator[Wrong]:
    """Only {name} is replaced; anything else between braces is an error, not left standing."""
    for name in PLACEHOLDER.findall(text):
        field = template.field(name)
        if not _is_known(template, name) and (field is None or field.kind == "sign"):
            typed = [one.id for one in template.fields if one.kind != "sign"]
            yield Wrong("", "placeholder", (*typed, *SOURCES, *_attributes(template)))
    if set(PLACEHOLDER.sub("", text)) & {"{", "}"}:
        yield Wrong("", "brace")


def _block(template: Template, block: Block) -> Iterator[Wrong]:
    match block:
        case Heading():
            yield from _under("text", _texts(template, block.text))
        case Words():
            yield from _under("text", _texts(template, block.text))
        case FieldRows():
            names = [field.id for field in template.fields if field.kind != "sign"]
            yield from _rows("rows", block.rows, names)
        case PeopleRows():
            people = [field.id for field in template.fields if field.kind == "person"]
            if block.of not in (*PEOPLE, *people):
                yield Wrong("of", "value", (*PEOPLE, *people))
            yield from _rows("rows", block.rows, ATTRIBUTES)
            if block.organisation:
                yield from _rows("organisation", block.organisation, ATTRIBUTES)
        case Grid():
            if sum(block.spans) != 12 or len(block.spans) != len(block.columns):
                yield Wrong("spans", "spans")
            for at, row in enumerate(block.rows):
                if len(row) != len(block.columns):
                    yield Wrong(f"rows[{at}]", "row_length")
        case Signatures():
            signs = [field.id for field in template.fields if field.kind == "sign"]
            yield from (Wrong(f"fields[{at}]", "value", tuple(signs)) for at, one in _unknown(block.fields, signs))
        case Seal():
            dates = [field.id for field in template.fields if field.kind == "date"]
            if block.date and block.date not in dates:
                yield Wrong("date", "value", tuple(dates))
    if not isinstance(block, Heading) and block.follows and not sources.known(block.follows):
        yield Wrong("follows", "value", (*sources.STATUTES, "HOUSE"))


def _rows(place: str, rows: Iterable[tuple[str, ...]], allowed: Iterable[str]) -> Iterator[Wrong]:
    names = tuple(allowed)
    empty = True
    for at, row in enumerate(rows):
        empty = False
        if len(row) not in SPANS:
            yield Wrong(f"{place}[{at}]", "pairs", tuple(map(str, SPANS)))
        yield from (Wrong(f"{place}[{at}][{index}]", "value", names) for index, _ in _unknown(row, names))
    if empty:
        yield Wrong(place, "required")


def _unknown(found: Iterable[str], allowed: Iterable[str]) -> Iterator[tuple[int, str]]:
    names = set(allowed)
    return ((at, one) for at, one in enumerate(found) if one not in names)


def fault(field: Field, value: str, candidates: Iterable[str]) -> str:
    """Why a typed value does not fit its field, as a reason code; "" when it does. `candidates`: ids of the people a
    field of kind person may name."""
    if field.fixed or field.kind == "sign":
        return "fixed"
    if not value:
        return ""
    if len(value) > LONGEST.get(field.kind, 60):
        return "too_long"
    match field.kind:
        case "date" | "sum":
            return "" if reads(field, value) else "format"
        case "choice":
            return "" if reads(field, value) and (field.several or "\n" not in value) else "value"
        case "person":
            return "" if value in candidates else "value"
        case "line":
            return "format" if "\n" in value else ""
        case _:
            return ""


def reads(field: Field, value: str) -> bool:
    """Whether a value can be read as what its field is: a day, a sum in fen, options; any other is words."""
    match field.kind:
        case "date":
            return _day(value)
        case "sum":
            return value.isascii() and value.isdecimal() and len(value) <= 60 and int(value) <= money.LARGEST_FEN
        case "choice":
            return set(value.split("\n")) <= set(field.options)
        case _:
            return True


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
