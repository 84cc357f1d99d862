"""What people typed, made clean or refused by its field: lines, and the terms of a draft. Pure."""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import msgspec

from server.agreements.model import (
    ByDate,
    ByDays,
    Clause,
    ClauseFields,
    Dispute,
    Instalment,
    Item,
    Matter,
    Minutes,
    Terms,
)
from server.agreements.wire import ClauseIn, TermsIn
from server.errors import Invalid
from server.web.routes import field_of

S = TypeVar("S", bound=msgspec.Struct)
CLAUSE_ID = re.compile(r"cla_[a-z2-7]{20}")
"""A clause that was removed and put back keeps its confirmations; an invented id has none."""
ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]")
"""Comes along with what is pasted. In Chinese nobody sees it; what would look otherwise without it is not printed."""
HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u2069]")
"""Characters that change what is seen without being seen: no place in a text people sign."""


def plain(text: str, path: str) -> str:
    """A line with spaces for tabs and without what has no width; raises Invalid for control and hidden characters."""
    found = unicodedata.normalize("NFC", ZERO_WIDTH.sub("", re.sub(r"\t+", " ", text)))
    if HIDDEN.search(found) or any(unicodedata.category(one) in ("Cc", "Cs", "Co") for one in found):
        raise Invalid({path: "format"})
    return found


def clean(text: str | None, path: str) -> str:
    """A plain line without odd spaces; line feeds join what they part."""
    lines = re.split(r"[\r\n]+", text or "")
    return plain("".join(line.strip(" \t\u3000") for line in lines).strip(), path).strip()


def clean_lines(text: str | None, path: str) -> list[str]:
    """The non-empty lines of a longer text, each clean."""
    lines = [clean(line, path) for line in re.split(r"[\r\n]+", text or "")]
    return [line for line in lines if line]


def terms_of(body: TermsIn, matter: Matter, fresh: Callable[[], str]) -> Terms:
    """Clean terms: party ids checked, clause ids of our form kept, others new; raises Invalid with the path."""
    clauses = [_clause(one, f"clauses[{n}]", matter, fresh) for n, one in enumerate(body.clauses)]
    if len({one.id for one in clauses}) != len(clauses):
        raise Invalid({"clauses": "repeated"})
    spoken = body.minutes.paragraphs if isinstance(body.minutes, Minutes) else body.minutes
    paragraphs = [line for n, text in enumerate(spoken) for line in clean_lines(text, f"minutes.paragraphs[{n}]")]
    left = body.dispute.open_points
    dispute = Dispute(
        facts="\n".join(clean_lines(body.dispute.facts, "dispute.facts")),
        issues="\n".join(clean_lines(body.dispute.issues, "dispute.issues")),
        responsibility="\n".join(clean_lines(body.dispute.responsibility, "dispute.responsibility")),
        open_points=None if left is None else "\n".join(clean_lines(left, "dispute.open_points")),
    )
    return fitting(Terms(dispute=dispute, clauses=tuple(clauses), minutes=Minutes(paragraphs=tuple(paragraphs))))


def fitting(made: S) -> S:
    """The same, once it is known that it can be read back: a tidied text may be longer than what was sent, and a field
    shorter than what may be sent. Raises Invalid with the path."""
    try:
        return msgspec.convert(msgspec.to_builtins(made), type(made))
    except msgspec.ValidationError as error:
        raise Invalid(dict([field_of(str(error))])) from None


def _clause(one: ClauseIn, path: str, matter: Matter, fresh: Callable[[], str]) -> Clause:
    sent, here = one.fields, f"{path}.fields"
    paid = one.kind == "payment"
    parts = (sent.instalments or ()) if paid else ()
    fields = ClauseFields(
        obligor=_party(sent.obligor, f"{here}.obligor", matter),
        obligee=_party(sent.obligee, f"{here}.obligee", matter),
        amount_fen=sent.amount_fen if paid else None,
        due=_due(sent.due, f"{here}.due") if one.kind != "free" and not parts else None,
        account=clean(sent.account, f"{here}.account"),
        manner=clean(sent.manner, f"{here}.manner"),
        act=clean(sent.act, f"{here}.act"),
        breach=clean(sent.breach, f"{here}.breach"),
        text=clean(sent.text, f"{here}.text"),
        instalments=tuple(
            Instalment(amount_fen=each.amount_fen, due=_due(each.due, f"{here}.instalments[{n}].due"))
            for n, each in enumerate(parts)
        ),
        items=tuple(
            Item(label=clean(each.label, f"{here}.items[{n}].label"), amount_fen=each.amount_fen)
            for n, each in enumerate((sent.items or ()) if paid else ())
        ),
        place=clean(sent.place, f"{here}.place") if one.kind != "free" else "",
        condition=clean(sent.condition, f"{here}.condition") if one.kind != "free" else "",
    )
    kept = one.id if one.id and CLAUSE_ID.fullmatch(one.id) else fresh()
    return Clause(id=kept, kind=one.kind, fields=fields)


def _due(due: ByDate | ByDays | None, path: str) -> ByDate | ByDays | None:
    """The limit with its event clean: 收到材料之日起 is read as 收到材料."""
    if not isinstance(due, ByDays):
        return due
    event = clean(due.event, f"{path}.event")
    return msgspec.structs.replace(due, event=event.removesuffix("起").removesuffix("之日"))


def _party(value: str | None, path: str, matter: Matter) -> str:
    """The party id meant; a label (甲方) is read too."""
    if not value:
        return ""
    for party in matter.parties:
        if value in (party.id, party.label):
            return party.id
    raise Invalid({path: "value"})
