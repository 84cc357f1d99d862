"""The people's profile: rule of effect over every subset of signatures, deadline, assurance."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.law import profiles
from server.law.profiles import PEOPLE

ROLES = ("applicant", "respondent", "mediator", "committee")


@pytest.mark.parametrize("signed", list(product((False, True), repeat=4)))
def test_effect_needs_every_party_the_mediator_and_the_seal(signed: tuple[bool, ...]) -> None:
    assert profiles.effective(PEOPLE, list(zip(ROLES, signed, strict=True))) == all(signed)


def test_second_applicant_is_needed_too() -> None:
    signed = [("applicant", True), ("applicant", False), ("respondent", True), ("mediator", True), ("committee", True)]
    assert not profiles.effective(PEOPLE, signed)


def test_missing_role_is_no_effect() -> None:
    assert not profiles.effective(PEOPLE, [("applicant", True), ("mediator", True), ("committee", True)])


def test_deadline_is_the_end_of_the_fifth_day() -> None:
    frozen = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert profiles.signing_deadline(PEOPLE, frozen).astimezone(UTC) == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    assert profiles.signing_deadline(PEOPLE, frozen) - frozen < profiles.LONGEST_SIGNING == timedelta(days=30)


def test_assurance_is_ordered_and_unknown_words_never_suffice() -> None:
    for i, level in enumerate(profiles.ASSURANCE):
        assert [profiles.enough(level, least) for least in profiles.ASSURANCE] == [
            j <= i for j in range(len(profiles.ASSURANCE))
        ]
    assert not profiles.enough("face", "none")


def test_every_cited_rule_is_a_field() -> None:
    assert all(hasattr(PEOPLE, field) for field, _ in PEOPLE.cites)
