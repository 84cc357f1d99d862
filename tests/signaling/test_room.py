"""Playbook of a meeting: coming and going, muting, chat, stats, the end."""

import pytest

from signaling.errors import (
    IllegalAct,
    Moving,
    MutedByHost,
    NobodyHears,
    NotInRoom,
    ProtocolError,
    RightMissing,
    RoomEnded,
    RoomFull,
    SeatRemoved,
    TooMany,
)
from signaling.events import Attendance, Close, ClosePeer, Disconnect, OpenPeer, Said, Send, UseSet
from signaling.options import RoomOptions
from signaling.protocol import Admit, Chat, Empty, Go, Move, Received, Stats, Target
from signaling.room import Room
from tests.signaling.meeting import Meeting, go_of, sent, told_to_stop


def test_the_mediator_enters_at_once() -> None:
    m = Meeting()
    assert m.knock("gu") == [
        Attendance("gu", "waiting", None),
        OpenPeer("gu"),
        Close("gu", "screen", True),
        UseSet("gu", "A", "joint", 0),
        Send("gu", "go", Go(0, "A", "joint", [])),
        Attendance("gu", "present", "joint"),
    ]


def test_a_party_waits_without_media_until_admitted() -> None:
    m = Meeting("gu")
    assert m.knock("lin") == [Attendance("lin", "waiting", None)]
    assert m.room.hearers("gu") == set()
    effects = m.target("admit", "lin")
    assert OpenPeer("lin") in effects
    assert go_of(effects, "lin") == Go(0, "A", "joint", ["顾明华"])


@pytest.mark.parametrize("act", ["admit", "refuse", "back_to_lobby", "remove"])
def test_a_host_act_done_twice_answers_with_the_present_state(act: str) -> None:
    m = Meeting("gu")
    m.knock("lin")
    if act in ("back_to_lobby", "remove"):
        m.target("admit", "lin")
    m.target(act, "lin")
    assert m.target(act, "lin") == []


@pytest.mark.parametrize("act", ["admit", "refuse", "back_to_lobby", "remove"])
def test_only_the_host_decides_who_is_in(act: str) -> None:
    m = Meeting("gu", "lin")
    m.knock("chen")
    with pytest.raises(RightMissing):
        m.target(act, "chen", host="lin")
    with pytest.raises(NotInRoom):
        m.target(act, "nobody")


def test_a_refused_person_is_disconnected_and_may_knock_again() -> None:
    m = Meeting("gu")
    m.knock("lin")
    assert m.target("refuse", "lin") == [Attendance("lin", "out", None), Disconnect("lin")]
    assert m.knock("lin") == [Attendance("lin", "waiting", None)]


def test_back_to_the_lobby_ends_a_persons_media() -> None:
    m = Meeting("gu", "lin", "chen")
    assert m.target("back_to_lobby", "lin") == [ClosePeer("lin"), Attendance("lin", "waiting", None)]
    assert m.room.hearers("chen") == {"gu"}


def test_a_removed_person_never_comes_back() -> None:
    m = Meeting("gu", "lin")
    assert Disconnect("lin") in m.target("remove", "lin")
    with pytest.raises(SeatRemoved):
        m.knock("lin")


def test_a_dropped_person_goes_on_with_the_same_media() -> None:
    m = Meeting("gu", "lin", "chen")
    assert m.lose("lin") == [Attendance("lin", "interrupted", "joint")]
    assert m.room.hearers("lin") == frozenset() and "lin" not in m.room.hearers("chen")
    m.room.people["lin"].muted["audio"] = True
    effects = m.knock("lin", resumes=True)
    assert OpenPeer("lin") not in effects and Attendance("lin", "present", "joint") in effects
    assert Close("lin", "audio", True) in effects and Close("lin", "video", False) in effects
    assert go_of(effects, "lin") is not None and m.room.hearers("lin") == {"gu", "chen"}


def test_a_second_connection_of_the_same_page_changes_nothing_for_the_others() -> None:
    m = Meeting("gu", "lin")
    effects = m.knock("lin", resumes=True)
    assert not [e for e in effects if isinstance(e, Attendance | OpenPeer | ClosePeer)]
    assert go_of(effects, "lin") is not None and m.room.people["lin"].seat == "present"


def test_media_does_not_outlive_a_move_made_without_its_owner() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.lose("lin")
    m.later(11)
    assert ClosePeer("lin") in m.move("joint") + m.all_drained()
    effects = m.knock("lin", resumes=True)
    assert OpenPeer("lin") in effects, "what is under way from the caucus must not be heard outside"


def test_who_comes_back_while_draining_is_asked_again() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    effects = m.knock("lin", resumes=True)
    assert told_to_stop(effects) == {"lin"} and go_of(effects, "lin") is None
    m.later(4)
    effects = m.knock("lin", resumes=True)
    assert told_to_stop(effects) == {"lin"} and m.room.hearers("lin") == frozenset()
    assert go_of(m.drained("lin"), "lin") is not None


def test_who_is_lost_while_draining_begins_anew() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    assert ClosePeer("lin") in m.lose("lin")
    assert OpenPeer("lin") in m.knock("lin", resumes=True)


