"""States, audiences and confirmations: every state with every act, and properties over many drafts."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.agreements import rules
from server.agreements.composition import worded
from server.agreements.model import Act, Stance, State
from server.errors import IllegalAct
from server.law.profiles import PEOPLE
from server.lifecycle import advance
from tests.server.agreements.matter import AT, CHEN, GU, LIN, MATTER, SU, TERMS, version

PEOPLE_TABLE = rules.table(PEOPLE)
LEGAL = {
    ("drafting", "submit"): "reading",
    ("drafting", "edit"): "drafting",
    ("drafting", "abandon"): "void",
    ("in_review", "return"): "drafting",
    ("in_review", "pass"): "reading",
    ("in_review", "edit"): "drafting",
    ("in_review", "abandon"): "void",
    ("reading", "edit"): "drafting",
    ("reading", "freeze"): "frozen",
    ("reading", "abandon"): "void",
    ("reading", "print"): "on_paper",
    ("on_paper", "file"): "complete",
    ("on_paper", "reopen"): "drafting",
    ("on_paper", "abandon"): "void",
    ("frozen", "sign"): "signing",
    ("frozen", "reopen"): "drafting",
    ("frozen", "refuse"): "void",
    ("frozen", "expire"): "void",
    ("signing", "sign"): "signing",
    ("signing", "take_effect"): "effective",
    ("signing", "refuse"): "void",
    ("signing", "expire"): "void",
    ("effective", "sign"): "effective",
    ("effective", "complete"): "complete",
}
"""Written out by hand from architecture section 4, people's profile without a reviewer.
What is with a reviewer when the centre stops asking for reviews is still decided, or taken back."""


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_every_state_with_every_act(state: State, act: Act) -> None:
    expected = LEGAL.get((state.value, act.value))
    if expected is not None:
        assert advance(PEOPLE_TABLE, state, act) == expected
        return
    with pytest.raises(IllegalAct) as refused:
        advance(PEOPLE_TABLE, state, act)
    assert refused.value.data["allowed"] == sorted(a for s, a in LEGAL if s == state.value)


def test_a_profile_with_a_reviewer_has_the_review_between() -> None:
    table = rules.table(replace(PEOPLE, reviewed=True))
    assert advance(table, State.DRAFTING, Act.SUBMIT) is State.IN_REVIEW
    assert advance(table, State.IN_REVIEW, Act.PASS) is State.READING
    assert advance(table, State.IN_REVIEW, Act.RETURN) is State.DRAFTING


def test_final_states_have_no_way_out() -> None:
    assert not [1 for state, _ in rules.REVIEWED if state in rules.OVER]


PERSONS = (LIN, CHEN, SU)
SAVES = st.lists(st.tuples(st.frozensets(st.sampled_from(PERSONS)), st.booleans()), min_size=1, max_size=8)
"""A history of saves: who was in the mediator's chamber, and whether that was a private talk."""


@given(SAVES)
def test_a_draft_made_in_a_private_talk_is_in_nobody_elses_view(saves: list[tuple[frozenset[str], bool]]) -> None:
    versions = [
        replace(version(n, set()), audience=rules.audience(MATTER, GU, mates, private))
        for n, (mates, private) in enumerate(saves, 1)
    ]
    for person in PERSONS:
        seen = rules.visible(versions, person)
        mates, private = saves[seen.number - 1] if seen else (frozenset(), False)
        if private:
            assert person in mates
        allowed = [n for n, (there, closed) in enumerate(saves, 1) if person in there or (person == SU and not closed)]
        assert (seen.number if seen else None) == (allowed[-1] if allowed else None)
    assert rules.visible(versions, GU) == versions[-1]


@given(SAVES, st.sampled_from(PERSONS))
def test_showing_publishes_one_version_and_no_other(saves: list[tuple[frozenset[str], bool]], person: str) -> None:
    versions = [
        replace(version(n, set()), audience=rules.audience(MATTER, GU, mates, private))
        for n, (mates, private) in enumerate(saves, 1)
    ]
    shown = replace(versions[-1], audience=versions[-1].audience | rules.everyone(MATTER))
    after = [*versions[:-1], shown]
    assert rules.visible(after, person) == shown
    assert rules.shown(shown, MATTER)
    before = [v for v in versions[:-1] if person in v.audience]
    assert [v for v in after[:-1] if person in v.audience] == before


def test_nobody_is_in_an_audience_under_an_empty_name() -> None:
    alone = replace(MATTER, recorder_id="")
    assert rules.audience(alone, GU, (), False) == {GU}
    assert rules.everyone(alone) == {GU, LIN, CHEN}


CLAUSES = worded(TERMS, MATTER)
ACTS = st.lists(st.tuples(st.sampled_from((LIN, CHEN)), st.integers(0, 3), st.booleans()), max_size=30)


def stances_of(acts: list[tuple[str, int, bool]]) -> list[Stance]:
    """The store keeps one row per person, clause and wording: the last word counts."""
    kept: dict[tuple[str, str, str], Stance] = {}
    for second, (person, n, agree) in enumerate(acts):
        clause = CLAUSES[n]
        kept[person, clause.id, clause.hash] = Stance(
            person, clause.id, clause.hash, agree, AT + timedelta(seconds=second)
        )
    return list(kept.values())


