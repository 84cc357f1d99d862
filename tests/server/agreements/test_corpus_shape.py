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


SETS = (
    ("clauses-1", read("open"), read("aside"), 240, 130),
    ("clauses-2", read("fresh_open"), read("fresh_aside"), 110, 60),
)
"""What each was drawn with, its halves, at least how many, and how many good ones among them."""
ALL = [clause for _, known, aside, _, _ in SETS for clause in known + aside]


def test_only_bad_clauses_have_families_articles_and_reasons() -> None:
    for clause in ALL:
        said = (clause.codes, clause.article, clause.why)
        assert all(bool(part) == (clause.label != "good") for part in said), clause.id
        assert clause.kind in DISPUTES, clause.id


@pytest.mark.parametrize(("seed", "known", "aside", "least", "good"), SETS, ids=lambda value: str(value)[:9])
def test_there_are_enough_and_the_split_is_the_draw_the_readme_describes(
    seed: str, known: list[Labelled], aside: list[Labelled], least: int, good: int
) -> None:
    def place(clause: Labelled) -> str:
        return hashlib.sha256(f"{seed}:{clause.id}".encode()).hexdigest()

    labels = Counter(clause.label for clause in known + aside)
    assert labels.total() >= least
    assert labels["good"] >= good
    drawn = sorted(known + aside, key=lambda clause: (clause.label, clause.codes[:1], place(clause)))
    assert {clause.id for clause in drawn[::2]} == {clause.id for clause in known}
    assert {clause.id for clause in drawn[1::2]} == {clause.id for clause in aside}


def test_no_clause_is_there_twice() -> None:
    assert len({clause.text for clause in ALL}) == len({clause.id for clause in ALL}) == len(ALL)


def test_every_family_is_in_both_halves() -> None:
    for half in SETS[0][1:3]:
        assert {code for clause in half for code in clause.codes} == set(get_args(Family))
