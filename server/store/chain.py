"""What is wrong with a case's journal, by itself and beside what was kept of it elsewhere: which entry is the first,
and what was done to it. Pure.

An entry altered, moved or taken out shows in the chain. Who writes the whole chain anew leaves no trace in it: that
shows only beside an anchor, an export of anchors or the head in a signed file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from documents import body_hash, head_hash
from server.clock import wire

GENESIS = "0" * 64
Kind = Literal["edit", "reorder", "drop", "fork", "truncation", "body", "anchor"]
"""edit: the entry, or its body, is not what was written. reorder: it stood elsewhere. drop: it is gone. fork: there are
two histories from here on. truncation: it was the beginning of an end that is gone. body: erased without an entry that
says so. anchor: an anchor is not what was stamped, or is gone."""
TOMBSTONE = "journal.erased"
ANEW = "written anew"
"""An edit that was hashed again: the next entry was written after another. Or it is the next that was, which nobody can
tell who has only the chain."""
SEARCHED = 50
"""Entries at most whose former place is looked for: each look hashes as often as the journal is long."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `salt`, `body` (canonical JSON) and its `form` are None where the body was erased."""

    case_id: str
    seq: int
    at: datetime
    kind: str
    actor: str
    body_hash: str
    previous: str
    hash: str
    salt: str | None
    body: str | None
    form: int | None


def entry_hash(case_id: str, seq: int, at: datetime, kind: str, actor: str, body: str, previous: str) -> str:
    """What the next entry names; `body` is the body's hash."""
    return head_hash(case_id, seq, wire(at), kind, actor, body, previous)


@dataclass(frozen=True, slots=True)
class Fault:
    """The entry `seq`; `upto` is the last that may be meant, where that is not known better. `what` says which part of
    the entry, or beside what it showed."""

    seq: int
    kind: Kind
    upto: int
    what: str = ""

    def __str__(self) -> str:
        place = f"{self.seq}" if self.upto == self.seq else f"{self.seq}-{self.upto}"
        return f"{place}: {self.kind}{f' ({self.what})' if self.what else ''}"


def verify(chain: Sequence[Entry]) -> list[Fault]:
    """By itself; empty when it is whole."""
    look = _Look(chain)
    return [*look.links(), *look.bodies()]


@dataclass
class _Look:
    """At one chain. `sound` are the entries whose own hash holds, by their place."""

    chain: Sequence[Entry]
    sound: dict[int, Entry] = field(init=False)
    _shifts: dict[int, None] = field(default_factory=dict)
    _searches: int = 0

    def __post_init__(self) -> None:
        self.sound = {one.seq: one for one in self.chain if _hash_at(one, one.seq) == one.hash}

    def links(self) -> Iterable[Fault]:
        before: Entry | None = None
        for number, entry in enumerate(self.chain):
            expected = before.seq + 1 if before else 1
            if entry.seq != expected:
                yield Fault(expected, "drop", max(expected, entry.seq - 1))
            if entry.seq not in self.sound:
                fault = self._altered(entry, number)
                yield fault
                if fault.kind == "drop":  # all that follow only moved up
                    return
            elif entry.seq == expected and entry.previous != (before.hash if before else GENESIS):
                yield from self._unlinked(entry, before)
            before = entry

    def _altered(self, entry: Entry, number: int) -> Fault:
        """Its hash is not its own: was it made for another place?"""
        place = self._place(entry)
        if place is None:
            return Fault(entry.seq, "edit", entry.seq, "entry")
        if place in self.sound and self.sound[place].hash != entry.hash:
            return Fault(place, "fork", place, "inserted")
        shift = place - entry.seq
        rest = self.chain[number:]
        if shift > 0 and all(_hash_at(one, one.seq + shift) == one.hash for one in rest):
            return Fault(entry.seq, "drop", place - 1)
        return Fault(entry.seq, "reorder", entry.seq, f"was {place}")

    def _place(self, entry: Entry) -> int | None:
        for shift in self._shifts:
            if _hash_at(entry, entry.seq + shift) == entry.hash:
                return entry.seq + shift
        if self._searches == SEARCHED:
            return None
        self._searches += 1
        for place in range(1, 2 * len(self.chain) + 64):
            if place != entry.seq and _hash_at(entry, place) == entry.hash:
                self._shifts |= {place - entry.seq: None, entry.seq - place: None}
                return place
        return None

    def _unlinked(self, entry: Entry, before: Entry | None) -> Iterable[Fault]:
        """Its own hash holds, but it was written after another entry than stands before it."""
        if before is None:
            yield Fault(1, "drop", 1)
        elif before.seq not in self.sound:
            return  # told already
        elif any(one.previous == before.hash for one in self.chain):
            yield Fault(entry.seq, "reorder", entry.seq)
        else:
            yield Fault(before.seq, "edit", before.seq, ANEW)

    def bodies(self) -> Iterable[Fault]:
        erased = tombstones(self.chain)
        for entry in self.chain:
            if entry.body is None:
                if erased.get(entry.seq) != entry.body_hash:
                    yield Fault(entry.seq, "body", entry.seq, "missing")
            elif not holds(entry):
                yield Fault(entry.seq, "edit", entry.seq, "body")


def _hash_at(entry: Entry, seq: int) -> str:
    """What its hash would be in this place."""
    return entry_hash(entry.case_id, seq, entry.at, entry.kind, entry.actor, entry.body_hash, entry.previous)


def holds(entry: Entry) -> bool:
    """Whether the body that is kept is the one that was written."""
    try:
        return body_hash(entry.form or 0, entry.salt or "", entry.body or "") == entry.body_hash
    except (ValueError, TypeError, RecursionError):
        return False


def tombstones(chain: Iterable[Entry]) -> dict[int, str]:
    """Number and body's hash of the entries whose body was erased by rule, as later entries say."""
    found: dict[int, str] = {}
    for entry in chain:
        if entry.kind == TOMBSTONE and entry.body is not None and holds(entry):
            body = json.loads(entry.body)
            if body["seq"] < entry.seq:
                found[body["seq"]] = body["body_hash"]
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """That a journal had this head when it was `seq` entries long. `root`: of the tree over all hashes up to there."""

    seq: int
    hash: str
    root: str
    where: str


def beside(chain: Sequence[Entry], roots: Mapping[int, str], heads: Iterable[Head], upto: int) -> list[Fault]:
    """The first departure of a chain, whole up to `upto`, from heads kept of it. `roots`: of its trees by length."""
    same = 0
    for head in sorted(heads, key=lambda one: one.seq):
        if head.seq > upto:
            break
        if head.seq > len(chain):
            return [Fault(len(chain) + 1, "truncation", head.seq, head.where)]
        if chain[head.seq - 1].hash != head.hash or roots[head.seq] != head.root:
            return [Fault(same + 1, "fork", head.seq, head.where)]
        same = head.seq
    return []


def departs(chain: Sequence[Entry], hashes: Sequence[str], where: str) -> list[Fault]:
    """The first entry that is not the one whose hash was kept."""
    for number, (entry, kept) in enumerate(zip(chain, hashes, strict=False), 1):
        if entry.hash != kept:
            return [Fault(number, "fork", number, where)]
    return [Fault(len(chain) + 1, "truncation", len(hashes), where)] if len(hashes) > len(chain) else []