@given(ACTS, st.integers(0, 3))
def test_confirmations_survive_edits_of_other_clauses(acts: list[tuple[str, int, bool]], edited: int) -> None:
    stances = stances_of(acts)
    changed = [
        msgspec.structs.replace(one, fields=msgspec.structs.replace(one.fields, breach="另行补充"))
        if n == edited
        else one
        for n, one in enumerate(TERMS.clauses)
    ]
    after = worded(msgspec.structs.replace(TERMS, clauses=tuple(changed)), MATTER)
    for n, (old, new) in enumerate(zip(CLAUSES, after, strict=True)):
        if n == edited:
            assert rules.agreed(stances, new) == rules.questioned(stances, new) == frozenset()
        else:
            assert rules.agreed(stances, new) == rules.agreed(stances, old)
            assert rules.questioned(stances, new) == rules.questioned(stances, old)


@given(ACTS)
def test_the_text_is_complete_exactly_when_everyone_last_agreed_to_everything(
    acts: list[tuple[str, int, bool]],
) -> None:
    last = {(person, n): agree for person, n, agree in acts}
    everything = all(last.get((person, n), False) for person in (LIN, CHEN) for n in range(4))
    required = rules.confirmers(MATTER, PEOPLE)
    assert required == (LIN, CHEN)
    assert rules.complete(required, CLAUSES, stances_of(acts)) == everything


@given(ACTS, st.sampled_from((LIN, CHEN)))
def test_an_open_question_stops_everyone_but_the_asker(acts: list[tuple[str, int, bool]], person: str) -> None:
    stances = stances_of(acts)
    others = rules.stopped_by(stances, CLAUSES) - {person}
    assert rules.may_answer(stances, CLAUSES, person, True) == (not others)
    assert rules.may_answer(stances, CLAUSES, person, False)


def test_a_text_without_clauses_is_never_complete() -> None:
    assert not rules.complete((LIN, CHEN), (), [])


@pytest.mark.parametrize("state", State)
def test_the_recorder_edits_only_what_they_see(state: State) -> None:
    versions = [version(1, {GU, SU}), version(2, {GU, LIN})]
    editable = state in (State.DRAFTING, State.READING)
    assert rules.may_edit(state, GU, MATTER, versions) == editable
    assert not rules.may_edit(state, SU, MATTER, versions)
    assert rules.may_edit(state, SU, MATTER, versions[:1]) == editable
    assert not rules.may_edit(state, LIN, MATTER, versions)
    beside = replace(MATTER, co_mediators=("acc_co",))
    assert not rules.may_edit(state, "acc_co", beside, versions)
    assert rules.may_edit(state, "acc_co", beside, [version(1, {GU, "acc_co"})]) == editable
    assert not rules.may_edit(state, "acc_co", MATTER, [version(1, {GU, "acc_co"})])
    assert not rules.may_edit(state, "", replace(MATTER, recorder_id=""), [version(1, {""})])


@given(st.sets(st.sampled_from([LIN, CHEN, GU, SU])), st.sets(st.sampled_from([LIN, CHEN, GU, SU])))
def test_only_a_save_that_carries_one_sides_words_to_the_other_would_reveal(before: set[str], after: set[str]) -> None:
    one_side = len({LIN, CHEN} & before) == 1
    gains = bool(({LIN, CHEN} & after) - before)
    assert rules.would_reveal([before], after, MATTER) == (one_side and gains)


HISTORY = st.lists(st.frozensets(st.sampled_from([LIN, CHEN, GU, SU])), max_size=6)


@given(HISTORY, st.frozensets(st.sampled_from([LIN, CHEN, GU, SU])))
def test_a_version_nobody_saw_in_between_hides_nothing(history: list[frozenset[str]], after: frozenset[str]) -> None:
    """Each camp against an own count: does it get words written before others since it last looked?"""
    expected = False
    for me, other in ((LIN, CHEN), (CHEN, LIN)):
        last = max((n for n, people in enumerate(history) if me in people), default=-1)
        expected |= me in after and any(other in people for people in history[last + 1 :])
    assert rules.would_reveal(history, after, MATTER) == expected
    alone = [step for people in history for step in (people, frozenset({GU}))]
    assert rules.would_reveal(alone, after, MATTER) == expected


WAYS = st.tuples(
    st.sampled_from([frozenset({GU, LIN}), frozenset({GU, CHEN}), frozenset({GU}), frozenset({LIN, CHEN})]),
    st.one_of(st.none(), st.integers(0, 3)),
    st.booleans(),
)
SIDEWAYS = [
    (frozenset({LIN}), None, False), (frozenset({CHEN}), None, True), (frozenset({GU}), 0, False),
    (frozenset({CHEN}), None, False),
]  # fmt: skip
"""The offer, a version without it, the offer brought back with nobody there, and the other side comes in."""


@example(SIDEWAYS)
@given(st.lists(WAYS, max_size=8))
def test_no_way_round_leads_words_of_a_private_talk_to_the_other_side(
    saves: list[tuple[frozenset[str], int | None, bool]],
) -> None:
    """Each save adds a word, and may bring back all of any older version, or be saved knowingly with all old words
    taken out; what is refused is not saved."""
    history: list[frozenset[str]] = []
    said: list[set[int]] = []
    for word, (people, source, cleaned) in enumerate(saves):
        older = None if cleaned or source is None or source >= len(history) else source
        sources = [] if older is None else [history[: older + 1]]
        if not cleaned and rules.would_reveal(history, people, MATTER, sources):
            continue
        before = set() if cleaned or not said else said[-1]
        said.append({word} | before | (said[older] if older is not None else set()))
        history.append(people)
    for camp, other in ((LIN, CHEN), (CHEN, LIN)):
        secret = {word for word, (people, _, _) in enumerate(saves) if other in people and camp not in people}
        read = set().union(*(words for people, words in zip(history, said, strict=True) if camp in people))
        assert not read & secret
