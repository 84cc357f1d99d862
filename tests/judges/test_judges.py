"""Judges that are not ours accept every finished file at every stage, and refuse it harmed. The ones that come through
Maven are asked by `make judges`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.judges import debian, maven
from tests.judges.answers import Answer, answer, table
from tests.judges.files import STAGES, State, stages
from tests.judges.finished import SAMPLES, states

pytestmark = [pytest.mark.tools, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[State]:
    return list(states(tmp_path_factory.mktemp("judged")))


@pytest.fixture(scope="module")
def said(judged: list[State]) -> list[Answer]:
    return list(debian.judge(judged))


@pytest.mark.parametrize(
    "judge",
    [
        "qpdf --check",
        "own PDF/A-3b clauses",
        "pdfsig",
        "openssl cms -cades",
        "openssl ts",
        "PDFBox + BouncyCastle",
        "Preflight (A-1b)",
    ],
)
def test_the_judge_accepts_every_file_at_every_stage(said: list[Answer], judge: str) -> None:
    mine = [each for each in said if each.judge == judge]
    assert {each.profile for each in mine} == set(SAMPLES)
    assert {each.stage for each in mine} >= {"sealed", "renewed-2"}
    wrong = [each for each in mine if not each.right]
    assert not wrong, table(wrong)


def test_stages_are_beginnings_of_the_file(judged: list[State]) -> None:
    whole = max((state for state in judged if state.file == "agreement"), key=lambda each: each.path.stat().st_size)
    pdf = whole.path.read_bytes()
    cut = stages(pdf)
    assert list(cut) == [stage for stage in STAGES if stage in cut]
    lengths = [len(part) for part in cut.values()]
    assert lengths == sorted(set(lengths))
    assert all(pdf.startswith(part) and part.rstrip().endswith(b"%%EOF") for part in cut.values())


Judge = Callable[[State], Iterator[Answer]]


@pytest.mark.parametrize(
    "judge",
    [
        pytest.param(lambda state: iter([debian.pdfsig(state)]), id="pdfsig"),
        pytest.param(debian.openssl, id="openssl"),
        pytest.param(lambda state: debian.bouncycastle([state]), id="BouncyCastle"),
    ],
)
def test_the_judge_refuses_a_file_with_an_altered_byte(judged: list[State], tmp_path: Path, judge: Judge) -> None:
    sealed = next(state for state in judged if state.stage == "sealed")
    pdf = sealed.path.read_bytes()
    at = pdf.index(b"/Producer") + 14
    (tmp_path / "harmed.pdf").write_bytes(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert next(judge(replace(sealed, path=tmp_path / "harmed.pdf"))).accepts is False


def test_a_judge_that_cannot_be_had_leaves_unproven(judged: list[State], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    answers = [*maven.verapdf(judged), *maven.dss(judged)]
    assert answers
    assert {(each.accepts, each.right, each.word) for each in answers} == {(None, False, "unproven")}


def test_an_answer_says_whether_it_is_the_one_wanted(judged: list[State]) -> None:
    words = [answer("J", judged[0], accepts, "", wanted).word for wanted in (True, False) for accepts in (True, False)]
    assert words == ["yes", "NO", "YES", "no"]
