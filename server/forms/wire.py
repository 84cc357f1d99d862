"""How forms look on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.forms.model import Kind, Need
from server.web.call import Body

Value = Annotated[str, Meta(max_length=12_000)]


class ProblemView(msgspec.Struct):
    """What is wrong with a file of the centre's folder; `reason` chooses the words."""

    file: str
    place: str
    reason: str
    allowed: list[str]


class FormRow(msgspec.Struct):
    """One form of the volume. `made_from`: the agreement's text comes from the draft, a form's from the case."""

    id: str
    title: str
    order: int
    need: Need
    own: bool
    article: str
    made_from: Literal["case", "draft"]
    missing: int = 0
    """Required fields without a value, of one case."""
    saved_at: datetime | None = None


class FormsView(msgspec.Struct):
    """All forms in the order of the volume. `folder`: whether the centre has one of its own."""

    forms: list[FormRow]
    problems: list[ProblemView]
    folder: bool


class Candidate(msgspec.Struct):
    """Somebody a field may name."""

    id: str
    name: str
    label: str


class FieldView(msgspec.Struct):
    """One field: what the case says, and what a person typed in its place; "" is room to write by hand."""

    id: str
    label: str
    kind: Kind
    required: bool
    fixed: bool
    several: bool
    options: list[str]
    people: list[Candidate]
    given: str
    typed: str | None


class FormView(msgspec.Struct):
    """A form of a case as it is filled in. `missing`: ids of required fields without a value."""

    id: str
    title: str
    number: str
    need: Need
    article: str
    fields: list[FieldView]
    missing: list[str]
    version: int
    saved_by: str
    saved_at: datetime | None


class ValuesIn(Body):
    """What a person typed; a field that is not there lets the case speak, an empty one leaves room to write by hand.
    `version`: the one it was typed over."""

    version: Annotated[int, Meta(ge=0)]
    values: Annotated[dict[str, Value], Meta(max_length=60)]
