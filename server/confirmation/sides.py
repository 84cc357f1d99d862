"""Who may read and say what about a due: its two sides, those who act for them, and nobody else. Pure."""

from collections.abc import Collection
from datetime import date

from server.cases.model import Case, Part
from server.cases.rules import in_law
from server.confirmation.dues import Due, Entry
from server.law.roles import answers_for


def speaks_for(case: Case, person: str, day: date) -> frozenset[str]:
    """Ids of the parties for whom this person's word counts: themself, those they represent or are guardian of; of less
    than full capacity one speaks for nobody."""
    people = [in_law(one) for one in case.people]
    found = {one.id for one in people if one.part == "party" and person in answers_for(one, people, day)}
    acting = (one for one in case.people if one.id == person and one.part is Part.representative)
    return frozenset(found | {one.acts_for for one in acting if one.acts_for})


def concerns(due: Due, parties: Collection[str]) -> bool:
    """Whether it is owed by or to one of them; an act that is owed to nobody by name is owed to all."""
    return due.obligor in parties or due.obligee in parties or (not due.obligee and bool(parties))


def may_answer(due: Due, entry: Entry, parties: Collection[str]) -> bool:
    """Whether one of them is asked if they received it: what they said themselves, or what counts already, is settled.
    A no may become a yes."""
    return due.obligee in parties and entry.said_by != due.obligee and not entry.counts


def may_strike(entry: Entry, parties: Collection[str]) -> bool:
    """Whether it is their own word, and nobody has answered it."""
    return entry.said_by in parties and entry.confirmed == ""
