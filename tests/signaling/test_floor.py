"""Whose turn it is, and who of the hosts leads."""

import pytest

from signaling.errors import NotInRoom, RightMissing
from signaling.events import Close, Noted
from signaling.protocol import FloorView, More, SpeakingOrder, Spotlight, Target
from signaling.times import wire
from tests.signaling.meeting import Meeting


def floor(m: Meeting, person: str = "gu") -> FloorView | None:
    seen = m.sees(person).chamber
    assert seen is not None
    return seen.floor


def hands(m: Meeting, person: str = "gu") -> list[str]:
    seen = m.sees(person).chamber
    assert seen is not None
    return seen.hands


def spotlight(m: Meeting, person: str = "gu") -> str:
    seen = m.sees(person).chamber
    assert seen is not None
    return seen.spotlight


def order(m: Meeting, *people: str, seconds: int = 60) -> None:
    m.say("gu", "floor", SpeakingOrder(list(people), seconds))


def test_hands_stand_in_the_order_in_which_they_were_raised() -> None:
    m = Meeting("gu", "lin", "chen", "wu")
    for person in ("chen", "wu", "lin"):
        m.now += 1
        m.hand(person)
    m.hand("chen")
    assert hands(m, "lin") == ["chen", "wu", "lin"], "raised twice keeps its place"
    m.say("gu", "lower_hand", Target("chen"))
    m.hand("wu", wants=False)
    assert hands(m) == ["lin"]


def test_who_waits_outside_a_private_talk_reads_no_hand_but_their_own() -> None:
    m = Meeting("gu", "lin", "chen", "wu")
    m.moved("caucus_applicant", "lin")
    m.hand("chen")
    m.hand("lin")
    assert hands(m, "wu") == [] and hands(m, "chen") == ["chen"] and hands(m, "lin") == ["lin"]
    assert {c.id: c.hands for c in m.sees("gu").chambers if c.hands} == {"joint": ["chen"], "caucus_applicant": ["lin"]}


def test_the_floor_has_the_time_of_the_server_and_mutes_nobody() -> None:
    m = Meeting("gu", "lin", "chen")
    m.hand("lin")
    began = m.now
    order(m, "lin", "chen")
    assert floor(m, "chen") == FloorView("lin", wire(began), wire(began + 60), ["chen"])
    assert hands(m) == [], "having the floor lowers the hand"
    effects = m.say("gu", "floor_more", More(30)) + m.later(500)
    shown = floor(m)
    assert shown is not None and shown.person == "lin" and shown.until == wire(began + 90)
    assert not [e for e in effects if isinstance(e, Close)]
    m.say("gu", "floor_next")
    assert floor(m) == FloorView("chen", wire(m.now), wire(m.now + 60), [])
    m.say("gu", "floor_next")
    assert floor(m) is None
    m.say("gu", "floor_next")
    m.say("gu", "floor_more", More(30))
    assert floor(m) is None


def test_an_order_ends_when_nobody_is_named_and_names_only_who_is_here() -> None:
    m = Meeting("gu", "lin", "chen")
    order(m, "lin")
    order(m)
    assert floor(m) is None
    with pytest.raises(NotInRoom):
        order(m, "lin", "wu")


def test_who_goes_loses_their_turn_and_the_next_has_it() -> None:
    m = Meeting("gu", "lin", "chen", "wu")
    order(m, "lin", "chen", "wu")
    m.target("back_to_lobby", "chen")
    m.say("lin", "leave")
    shown = floor(m)
    assert shown is not None and (shown.person, shown.following) == ("wu", [])
    m.say("wu", "leave")
    assert floor(m) is None


def test_the_order_of_a_chamber_is_read_there_only() -> None:
    m = Meeting("gu", "lin", "bai", "chen")
    order(m, "chen")
    m.moved("caucus_applicant", "lin", "bai")
    order(m, "bai", "lin")
    assert floor(m, "lin") is not None
    assert floor(m, "chen") == FloorView("chen", wire(m.now - 11), wire(m.now + 49), []), "one's own turn is no secret"
    m.order("resume")
    m.moved("joint")
    shown = floor(m)
    assert shown is not None and shown.person == "chen"


def test_one_person_is_shown_large_until_they_go() -> None:
    m = Meeting("gu", "lin", "chen")
    m.say("gu", "spotlight", Spotlight("lin"))
    m.say("gu", "spotlight", Spotlight("chen"))
    assert spotlight(m, "lin") == "chen"
    m.moved("caucus_applicant", "lin")
    assert spotlight(m, "lin") == ""
    with pytest.raises(NotInRoom):
        m.say("gu", "spotlight", Spotlight("chen"))
    m.moved("joint")
    assert spotlight(m, "lin") == "chen"
    m.say("gu", "spotlight", Spotlight(""))
    assert spotlight(m, "lin") == ""


def test_the_mediator_of_the_case_leads_whoever_comes_first_and_hands_over() -> None:
    m = Meeting("fang", "gu", "lin")
    assert m.sees("lin").lead == "gu"
    with pytest.raises(RightMissing):
        m.target("hand_over", "fang", host="fang")
    with pytest.raises(RightMissing):
        m.target("hand_over", "lin")
    assert m.target("hand_over", "fang") == [Noted("handed_over", "gu", {"from": "gu", "to": "fang"})]
    assert m.sees("lin").lead == "fang" and m.target("hand_over", "fang") == []


def test_when_who_leads_is_lost_another_host_takes_over_and_the_session_goes_on() -> None:
    m = Meeting("gu", "fang", "lin", "chen")
    m.lose("gu")
    m.later(60)
    assert m.room.hearers("lin") == {"fang", "chen"} and m.sees("lin").host == "here"
    m.target("hand_over", "fang", host="fang")
    assert m.sees("lin").lead == "fang"
    m.knock("gu")
    assert m.sees("lin").lead == "fang", "coming back takes nothing away"


def test_a_caucus_goes_on_with_the_other_host() -> None:
    m = Meeting("gu", "fang", "lin", "chen")
    m.moved("caucus_applicant", "lin", "fang")
    m.lose("gu")
    m.later(700)
    assert m.room.people["gu"].seat == "out" and m.room.hearers("lin") == {"fang"}


def test_two_hosts_mute_neither_each_other_nor_send_each_other_out() -> None:
    m = Meeting("gu", "fang")
    for host, other in (("gu", "fang"), ("fang", "gu")):
        with pytest.raises(RightMissing):
            m.target("remove", other, host=host)