def test_a_dropped_person_returns_to_the_same_seat() -> None:
    m = Meeting("gu", "lin", "chen")
    assert m.lose("lin") == [Attendance("lin", "interrupted", "joint")]
    assert m.room.hearers("chen") == {"gu"}
    effects = m.knock("lin")
    assert OpenPeer("lin") in effects and Attendance("lin", "present", "joint") in effects
    assert m.room.hearers("lin") == {"gu", "chen"}


def test_after_a_restart_nobody_is_let_in_twice() -> None:
    m = Meeting()
    assert Attendance("lin", "present", "joint") in m.knock("lin", returns="joint")
    m.knock("chen", returns="joint")
    assert m.room.hearers("lin") == {"chen"} and not m.room.people["lin"].closed("audio")
    m.later(31)
    assert m.room.hearers("lin") == frozenset(), "no host has come back"
    m.knock("gu")
    assert m.room.hearers("lin") == {"gu", "chen"}


def test_a_private_talk_ended_by_a_restart_closes_microphones() -> None:
    m = Meeting()
    m.knock("gu", returns="caucus_applicant")
    m.knock("lin", returns="caucus_applicant")
    assert [m.room.people[p].closed("audio") for p in ("gu", "lin")] == [False, True]


def test_a_seat_is_kept_two_minutes() -> None:
    m = Meeting("gu", "lin")
    m.lose("lin")
    assert not m.later(119)
    assert m.later(2) == [ClosePeer("lin"), Attendance("lin", "out", None)]
    assert m.knock("lin") == [Attendance("lin", "waiting", None)]


def test_a_waiting_person_who_drops_is_invited_again() -> None:
    m = Meeting("gu")
    m.knock("lin")
    assert m.lose("lin") == [Attendance("lin", "invited", None)]
    assert m.lose("lin") == []


def test_who_leaves_is_out() -> None:
    m = Meeting("gu", "lin")
    assert m.say("lin", "leave") == [ClosePeer("lin"), Attendance("lin", "out", None), Disconnect("lin")]
    with pytest.raises(NotInRoom):
        m.say("lin", "leave")


def test_a_connected_person_cannot_knock_twice_without_losing_first() -> None:
    m = Meeting("gu")
    with pytest.raises(IllegalAct):
        m.knock("gu")


def test_a_full_room_takes_nobody_more_until_somebody_has_gone() -> None:
    m = Meeting("gu", "lin", options=RoomOptions(people=2))
    with pytest.raises(RoomFull, match="2"):
        m.knock("chen")
    m.say("lin", "leave")
    m.knock("chen")
    with pytest.raises(RoomFull):
        m.knock("lin")


def test_a_host_comes_into_a_full_room() -> None:
    m = Meeting("gu", "lin", options=RoomOptions(people=2))
    m.knock("fang")
    assert m.room.people["fang"].seat == "present"


def test_a_muted_microphone_stays_muted_over_a_reload() -> None:
    m = Meeting("gu", "lin")
    assert m.mute("lin", "audio", True) == [Close("lin", "audio", True)]
    assert m.mute("lin", "audio", True) == []
    m.lose("lin")
    assert Close("lin", "audio", True) in m.knock("lin")


def test_muting_while_waiting_holds_when_let_in() -> None:
    m = Meeting("gu")
    m.knock("lin")
    assert m.mute("lin", "video", True) == []
    assert Close("lin", "video", True) in m.target("admit", "lin")


def test_the_host_closes_a_microphone_and_nobody_can_open_anothers() -> None:
    m = Meeting("gu", "lin")
    assert m.host_mute("lin", "audio", True) == [Close("lin", "audio", True)]
    with pytest.raises(MutedByHost):
        m.mute("lin", "audio", False)
    assert m.host_mute("lin", "audio", False) == [], "letting go does not open it"
    assert m.room.people["lin"].closed("audio")
    assert m.mute("lin", "audio", False) == [Close("lin", "audio", False)]


def test_letting_go_of_what_was_not_held_closes_nothing() -> None:
    m = Meeting("gu", "lin")
    assert m.host_mute("lin", "audio", False) == []
    assert not m.room.people["lin"].closed("audio")


def test_a_host_cannot_be_muted_or_removed() -> None:
    m = Meeting("gu", "he")
    with pytest.raises(RightMissing):
        m.host_mute("he", "audio", True)
    with pytest.raises(RightMissing):
        m.target("remove", "he")


def test_an_observer_may_not_open_a_microphone_or_write() -> None:
    m = Meeting("gu", "su")
    with pytest.raises(RightMissing):
        m.mute("su", "audio", False)
    with pytest.raises(RightMissing):
        m.chat("su", "x", "1")


def test_chat_reaches_the_chamber_of_the_moment_and_nobody_else() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    effects = m.chat("lin", "最多六千", "k1")
    assert {e.person for e in effects if isinstance(e, Send)} == {"gu", "lin"}
    assert sent(effects, "gu", Chat)[0].chamber == "caucus_applicant"


def test_a_line_sent_twice_appears_once() -> None:
    m = Meeting("gu", "lin")
    assert m.chat("lin", "好", "k1")
    assert m.chat("lin", "好", "k1") == []


