"""Deny by default: every way of not being entitled, and the one way of being so."""

import itertools

import pytest

from signaling.media import Place, audience

STATES = ("invited", "waiting", "present", "interrupted", "out", "removed")


def test_people_of_one_chamber_receive_each_other() -> None:
    people = {"gu": Place("present", "joint"), "lin": Place("present", "joint"), "chen": Place("present", "caucus")}
    assert audience(people, "gu") == {"lin"}
    assert audience(people, "lin") == {"gu"}
    assert audience(people, "chen") == frozenset()


def test_nobody_receives_a_stranger() -> None:
    assert audience({"lin": Place("present", "joint")}, "nobody") == frozenset()


@pytest.mark.parametrize("state", [state for state in STATES if state != "present"])
def test_only_present_people_send_and_receive(state: str) -> None:
    people = {"gu": Place("present", "joint"), "lin": Place(state, "joint")}
    assert audience(people, "gu") == frozenset()
    assert audience(people, "lin") == frozenset()


def test_no_chamber_is_not_a_chamber_to_share() -> None:
    for chamber in (None, ""):
        people = {"gu": Place("present", chamber), "lin": Place("present", chamber)}
        assert audience(people, "gu") == frozenset()


def test_who_moves_neither_sends_nor_receives() -> None:
    people = {"gu": Place("present", "joint"), "lin": Place("present", "joint", moving=True)}
    assert audience(people, "gu") == frozenset()
    assert audience(people, "lin") == frozenset()


def test_muted_kind_has_no_audience_but_the_rest_has() -> None:
    people = {"gu": Place("present", "joint", muted={"audio"}), "lin": Place("present", "joint")}
    assert audience(people, "gu", "audio") == frozenset()
    assert audience(people, "gu", "video") == {"lin"}
    assert audience(people, "gu") == {"lin"}


def test_receiving_is_mutual_and_an_equivalence_inside_each_chamber() -> None:
    chambers = (None, "joint", "caucus")
    for states in itertools.product(("present", "interrupted"), repeat=3):
        for rooms in itertools.product(chambers, repeat=3):
            people = {str(i): Place(s, r) for i, (s, r) in enumerate(zip(states, rooms, strict=True))}
            for a, b in itertools.permutations(people, 2):
                assert (b in audience(people, a)) == (a in audience(people, b))
                if b in audience(people, a):
                    assert people[a].chamber == people[b].chamber
