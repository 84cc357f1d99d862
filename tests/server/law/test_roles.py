"""Who signs for whom, and what is missing: natural persons, organisations, representatives, guardians, helpers."""

from dataclasses import replace
from datetime import date

import pytest

from documents.agreement import RANKS
from server.law import roles
from server.law.profiles import LABOUR, PEOPLE
from server.law.roles import Lack, Person, Staff

DAY = date(2026, 11, 26)
STAFF = Staff("acc_gu", "顾明华", "acc_su", "苏婉", "调委会")
LIN = Person("lin", "林秀珍", "party", "applicant", "甲方", born=date(1971, 3, 15))
FIRM = Person("firm", "禾达公司", "party", "respondent", "乙方", organisation=True, seal="plain")
HEAD = Person("qian", "钱立新", "representative", "respondent", acts_for="firm", basis="legal_representative")
AGENT = Person("bai", "白蕙", "representative", "respondent", acts_for="firm", basis="attorney", scope="special")
CHILD = Person("luo", "罗小满", "party", "applicant", "甲方", born=date(2012, 5, 20))
MOTHER = Person("shen", "沈静", "guardian", "applicant", acts_for="luo", relation="母亲")


def slots(*people: Person, day: date = DAY) -> list[str]:
    return [place.slot for place in roles.places(people, PEOPLE, day, STAFF)]


def lacks(*people: Person, day: date = DAY) -> list[tuple[str, str]]:
    return [(lack.code, lack.person) for lack in roles.lacks(people, PEOPLE, day)]


def test_ranks_are_those_of_the_printed_text() -> None:
    assert roles.RANKS == RANKS


def test_an_organisation_signs_by_its_representative_and_its_seal() -> None:
    places = roles.places((LIN, FIRM, HEAD), PEOPLE, DAY, STAFF)
    assert [(p.slot, p.person, p.kind, p.acts_for) for p in places] == [
        ("party-1", "lin", "person", ""),
        ("party-2-rep", "qian", "person", "禾达公司"),
        ("party-2-seal", "qian", "organisation", ""),
        ("mediator", "acc_gu", "person", ""),
        ("seal", "", "seal", ""),
    ]
    assert lacks(LIN, FIRM, HEAD) == []


def test_an_organisation_without_anybody_or_without_seal_cannot_sign() -> None:
    assert lacks(LIN, FIRM) == [("representative_missing", "firm")]
    assert lacks(LIN, replace(FIRM, seal=""), HEAD) == [("seal_missing", "firm")]


@pytest.mark.parametrize(
    ("scope", "code", "article"),
    [
        ("full", "authority_only_full", "JS 89(1)"),
        ("general", "authority_not_special", "CPL 62(2)"),
        ("", "authority_missing", "CPL 62(1)"),
    ],
)
def test_settling_for_an_organisation_needs_special_authority(scope: roles.Scope, code: str, article: str) -> None:
    agent = replace(AGENT, scope=scope)
    found = roles.lacks((LIN, FIRM, agent), PEOPLE, DAY)
    assert Lack(code, "bai", article) in found
    assert Lack("representative_missing", "firm", "CIV 61(1), 165") in found


def test_who_is_represented_with_special_authority_does_not_sign() -> None:
    agent = replace(AGENT, acts_for="lin", side="applicant")
    assert slots(LIN, agent, FIRM, HEAD)[:2] == ["party-1-rep", "party-2-rep"]
    assert roles.deciders((LIN, agent, FIRM, HEAD), DAY) == ("bai", "qian")


def test_who_is_represented_with_general_authority_signs_in_person() -> None:
    agent = replace(AGENT, acts_for="lin", side="applicant", scope="general")
    assert slots(LIN, agent, FIRM, HEAD)[0] == "party-1"
    assert lacks(LIN, agent, FIRM, HEAD) == []


def test_only_full_authority_is_refused_for_a_natural_person_as_well() -> None:
    agent = replace(AGENT, acts_for="lin", side="applicant", scope="full")
    assert lacks(LIN, agent, FIRM, HEAD) == [("authority_only_full", "bai")]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2018, 11, 27), ["party-1-guardian"]),  # eight tomorrow
        (date(2018, 11, 26), ["party-1", "party-1-guardian"]),  # eight today
        (date(2008, 11, 27), ["party-1", "party-1-guardian"]),  # eighteen tomorrow
        (date(2008, 11, 26), ["party-1"]),  # eighteen today
    ],
)
def test_the_birthday_decides_whether_a_child_signs_and_with_whom(born: date, expected: list[str]) -> None:
    people = (replace(CHILD, born=born), MOTHER)
    assert [slot for slot in slots(*people) if slot.startswith("party")] == expected


def test_a_minor_without_guardian_cannot_sign() -> None:
    assert roles.lacks((CHILD,), PEOPLE, DAY) == (Lack("guardian_missing", "luo", "CIV 19"),)
    assert roles.lacks((replace(CHILD, born=date(2020, 1, 1)),), PEOPLE, DAY) == (
        Lack("guardian_missing", "luo", "CIV 20"),
    )


def test_a_birth_year_alone_is_not_enough_where_it_matters() -> None:
    assert lacks(replace(LIN, born=None, born_year=2009)) == [("birth_date_missing", "lin")]
    assert lacks(replace(LIN, born=None, born_year=1971)) == []


def test_an_adult_without_capacity_needs_a_guardian_as_well() -> None:
    helpless = replace(LIN, capacity="none")
    assert lacks(helpless) == [("guardian_missing", "lin")]
    guardian = replace(MOTHER, acts_for="lin")
    assert slots(helpless, guardian)[0] == "party-1-guardian"


def test_a_guardian_names_the_relation_and_is_of_age() -> None:
    assert lacks(CHILD, replace(MOTHER, relation="", born=date(2010, 1, 1))) == [
        ("relation_missing", "shen"),
        ("helper_without_capacity", "shen"),
    ]


def test_interpreters_and_witnesses_sign_after_the_parties_and_the_recorder_where_the_profile_says() -> None:
    people = (
        LIN,
        Person("han", "韩悦", "interpreter", "applicant", acts_for="lin"),
        Person("fang", "方静", "witness", "applicant"),
        FIRM,
        HEAD,
    )
    places = roles.places(people, LABOUR, DAY, STAFF)
    assert [p.slot for p in places][3:] == ["interpreter-1", "witness-1", "recorder", "mediator", "seal"]
    ranks = {p.slot: p.rank for p in places}
    assert sorted(ranks, key=ranks.__getitem__)[-3:] == ["recorder", "mediator", "seal"]
    assert lacks(LIN, replace(people[1], acts_for="")) == [("acts_for_missing", "han")]


def test_slots_are_named_once_each_whoever_is_there() -> None:
    people = (LIN, replace(AGENT, acts_for="lin"), FIRM, HEAD, replace(CHILD, label="丙方"), MOTHER)
    names = [place.slot for place in roles.places(people, PEOPLE, DAY, STAFF)]
    assert len(names) == len(set(names))
