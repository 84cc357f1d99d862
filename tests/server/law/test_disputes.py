"""Kinds of dispute: which rule type fits, and where only ink will do."""

import pytest

from server.law.disputes import DISPUTES, ROUTES, esign_excluded, profile_for
from server.law.profiles import PROFILES
from server.law.sources import known, spelled


@pytest.mark.parametrize("kind", ["marriage", "adoption", "inheritance", "personal_relations", "utilities_stop"])
def test_the_law_keeps_electronic_signatures_out_of_personal_relations_and_public_supply(kind: str) -> None:
    excluded = esign_excluded(kind)
    assert excluded is not None
    assert spelled(excluded.article) == "《中华人民共和国电子签名法》第3条"


@pytest.mark.parametrize("kind", ["neighbour", "labour", "medical", "divorce_property", "never heard of"])
def test_other_disputes_may_be_signed_electronically(kind: str) -> None:
    assert esign_excluded(kind) is None


def test_every_kind_has_a_rule_type() -> None:
    assert {profile_for(kind) for kind in DISPUTES} == set(PROFILES)
    assert profile_for("never heard of") == "people"


def test_the_taxonomy_is_a_tree_of_two_levels_in_two_languages() -> None:
    """A code fits its column, a parent stands before its children, no name is used twice."""
    seen: set[str] = set()
    for kind in DISPUTES.values():
        assert len(kind.code) <= 24 and kind.name and kind.en
        assert kind.route in ROUTES and (kind.article == "" or known(kind.article)), kind.code
        assert kind.parent == "" or (kind.parent in seen and not DISPUTES[kind.parent].parent), kind.code
        seen.add(kind.code)
    for names in ({one.name for one in DISPUTES.values()}, {one.en for one in DISPUTES.values()}):
        assert len(names) == len(DISPUTES)


def test_the_words_of_a_kind_belong_to_one_kind() -> None:
    words = [word for one in DISPUTES.values() for word in one.words]
    assert len(words) == len(set(words))
