"""Two people who must never meet, and interpreters who go where their person goes."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.errors import KeptApart, OneSideOnly, RoomError, Tied, WrongChamber
from signaling.events import Attendance, ClosePeer, Effect, Invite, Moved, Send
from signaling.protocol import Admit, ChamberId, Move, SpeakingOrder, Spotlight
from signaling.rights import PRIVATE
from signaling.room import Room
from tests.signaling.meeting import CAST, Meeting, go_of

APART = {"lin": ("chen",)}


def screened(*present: str, **more: dict[str, str]) -> Meeting:
    """lin must never meet chen."""
    return Meeting("gu", *present, apart=APART, tied=more.get("tied"))


def test_who_is_kept_apart_belongs_to_their_side_and_the_joint_session_goes_on() -> None:
    m = screened("lin", "chen", "wu")
    places = {p.id: p.chamber for p in m.room.people.values()}
    assert places == {"gu": "joint", "lin": "side_applicant", "chen": "side_respondent", "wu": "joint"}
    assert not m.room.private_talk()
    assert m.room.hearers("gu") == {"wu"}
    assert not m.sees("wu").away and not m.sees("lin").away


def test_it_holds_whoever_comes_first_and_whoever_names_whom() -> None:
    for order in (("lin", "chen"), ("chen", "lin")):
        m = screened(*order)
        for person, other in (order, order[::-1]):
            shown = msgspec.json.encode(m.sees(person)).decode()
            assert CAST[other][0] not in shown and f'"{other}"' not in shown
        assert "chen" not in m.room.heard_by("lin") and "lin" not in m.room.heard_by("chen")


def test_no_move_brings_them_together_and_the_host_reads_whom() -> None:
    m = screened("lin", "chen")
    m.moved("joint", "lin")
    m.later(11)
    with pytest.raises(KeptApart, match="林秀珍"):
        m.move("joint", "chen")
    assert m.room.move is None and m.room.people["chen"].chamber == "side_respondent"


def test_a_move_that_is_still_on_its_way_counts() -> None:
    m = screened("lin")
    m.knock("chen")
    m.move("joint", "lin")
    with pytest.raises(KeptApart):
        m.say("gu", "admit", Admit("chen", "joint"))
    assert m.room.people["chen"].seat == "waiting"


def test_two_of_one_side_kept_apart_are_let_in_one_after_the_other() -> None:
    m = Meeting("gu", "lin", apart={"bai": ("lin",)})
    m.knock("bai")
    assert m.room.people["lin"].chamber == "joint", "who is there stays until moved"
    m.target("admit", "bai")
    assert m.room.people["bai"].chamber == "side_applicant"
    m.moved("caucus_applicant", "bai")
    m.moved("joint")
    assert {m.room.people[p].chamber for p in ("lin", "bai")} == {"side_applicant", None}
    assert m.room.people["bai"].seat == "waiting" or m.room.people["lin"].seat == "waiting"


def test_whose_role_has_no_side_waits_until_taken_into_a_private_talk_and_returns_to_waiting() -> None:
    m = Meeting("gu", "lin", "chen", apart={"ye": ("chen",)})
    m.knock("ye")
    with pytest.raises(KeptApart):
        m.target("admit", "ye")
    m.moved("caucus_applicant", "lin")
    m.say("gu", "admit", Admit("ye", "caucus_applicant"))
    assert m.room.hearers("ye") == {"gu", "lin"}
    effects = m.moved("joint")
    assert Attendance("ye", "waiting", None) in effects
    assert m.room.people["ye"].chamber is None


def test_nobody_is_let_into_a_private_room_without_a_host() -> None:
    m = Meeting("gu", apart={"ye": ("chen",)})
    m.knock("ye")
    with pytest.raises(WrongChamber):
        m.say("gu", "admit", Admit("ye", "caucus_applicant"))


def test_a_caucus_brings_a_screened_party_home_not_into_the_joint_chamber() -> None:
    m = screened("lin", "wu")
    m.moved("caucus_applicant", "lin")
    assert m.sees("wu").away
    effects = m.moved("joint")
    assert {(e.people, e.chamber) for e in effects if isinstance(e, Moved)} == {
        (("gu",), "joint"),
        (("lin",), "side_applicant"),
    }
    assert not m.room.private_talk() and not m.sees("wu").away


def test_the_host_who_goes_from_side_to_side_leaves_nobody_in_a_caucus() -> None:
    m = screened("lin", "chen")
    m.moved("caucus_applicant", "lin")
    effects = m.moved("caucus_respondent", "chen")
    assert {(e.people, e.chamber) for e in effects if isinstance(e, Moved)} == {
        (("gu", "chen"), "caucus_respondent"),
        (("lin",), "side_applicant"),
    }
    assert m.room.hearers("gu") == {"chen"}


def test_a_side_talks_alone_and_no_host_is_inside() -> None:
    m = Meeting("gu", "lin", "bai", "chen")
    m.moved("side_applicant", "lin", "bai")
    assert m.room.hearers("lin") == {"bai"}
    assert m.room.heard_by("gu") == frozenset() and m.sees("chen").away
    assert [p.person for c in m.sees("gu").chambers if c.id == "side_applicant" for p in c.people] == ["lin", "bai"]
    m.later(11)
    with pytest.raises(WrongChamber):
        m.move("side_applicant", "gu")
    with pytest.raises(OneSideOnly):
        m.move("side_applicant", "chen")


def test_several_private_talks_go_on_at_once_and_none_hears_another() -> None:
    m = Meeting("gu", "fang", "lin", "chen", "li", "ye")
    m.moved("caucus_applicant", "lin")
    m.later(11)
    m.move("caucus_respondent", "chen", host="fang")
    m.all_drained()
    assert m.room.hearers("lin") == {"gu"} and m.room.hearers("chen") == {"fang"}
    assert m.sees("ye").away and m.room.hearers("ye") == frozenset()
    assert m.sees("lin").since != m.sees("chen").since, "nobody reads when another talk began"
    m.moved("joint")
    assert m.room.hearers("lin") == {"gu", "fang", "chen", "li", "ye"} - {"lin"}


def test_experts_and_hosts_talk_aside_without_any_party() -> None:
    m = Meeting("gu", "fang", "lin", "li")
    with pytest.raises(WrongChamber):
        m.move("aside", "lin")
    m.moved("aside", "li", "fang")
    assert m.room.hearers("li") == {"gu", "fang"} and m.sees("lin").away


def test_an_interpreter_goes_with_their_person_and_comes_back_with_them() -> None:
    m = Meeting("gu", "lin", "tang", "chen", tied={"tang": "lin"})
    effects = m.moved("caucus_applicant", "lin")
    assert [e.people for e in effects if isinstance(e, Moved)] == [("gu", "lin", "tang")]
    assert go_of(effects, "tang") is not None
    m.later(11)
    with pytest.raises(Tied, match="林秀珍"):
        m.move("joint", "tang")
    m.moved("joint", "lin")
    assert m.room.people["tang"].chamber == "joint"


def test_an_interpreter_is_not_moved_alone_but_follows_a_person_who_is_already_there() -> None:
    m = Meeting("gu", "lin", "chen", tied={"tang": "lin"})
    m.moved("caucus_applicant", "lin")
    m.arrive("tang")
    assert m.room.people["tang"].chamber == "joint"
    m.moved("caucus_applicant", "tang")
    assert m.room.hearers("tang") == {"gu", "lin"}


def test_an_interpreter_of_a_screened_person_belongs_beside_them() -> None:
    m = screened("lin", "tang", "chen", tied={"tang": "lin"})
    assert m.room.people["tang"].chamber == "side_applicant"
    assert m.room.hearers("tang") == {"lin"} and not m.room.private_talk()
    with pytest.raises(OneSideOnly):
        m.move("caucus_respondent", "tang")


@pytest.mark.parametrize("lost", [False, True])
def test_a_new_ticket_that_keeps_apart_takes_its_owner_out_at_once(lost: bool) -> None:
    m = Meeting("gu", "lin", "chen")
    m.apart = APART
    if lost:
        m.lose("lin")
    effects = m.knock("lin", resumes=True)
    assert ClosePeer("lin") in effects and go_of(effects, "lin") is None
    assert m.room.people["lin"].seat == "waiting" and CAST["chen"][0] not in msgspec.json.encode(m.sees("lin")).decode()
    m.target("admit", "lin")
    assert m.room.people["lin"].chamber == "side_applicant"


def test_an_invitation_that_keeps_apart_does_so_too() -> None:
    m = Meeting("gu", "lin", "chen")
    m.apart = APART
    effects = m.do(Invite(m.ticket("lin")))
    assert Attendance("lin", "waiting", None) in effects and "lin" not in m.room.mates("chen")


def test_a_host_is_kept_apart_from_nobody() -> None:
    m = Meeting("gu", "lin", apart={"lin": ("gu",)})
    assert m.room.hearers("gu") == frozenset() and m.room.people["lin"].chamber == "side_applicant"
    m.moved("caucus_applicant", "lin")
    assert m.room.hearers("gu") == {"lin"}


# --- whatever happens ----------------------------------------------------------------------------------------------

PEOPLE = ("gu", "fang", "lin", "bai", "chen", "wu", "tang", "li", "ye", "su")
PAIRS = {("lin", "chen"), ("ye", "wu"), ("bai", "wu")}
PLACES: tuple[ChamberId, ...] = ("joint", *PRIVATE)
ACTS: dict[str, Callable[[Meeting, str, str], list[Effect]]] = {
    "knock": lambda m, p, q: m.knock(p),
    "reload": lambda m, p, q: m.lose(p) + m.knock(p),
    "drop": lambda m, p, q: m.lose(p),
    "leave": lambda m, p, q: m.say(p, "leave"),
    "admit": lambda m, p, q: m.target("admit", p),
    "lobby": lambda m, p, q: m.target("back_to_lobby", p),
    "recall": lambda m, p, q: m.move("joint"),
    "recall by the other": lambda m, p, q: m.move("joint", host="fang"),
    "drained": lambda m, p, q: m.drained(p),
    "all drained": lambda m, p, q: m.all_drained(),
    "chat": lambda m, p, q: m.chat(p, CAST[p][0], str(m.now)),
    "floor": lambda m, p, q: m.say("gu", "floor", SpeakingOrder([p, q], 60)),
    "spotlight": lambda m, p, q: m.say("gu", "spotlight", Spotlight(p)),
    "hand": lambda m, p, q: m.hand(p),
    "4 s": lambda m, p, q: m.later(4),
    "11 s": lambda m, p, q: m.later(11),
    "12 min": lambda m, p, q: m.later(720),
} | {
    f"{verb} {place}": act
    for place in PLACES
    for verb, act in {
        "move": lambda m, p, q, c=place: m.move(c, p, q),
        "take": lambda m, p, q, c=place: m.say("fang", "move", Move([p], c)),
        "admit": lambda m, p, q, c=place: m.say("gu", "admit", Admit(p, c)),
    }.items()
}


def apart(m: Meeting, effects: list[Effect]) -> None:
    """They share no chamber, no list, no media, no name on the wire; a side is alone; a talk has its host."""
    room = m.room
    for one, other in PAIRS | {(b, a) for a, b in PAIRS}:
        if one not in room.people or other not in room.people:
            continue
        a, b = room.people[one], room.people[other]
        assert not (a.seated and b.seated and a.chamber == b.chamber)
        assert other not in room.mates(one) and other not in room.hearers(one)
        if a.connected:
            shown = msgspec.json.encode(m.sees(one)).decode()
            assert CAST[other][0] not in shown and f'"{other}"' not in shown
        for effect in effects:
            if isinstance(effect, Send) and effect.person == one:
                said = msgspec.json.encode(effect.body).decode()
                assert CAST[other][0] not in said and f'"{other}"' not in said
    for person in room.people:
        assert room.heard_by(person) == {source for source in room.people if person in room.hearers(source)}
    for place in PRIVATE:
        inside = [p for p in room.in_chamber(place)]
        if place.startswith("side"):
            assert not any(p.is_host for p in inside)
        assert len({room.side(p) for p in inside} - {""}) < 2
    for person in ("tang",):
        interpreter, leader = room.people.get(person), room.people.get("lin")
        if interpreter and leader and interpreter.seated and leader.seated and interpreter.chamber in PRIVATE:
            assert leader.chamber == interpreter.chamber or room.home(interpreter) == interpreter.chamber


def test_the_property_has_teeth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that lets them meet is noticed."""
    monkeypatch.setattr(Room, "misfit", lambda *_: None)
    m = screened("lin", "chen")
    m.moved("joint", "lin")
    effects = m.moved("joint", "chen")
    with pytest.raises(AssertionError):
        apart(m, effects)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=40)
)
def test_in_no_meeting_do_they_meet(script: list[tuple[str, str, str]]) -> None:
    m = Meeting(*PEOPLE[:5], apart={"lin": ("chen",), "wu": ("ye",), "bai": ("wu",)}, tied={"tang": "lin"})
    for act, person, other in script:
        m.now += 0.01
        try:
            effects = ACTS[act](m, person, other)
        except RoomError:
            effects = []
        apart(m, effects)
