"""From what a channel sends to records: every fault is found at once, each with its field. Pure."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec

from server.channels.model import Item, Record
from server.errors import Invalid
from server.web.routes import decode, field_of

R = TypeVar("R", bound=Record)
FAULTS = 50
"""Told at once; who has more mends these first."""
MOST = 500
"""Records of one batch."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def record(data: bytes) -> Record:
    """A body; raises Invalid."""
    return record_of(decode(data, Any), Record)


def items(data: bytes) -> list[Item | Invalid]:
    """A batch, each record by itself; raises Invalid for one that has no records at all or too many."""
    value = decode(data, Any)
    found = value.get("records") if isinstance(value, dict) and value.keys() == {"records"} else None
    if not isinstance(found, list):
        raise Invalid({"records": "required"})
    if not 1 <= len(found) <= MOST:
        raise Invalid({"records": f"too_long:{MOST}" if found else "too_short:1"})
    return [item_of(one) for one in found]


def item_of(value: object) -> Item | Invalid:
    """A record with its number, or what is wrong with it."""
    try:
        item = record_of(value, Item)
        item.ref = ref_of(item.ref)
    except Invalid as error:
        return error
    return item


def ref_of(text: str) -> str:
    """The channel's own number, 1 to 80 characters; raises Invalid."""
    ref = text.strip()
    if not 1 <= len(ref) <= 80:
        raise Invalid({"ref": "too_long:80" if ref else "required"})
    if not ref.isprintable():
        raise Invalid({"ref": "characters"})
    return ref


def record_of(value: object, kind: type[R]) -> R:
    """A record of a decoded value, its texts stripped; raises Invalid with every fault."""
    faults: dict[str, str] = {}
    cleaned = _cleaned(value, kind, "", faults)
    if faults:
        raise Invalid(dict(list(faults.items())[:FAULTS]))
    return msgspec.convert(cleaned, kind)


def _cleaned(value: Any, kind: Any, path: str, faults: dict[str, str]) -> Any:
    base, limits = (get_args(kind)[0], kind.__metadata__) if get_origin(kind) is Annotated else (kind, ())
    if isinstance(base, type) and issubclass(base, msgspec.Struct):
        return _struct(value, base, path, faults)
    if get_origin(base) is list and isinstance(value, list):
        if _fault(value, Annotated[list[Any], *limits], path, faults):
            return value
        return [_cleaned(one, get_args(base)[0], f"{path}[{n}]", faults) for n, one in enumerate(value)]
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        if CONTROL.search(value):
            faults[path] = "characters"
            return value
    _fault(value, kind, path, faults)
    return value


def _struct(value: object, kind: type[msgspec.Struct], path: str, faults: dict[str, str]) -> object:
    if not isinstance(value, Mapping):
        faults[path] = "type"
        return value
    fields = {one.name: one for one in msgspec.structs.fields(kind)}
    start = f"{path}." if path else ""
    for name in value.keys() - fields.keys():
        faults[f"{start}{str(name)[:40]}"] = "unknown"
    for name, one in fields.items():
        if one.required and name not in value:
            faults[start + name] = "required"
    return {
        name: _cleaned(value[name], one.type, start + name, faults) for name, one in fields.items() if name in value
    }


def _fault(value: object, kind: Any, path: str, faults: dict[str, str]) -> bool:
    """Whether a value does not fit; then it is among the faults, with the limit it passes."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason = field_of(str(error))[1]
        if reason == "too_short" and value == "":
            reason = "required"
        limit = re.search(r"[<>]=? ?-?\d+", str(error))
        number = limit[0].lstrip("<>= ") if limit else ""
        faults[path] = f"{reason}:{limit[0] if reason == 'range' else number}" if limit else reason
        return True
    return False
