"""All journals of a centre against themselves, their anchors, what was taken elsewhere and the heads in signed files.
Pure; the same for the doctor and for `hejie journal verify`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from documents import BadStamp, check_stamp
from server.journal.anchoring import tree_of, tree_over
from server.journal.exporting import Export
from server.store.anchors import Anchor
from server.store.chain import ANEW, Entry, Fault, Head, beside, departs, verify

BODIES = ("body", "missing")
"""What is wrong with a body alone: the hashes of the chain hold."""


@dataclass(frozen=True)
class Trust:
    """Whose time-stamps count: `roots`, and the CA certificates on the way to them (DER). Without roots only the
    time-stamps themselves are checked."""

    roots: tuple[bytes, ...] = ()
    between: tuple[bytes, ...] = ()


@dataclass
class CaseState:
    """One journal: how long it is, how much of it is anchored, what is wrong with it, the first thing first."""

    case: str
    entries: int = 0
    anchored: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Examined:
    """`anchors`: those that are not what was stamped, or are gone, with the cause."""

    cases: list[CaseState]
    stamps: int
    anchors: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not self.anchors and not any(one.faults for one in self.cases)


def examine(
    chains: Iterable[tuple[str, list[Entry]]],
    anchors: Sequence[Anchor],
    trust: Trust,
    elsewhere: Export | None = None,
    files: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    newest: int | None = None,
) -> Examined:
    """`files`: case -> name of a signed file -> heads in it. `newest`: of so many time-stamps the signatures are
    checked, a millisecond each; of all where it is not given."""
    found = Examined([], len(anchors))
    for place, one in enumerate(reversed(anchors)):
        if cause := _unsound(one, trust, stamp=newest is None or place < newest):
            found.anchors[one.id] = cause
    known: dict[str, list[Head]] = {}
    for one in anchors:
        for head in one.heads:
            known.setdefault(head.case_id, []).append(Head(head.seq, head.head, head.tree_root, f"anchor {one.id}"))
    kept = dict(elsewhere.hashes) if elsewhere else {}
    if elsewhere:
        here = {one.id for one in anchors}
        for one in elsewhere.anchors:
            if cause := _unsound(one, trust):
                found.anchors[one.id] = f"elsewhere: {cause}"
            elif one.id not in here:
                found.anchors[one.id] = "gone"
    for case, chain in chains:
        found.cases.append(_state(case, chain, known.pop(case, []), kept.pop(case, []), (files or {}).get(case, {})))
    for case in sorted(known.keys() | kept.keys()):  # of these not one entry is left
        found.cases.append(_state(case, [], known.get(case, []), kept.get(case, []), {}))
    return found


def _state(
    case: str, chain: Sequence[Entry], heads: Sequence[Head], kept: Sequence[str], files: Mapping[str, Sequence[str]]
) -> CaseState:
    hashes = [entry.hash for entry in chain]
    faults = [_placed(one, hashes, kept) for one in verify(chain)]
    broken = [one.seq for one in faults if one.what not in BODIES]
    upto = min(broken) - 1 if broken else max([len(chain), *(head.seq for head in heads)])
    roots = {head.seq: tree_of(hashes[: head.seq]).root.hex() for head in heads if head.seq <= min(upto, len(chain))}
    others = [*departs(chain, kept, "elsewhere"), *beside(chain, roots, heads, upto)]
    if not others and not broken:
        there = set(hashes)
        others = [
            Fault(1, "fork", max(1, len(chain)), f"file {name}")
            for name, named in files.items()
            if any(head not in there for head in named)
        ]
    first = min(others, key=lambda one: (one.seq, one.upto), default=None)
    if first is not None and (not broken or first.seq < min(broken)):
        faults = [first, *faults]
    anchored = max((head.seq for head in heads), default=0)
    return CaseState(case, len(chain), anchored, sorted(faults, key=lambda one: one.seq))


def _placed(fault: Fault, hashes: Sequence[str], kept: Sequence[str]) -> Fault:
    """Where a hash kept elsewhere says that an entry was not made anew, the next one was."""
    at = fault.seq
    intact = fault.what == ANEW and at <= min(len(kept), len(hashes)) and hashes[at - 1] == kept[at - 1]
    return replace(fault, seq=at + 1, upto=at + 1) if intact else fault


def _unsound(one: Anchor, trust: Trust, *, stamp: bool = True) -> str:
    """Why an anchor is not what was stamped; empty when it is."""
    if tree_over(one.heads).root.hex() != one.root:
        return "altered"
    try:
        if stamp:
            check_stamp(one.token, bytes.fromhex(one.root), trust.roots, trust.between)
    except BadStamp as error:
        return str(error)
    return ""
