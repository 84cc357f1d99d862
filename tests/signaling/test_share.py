"""Playbook of the shared screen; by random meetings: one in a chamber, seen by nobody outside, never left on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.errors import IllegalAct, Moving, NobodySees, NotInRoom, RightMissing, RoomError, ShareTaken
from signaling.events import Close, ClosePeer, Effect, OpenPeer
from signaling.protocol import Share
from tests.signaling.meeting import Meeting


def share(m: Meeting, person: str, on: bool = True) -> list[Effect]:
    return m.say(person, "share", Share(on))


def sharers(m: Meeting) -> list[str]:
    return [p.id for p in m.room.people.values() if p.sharing]


def test_a_screen_is_closed_where_packets_are_routed_until_it_is_shared() -> None:
    m = Meeting("gu")
    assert Close("lin", "screen", True) in m.arrive("lin")
    assert share(m, "lin") == [Close("lin", "screen", False)]
    assert share(m, "lin") == []
    assert share(m, "lin", False) == [Close("lin", "screen", True)]
    assert share(m, "lin", False) == []


def test_who_sees_a_share_is_told_whose_it_is() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "lin")
    for person in ("gu", "lin", "chen"):
        chamber = m.sees(person).chamber
        assert chamber is not None
        assert [p.person for p in chamber.people if p.sharing] == ["lin"]
    assert m.sees("lin").you.sharing
    assert not m.sees("gu").you.sharing


@pytest.mark.parametrize("person", ["gu", "lin", "chen", "li"])
def test_mediator_parties_and_experts_may_share(person: str) -> None:
    m = Meeting("gu", "lin", "chen", "li")
    assert share(m, person) == [Close(person, "screen", False)]


@pytest.mark.parametrize("person", ["su", "han"])
def test_an_observer_and_an_interpreter_may_not(person: str) -> None:
    m = Meeting("gu", "lin", person)
    with pytest.raises(RightMissing, match="share"):
        share(m, person)


def test_a_second_share_is_refused_with_the_name_of_the_first() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "lin")
    with pytest.raises(ShareTaken, match="林秀珍"):
        share(m, "chen")
    share(m, "lin", False)
    assert share(m, "chen") == [Close("chen", "screen", False)]


def test_the_host_takes_the_place_of_another_who_is_closed_first() -> None:
    m = Meeting("gu", "lin")
    share(m, "lin")
    assert share(m, "gu") == [Close("lin", "screen", True), Close("gu", "screen", False)]
    with pytest.raises(ShareTaken, match="顾明华"):
        share(m, "lin")


def test_only_the_host_stops_the_share_of_another() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "lin")
    with pytest.raises(RightMissing):
        m.target("stop_share", "lin", host="chen")
    assert m.target("stop_share", "lin") == [Close("lin", "screen", True)]
    assert m.target("stop_share", "lin") == []


def test_a_share_ends_when_its_owner_begins_to_move_and_does_not_come_back() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "lin")
    assert Close("lin", "screen", True) in m.move("caucus_applicant", "lin")
    with pytest.raises(Moving):
        share(m, "lin")
    m.all_drained()
    assert sharers(m) == []


def test_a_share_ends_when_the_chamber_falls_silent_around_its_owner() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "chen")
    assert Close("chen", "screen", True) in m.move("caucus_applicant", "lin")
    m.all_drained()
    with pytest.raises(NobodySees):
        share(m, "chen")
    m.moved("joint")
    assert sharers(m) == []


def test_a_share_in_a_caucus_is_seen_there_only_and_ends_with_it() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    share(m, "lin")
    assert m.room.hearers("lin") == {"gu"}
    assert not any(p.sharing for p in (m.sees("chen").chamber or pytest.fail("no chamber")).people)
    assert Close("lin", "screen", True) in m.moved("joint")


def test_a_pause_ends_it_and_nothing_is_shared_into_a_pause() -> None:
    m = Meeting("gu", "lin")
    share(m, "lin")
    assert Close("lin", "screen", True) in m.order("pause")
    with pytest.raises(NobodySees):
        share(m, "lin")
    m.order("resume")
    assert sharers(m) == []


def test_a_lost_line_ends_it_and_who_returns_has_to_begin_again() -> None:
    m = Meeting("gu", "lin")
    share(m, "lin")
    assert Close("lin", "screen", True) in m.lose("lin")
    assert sharers(m) == []
    assert Close("lin", "screen", True) in m.knock("lin")


def test_it_ends_when_the_host_has_been_gone_for_long() -> None:
    m = Meeting("gu", "lin", "chen")
    share(m, "lin")
    m.lose("gu")
    assert m.later(29) == []
    assert Close("lin", "screen", True) in m.later(2)


@pytest.mark.parametrize("act", ["back_to_lobby", "remove"])
def test_who_is_sent_out_shares_no_more(act: str) -> None:
    m = Meeting("gu", "lin")
    share(m, "lin")
    m.target(act, "lin")
    assert sharers(m) == []


def test_leaving_and_the_end_end_it() -> None:
    m = Meeting("gu", "lin")
    share(m, "lin")
    m.say("lin", "leave")
    assert sharers(m) == []
    share(m, "gu")
    m.order("end")
    assert sharers(m) == []


PEOPLE = ("gu", "he", "lin", "chen", "wu", "li", "su")
ACTS = st.one_of(
    st.tuples(
        st.sampled_from(["share", "share", "unshare", "knock", "resume", "lose", "leave", "drained"]),
        st.sampled_from(PEOPLE),
    ),
    st.tuples(st.sampled_from(["admit", "back_to_lobby", "remove", "stop_share"]), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["caucus_applicant", "joint"]), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["pause", "resume", "later", "wait", "all_drained"]), st.just("gu")),
)


def act(m: Meeting, what: str, person: str) -> list[Effect]:
    match what:
        case "share" | "unshare":
            return share(m, person, what == "share")
        case "caucus_applicant":
            return m.move("caucus_applicant", person)
        case "joint":
            return m.move("joint", person)
        case "knock":
            return m.knock(person)
        case "resume":
            return m.knock(person, resumes=True)
        case "lose":
            return m.lose(person)
        case "leave":
            return m.say(person, "leave")
        case "drained":
            return m.drained(person)
        case "all_drained":
            return m.all_drained()
        case "later" | "wait":
            return m.later(4 if what == "later" else 31)
        case "pause" | "resume":
            return m.order(what)
    return m.target(what, person)


def gate(effects: list[Effect], opened: set[str]) -> None:
    """What the media plane holds open after these effects; a new peer is open until it is closed."""
    for effect in effects:
        match effect:
            case Close(person, "screen", closed):
                opened.discard(person) if closed else opened.add(person)
            case OpenPeer(person):
                opened.add(person)
            case ClosePeer(person):
                opened.discard(person)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=40))
def test_in_no_meeting_are_there_two_screens_in_a_chamber_or_one_seen_from_outside(acts: list[tuple[str, str]]) -> None:
    m, opened, begun = Meeting(), set[str](), dict[str, int]()
    for person in PEOPLE[:5]:
        gate(m.knock(person), opened)
        if not m.room.people[person].is_host:
            gate(m.target("admit", person), opened)
    for what, person in acts:
        try:
            gate(act(m, what, person), opened)
        except (RoomError, NotInRoom, IllegalAct):
            continue
        sharing = [m.room.people[p] for p in sharers(m)]
        assert opened == {p.id for p in sharing}
        assert len({p.chamber for p in sharing}) == len(sharing)
        for one in sharing:
            assert m.room.state == "open"
            assert not m.room.draining(one)
            assert begun.setdefault(one.id, one.epoch) == one.epoch  # never carried into another chamber
            legs = {p for p in m.room.people if one.id in m.room.heard_by(p)}
            assert {m.room.people[p].chamber for p in legs} <= {one.chamber}
        begun = {p.id: begun[p.id] for p in sharing}
