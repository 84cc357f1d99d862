"""Playbook of the draining move, and: nobody outside a chamber ever receives what is said inside."""

import pytest

from signaling.errors import IllegalAct, Moving, NotInRoom, OneSideOnly, RightMissing
from signaling.events import Close, DrainPeer, Moved, UseSet
from signaling.protocol import Go
from tests.signaling.meeting import Meeting, go_of, sent, told_to_stop


def of(effects: list[object], kind: type) -> list[object]:
    return [e for e in effects if isinstance(e, kind)]


def test_all_present_in_the_joint_chamber_hear_each_other() -> None:
    m = Meeting("gu", "lin", "chen")
    assert m.room.hearers("lin") == {"gu", "chen"}
    assert m.room.heard_by("lin") == {"gu", "chen"}


def test_an_observer_hears_and_is_not_heard() -> None:
    m = Meeting("gu", "lin", "su")
    assert m.room.hearers("su") == set()
    assert "su" in m.room.hearers("lin")


def test_a_move_first_drains_those_who_move_and_the_host_goes_along() -> None:
    m = Meeting("gu", "lin", "chen")
    effects = m.move("caucus_applicant", "lin")
    assert told_to_stop(effects) == {"gu", "lin"}
    assert of(effects, DrainPeer) == [DrainPeer("gu"), DrainPeer("lin")]
    assert not of(effects, UseSet)
    assert all(m.room.hearers(p) == set() for p in ("gu", "lin", "chen"))


def test_a_move_commits_when_all_have_acknowledged_and_toggles_only_their_sets() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    assert not of(m.drained("gu"), Moved)
    effects = m.drained("lin")
    assert of(effects, UseSet) == [UseSet("gu", "B", "caucus_applicant", 1), UseSet("lin", "B", "caucus_applicant", 1)]
    assert of(effects, Moved) == [Moved(1, ("gu", "lin"), "caucus_applicant")]
    assert go_of(effects, "gu") == Go(1, "B", "caucus_applicant", ["林秀珍"])
    assert go_of(effects, "lin") == Go(1, "B", "caucus_applicant", ["顾明华"])
    assert sent(effects, "chen", Go) == []
    assert m.room.people["chen"].set == "A"


def test_who_is_in_the_caucus_is_heard_only_there() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    assert m.room.hearers("lin") == {"gu"}
    assert m.room.hearers("gu") == {"lin"}
    assert m.room.hearers("chen") == set()
    assert m.room.heard_by("chen") == set()


def test_those_left_in_the_joint_chamber_do_not_hear_each_other_while_a_caucus_is_on() -> None:
    m = Meeting("gu", "lin", "chen", "wu", "li")
    m.moved("caucus_applicant", "lin")
    for person in ("chen", "wu", "li"):
        assert m.room.hearers(person) == set()
        assert m.room.mates(person) == {person}


def test_who_does_not_acknowledge_is_moved_after_three_seconds_and_stays_silent() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.drained("gu")
    assert not of(m.later(2.9), Moved)
    effects = m.later(0.2)
    assert of(effects, Moved) == [Moved(1, ("gu", "lin"), "caucus_applicant")]
    assert of(effects, UseSet) == [UseSet("gu", "B", "caucus_applicant", 1)]
    assert m.room.hearers("lin") == set()
    assert m.room.heard_by("lin") == {"gu"}
    assert m.room.people["lin"].owes_drain


def test_a_late_acknowledgement_switches_that_person_then() -> None:
    m = Meeting("gu", "lin")
    m.move("caucus_applicant", "lin")
    m.drained("gu")
    m.later(5)
    effects = m.drained("lin", 1)
    assert of(effects, UseSet) == [UseSet("lin", "B", "caucus_applicant", 1)]
    assert m.room.hearers("lin") == {"gu"}
    assert m.drained("lin", 1) == []


