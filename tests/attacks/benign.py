"""Files our product really makes, at every stage: none of them may be called changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from documents import TimestampAuthority, structure
from documents.renew import renew
from tests.attacks.cases import Case
from tests.attacks.genuine import text_for
from tests.attacks.lab import Lab
from tests.attacks.renewed import renewed, with_stamp, with_status
from tests.profiles import CASES, ceremony

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
    for stage in lab.house.stages:
        may = VALID if stage == "complete" else INCOMPLETE
        yield Case(
            f"organisation and paper, {stage}",
            lab.house.stage(stage),
            may,
            lab.house.trust,
            None,
            "organisation, paper",
        )
    yield Case("downloaded again", bytes(bytearray(lab.three.pdf)), VALID, kind="stages")


def sets(directory: Path, samples: tuple[str, ...] = tuple(CASES)) -> Iterator[Case]:
    """Agreement and minutes of every rule type, complete and on the way; then renewed in time by our own job, twice."""
    for sample in samples:
        made = ceremony(CASES[sample], directory / sample)
        trust = [made.authority.root_pem]
        soon = made.clock() + timedelta(hours=1)
        for name, pdf in made.files.items():
            ends = [each.end for each in structure.read(pdf)][1:]
            for number, end in enumerate(ends, 1):
                may = VALID if end == len(pdf) else INCOMPLETE
                yield Case(f"{sample}, {name}, revision {number}", pdf[:end], may, trust, soon, "rule types")
        tsa = TimestampAuthority(made.authority.tsa.signer)
        pdf = made.files["agreement"]
        for times in (1, 2):
            made.clock.pass_(days=200)
            pdf = renew(pdf, made.authority, tsa)
            yield Case(f"{sample}, renewal {times}", pdf, VALID, trust, made.clock() + timedelta(days=1), "renewed")
