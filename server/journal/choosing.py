"""Which entries a disclosure may show, and which of their fields: a list, and deny by default. Pure.

Not only words and figures are kept back, also what can be guessed from a hash: the hash of a wording that was given up
tells what was once offered to whoever tries the sums. So of drafts, readings and ceremonies only those are shown that
became the agreement in force."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents import BY_FIELD
from server.store.chain import TOMBSTONE, Entry

FIELDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(fields.split())
    for kind, fields in {
        # who was there: never in which chamber
        "session.open": "session from to",
        "session.adjourn": "session from to",
        "session.close": "session from to",
        "room.attendance": "session person state",
        # who they are, and how that was seen
        "seat.identified": "session is_me",
        "party.identified": "party assurance how",
        "kiosk.sat": "session party vouched",
        "ceremony.vouched": "ceremony person slot",
        # what they agreed to be done with
        "seat.consented": "session online esign version language texts",
        "ceremony.separate": "agreement agree",
        # what they read and confirmed
        "agreement.show": "agreement version",
        "clause.confirm": "agreement clause hash",
        "agreement.number_taken": "agreement number",
        "agreement.freeze": "agreement ceremony number text manifest deadline version mode",
        "ceremony.confirm": "ceremony slot manifest",
        # what they signed
        "ceremony.enrol": "ceremony slot slots consent",
        "ceremony.ready": "ceremony slot serial assurance",
        "ceremony.paper": "ceremony slot person scan",
        "ceremony.sign": "ceremony slot fence certificate files",
        "ceremony.all_signed": "ceremony",
        "agreement.complete": "agreement ceremony number files effective_at profile",
        "agreement.file": "agreement number scan type signed_on effective_at profile",
        # what is gone by rule
        TOMBSTONE: "seq rule",
    }.items()
}
"""Kind -> fields for a court."""
UNBOUND = ("session.", "room.", "seat.", "party.", "kiosk.")
"""Kinds that belong to no draft: they are shown also when erased, by their head alone."""
Wording = tuple[str, str, str]
"""Agreement, clause and hash of one wording."""


@dataclass(frozen=True)
class Choice:
    """One entry to show. `fields` None: all of it (form 1), empty with nothing of the body left: its head."""

    entry: Entry
    fields: frozenset[str] | None


@dataclass
class InForce:
    """What became binding, as the journal itself says. `versions` are the drafts that were frozen, or printed, for it;
    `wordings` the clauses of those, which stand in no journal."""

    agreements: set[str] = field(default_factory=set)
    ceremonies: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    versions: set[tuple[str, int]] = field(default_factory=set)
    wordings: frozenset[Wording] = frozenset()

    @classmethod
    def of(cls, chain: Iterable[Entry], only: str | None = None) -> "InForce":
        """Of all agreements, or of one."""
        found = cls()
        told = (entry for entry in chain if entry.kind.startswith("agreement.") and entry.body is not None)
        bodies = [(entry.kind, body_of(entry)) for entry in told]
        for kind, body in bodies:
            if kind in ("agreement.complete", "agreement.file") and only in (None, body.get("agreement")):
                found.agreements.add(body["agreement"])
                found.numbers.add(body["number"])
                found.ceremonies |= {body["ceremony"]} if "ceremony" in body else set()
        printed = {}
        for kind, body in bodies:
            if kind == "agreement.freeze" and body["ceremony"] in found.ceremonies:
                found.versions.add((body["agreement"], body["version"]))
            elif kind == "agreement.print" and body["agreement"] in found.agreements:
                printed[body["agreement"]] = body["version"]  # an earlier print was taken back
        found.versions |= {*printed.items()}
        return found

    def has(self, kind: str, body: Mapping[str, Any]) -> bool:
        """Whether an entry belongs to it; those of no draft always do."""
        if kind.startswith("ceremony.") and kind != "ceremony.separate":
            return body.get("ceremony") in self.ceremonies
        match kind:
            case "ceremony.separate":
                return body.get("agreement") in self.agreements and body.get("agree") is True
            case "agreement.show":
                return (body.get("agreement"), body.get("version")) in self.versions
            case "clause.confirm":
                wording = (body.get("agreement"), body.get("clause"), body.get("hash"))
                return body.get("agreement") in self.agreements and wording in self.wordings
            case "agreement.number_taken":
                return body.get("number") in self.numbers
            case "agreement.freeze":
                return body.get("ceremony") in self.ceremonies
            case "agreement.complete" | "agreement.file":
                return body.get("agreement") in self.agreements
        return kind.startswith(UNBOUND)


def choose(
    chain: Sequence[Entry], force: InForce, about: Collection[str] = (), kinds: Collection[str] = ()
) -> list[Choice]:
    """In order. `about`: only entries by or about these people, all where there are none; `kinds`: only these.

    An entry of before form 2 is shown whole or not at all."""
    wanted = frozenset(kinds) or frozenset(FIELDS)
    by_number = {entry.seq: entry for entry in chain}
    found = []
    for entry in chain:
        if entry.kind not in wanted or entry.kind not in FIELDS:
            continue
        body = body_of(entry)
        if entry.kind == TOMBSTONE:
            gone = by_number.get(body.get("seq", 0), entry)
            if gone.kind.startswith(UNBOUND) and gone.kind in FIELDS and _about(gone, {}, about):
                found.append(Choice(entry, FIELDS[TOMBSTONE]))
        elif entry.body is None:
            if entry.kind.startswith(UNBOUND) and _about(entry, {}, about):
                found.append(Choice(entry, frozenset()))
        elif force.has(entry.kind, body) and _about(entry, body, about) and (choice := _choice(entry, body)):
            found.append(choice)
    return found


def _choice(entry: Entry, body: Mapping[str, Any]) -> Choice | None:
    fields = FIELDS[entry.kind]
    if entry.form == BY_FIELD:
        return Choice(entry, fields & body.keys())
    beyond = body.keys() - fields
    joint = entry.kind == "room.attendance" and body.get("chamber") in (None, "joint")
    return Choice(entry, None) if beyond <= ({"chamber"} if joint else set()) else None


def _about(entry: Entry, body: Mapping[str, Any], people: Collection[str]) -> bool:
    return not people or bool({entry.actor, body.get("party"), body.get("person")} & set(people))


def body_of(entry: Entry) -> dict[str, Any]:
    """Empty where it was erased."""
    found: dict[str, Any] = json.loads(entry.body) if entry.body is not None else {}
    return found
