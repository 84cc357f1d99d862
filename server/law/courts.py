"""The courts that may confirm an agreement [CPL 205]: the list a centre keeps, and a choice with its reasons. Pure.

A list is one or more files `*.toml` in a directory. Free addresses are matched by the longest division they begin with;
where that leaves several courts, none, or names no more than a district, people are asked.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

BUNDLED = Path(__file__).with_name("court_lists")
"""Invented courts of the sample centre's invented places."""
LARGEST = 1024 * 1024
"""Bytes of one file, at most."""
Level = Literal["basic", "intermediate"]
Reason = Literal["invited", "domicile", "subject", "organisation"]
SLOTS = (
    "申请人材料", "被申请人材料", "调解申请书", "送达地址确认书", "调解协议书", "司法确认申请书", "调解笔录", "移送函",
    "权利义务告知书", "保全材料", "鉴定材料", "其他材料",
)  # fmt: skip
"""Places for files on the upload pages of the courts' mediation platform, unless a court names its own."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class BadCourts(ValueError):
    """A list that cannot be used; the text says where and why."""


class Court(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One court. `divisions` are written from the province down with spaces: 嘉南省 嘉南市 嘉南区."""

    name: Text
    level: Level
    divisions: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    source: Text
    """Where the centre has it from."""
    checked_on: date
    slots: tuple[Text, ...] = SLOTS


class _File(msgspec.Struct, forbid_unknown_fields=True):
    court: tuple[Court, ...]


@dataclass(frozen=True)
class Spot:
    """A place that gives a court jurisdiction; `whose` is the party's id at a domicile."""

    reason: Reason
    address: str
    whose: str = ""


@dataclass(frozen=True)
class Choice:
    """A court that may be asked, why, and by which article. Not `listed`: only named by people."""

    court: str
    level: Level
    spots: tuple[Spot, ...]
    article: str
    sure: bool
    """False: the address names no more than a district, as there may be elsewhere too."""
    listed: bool = True


@dataclass(frozen=True)
class Unsettled:
    """A place whose court is not known: `empty`, `unknown`, or `ambiguous` between courts."""

    spot: Spot
    why: Literal["empty", "unknown", "ambiguous"]
    between: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """Any of `found` may be asked; the first to docket it decides [JS 352]."""

    found: tuple[Choice, ...]
    unsettled: tuple[Unsettled, ...] = ()


def choose(courts: Sequence[Court], spots: Iterable[Spot], *, invited: str = "", level: Level = "basic") -> Choices:
    """The court that invited the organisation, and no other [CPL 205(1)]; else, of that level, the courts at all places
    given [CPL 205(2)]."""
    if invited:
        known = next((one for one in courts if one.name == invited), None)
        spot = Spot("invited", invited)
        return Choices((Choice(invited, known.level if known else level, (spot,), "CPL 205(1)", True, bool(known)),))
    found: dict[str, list[tuple[Spot, bool]]] = {}
    unsettled = []
    for spot in spots:
        if not _plain(spot.address):
            unsettled.append(Unsettled(spot, "empty"))
            continue
        here, sure = at(courts, spot.address, level)
        if len(here) == 1:
            found.setdefault(here[0].name, []).append((spot, sure))
        else:
            names = tuple(one.name for one in here)
            unsettled.append(Unsettled(spot, "ambiguous" if here else "unknown", names))
    choices = (
        Choice(name, level, tuple(spot for spot, _ in of), "CPL 205(2)", any(sure for _, sure in of))
        for name, of in found.items()
    )
    return Choices(tuple(choices), tuple(unsettled))


def at(courts: Iterable[Court], address: str, level: Level) -> tuple[tuple[Court, ...], bool]:
    """The courts of the longest division this address begins with, and whether it names more than a district of it."""
    text = _plain(address)
    longest, found, sure = 0, list[Court](), False
    for court in courts:
        for form, whole in (one for of in court.divisions for one in _forms(of)) if court.level == level else ():
            if not text.startswith(form) or len(form) < longest:
                continue
            if len(form) > longest:
                longest, found, sure = len(form), [], whole
            if court not in found:
                found.append(court)
            sure = sure and whole
    return tuple(found), sure


def _forms(division: str) -> Iterator[tuple[str, bool]]:
    """嘉南省嘉南市嘉南区, then as people write at home: 嘉南市嘉南区, 嘉南区; the last alone may be anywhere."""
    parts = division.split()
    for n in range(len(parts)):
        yield _plain("".join(parts[n:])), n == 0 or len(parts) - n > 1


def _plain(address: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))


def read(directory: Path) -> tuple[Court, ...]:
    """All courts of the files in `directory`. Raises BadCourts."""
    try:
        files = sorted(path for path in directory.iterdir() if path.suffix == ".toml")
        contents = [(path.name, _bytes(path)) for path in files]
    except OSError as error:
        raise BadCourts(f"{directory}: {error.strerror}") from error
    if not contents:
        raise BadCourts(f"{directory}: no file such as courts.toml")
    found = tuple(court for name, content in contents for court in parse(name, content))
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise BadCourts(f"{directory}: {twice} stands there twice")
    return found


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise BadCourts(f"{path.name}: at most {LARGEST} bytes")
    return path.read_bytes()


def parse(name: str, content: bytes) -> tuple[Court, ...]:
    """The courts in the file `name`. Raises BadCourts with the first thing that cannot be right."""
    try:
        found = msgspec.convert(tomllib.loads(content.decode()), _File).court
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BadCourts(f"{name}: {error}") from error
    for court in found:
        if any(not _plain(of) for of in court.divisions):
            raise BadCourts(f"{name}: {court.name} has an empty division")
    return found
