"""Files our product really makes, at every stage: none of them may be called changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.attacks.cases import Case
from tests.attacks.genuine import text_for
from tests.attacks.lab import Lab
from tests.attacks.renewed import renewed, with_stamp, with_status

VALID = frozenset({"valid"})
INCOMPLETE = frozenset({"incomplete"})


def twins(lab: Lab, people: tuple[int, ...] = (1, 2, 3, 4, 5, 6)) -> Iterator[Case]:
    """One to six signatories, one to several pages, each stage; another ceremony, minutes; renewed once and twice."""
    for count in people:
        genuine = lab.three if count == 3 else lab.ceremony(f"people-{count}", text_for(count, clauses=3 * count))
        trust, now = genuine.trust, genuine.now
        for stage in genuine.stages:
            may = VALID if stage == "complete" else INCOMPLETE
            yield Case(f"{count} signatories, {stage}", genuine.stage(stage), may, trust, now, "stages")
        yield Case(
            f"{count} signatories, after three months", genuine.pdf, VALID, trust, now + timedelta(days=90), "later"
        )
    for name, other in (("other number", lab.other), ("minutes", lab.minutes)):
        for stage in ("f", "turns", "complete"):
            may = VALID if stage == "complete" else INCOMPLETE
            yield Case(f"{name}, {stage}", other.stage(stage), may, other.trust, other.now, "other files")
    yield Case("by another centre, its root known", lab.stranger.pdf, VALID, lab.stranger.trust, None, "other files")
    yield Case(
        "by another centre, its root unknown",
        lab.stranger.pdf,
        frozenset({"unknown_issuer"}),
        None,
        None,
        "other files",
    )
    once = renewed(lab)
    yield Case("renewed by hand", once, VALID, kind="renewed")
    yield Case(
        "renewed by hand twice", with_stamp(with_status(once), lab.three, name=b"archive3"), VALID, kind="renewed"
    )
    yield Case("downloaded again", bytes(bytearray(lab.three.pdf)), VALID, kind="stages")