def test_an_acknowledgement_of_an_older_move_switches_nothing() -> None:
    m = Meeting("gu", "lin")
    m.move("caucus_applicant", "lin")
    m.drained("gu")
    m.later(14)  # lin never acknowledged move 1
    m.move("joint")
    m.drained("gu")
    assert m.drained("lin", 1) == []
    assert m.room.move is not None
    assert of(m.drained("lin", 2), Moved)
    assert m.room.people["lin"].set == "B"


def test_a_second_move_waits_until_the_set_has_rested_ten_seconds_and_the_host_sees_when() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    committed = m.now
    m.later(4)
    effects = m.move("joint")
    assert told_to_stop(effects) == set()
    assert m.room.hearers("lin") == {"gu"}, "the private talk goes on until then"
    assert m.room.move is not None and m.room.move.starts_at == committed + 10
    shown = m.sees("gu").moving
    assert shown is not None and shown.until is not None
    assert m.sees("lin").moving is None
    assert told_to_stop(m.later(5.9)) == set()
    assert told_to_stop(m.later(0.2)) == {"gu", "lin"}
    effects = m.all_drained()
    assert of(effects, UseSet) == [UseSet("gu", "A", "joint", 2), UseSet("lin", "A", "joint", 2)]


def test_who_was_not_moved_recently_does_not_make_a_move_wait() -> None:
    m = Meeting("gu", "lin", "chen", "he")
    m.moved("caucus_applicant", "lin")
    assert told_to_stop(m.move("caucus_applicant", "he")) == {"he"}


def test_one_move_at_a_time() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    with pytest.raises(Moving):
        m.move("joint")


def test_a_caucus_is_never_with_both_sides() -> None:
    m = Meeting("gu", "lin", "chen", "han")
    with pytest.raises(OneSideOnly):
        m.move("caucus_applicant", "lin", "chen")
    m.moved("caucus_applicant", "lin", "han")
    m.later(11)
    with pytest.raises(OneSideOnly):
        m.move("caucus_applicant", "chen")
    assert m.room.epoch == 1, "a refused move changes nothing"


def test_calling_back_brings_everyone_and_closes_every_partys_microphone() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    effects = m.moved("joint")
    assert of(effects, Moved) == [Moved(2, ("gu", "lin"), "joint")]
    assert set(map(str, of(effects, Close))) == {str(Close(p, "audio", True)) for p in ("lin", "chen")}
    assert not m.room.people["gu"].closed("audio")
    assert m.room.hearers("lin") == {"gu", "chen"}


def test_the_expert_may_go_back_alone_and_waits_in_silence() -> None:
    m = Meeting("gu", "lin", "chen", "li")
    m.moved("caucus_applicant", "lin", "li")
    effects = m.moved("joint", "li")
    assert told_to_stop(effects) == {"li"}
    assert m.room.hearers("li") == set()
    assert m.room.hearers("lin") == {"gu"}


def test_who_is_on_the_way_out_of_a_caucus_hears_no_more_of_it() -> None:
    m = Meeting("gu", "lin", "chen", "li")
    m.moved("caucus_applicant", "lin", "li")
    m.later(11)
    assert m.room.heard_by("li") == {"gu", "lin"}
    m.move("joint", "li")
    assert m.room.heard_by("li") == set()
    assert m.room.mates("lin") == {"gu", "lin"}


def test_naming_the_host_brings_the_whole_caucus_back() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.moved("joint", "gu")
    assert not m.room.in_chamber("caucus_applicant")


def test_only_the_host_moves_people() -> None:
    m = Meeting("gu", "lin", "chen")
    with pytest.raises(RightMissing):
        m.move("caucus_applicant", "lin", host="lin")


def test_strangers_and_those_waiting_cannot_be_moved() -> None:
    m = Meeting("gu")
    m.knock("lin")
    with pytest.raises(IllegalAct):
        m.move("caucus_applicant", "lin")
    with pytest.raises(NotInRoom):
        m.move("caucus_applicant", "nobody")


