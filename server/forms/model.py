"""What a form's template is made of, and the closed lists it may draw from. Pure: a template holds no code, and the
only substitution in its texts is {name} from these lists."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["line", "paragraph", "date", "choice", "sum", "person", "sign"]
Need = Literal["always", "if_any", "local"]
Name = Annotated[str, Meta(max_length=60)]
Line = Annotated[str, Meta(max_length=120)]
Text = Annotated[str, Meta(max_length=6000)]
Names = Annotated[tuple[Name, ...], Meta(max_length=60)]
Rows = Annotated[tuple[Names, ...], Meta(max_length=60)]

SOURCES = {
    "case.number": "案件受理号",
    "case.title": "案由",
    "case.kind": "纠纷类型",
    "case.received": "受理日期",
    "case.claims": "申请事项",
    "case.facts": "纠纷事实",
    "case.time": "发生时间",
    "case.place": "发生地点",
    "case.applicants": "申请人姓名",
    "case.respondents": "被申请人姓名",
    "case.parties": "各方称谓和姓名",
    "case.present": "全部参加人",
    "mediator.name": "调解员",
    "recorder.name": "记录人",
    "session.time": "最近一次调解的日期和时间",
    "session.first": "第一次调解日期",
    "session.last": "最近一次调解日期",
    "session.place": "调解地点",
    "agreement.number": "调解协议书编号",
    "agreement.effective": "协议生效日期",
    "agreement.clauses": "协议条款",
    "agreement.minutes": "调解笔录内容",
    "centre.name": "调解委员会名称",
    "centre.phone": "调解委员会电话",
    "centre.address": "调解委员会地址",
    "profile.name": "调解类型",
    "today": "今天",
}
"""Everything of a case that may stand on a form. Nothing of the mediator's table is among it, and of agreements only
what was frozen after all had heard it [ZXTJ 18]."""

DATES = frozenset({"case.received", "session.first", "session.last", "agreement.effective", "today"})
"""Sources that are days, kept as ISO."""

PEOPLE = (
    "case.applicants",
    "case.respondents",
    "case.parties",
    "case.represented",
    "case.representatives",
    "case.guardians",
)
"""Groups of people a table, a line to sign or a choice of a person may be about."""

ATTRIBUTES = {
    "name": ("姓名", "名称"),
    "label": ("称谓", "称谓"),
    "sex": ("性别", "性别"),
    "ethnic": ("民族", "民族"),
    "age": ("年龄", "年龄"),
    "born": ("出生日期", "出生日期"),
    "occupation": ("职业或职务", "职业或职务"),
    "address": ("住址", "住所地"),
    "phone": ("联系电话", "联系电话"),
    "id_no": ("身份证号码", "身份证号码"),
    "code": ("统一社会信用代码", "统一社会信用代码"),
    "head": ("法定代表人", "法定代表人"),
    "position": ("职务", "职务"),
    "whom": ("代理何人", "代理何人"),
    "relation": ("与当事人关系", "与当事人关系"),
    "scope": ("代理权限", "代理权限"),
    "document": ("证明材料", "证明材料"),
}
"""What may be said of a person: head of the cell for a human being and for an organisation. Phone and identity number
leave the server masked only, so their cells are left to be written by hand."""

SECTIONS = ("facts", "issues", "responsibility", "clauses", "effect", "esign")
"""Parts of the agreement that a template may head and order."""

ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of what stands in a template: a key that is not known is an error."""


class Field(Part, frozen=True):
    """Something that is filled in. `source`: where it is taken from unless somebody typed another word; `fixed`: not to
    be typed over; `several`: more than one option may be ticked; `lines`: height of its cell."""

    id: Name
    label: Name
    kind: Kind
    required: bool = False
    fixed: bool = False
    source: Name = ""
    options: Annotated[tuple[Line, ...], Meta(max_length=40)] = ()
    several: bool = False
    lines: Annotated[int, Meta(ge=1, le=30)] = 1
    people: Name = ""
    """Of kind person: the group to choose from. Of kind sign: one line for each of them, if given."""


class Heading(Part, frozen=True, tag_field="kind", tag="heading"):
    """A line in bold."""

    text: Line


class Words(Part, frozen=True, tag_field="kind", tag="words"):
    """Paragraphs with {placeholders}, divided by line feeds."""

    text: Text
    indent: bool = True
    """First lines moved by two characters; not in a salutation."""
    follows: Line = ""


class FieldRows(Part, frozen=True, tag_field="kind", tag="fields"):
    """A table: in each row label and value of the fields named."""

    rows: Rows
    follows: Line = ""


class PeopleRows(Part, frozen=True, tag_field="kind", tag="people"):
    """A table for each person of a group, or for the person a field names: rows of attributes."""

    of: Name
    heading: Name
    rows: Rows
    organisation: Rows = ()
    """The same for an organisation; empty takes `rows`."""
    follows: Line = ""


class Grid(Part, frozen=True, tag_field="kind", tag="grid"):
    """A table with named columns and rows of fixed words; `blank` empty rows below."""

    columns: Names
    spans: Annotated[tuple[Annotated[int, Meta(ge=1, le=12)], ...], Meta(max_length=12)]
    rows: Rows = ()
    blank: Annotated[int, Meta(ge=0, le=60)] = 0
    follows: Line = ""


class Signatures(Part, frozen=True, tag_field="kind", tag="sign"):
    """Lines to sign on, for fields of kind sign."""

    fields: Names
    follows: Line = ""


class Seal(Part, frozen=True, tag_field="kind", tag="seal"):
    """The committee's name, room for its seal, a date (a field's, or to be filled in by hand)."""

    label: Name = "（印章）"
    date: Name = ""
    follows: Line = ""


Block = Heading | Words | FieldRows | PeopleRows | Grid | Signatures | Seal


class Section(Part, frozen=True):
    """A headed part of the agreement; `of` is one of SECTIONS."""

    of: Name
    heading: Line = ""


class Template(Part, frozen=True):
    """One form. An agreement's has sections instead of fields and blocks: its text comes from the draft."""

    id: Name
    title: Annotated[str, Meta(min_length=1, max_length=60)]
    order: Annotated[int, Meta(ge=0, le=999)]
    """Place in the volume 卷宗."""
    need: Need
    follows: Line
    """The article it follows, abbreviated as in `law.sources`, or HOUSE."""
    profiles: Names = ()
    """Rule types it is for; empty: all."""
    number: Line = ""
    """Printed below the title; with placeholders."""
    headed: bool = False
    """The committee's name stands above the title."""
    fields: Annotated[tuple[Field, ...], Meta(max_length=60)] = ()
    blocks: Annotated[tuple[Block, ...], Meta(max_length=60)] = ()
    sections: Annotated[tuple[Section, ...], Meta(max_length=6)] = ()
    lead_in: Line = ""

    def field(self, name: str) -> Field | None:
        """The field of that id."""
        return next((one for one in self.fields if one.id == name), None)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file of the centre: where, a reason code (words: i18n forms.problem.*), what is allowed."""

    file: str
    place: str
    """fields[2].kind, line 7 ...; empty: the file as a whole."""
    reason: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return f"{self.file}{': ' if self.place else ''}{self.place}: {self.reason}{allowed}"
