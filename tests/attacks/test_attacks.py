"""The short version of `make attack`: some files of each technique, all that once got through, the benign twins."""

from pathlib import Path

import pytest

from tests.attacks import ALL
from tests.attacks.__main__ import verdict
from tests.attacks.benign import twins
from tests.attacks.cases import TECHNIQUES, Case, Technique
from tests.attacks.lab import Lab
from tests.attacks.tools import resaved

assert ALL
EACH = 3
FOUND = {
    "page: comment in the page",
    "page: null byte in the page",
    "page: /Contents twice, other first",
    "form: comment",
    "field: flags of a visible field",
    "field: on another page than it says",
    "field: of type text",
    "catalog: /Pages twice, one page first",
    "catalog: comment with CR hides another /Pages",
    "status: stream whose data begin another object",
    "party-1: value zeroed in place",
    "certification: one more",
    "mediator: one more",
    "seal: one more",
    "seal: issuer's left out",
}
"""Names of the attacks that were called valid, or unchanged, or made the verdict raise, when they were written."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("kind", "made"), TECHNIQUES, ids=[made.__name__ for _, made in TECHNIQUES])
def test_every_technique_is_caught(lab: Lab, kind: str, made: Technique) -> None:
    found = list(made(lab))
    even = {int(at * len(found) / EACH) for at in range(EACH)}
    for number, case in enumerate(found):
        if number in even or case.name in FOUND:
            said, why = verdict(case, lab)
            assert said in case.may, (kind, case.name, said, why)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("people", [1, 3])
def test_benign_twins_keep_their_verdict(lab: Lab, people: int) -> None:
    for case in twins(lab, (people,)):
        said, why = verdict(case, lab)
        assert said in case.may, (case.name, said, why)


@pytest.mark.tools
@pytest.mark.timeout(120)
def test_what_other_programs_saved_again_is_never_valid(lab: Lab, tmp_path: Path) -> None:
    cases: list[Case] = list(resaved(lab.three, tmp_path, slow=False))
    assert len(cases) >= 40
    for case in cases:
        said, why = verdict(case, lab)
        assert said in case.may, (case.kind, case.name, said, why)
