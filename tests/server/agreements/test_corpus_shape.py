"""The labelled clauses are what their README says: shape, numbers, no clause twice, and a split nobody chose."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
import pytest

from server.law.disputes import DISPUTES

HERE = Path("tests/data/clauses")
Family = Literal[
    "unclear_obligation",
    "vague_words",
    "missing_due",
    "missing_sum",
    "status_relation",
    "title_decision",
    "missing_authority",
    "minor",
    "sum_mismatch",
    "words_mismatch",
    "date_impossible",
    "date_past",
    "third_party",
    "false_mediation",
    "unlawful",
    "interest_limit",
    "deposit_word",
    "conditional_on_stranger",
    "liberty",
]


class Acting(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    scope: str


class Party(msgspec.Struct, forbid_unknown_fields=True):
    label: Literal["甲方", "乙方", "丙方", "丁方"]
    name: str
    organisation: bool = False
    capacity: Literal["full", "limited", "none"] = "full"
    guardian: Acting | None = None
    agent: Acting | None = None
    seal: bool = True


class Context(msgspec.Struct, forbid_unknown_fields=True):
    parties: Annotated[list[Party], msgspec.Meta(min_length=2)]
    records: bool | None = None
    related: bool | None = None
    note: str = ""


class Labelled(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(pattern="^c[0-9a-f]{8}$")]
    text: Annotated[str, msgspec.Meta(min_length=5, max_length=4000)]
    label: Literal["good", "refusable", "unenforceable"]
    codes: list[Family]
    kind: str
    article: str
    why: str
    context: Context | None = None


def read(name: str) -> list[Labelled]:
    return msgspec.json.decode((HERE / f"{name}.json").read_bytes(), type=list[Labelled])


OPEN, ASIDE = read("open"), read("aside")


@pytest.mark.parametrize("clause", OPEN + ASIDE, ids=lambda clause: clause.id)
def test_only_bad_clauses_have_families_articles_and_reasons(clause: Labelled) -> None:
    assert all(bool(part) == (clause.label != "good") for part in (clause.codes, clause.article, clause.why))
    assert clause.kind in DISPUTES


def test_there_are_enough_and_none_twice() -> None:
    labels = Counter(clause.label for clause in OPEN + ASIDE)
    assert labels.total() >= 240
    assert labels["good"] >= 130
    assert min(labels.values()) >= 60
    assert (
        len({clause.text for clause in OPEN + ASIDE}) == len({clause.id for clause in OPEN + ASIDE}) == labels.total()
    )


def test_every_family_is_in_both_halves() -> None:
    for half in (OPEN, ASIDE):
        assert {code for clause in half for code in clause.codes} == set(get_args(Family))


def test_the_split_is_the_draw_the_readme_describes() -> None:
    def place(clause: Labelled) -> str:
        return hashlib.sha256(f"clauses-1:{clause.id}".encode()).hexdigest()

    drawn = sorted(OPEN + ASIDE, key=lambda clause: (clause.label, clause.codes[:1], place(clause)))
    assert {clause.id for clause in drawn[::2]} == {clause.id for clause in OPEN}
    assert {clause.id for clause in drawn[1::2]} == {clause.id for clause in ASIDE}
