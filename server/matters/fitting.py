"""Which mediators fit a matter, with the reasons. Pure; a person chooses."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.ids import AccountId
from server.matters.model import Matter

BUSY = 6
"""Matters at once above which somebody is said to be busy."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a mediator does, as data. `fields` are kinds of dispute, `areas` words of addresses."""

    account_id: AccountId
    name: str = field(default="", repr=False)
    organisation: str = ""
    fields: tuple[str, ...] = ()
    speciality: str = ""
    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    available: bool = True
    load: int = 0
    """Matters asked or in mediation now."""
    alike: int = 0
    """Settled ones of this matter's category."""
    settled: int = 0
    failed: int = 0
    stepped_back: bool = False
    """Refused this matter, recused, let the time run out, or the parties asked for another."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its figure or word; the words are the browser's (`intake.why.*`)."""

    code: str
    n: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A mediator and why they fit, or not."""

    profile: Profile
    score: int
    reasons: tuple[Reason, ...]


def fit(matter: Matter, one: Profile) -> Fit:
    """Points say only the order; the reasons are what is read."""
    found: list[tuple[int, Reason]] = []
    if matter.category and matter.category in one.fields:
        found.append((30, Reason("field")))
    if one.alike:
        found.append((min(one.alike, 20), Reason("alike", one.alike)))
    language = matter.needs.interpreter
    if language and any(word in language or language in word for word in one.languages):
        found.append((40, Reason("language", word=language)))
    place = f"{matter.facts.place} {' '.join(person.address for person in matter.people)}"
    if near := next((area for area in one.areas if area in place), ""):
        found.append((15, Reason("area", word=near)))
    found.append((10, Reason("free")) if not one.load else (-3 * one.load, Reason("load", one.load)))
    if one.load > BUSY:
        found.append((-20, Reason("busy")))
    if one.settled + one.failed >= 5:
        rate = round(100 * one.settled / (one.settled + one.failed))
        found.append((rate // 10, Reason("rate", rate)))
    if not one.available:
        found.append((-100, Reason("away")))
    if one.stepped_back:
        found.append((-200, Reason("stepped_back")))
    return Fit(one, sum(points for points, _ in found), tuple(reason for _, reason in found))


def fitting(matter: Matter, profiles: Iterable[Profile]) -> list[Fit]:
    """The best first; alike ones by their name."""
    return sorted((fit(matter, one) for one in profiles), key=lambda one: (-one.score, one.profile.name))
