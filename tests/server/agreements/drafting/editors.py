"""The page's way of saving, as a model: one save under way at a time, repeated word for word until it is answered, and
typing goes on meanwhile. And the office's, for tests without one."""

from dataclasses import dataclass

import msgspec

from server.agreements.drafting.merge import merge
from server.agreements.model import Clause, ClauseFields, Dispute, Minutes, Terms


@dataclass(frozen=True)
class Put:
    """A save as sent."""

    save: str
    version: int
    since: str
    terms: Terms


@dataclass(frozen=True)
class Got:
    """Its answer."""

    version: int
    terms: Terms
    merged: bool


class Desk:
    """What the office does with saves, in twenty lines."""

    def __init__(self, terms: Terms) -> None:
        self.versions = [terms]
        self.saves: dict[str, Terms] = {}

    def put(self, sent: Put) -> Got:
        if sent.save not in self.saves:
            base = self.saves[sent.since] if sent.since else self.versions[sent.version - 1]
            terms = merge(base, self.versions[-1], sent.terms).terms
            self.saves[sent.save] = sent.terms
            if terms != self.versions[-1]:
                self.versions.append(terms)
        return Got(len(self.versions), self.versions[-1], self.versions[-1] != sent.terms)

    def get(self) -> Got:
        return Got(len(self.versions), self.versions[-1], merged=False)


@dataclass
class Editor:
    """One open page. `typed` are the characters this person typed and nobody meant to delete."""

    name: str
    terms: Terms
    version: int
    since: str
    synced: Terms
    pending: Put | None = None
    count: int = 0

    @classmethod
    def opened(cls, name: str, got: Got) -> "Editor":
        return cls(name, got.terms, got.version, "", got.terms)

    @property
    def idle(self) -> bool:
        return self.pending is None and self.terms == self.synced

    def send(self) -> Put | None:
        """The save to send now: the one under way again, or a new one."""
        if self.pending is None and self.terms != self.synced:
            self.count += 1
            self.pending = Put(f"{self.name}-{self.count}", self.version, self.since, self.terms)
        return self.pending

    def answered(self, put: Put, got: Got) -> None:
        """An answer arrives; one to a save settled before changes nothing."""
        if self.pending is None or self.pending.save != put.save:
            return
        idle, self.pending = self.terms == put.terms, None
        if idle or not got.merged:
            self.terms = got.terms if idle else self.terms
            self.version, self.since, self.synced = got.version, "", got.terms
        else:
            self.version, self.since, self.synced = got.version, put.save, put.terms

    def looks(self, got: Got) -> None:
        """Somebody else's version flows into a page where nothing is unsaved."""
        if self.idle and got.version > self.version:
            self.terms = self.synced = got.terms
            self.version, self.since = got.version, ""


def prose_of(terms: Terms) -> str:
    """All that is written in a draft."""
    clauses = "".join(one.fields.text + one.fields.breach for one in terms.clauses)
    return terms.dispute.facts + clauses + "\n".join(terms.minutes.paragraphs)


def edited(terms: Terms, where: int, at: float, remove: int, text: str) -> Terms:
    """`text` typed in the place of `remove` characters: in the facts, a clause or the minutes."""

    def change(old: str) -> str:
        start = int(at * len(old))
        return old[:start] + text + old[start + remove :]

    slot = where % (len(terms.clauses) + 2)
    if slot == 0:
        return msgspec.structs.replace(terms, dispute=_facts(terms, change(terms.dispute.facts)))
    if slot == 1:
        spoken = change("\n".join(terms.minutes.paragraphs)).split("\n")
        return msgspec.structs.replace(terms, minutes=Minutes(paragraphs=tuple(line for line in spoken if line)))
    clauses = list(terms.clauses)
    one = clauses[slot - 2]
    fields = msgspec.structs.replace(one.fields, text=change(one.fields.text))
    clauses[slot - 2] = msgspec.structs.replace(one, fields=fields)
    return msgspec.structs.replace(terms, clauses=tuple(clauses))


def _facts(terms: Terms, facts: str) -> Dispute:
    return msgspec.structs.replace(terms.dispute, facts=facts)


def added(terms: Terms, at: int, name: str, text: str) -> Terms:
    """A free clause more."""
    clauses = list(terms.clauses)
    clauses.insert(at % (len(clauses) + 1), Clause(id=name, kind="free", fields=ClauseFields(text=text)))
    return msgspec.structs.replace(terms, clauses=tuple(clauses))


def moved(terms: Terms, start: int, to: int) -> Terms:
    """A clause at another place."""
    clauses = list(terms.clauses)
    if clauses:
        clauses.insert(to % len(clauses), clauses.pop(start % len(clauses)))
    return msgspec.structs.replace(terms, clauses=tuple(clauses))


def removed(terms: Terms, at: int) -> Terms:
    """A clause less."""
    clauses = list(terms.clauses)
    if clauses:
        clauses.pop(at % len(clauses))
    return msgspec.structs.replace(terms, clauses=tuple(clauses))
