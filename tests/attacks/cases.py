"""What an attack is, and the list of all of them: functions marked with their class, each yielding files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.attacks.lab import Lab

INVALID = frozenset({"invalid"})
UNFINISHED = frozenset({"invalid", "incomplete"})
"""For files cut back to an earlier stage: what is left is genuine, and honestly unfinished."""
UNKNOWN = frozenset({"invalid", "unknown_issuer"})
"""For files of which every signature is somebody else's."""
FOREIGN = frozenset({"invalid", "cannot_tell"})
"""For files in which no trace of ours is left to be judged."""


@dataclass(frozen=True)
class Case:
    """One attack file: what the verdict may be (never `valid`), and with which anchors and when it is asked."""

    name: str
    pdf: bytes
    may: frozenset[str] = INVALID
    trust: list[bytes] | None = None
    now: datetime | None = None
    kind: str = field(default="", compare=False)


Technique = Callable[[Lab], Iterator[Case]]
TECHNIQUES: list[tuple[str, Technique]] = []


def technique(kind: str) -> Callable[[Technique], Technique]:
    """Marks a function as making attacks of a class of documents.md 7."""

    def mark(made: Technique) -> Technique:
        TECHNIQUES.append((kind, made))
        return made

    return mark


def cases(lab: Lab, kinds: frozenset[str] | None = None, each: int | None = None) -> Iterator[Case]:
    """All attacks in a fixed order; with `each`, an even choice of so many of every technique."""
    for kind, made in TECHNIQUES:
        if kinds is None or kind in kinds:
            found = [Case(case.name, case.pdf, case.may, case.trust, case.now, kind) for case in made(lab)]
            if each is not None and len(found) > each:
                step = len(found) / each
                found = [found[int(at * step)] for at in range(each)]
            yield from found