def test_a_line_nobody_would_read_is_refused() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    with pytest.raises(NobodyHears):
        m.chat("chen", "有人吗", "k1")
    m.knock("li")
    with pytest.raises(RightMissing):
        m.chat("li", "有人吗", "k2")


def test_chat_waits_while_one_is_being_moved() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    with pytest.raises(Moving):
        m.chat("lin", "喂", "k1")


def test_chat_is_limited_and_says_when_to_try_again() -> None:
    m = Meeting("gu", "lin")
    for n in range(8):
        m.chat("lin", "好", str(n))
    with pytest.raises(TooMany, match="10"):
        m.chat("lin", "好", "9")
    m.later(10.1)
    assert m.chat("lin", "好", "9")


def test_a_waiting_person_can_call_the_mediator() -> None:
    m = Meeting("gu")
    m.knock("lin")
    m.hand("lin")
    assert m.sees("gu").lobby[0].hand
    m.target("admit", "lin")
    assert not m.room.people["lin"].hand


def test_what_does_not_arrive_for_five_seconds_counts_as_not_received() -> None:
    m = Meeting("gu", "lin", "chen")
    grows = 0
    for _ in range(4):
        grows += 100
        m.say("lin", "stats", Stats({"gu": Received(grows, grows), "chen": Received(7, grows)}, line=3))
        m.later(2)
    health = next(p for c in m.sees("gu").chambers for p in c.people if p.person == "lin").health
    assert health is not None
    assert (health.received["gu"].audio, health.received["gu"].video) == (True, True)
    assert (health.received["chen"].audio, health.received["chen"].video) == (False, True)
    assert m.sees("chen").you.unheard_by == ["林秀珍"]
    assert m.sees("gu").you.unheard_by == []


def test_a_picture_the_page_does_not_show_is_not_missed() -> None:
    m = Meeting("gu", "lin", "chen")
    m.room.people["lin"].unseen = frozenset({"chen"})
    for _ in range(4):
        m.say("lin", "stats", Stats({"gu": Received(7, 7), "chen": Received(7, 7)}))
        m.later(2)
    flows = m.room.people["lin"].flows
    assert (flows["gu"].video_ok, flows["chen"].video_ok, flows["chen"].audio_ok) == (False, True, False)
    m.room.people["lin"].unseen = frozenset()
    for _ in range(4):
        m.say("lin", "stats", Stats({"chen": Received(7, 7)}))
        m.later(2)
    assert not m.room.people["lin"].flows["chen"].video_ok, "shown again, it counts again"


def test_who_is_muted_is_not_reported_as_unheard() -> None:
    m = Meeting("gu", "lin", "chen")
    m.mute("chen", "audio", True)
    for _ in range(4):
        m.say("lin", "stats", Stats({"chen": Received(7, 7)}))
        m.later(2)
    assert m.sees("chen").you.unheard_by == []
    m.mute("chen", "audio", False)
    m.say("lin", "stats", Stats({"chen": Received(7, 7)}))
    assert m.sees("chen").you.unheard_by == [], "the count starts when the microphone opens"


def test_stats_about_people_in_another_chamber_are_not_kept() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.say("chen", "stats", Stats({"lin": Received(1, 1)}))
    assert m.room.people["chen"].flows == {}


def test_the_end_sends_everyone_out_and_nothing_is_possible_after_it() -> None:
    m = Meeting("gu", "lin")
    m.knock("chen")
    effects = m.say("gu", "end")
    assert [e.person for e in effects if isinstance(e, Disconnect)] == ["gu", "lin", "chen"]
    assert Send("chen", "ended", Empty()) in effects
    with pytest.raises(RoomEnded):
        m.knock("lin")
    with pytest.raises(RoomEnded):
        m.say("gu", "pause")
    assert m.order("end") == []


def test_the_office_can_end_an_empty_room() -> None:
    m = Meeting()
    assert m.order("end") == []
    assert m.room.state == "ended"


def test_what_the_protocol_does_not_know_is_refused() -> None:
    m = Meeting("gu")
    with pytest.raises(ProtocolError):
        m.say("gu", "dance")
    with pytest.raises(ProtocolError):
        m.say("gu", "move")
    with pytest.raises(ProtocolError):
        m.order("dance")


@pytest.mark.parametrize(
    "said",
    [
        Said("lin", "move", Move(["chen"], "caucus_applicant")),
        Said("lin", "pause"),
        Said("lin", "end"),
        Said("nobody", "leave"),
        Said("gu", "admit", Admit("nobody")),
        Said("gu", "remove", Target("gu")),
    ],
)
def test_a_refused_event_changes_nothing(said: Said) -> None:
    m = Meeting("gu", "lin", "chen")
    before = [m.sees(p) for p in m.room.people]
    with pytest.raises((RightMissing, NotInRoom)):
        m.do(said)
    assert [m.sees(p) for p in m.room.people] == before


def test_an_idle_room_asks_for_no_wake() -> None:
    assert Room("r").next_wake() is None
    assert Meeting("gu", "lin").room.next_wake() is None
