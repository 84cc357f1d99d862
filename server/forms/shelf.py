"""The templates in use: those shipped, and in their place those of the centre's own folder that are sound.

A folder of the centre is never trusted: only plain files `*.toml` directly in it are read, of bounded size and number;
what does not fit is told with file, place and what is allowed, and the shipped form stays."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import msgspec
from aiohttp import web

from server.agreements.outline import Outline
from server.forms.model import Field, Kind, Need, Problem, Section, Template
from server.forms.rules import wrong
from server.web.routes import field_of

SHIPPED = Path(__file__).with_name("data")
AGREEMENT = "agreement"
LARGEST = 64 * 1024
"""Bytes of a template, at most."""
MOST = 60
"""Files that are looked at in a folder."""
KINDS: tuple[str, ...] = get_args(Kind)
BLOCKS = ("heading", "words", "fields", "people", "grid", "sign", "seal")


@dataclass(frozen=True)
class Shelf:
    """All templates in the order of the volume, which of them are the centre's own, and what is wrong with others."""

    templates: tuple[Template, ...]
    own: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def outline(self) -> Outline:
        """The agreement's parts in the order of its template."""
        template = self.template(AGREEMENT)
        if template is None:
            raise LookupError(AGREEMENT)
        parts = [(section.of, section.heading) for section in template.sections]
        at = [part for part, _ in parts].index("clauses")
        return Outline(tuple(parts[:at]), tuple(parts[at + 1 :]), template.lead_in)

    def template(self, name: str) -> Template | None:
        """The template of that id."""
        return next((one for one in self.templates if one.id == name), None)


SHELF: web.AppKey[Shelf] = web.AppKey("forms", Shelf)


def shelf(folder: Path | None) -> Shelf:
    """Read everything. Blocking. Never fails for what a centre put into its folder."""
    shipped, faults = _read(SHIPPED)
    if faults:
        raise ValueError("; ".join(map(str, faults)))
    own, problems = _read(folder) if folder is not None else ({}, [])
    for name in [name for name, one in own.items() if bool(one.sections) != bool(_sections(shipped, name))]:
        problems.append(Problem(f"{name}.toml", "sections", "other_sort"))
        del own[name]
    templates = sorted({**shipped, **own}.values(), key=lambda one: (one.order, one.id))
    return Shelf(tuple(templates), frozenset(own), tuple(problems))


def _sections(shipped: Mapping[str, Template], name: str) -> bool:
    """Only the agreement's own template has sections: its text comes from the draft, a form's from the case."""
    return name in shipped and bool(shipped[name].sections)


def _read(folder: Path) -> tuple[dict[str, Template], list[Problem]]:
    found: dict[str, Template] = {}
    problems: list[Problem] = []
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return {}, [Problem(folder.name, "", "folder")]
    if len(paths) > MOST:
        problems.append(Problem(folder.name, "", "too_many", (str(MOST),)))
    for path in paths[:MOST]:
        template, faults = _template(path)
        if template is not None and template.id != path.stem:
            faults.append(Problem(path.name, "id", "file_name", (path.stem,)))
        problems += faults
        if template is not None and not faults:
            found[template.id] = template
    return found, problems


def _template(path: Path) -> tuple[Template | None, list[Problem]]:
    """The template of a file and what is wrong with it; None where it cannot be read at all."""
    if path.suffix != ".toml" or path.is_symlink() or not path.is_file():
        return None, [Problem(path.name, "", "not_a_file", ("*.toml",))]
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError:
        return None, [Problem(path.name, "", "unreadable")]
    if len(data) > LARGEST:
        return None, [Problem(path.name, "", "too_large", (str(LARGEST),))]
    try:
        template = msgspec.convert(tomllib.loads(data.decode()), Template)
    except UnicodeDecodeError:
        return None, [Problem(path.name, "", "encoding", ("UTF-8",))]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = str(error).rpartition("at line ")[2].partition(",")[0]
        return None, [Problem(path.name, f"line {line}" if line.isdecimal() else "", "toml")]
    except msgspec.ValidationError as error:
        place, reason = field_of(str(error))
        return None, [Problem(path.name, place, reason, _allowed(place, reason))]
    return template, [Problem(path.name, *one) for one in wrong(template)]


def _allowed(place: str, reason: str) -> tuple[str, ...]:
    """What may stand there: the words of a closed list, or the keys that are known."""
    part, _, key = place.rpartition(".")
    if reason == "unknown":
        struct = {"": Template, "fields": Field, "sections": Section}.get(part.partition("[")[0])
        return struct.__struct_fields__ if struct else ()
    words = {"need": get_args(Need), "kind": KINDS if place.startswith("fields") else BLOCKS}
    return words.get(key, ())
