"""Three-way merge of terms: the version somebody began from, the newest one, and what they send. Pure.

Nothing is lost: what both changed is kept as sent, the other's stands in the newest version and is named (`Both`). A
clause that one removed and the other changed stays. Prose (`Paragraph`) is merged within, a `Line` (a name, an account)
and every other value as a whole: no sum comes about that nobody wrote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec

from server.agreements.drafting.weave import Woven, woven, woven_lines
from server.agreements.model import Clause, ClauseFields, Terms

PROSE = 1000
"""A text that may be longer is prose."""
REMOVED = "removed"
S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True)
class Both:
    """What two changed at once. `clause` is "" for the dispute and the minutes; `theirs` is what the newest version
    says in plain data, None for a clause that one removed and the other changed (`field` is then "removed")."""

    clause: str
    field: str
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """The next version's terms, and what both changed."""

    terms: Terms
    both: tuple[Both, ...] = ()


def merge(base: Terms, newest: Terms, sent: Terms) -> Merged:
    """`newest` and `sent` both began as `base`; `sent` is the later word. The one comes unchanged where the other
    changed nothing. The clauses may be more than a draft may have: see `model.Terms`."""
    both: list[Both] = []
    values: dict[str, Any] = {}
    for name in Terms.__struct_fields__:
        three = (getattr(base, name), getattr(newest, name), getattr(sent, name))
        if name == "clauses":
            values[name] = _clauses(*three, both)
        elif isinstance(three[2], msgspec.Struct):
            values[name] = _parts(*three, "", both, several=True)
        else:
            values[name] = _whole(*three, ("", name), both)
    return Merged(Terms(**values), tuple(both))


def _clauses(
    base: Sequence[Clause], newest: Sequence[Clause], sent: Sequence[Clause], both: list[Both]
) -> tuple[Clause, ...]:
    was, theirs, mine = ({clause.id: clause for clause in one} for one in (base, newest, sent))
    kept: dict[str, Clause] = {}
    for name in {**theirs, **mine}:
        old, other, own = was.get(name), theirs.get(name), mine.get(name)
        if other and own:
            kept[name] = _clause(old or Clause(id=name, kind=own.kind, fields=ClauseFields()), other, own, both)
        elif (there := other or own) and there != old:
            kept[name] = there
            if old:
                both.append(Both(name, REMOVED, None))
    return tuple(kept[name] for name in _order(list(was), list(theirs), list(mine), kept))


def _clause(base: Clause, newest: Clause, sent: Clause, both: list[Both]) -> Clause:
    kind = _whole(base.kind, newest.kind, sent.kind, (sent.id, "kind"), both)
    return Clause(id=sent.id, kind=kind, fields=_parts(base.fields, newest.fields, sent.fields, sent.id, both))


def _parts(base: S, newest: S, sent: S, clause: str, both: list[Both], *, several: bool = False) -> S:
    """Field by field; `several`: its prose has paragraphs."""
    values: dict[str, Any] = {}
    for name in sent.__struct_fields__:
        three = (getattr(base, name), getattr(newest, name), getattr(sent, name))
        values[name] = sent_value = three[2]
        if name in prose(type(sent)):
            weave = woven_lines if several or isinstance(sent_value, tuple) else woven
            done = weave(*(_text(value) for value in three))
            values[name] = _fitting(type(sent), name, done, sent_value)
            if done.clash or values[name] != _as(sent_value, done.text):
                both.append(Both(clause, name, msgspec.to_builtins(three[1])))
        else:
            values[name] = _whole(*three, (clause, name), both)
    return type(sent)(**values)


def _whole(base: Any, newest: Any, sent: Any, place: tuple[str, str], both: list[Both]) -> Any:
    if newest not in (base, sent) and sent != base:
        both.append(Both(*place, msgspec.to_builtins(newest)))
    return newest if sent == base else sent


@cache
def prose(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Names of the fields that are paragraphs, or a list of them."""
    found = set()
    for field in msgspec.structs.fields(kind):
        what = msgspec.inspect.type_info(field.type)
        if isinstance(what, msgspec.inspect.VarTupleType):
            what = what.item_type
        if isinstance(what, msgspec.inspect.StrType) and (what.max_length or 0) >= PROSE:
            found.add(field.name)
    return frozenset(found)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _as(like: Any, text: str) -> Any:
    """The text in the form of `like`: itself, or its lines."""
    return text if isinstance(like, str) else tuple(text.split("\n")) if text else ()


def _fitting(kind: type[msgspec.Struct], name: str, done: Woven, sent: Any) -> Any:
    """The merged text, or what was sent where the two together are too long for the field."""
    value = _as(sent, done.text)
    try:
        msgspec.convert({name: msgspec.to_builtins(value)}, kind)
    except msgspec.ValidationError:
        return sent
    return value


def _order(base: list[str], newest: list[str], sent: list[str], kept: Iterable[str]) -> list[str]:
    """The order of whoever moved something, the later writer's where both did; what only the other has follows the
    clause it followed there, after what was added at the same place."""
    stay = set(kept)
    common = stay.intersection(base, newest, sent)
    moved = [name for name in sent if name in common] != [name for name in base if name in common]
    lead, other = (sent, newest) if moved else (newest, sent)
    order = [name for name in lead if name in stay]
    before = ""
    for name in other:
        if name in stay and name not in order:
            at = order.index(before) + 1 if before else 0
            while at < len(order) and order[at] not in other:
                at += 1
            order.insert(at, name)
        before = name if name in stay else before
    return order
