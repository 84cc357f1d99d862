"""The profiles: rule of effect over every subset of signatures, deadlines, assurance, an article for each field."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.law import profiles, sources
from server.law.profiles import PEOPLE, PROFILES, Profile

PARTY_ROLES = ("applicant", "respondent", "representative", "guardian")
OTHERS = ("organisation", "interpreter", "witness", "recorder", "mediator", "committee")
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


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_every_field_of_every_profile_has_its_article(profile: Profile) -> None:
    fields = {field.name for field in dataclasses.fields(profile)} - {"code", "name", "cites"}
    cites = dict(profile.cites)
    assert fields <= set(cites)
    assert all(sources.known(cite) for cite in cites.values())
    assert all(hasattr(profile, field) for field in cites)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
@given(st.data())
def test_effect_follows_the_needed_signatures_and_nothing_else(profile: Profile, data: st.DataObject) -> None:
    roles = [*data.draw(st.lists(st.sampled_from(PARTY_ROLES), min_size=2, max_size=6)), *OTHERS]
    done = data.draw(st.lists(st.booleans(), min_size=len(roles), max_size=len(roles)))
    signed = list(zip(roles, done, strict=True))
    needed = [ok for role, ok in signed if profiles.stands_for(role) in profile.effect_needs]
    assert profiles.effective(profile, signed) == all(needed)
    more = [(role, True) if profiles.stands_for(role) in profile.effect_needs else (role, ok) for role, ok in signed]
    assert profiles.effective(profile, more)


def test_effect_begins_with_the_last_signature_it_needs() -> None:
    at = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    roles = ("applicant", "representative", "organisation", "recorder", "mediator", "committee")
    signed = [(role, at + timedelta(minutes=n)) for n, role in enumerate(roles)]
    assert profiles.effective_since(PROFILES["people"], signed) == at + timedelta(minutes=5)
    assert profiles.effective_since(PROFILES["court_invited"], signed) == at + timedelta(minutes=2)
    assert profiles.effective_since(PROFILES["court_invited"], [*signed[:2], ("organisation", None)]) is None


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_no_profile_leaves_a_ceremony_open_longer_than_certificates_last(profile: Profile) -> None:
    frozen = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    for separate in (False, True):
        assert profiles.signing_deadline(profile, frozen, separate) <= frozen + profiles.LONGEST_SIGNING
