"""A ready clause, what of it is still to be filled in, and how it will read. Pure, Chinese only."""

from dataclasses import dataclass
from datetime import date

import msgspec

from server.agreements.composition import blanks, sentence
from server.agreements.model import ByDate, Clause, ClauseFields, Instalment, Kind, Matter, Party
from server.law import dates, money

LABELS = ("甲方", "乙方", "丙方", "丁方")
GAP = "＿＿"
OPEN_DAY, OPEN_FEN = date(9999, 12, 31), 98_765_432_109_876
"""Stand for what is open while the preview is worded."""


@dataclass(frozen=True)
class Entry:
    """One clause of the library. In its fields parties are labels; what is open is empty or a blank in the text."""

    id: str
    title: str
    search: str
    """Words people may look for, besides those of title and text."""
    kinds: tuple[str, ...]
    """Kinds of dispute it is for; none: all."""
    kind: Kind
    fields: ClauseFields
    on_a_day: bool = False
    """Due on a calendar day, which is open."""
    own: bool = False
    """Of the centre itself."""

    @property
    def open(self) -> tuple[str, ...]:
        """What is still to be filled in: names of fields, and the blanks in the text."""
        fields = self.fields
        sum_open = self.kind == "payment" and fields.amount_fen is None
        named = [("amount_fen", sum_open), ("due", self.on_a_day)]
        named += [("instalments", bool(fields.instalments)), ("items", bool(fields.items))]
        return (*(name for name, holds in named if holds), *blanks(" ".join(_texts(fields))))


@dataclass(frozen=True)
class Library:
    """All ready clauses: the centre's own first."""

    entries: tuple[Entry, ...]

    def fitting(self, kind: str) -> tuple[Entry, ...]:
        """Those for a kind of dispute, then those for all; with "" everything."""
        if not kind:
            return self.entries
        meant = [one for one in self.entries if kind in one.kinds]
        return (*meant, *(one for one in self.entries if not one.kinds))


def preview(entry: Entry) -> str:
    """The clause as it will read, with gaps for what is open."""
    fields = entry.fields
    changes: dict[str, object] = {}
    if entry.kind == "payment" and fields.amount_fen is None:
        changes["amount_fen"] = OPEN_FEN
    if entry.on_a_day:
        changes["due"] = ByDate(OPEN_DAY)
    if fields.instalments:
        changes["instalments"] = (Instalment(amount_fen=OPEN_FEN, due=ByDate(OPEN_DAY)),) * len(fields.instalments)
    changes["items"] = tuple(msgspec.structs.replace(one, amount_fen=OPEN_FEN) for one in fields.items)
    clause = Clause(id=entry.id, kind=entry.kind, fields=msgspec.structs.replace(fields, **changes))
    text = sentence(clause, LABELLED)
    for known, gap in (
        (dates.written(OPEN_DAY), f"{GAP}年{GAP}月{GAP}日"),
        (money.in_figures(OPEN_FEN), GAP),
        (money.in_words(OPEN_FEN), GAP),
    ):
        text = text.replace(known, gap)
    return text


def _texts(fields: ClauseFields) -> list[str]:
    return [fields.condition, fields.act, fields.text, fields.place, fields.manner, fields.account, fields.breach]


LABELLED = Matter(
    case_id="", title="", committee="", place="", people=(), day=date.min,
    parties=tuple(Party(label, "", label, "", "") for label in LABELS),
    mediator_id="", mediator_name="", recorder_id="", recorder_name="",
)  # fmt: skip
"""Nobody's case: its parties are their labels."""
