"""From the files of the library to its entries. All problems of all files are told together, each with its place."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from server.agreements.library.model import Entry, Library
from server.agreements.model import ByDays, ClauseFields, Fen, Instalment, Item, Kind, Line, Paragraph
from server.agreements.typed import clean
from server.errors import Invalid
from server.law.disputes import DISPUTES

HERE = Path(__file__).parent
LARGEST_FILE = 256 * 1024
MOST_FILES = 100
Label = Literal["", "甲方", "乙方", "丙方", "丁方"]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class LibraryRefused(Exception):
    """All problems at once, each as `file, line: what is wrong`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit in days; `event` empty: from the day the agreement takes effect."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    working: bool = False
    event: Line = ""


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A clause as the file has it."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$")]
    title: Title
    kind: Kind
    search: Line = ""
    obligor: Label = ""
    obligee: Label = ""
    amount_fen: Fen | None = None
    due: Literal["date"] | Days | None = None
    """`date`: a calendar day, to be chosen."""
    instalments: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0
    """How many, each to be filled in."""
    items: Annotated[tuple[Line, ...], msgspec.Meta(max_length=30)] = ()
    """Their names; the sums are to be filled in."""
    place: Line = ""
    condition: Paragraph = ""
    account: Line = ""
    manner: Line = ""
    act: Paragraph = ""
    breach: Paragraph = ""
    text: Paragraph = ""


ONLY_FOR = {
    "payment": ("obligee", "amount_fen", "instalments", "items", "account"),
    "free": ("text", "breach"),
}
"""Fields that belong to payments alone, and the only ones of a free clause."""


def open_library(own: Path | None) -> Library:
    """The built-in clauses and those of the centre's folder. An own clause takes the place of a built-in one with the
    same id. Raises LibraryRefused."""
    problems: list[str] = []
    built_in = list(_folder(HERE, problems, own=False))
    added = list(_folder(own, problems, own=True)) if own else []
    if problems:
        raise LibraryRefused(problems)
    replaced = {one.id for one in added}
    return Library((*added, *(one for one in built_in if one.id not in replaced)))


def _folder(folder: Path, problems: list[str], *, own: bool) -> Iterator[Entry]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        problems.append(f"{folder}: {error.strerror or error}")
        return
    if len(files) > MOST_FILES:
        problems.append(f"{folder}: more than {MOST_FILES} files")
        return
    ids: dict[str, str] = {}
    for path in files:
        for place, entry in _file(path, problems, own=own):
            if entry.id in ids:
                problems.append(f"{place}: id {entry.id!r} is also at {ids[entry.id]}")
            ids[entry.id] = place
            yield entry


def _file(path: Path, problems: list[str], *, own: bool) -> Iterator[tuple[str, Entry]]:
    """Entries of one file, each with where it stands."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE // 1024} KB")
        text = path.read_bytes().decode("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        problems.append(f"{path}: {error.strerror or error}")
        return
    except ValueError as error:  # also of TOML, with its line, and of UTF-8
        problems.append(f"{path}: {error}")
        return
    kinds = data.pop("kinds", None)
    if not isinstance(kinds, list) or not all(isinstance(one, str) and one in DISPUTES for one in kinds):
        problems.append(f"{path}: kinds: expected a list of {', '.join(DISPUTES)}; empty for all")
        return
    clauses = data.pop("clause", None)
    if data or not isinstance(clauses, list):
        problems.append(f"{path}: expected kinds and [[clause]] only{', found ' + ', '.join(data) if data else ''}")
        return
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*clause\s*\]\]", line)]
    for n, clause in enumerate(clauses):
        place = f"{path}, line {lines[n]}" if n < len(lines) else f"{path}, clause {n + 1}"
        try:
            yield place, entry_of(clause, tuple(kinds), own=own)
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(f"{place}: {str(error).replace(' - at `$.', ' - at `').replace(' - at `$`', '')}")
        except Invalid as error:
            problems.append(f"{place}: {', '.join(error.fields)}: control or invisible characters")


def entry_of(clause: Any, kinds: tuple[str, ...], *, own: bool) -> Entry:
    """One entry. Raises ValidationError, ValueError or Invalid, each naming the field."""
    one = msgspec.convert(clause, Written)
    for name in one.__struct_fields__[3:]:
        value = getattr(one, name)
        free = one.kind == "free" and name not in (*ONLY_FOR["free"], "search")
        if value and (free or (one.kind != "payment" and name in ONLY_FOR["payment"])):
            raise ValueError(f"{name}: not for a clause of kind {one.kind}")
        if isinstance(value, str) and clean(value, name) != value:
            raise ValueError(f"{name}: expected one line without tabs, invisible characters or space around it")
        if isinstance(value, str) and value.count("【") != value.count("】"):
            raise ValueError(f"{name}: a blank is written 【…】")
    needed = {"free": "text", "act": "act", "payment": "obligor"}[one.kind]
    if not getattr(one, needed):
        raise ValueError(f"{needed}: required")
    if one.due and one.instalments:
        raise ValueError("due: instalments have days of their own")
    days = one.due if isinstance(one.due, Days) else None
    fields = ClauseFields(
        obligor=one.obligor,
        obligee=one.obligee,
        amount_fen=one.amount_fen,
        due=ByDays(days.days, days.working, clean(days.event, "due.event")) if days else None,
        instalments=tuple(Instalment() for _ in range(one.instalments)),
        items=tuple(Item(label=clean(label, f"items[{n}]")) for n, label in enumerate(one.items)),
        **{name: getattr(one, name) for name in ("place", "condition", "account", "manner", "act", "breach", "text")},
    )
    return Entry(one.id, one.title, one.search, kinds, one.kind, fields, one.due == "date", own)
