"""Kinds of dispute: which rule type fits, and where only ink will do."""

import pytest

from server.law.disputes import DISPUTES, esign_excluded, profile_for
from server.law.profiles import PROFILES
from server.law.sources import spelled


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
