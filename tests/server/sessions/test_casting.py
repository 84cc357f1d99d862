"""Roles from the case, people kept apart, interpreters who count as their person: for any cast and any pairs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cases.model import GUESTS, Case, CaseState, Facts, Filed, Part, Party, Side
from server.ids import AccountId, CaseId, PartyId
from server.people.model import Assurance
from server.sessions import casting
from server.sessions.model import NotTogether, Pair

FILED = Filed("", "", "", "", "", "", "")
A, R = Side.applicant, Side.respondent


def somebody(name: str, side: Side = A, part: Part = Part.party, **more: object) -> Party:
    whom = more.pop("acts_for", None)
    party = Party(PartyId(name), CaseId("cas"), side, "", name, FILED, Assurance.none, part)
    return replace(party, acts_for=PartyId(str(whom)) if whom else None, **more)  # type: ignore[arg-type]


def case_of(*people: Party) -> Case:
    return Case(
        CaseId("cas"), "1", "", "leak", CaseState.assigned, Facts("", "", "", "", ""), "", AccountId("acc_m"),
        AccountId("acc_r"), True, datetime(2026, 11, 26, tzinfo=UTC),
        tuple(one for one in people if one.part not in GUESTS),
        tuple(one for one in people if one.part in GUESTS), (AccountId("acc_c"),),
    )  # fmt: skip


LIN, CHEN = somebody("lin"), somebody("chen", R)
FIRM = somebody("firm", R, organisation=True)
BOSS = somebody("boss", R, Part.representative, acts_for="firm")
MOTHER = somebody("mother", A, Part.guardian, acts_for="lin")
HAN = somebody("han", A, Part.interpreter, acts_for="lin")
WU = somebody("wu", R, Part.interpreter, acts_for="firm")
WITNESS, EXPERT, OBSERVER = (somebody(part.value, A, part) for part in (Part.witness, Part.expert, Part.observer))
CASE = case_of(LIN, CHEN, FIRM, BOSS, HAN, WU, WITNESS, EXPERT, OBSERVER)


def test_a_guardian_reads_for_whom_they_decide_unless_they_must_not_meet() -> None:
    case = case_of(LIN, CHEN, MOTHER)
    assert [casting.ward_of(case, (), one) for one in (LIN, CHEN, MOTHER)] == ["", "", LIN.name]
    assert casting.ward_of(case, [casting.pair(LIN.id, MOTHER.id)], MOTHER) == ""


@pytest.mark.parametrize("capacity, guarded", [("", False), ("full", False), ("limited", True), ("none", True)])
def test_who_lacks_full_capacity_is_told_that_a_guardian_decides(capacity: str, guarded: bool) -> None:
    ward = replace(LIN, filed=replace(LIN.filed, capacity=capacity))
    assert casting.guarded(case_of(ward), ward, date(2026, 11, 26)) is guarded


@pytest.mark.parametrize(
    "party, role, side, acts",
    [
        (LIN, "applicant", "applicant", False),
        (BOSS, "respondent", "respondent", True),
        (MOTHER, "applicant", "applicant", True),
        (HAN, "interpreter", "applicant", False),
        (WITNESS, "witness", "", False),
        (EXPERT, "expert", "", False),
        (OBSERVER, "observer", "", False),
    ],
)
def test_who_is_invited_as_what(party: Party, role: str, side: str, acts: bool) -> None:
    assert (casting.role_of(party), casting.side_of(party), casting.acts(party)) == (role, side, acts)


def test_staff_lead_beside_or_record() -> None:
    roles = {casting.staff_role(CASE, who) for who in ("acc_m",)}
    assert roles == {"mediator"}
    assert casting.staff_role(CASE, "acc_c") == "co_mediator"
    assert casting.staff_role(CASE, "acc_r") == "recorder"


def test_an_interpreter_goes_with_their_person_or_with_who_is_there_for_an_organisation() -> None:
    assert casting.tied_to(CASE, HAN) == "lin"
    assert casting.tied_to(CASE, WU) == "boss"
    assert casting.tied_to(CASE, LIN) is None


def test_an_interpreter_is_kept_from_whom_their_person_is_kept_from() -> None:
    pairs = {casting.pair(LIN.id, BOSS.id)}
    assert set(casting.apart_from(CASE, pairs, LIN.id)) == {"boss", "wu"}
    assert set(casting.apart_from(CASE, pairs, HAN.id)) == {"boss", "wu"}
    assert set(casting.apart_from(CASE, pairs, WU.id)) == {"lin", "han"}
    assert casting.apart_from(CASE, pairs, CHEN.id) == ()


def test_company_is_of_ones_own_side_and_of_those_who_are_here() -> None:
    everybody = {one.id for one in CASE.invited if one.attends}
    assert casting.company(CASE, frozenset(), LIN, everybody) == ["han"]
    assert casting.company(CASE, frozenset(), CHEN, {"boss", "lin"}) == ["boss"]
    assert casting.company(CASE, {casting.pair(CHEN.id, BOSS.id)}, CHEN, everybody) == []
    for beside in (WITNESS, EXPERT, OBSERVER):
        assert casting.company(CASE, frozenset(), beside, everybody) == []


@pytest.mark.parametrize("people", [(LIN, CHEN), (LIN, EXPERT), (HAN, BOSS)])
def test_people_of_two_sides_share_no_device(people: tuple[Party, ...]) -> None:
    with pytest.raises(NotTogether):
        casting.need_together(CASE, frozenset(), people)


def test_people_kept_apart_share_no_device() -> None:
    casting.need_together(CASE, frozenset(), (CHEN, BOSS, WU))
    with pytest.raises(NotTogether):
        casting.need_together(CASE, {casting.pair(CHEN.id, BOSS.id)}, (CHEN, WU))


NAMES = [one.id for one in CASE.invited if one.attends]
PAIRS = st.frozensets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda two: two[0] < two[1]), max_size=6
)


@given(PAIRS, st.sampled_from(NAMES), st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES)))
def test_apart_is_mutual_whole_and_never_company(
    pairs: frozenset[Pair], one: PartyId, other: PartyId, here: frozenset[str]
) -> None:
    apart = casting.apart_from(CASE, pairs, one)
    assert one not in apart
    assert (other in apart) == (one in casting.apart_from(CASE, pairs, other))
    tied = {casting.tied_to(CASE, party): party.id for party in CASE.people if casting.tied_to(CASE, party)}
    if one != other and casting.pair(one, other) in pairs and tied.get(one) != other and tied.get(other) != one:
        assert other in apart
    party = CASE.party(one)
    assert party is not None
    names = {CASE.party(kept).name for kept in apart}  # type: ignore[union-attr]
    assert names.isdisjoint(casting.company(CASE, pairs, party, here))


def test_hosts_are_the_mediator_and_who_leads_beside_and_not_the_recorder() -> None:
    assert case_of(LIN).hosts == {"acc_m", "acc_c"}


def test_for_a_ward_the_guardian_is_asked_about_a_guest_and_only_their_no_counts() -> None:
    ward, day = replace(LIN, filed=replace(FILED, capacity="limited")), date(2026, 11, 26)
    case = case_of(ward, CHEN, MOTHER, EXPERT)
    assert casting.guardians_of(case, ward, day) == (MOTHER.id,)
    assert casting.guardians_of(case_of(ward, CHEN), ward, day) == ()
    assert [casting.guardians_of(case, one, day) for one in (CHEN, MOTHER)] == [None, None]
    assert casting.asked(case, (), EXPERT, day) == [CHEN.id, MOTHER.id]
    assert not casting.unwanted(case, {(EXPERT.id, ward.id): False}, EXPERT.id, day)
    assert casting.unwanted(case, {(EXPERT.id, MOTHER.id): False}, EXPERT.id, day)


def test_the_name_of_whom_somebody_acts_for_is_kept_from_who_must_not_meet_either() -> None:
    case = case_of(LIN, CHEN, MOTHER, FIRM, BOSS, HAN)
    told = [casting.stands_for(case, one) for one in (MOTHER, BOSS, HAN, LIN)]
    assert told == [
        ("guardian", "lin", "lin"), ("representative", "firm", "firm"), ("interpreter", "lin", "lin"), ("", "", ""),
    ]  # fmt: skip
    assert set(casting.unnamed(case, [casting.pair(CHEN.id, BOSS.id)], CHEN.id)) == {"boss", "firm"}
    assert set(casting.unnamed(case, [casting.pair(CHEN.id, MOTHER.id)], CHEN.id)) == {"mother", "lin"}
    assert casting.unnamed(case, [casting.pair(CHEN.id, MOTHER.id)], BOSS.id) == ()