def test_the_seat_of_a_dropped_person_moves_and_they_return_to_it() -> None:
    m = Meeting("gu", "lin", "chen")
    m.lose("lin")
    assert told_to_stop(m.move("caucus_applicant", "lin")) == {"gu"}
    m.drained("gu")
    effects = m.knock("lin")
    assert go_of(effects, "lin") == Go(1, "A", "caucus_applicant", ["顾明华"])
    assert m.room.hearers("lin") == {"gu"}


def test_who_drops_during_a_drain_does_not_hold_the_move_up() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.drained("gu")
    assert of(m.lose("lin"), Moved) == [Moved(1, ("gu", "lin"), "caucus_applicant")]


def test_who_reloads_during_a_drain_hears_and_sends_nothing_before_the_commit() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.lose("lin")
    effects = m.knock("lin")
    assert go_of(effects, "lin") is None
    assert m.room.hearers("lin") == set() and m.room.heard_by("lin") == set()
    effects = m.drained("gu")
    assert go_of(effects, "lin") == Go(1, "B", "caucus_applicant", ["顾明华"])


def test_the_host_lost_for_good_dissolves_the_caucus() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.lose("gu")
    assert m.room.in_chamber("caucus_applicant"), "a private chamber stays private while the host may come back"
    m.later(599)
    assert m.room.people["lin"].chamber == "caucus_applicant"
    m.later(2)
    m.all_drained()
    assert m.room.people["lin"].chamber == "joint"
    assert m.room.hearers("lin") == set(), "no host: the joint chamber is silent"


def test_the_host_who_returns_in_time_is_back_in_the_caucus() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.lose("gu")
    m.later(30)
    assert go_of(m.knock("gu"), "gu") == Go(1, "A", "caucus_applicant", ["林秀珍"])


def test_a_host_who_leaves_before_the_commit_starts_no_caucus() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.say("gu", "leave")
    m.all_drained()
    assert m.room.people["lin"].chamber == "joint"
    assert not m.room.private_talk()


def test_a_move_whose_people_all_leave_is_dropped() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.say("lin", "leave")
    m.say("gu", "leave")
    assert m.room.move is None
    assert not m.room.private_talk()


def test_the_joint_chamber_falls_silent_thirty_seconds_after_the_host_dropped() -> None:
    m = Meeting("gu", "lin", "chen")
    m.lose("gu")
    m.later(29)
    assert m.room.hearers("lin") == {"chen"}
    m.later(2)
    assert m.room.hearers("lin") == set()
    m.knock("gu")
    assert m.room.hearers("lin") == {"gu", "chen"}


def test_a_pause_silences_everyone_and_resume_undoes_it() -> None:
    m = Meeting("gu", "lin", "chen")
    m.say("gu", "pause")
    assert all(m.room.hearers(p) == set() for p in ("gu", "lin", "chen"))
    m.order("resume")
    assert m.room.hearers("lin") == {"gu", "chen"}


def test_two_hosts_one_in_a_caucus_keep_the_joint_chamber_silent() -> None:
    m = Meeting("gu", "he", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    assert m.room.hearers("he") == set() and m.room.heard_by("chen") == set()


def test_a_private_talk_has_another_name_when_others_are_in_it_whatever_hosts_come_and_go() -> None:
    m = Meeting("gu", "fang", "lin", "bai", "chen")
    assert m.room.talk("joint") == ""
    m.moved("caucus_applicant", "lin")
    alone = m.room.talk("caucus_applicant")
    m.moved("caucus_applicant", "fang")
    assert m.room.talk("caucus_applicant") == alone
    m.moved("joint", "lin")
    m.later(20)
    m.moved("caucus_applicant", "bai")
    other = m.room.talk("caucus_applicant")
    m.later(20)
    m.moved("caucus_applicant", "lin")
    assert len({alone, other, m.room.talk("caucus_applicant"), m.room.talk("caucus_respondent")}) == 4
    assert all(len(one) <= 40 for one in (alone, m.room.talk("caucus_respondent")))
