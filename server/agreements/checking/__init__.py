"""Advice on a draft before it is read: what a court would refuse, what nobody could enforce, what two people would read
differently; each with its article. Blocks nothing: people decide. A check that fails is logged and says nothing.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from server.agreements.checking import (
    burdens,
    certainty,
    court,
    days,
    duties,
    forbidden,
    labour,
    others,
    parts,
    people,
    persons,
    status,
    sums,
    waiting,
)
from server.agreements.checking.finding import Family, Finding, Level, Rule
from server.agreements.checking.reading import Check, Hit, readings
from server.agreements.checking.table import RULES
from server.agreements.composition import Worded
from server.agreements.model import Matter, Terms
from server.law.disputes import profile_for
from server.law.profiles import PROFILES

log = logging.getLogger(__name__)
T = TypeVar("T")
CHECKS: tuple[Check, ...] = (
    parts.check,
    status.check,
    forbidden.check,
    labour.check,
    persons.check,
    others.check,
    waiting.check,
    people.check,
    court.check,
    burdens.check,
    days.check,
    sums.check,
    certainty.check,
    duties.check,
)
"""One for each family, the gravest first."""


def advise(terms: Terms, clauses: Sequence[Worded], matter: Matter, today: date) -> tuple[Finding, ...]:
    """All findings, those on the whole first, then in the order of the text; `today` is the legal day."""
    found = [_finding(None, hit) for hit in _held("whole", _whole(terms, clauses, matter))]
    for reading in _held("reading", readings(terms, clauses, matter, today)):
        hits = dict.fromkeys(hit for check in CHECKS for hit in _held(_name(check), check(reading)))
        found += [_finding(reading.clause.id, hit) for hit in hits]
    return tuple(found)


def _held(part: str, found: Iterable[T]) -> list[T]:
    """What it finds; nothing where it fails: advice stops no save and no reading."""
    try:
        return list(found)
    except Exception:
        log.exception("check.failed", extra={"part": part})
        return []


def _name(check: Check) -> str:
    return check.__module__.rpartition(".")[2]


def _finding(clause: str | None, hit: Hit) -> Finding:
    code, detail = hit
    rule = RULES[code]
    return Finding(clause, code, detail, "; ".join(rule.articles), rule.level)


def _whole(terms: Terms, clauses: Sequence[Worded], matter: Matter) -> Iterator[Hit]:
    if not clauses:
        yield "no_clauses", ""
    if not terms.dispute.facts.strip():
        yield "facts_missing", ""
    if not any(paragraph.strip() for paragraph in terms.minutes.paragraphs):
        yield "minutes_missing", ""
    for party in matter.parties:
        if not party.description.strip():
            yield "party_description_missing", party.label
    yield from people.of_case(matter, PROFILES[profile_for(matter.kind)])
    yield from court.of_whole(terms, clauses, matter)


__all__ = ["CHECKS", "RULES", "Family", "Finding", "Level", "Rule", "advise"]
