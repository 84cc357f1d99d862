"""What each person may know: nobody outside a caucus learns who is in it, in any state of the room."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import get_args

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.errors import RoomError
from signaling.events import Effect, Invite, Knock, Send
from signaling.protocol import ChamberId, Received, Rename, RoomView, Stats
from tests.signaling.meeting import CAST, Meeting

PARTIES = ("lin", "chen", "wu", "bai", "li")
PEOPLE = ("gu", "lin", "chen", "wu", "han", "li", "su")


def people_in(view: RoomView) -> set[str]:
    return {p.person for p in view.chamber.people} if view.chamber else set()


def test_a_waiting_person_sees_nobody() -> None:
    m = Meeting("gu", "lin")
    m.knock("chen")
    seen = m.sees("chen")
    assert seen.chamber is None and seen.lobby == [] and seen.chambers == []
    assert "林秀珍" not in msgspec.json.encode(seen).decode()


def test_the_host_sees_the_lobby_and_both_chambers() -> None:
    m = Meeting("gu", "lin", "chen")
    m.knock("li")
    m.moved("caucus_applicant", "lin")
    seen = m.sees("gu")
    assert [p.person for p in seen.lobby] == ["li"]
    inhabited = {c.id: [p.person for p in c.people] for c in seen.chambers if c.people}
    assert inhabited == {"joint": ["chen"], "caucus_applicant": ["gu", "lin"]}
    assert tuple(c.id for c in seen.chambers) == get_args(ChamberId)


def test_hosts_alone_read_whom_an_interpreter_goes_with() -> None:
    m = Meeting("gu", "lin", "chen", "tang", tied={"tang": "lin"})
    for person, whose in (("gu", "lin"), ("chen", ""), ("tang", "")):
        seen = m.sees(person).chamber
        assert seen is not None
        assert {p.person: p.tied_to for p in seen.people} == {"gu": "", "lin": "", "chen": "", "tang": whose}, person


def test_everybody_reads_who_acts_for_another() -> None:
    m = Meeting("gu", "lin")
    m.do(Knock(replace(m.ticket("wu"), acts=True)))
    m.target("admit", "wu")
    for person in ("gu", "lin", "wu"):
        seen = m.sees(person).chamber
        assert seen is not None
        assert {p.person: p.acts for p in seen.people} == {"gu": False, "lin": False, "wu": True}, person


def test_each_hears_line_is_true() -> None:
    m = Meeting("gu", "lin", "chen")
    seen = m.sees("lin").chamber
    assert seen is not None and seen.hears == ["顾明华", "陈国栋"]
    m.moved("caucus_applicant", "lin")
    seen = m.sees("lin").chamber
    assert seen is not None and seen.id == "caucus_applicant" and seen.hears == ["顾明华"]
    seen = m.sees("chen").chamber
    assert seen is not None and seen.hears == []


def test_who_is_left_outside_sees_a_private_talk_and_no_name() -> None:
    m = Meeting("gu", "lin", "chen", "wu")
    m.moved("caucus_applicant", "lin")
    seen = m.sees("chen")
    assert seen.away and seen.since is not None and seen.host == "away"
    assert people_in(seen) == {"chen"}
    assert m.sees("lin").away is False


def test_the_view_outside_is_the_same_whoever_was_taken_into_the_caucus() -> None:
    def outside(taken: str) -> list[bytes]:
        m = Meeting("gu", "lin", "chen", "han", "li")
        shown = [msgspec.json.encode(m.sees("chen"))]
        for step in (lambda: m.move("caucus_applicant", taken), m.all_drained, lambda: m.moved("joint")):
            step()
            shown.append(msgspec.json.encode(m.sees("chen")))
        return shown

    assert outside("lin") == outside("han") == outside("li")


def test_only_the_host_sees_a_move_that_still_waits() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.move("joint")
    assert m.sees("gu").moving is not None
    assert m.sees("lin").moving is None and m.sees("chen").moving is None


def test_the_host_is_told_who_has_not_acknowledged() -> None:
    m = Meeting("gu", "lin", "chen")
    m.move("caucus_applicant", "lin")
    m.drained("gu")
    m.later(4)
    silent = {p.person: p.silent for c in m.sees("gu").chambers for p in c.people}
    assert silent == {"gu": False, "lin": True, "chen": False}
    assert m.sees("lin").you.set is None
    seen = m.sees("lin").chamber
    assert seen is not None and not any(p.silent for p in seen.people)


def test_a_lost_host_is_told_to_all() -> None:
    m = Meeting("gu", "lin")
    assert m.sees("lin").host == "here"
    m.lose("gu")
    assert m.sees("lin").host == "lost"
    assert Meeting("gu").sees("gu").host == "here"


def check_no_leak(m: Meeting, effects: list[Effect]) -> None:
    """What must hold after every event, whatever the history."""
    room = m.room
    inside = {p.id for p in room.people.values() if p.seated and p.chamber == "caucus_applicant"}
    for person in room.people.values():
        hearers = room.hearers(person.id)
        assert person.id not in hearers
        for hearer in map(room.people.__getitem__, hearers):
            assert person.seat == hearer.seat == "present" and person.connected and hearer.connected
            assert person.chamber == hearer.chamber
            assert not room.draining(person) and not room.draining(hearer)
            assert person.chamber == "caucus_applicant" or not inside
        assert len({room.people[p].side for p in inside if room.people[p].side}) < 2
        if person.connected and not person.is_host and person.id not in inside:
            seen = m.sees(person.id)
            assert seen.lead in ("", room.lead), "who leads is told wherever they are"
            seen.lead = ""
            shown = msgspec.json.encode(seen).decode()
            for other in inside - {person.id}:
                assert other not in _words(shown) and CAST[other][0] not in shown
    for effect in effects:
        if isinstance(effect, Send) and effect.event in ("chat", "go") and effect.person not in inside:
            said = msgspec.json.encode(effect.body).decode()
            assert not any(CAST[p][0] in said for p in inside)


def _words(text: str) -> set[str]:
    return set(text.replace('"', " ").replace(":", " ").replace(",", " ").split())


ACTS: dict[str, Callable[[Meeting, str, str], list[Effect]]] = {
    "knock": lambda m, p, q: m.knock(p),
    "reload": lambda m, p, q: m.lose(p) + m.knock(p),
    "drop": lambda m, p, q: m.lose(p),
    "admit": lambda m, p, q: m.target("admit", p),
    "refuse": lambda m, p, q: m.target("refuse", p),
    "lobby": lambda m, p, q: m.target("back_to_lobby", p),
    "leave": lambda m, p, q: m.say(p, "leave"),
    "caucus": lambda m, p, q: m.move("caucus_applicant", p),
    "caucus both": lambda m, p, q: m.move("caucus_applicant", p, q),
    "joint": lambda m, p, q: m.move("joint", p),
    "recall": lambda m, p, q: m.move("joint"),
    "drained": lambda m, p, q: m.drained(p),
    "stale drained": lambda m, p, q: m.drained(p, max(0, m.room.epoch - 1)),
    "all drained": lambda m, p, q: m.all_drained(),
    "mute": lambda m, p, q: m.mute(p, "audio", True),
    "unmute": lambda m, p, q: m.mute(p, "audio", False),
    "host mute": lambda m, p, q: m.host_mute(p, "audio", True),
    "chat": lambda m, p, q: m.chat(p, "机密", str(m.now)),
    "hand": lambda m, p, q: m.hand(p),
    "stats": lambda m, p, q: m.say(p, "stats", Stats({q: Received(1, 1)}, 3)),
    "pause": lambda m, p, q: m.say("gu", "pause"),
    "resume": lambda m, p, q: m.say("gu", "resume"),
    "1 s": lambda m, p, q: m.later(1),
    "11 s": lambda m, p, q: m.later(11),
    "3 min": lambda m, p, q: m.later(180),
}
Script = list[tuple[str, str, str]]
SCRIPT = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=40
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCRIPT)
def test_no_history_of_a_meeting_lets_anything_out_of_a_chamber(script: Script) -> None:
    m = Meeting(*PEOPLE[:4])
    for act, person, other in script:
        m.now += 0.01
        try:
            effects = ACTS[act](m, person, other)
        except RoomError:
            effects = []
        check_no_leak(m, effects)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCRIPT)
def test_a_set_rests_ten_seconds_and_only_a_move_toggles_it(
    script: Script,
) -> None:
    m = Meeting(*PEOPLE[:4])
    for act, person, other in script:
        m.now += 0.01
        before = {p.id: (p.set, p.epoch, p.seat) for p in m.room.people.values()}
        try:
            ACTS[act](m, person, other)
        except RoomError:
            pass
        for p in m.room.people.values():
            if p.set in p.left:
                assert m.now - p.left[p.set] >= 10 - 1e-6 or not p.sending
            was = before.get(p.id)
            if was and was[2] == p.seat == "present" and act not in ("reload", "3 min", "11 s") and was[0] != p.set:
                assert p.epoch > 0


def test_it_stands_for_whom_somebody_is_there_by_the_name_others_read() -> None:
    m = Meeting("gu", "lin", "bai", "chen", whom={"bai": "lin"})
    m.say("gu", "rename", Rename("lin", "林女士"))
    for reader in ("gu", "lin", "bai", "chen"):
        seen = m.sees(reader).chamber
        assert seen is not None
        told = {p.person: (p.speaks, p.whose) for p in seen.people}
        assert told == {"gu": ("", ""), "lin": ("", ""), "bai": ("guardian", "林女士"), "chen": ("", "")}, reader


@given(
    st.permutations(["lin", "chen", "wu", "bai", "li"]),
    st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES)), max_size=3),
    st.dictionaries(st.sampled_from(PARTIES), st.sampled_from(PARTIES), max_size=3),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_word_names_whom_its_reader_must_not_meet(
    order: list[str], pairs: list[tuple[str, str]], whom: dict[str, str]
) -> None:
    """Whoever of the two tickets says so, and whether the other has come or not."""
    apart: dict[str, tuple[str, ...]] = {}
    for one, other in pairs:
        if one != other:
            apart[one] = (*apart.get(one, ()), other)
    m = Meeting("gu", apart=apart, whom=whom)
    for person in PARTIES:
        m.do(Invite(m.ticket(person)))
    for person in order:
        m.knock(person)
        with suppress(RoomError):
            m.target("admit", person)
    for reader in order:
        shut = {b for a, b in pairs if a == reader} | {a for a, b in pairs if b == reader}
        text = msgspec.json.encode(m.sees(reader)).decode()
        assert not [one for one in shut - {reader} if CAST[one][0] in text], (reader, shut)
