"""Recording: off until everybody present has agreed, never a word of a private talk, and off again at once."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.errors import NotInRoom, NotRecording, RightMissing, RoomError
from signaling.events import Effect, Invite, Knock, Noted, RecordingFailed, StartRecording, StopRecording
from signaling.protocol import PhoneSeat, RecordingAgree, RecordingAsk, RecordingView, RecordingWhat, SetStage, Stage
from signaling.ticket import Ticket
from tests.signaling.meeting import Meeting


def ask(m: Meeting, what: RecordingWhat = "all", host: str = "gu") -> list[Effect]:
    return m.say(host, "recording_ask", RecordingAsk(what))


def agree(m: Meeting, person: str, yes: bool = True, of: str = "") -> list[Effect]:
    return m.say(person, "recording_agree", RecordingAgree(yes, of))


def stage(m: Meeting, name: Stage) -> list[Effect]:
    return m.say("gu", "stage", SetStage(name))


def shown(m: Meeting, person: str = "gu") -> RecordingView:
    return m.sees(person).recording


def started(effects: list[Effect]) -> list[StartRecording]:
    return [e for e in effects if isinstance(e, StartRecording)]


def stops(effects: list[Effect]) -> list[str]:
    return [e.why for e in effects if isinstance(e, StopRecording)]


def recording(*present: str) -> Meeting:
    """Everybody has agreed."""
    m = Meeting("gu", *present)
    ask(m)
    for person in present:
        agree(m, person)
    assert m.room.recording == "on"
    return m


def test_it_is_off_and_nobody_can_agree_to_what_nobody_asked() -> None:
    m = Meeting("gu", "lin")
    assert shown(m).state == "off" and m.room.recorded() == []
    for said in (lambda: agree(m, "lin"), lambda: m.say("gu", "recording_stop")):
        with pytest.raises(NotRecording):
            said()
    with pytest.raises(RightMissing, match="host"):
        ask(m, host="lin")


def test_it_starts_when_the_last_has_agreed_and_each_answer_is_noted() -> None:
    m = Meeting("gu", "lin", "chen", "su")
    assert ask(m) == [
        Noted("recording_asked", "gu", {"what": "all"}),
        Noted("recording_agreed", "gu", {"by": "gu"}),
    ]
    assert shown(m).missing == ["lin", "chen", "su"] and shown(m, "lin").missing == []
    assert not started(agree(m, "lin") + agree(m, "su"))
    effects = agree(m, "chen")
    assert effects[0] == Noted("recording_agreed", "chen", {"by": "chen"})
    assert started(effects) == [StartRecording(0)]
    assert shown(m, "lin").state == "on" and shown(m, "lin").since is not None
    assert m.room.recorded() == ["gu", "lin", "chen"], "an observer agrees and has nothing to be recorded"
    assert ask(m) == [] and agree(m, "chen") == []


@pytest.mark.parametrize("answers", list(product([True, False, None], repeat=3)))
def test_every_answer_of_everybody(answers: tuple[bool | None, ...]) -> None:
    """It runs when all three say yes, and in no other case."""
    m = Meeting("gu", "lin", "chen", "li")
    ask(m)
    for person, answer in zip(("lin", "chen", "li"), answers, strict=True):
        if answer is not None:
            agree(m, person, answer)
    assert (m.room.recording == "on") is all(answers)
    assert bool(m.room.recorded()) is all(answers)


def test_a_refusal_ends_the_question_and_a_new_one_asks_only_who_had_not_agreed() -> None:
    m = Meeting("gu", "lin", "chen")
    ask(m)
    agree(m, "lin")
    agree(m, "chen", yes=False)
    assert (shown(m).state, shown(m).reason, shown(m).refused) == ("stopped", "refused", ["chen"])
    ask(m)
    assert shown(m).missing == ["chen"] and shown(m, "lin").agreed is True
    assert started(agree(m, "chen"))


def test_taking_it_back_stops_it_at_once() -> None:
    m = recording("lin", "chen")
    effects = agree(m, "lin", yes=False)
    assert stops(effects) == ["revoked"] and m.room.recorded() == []
    assert Noted("recording_refused", "lin", {"by": "lin"}) in effects
    assert shown(m).state == "stopped"


def test_whoever_is_let_in_stops_it_until_they_agree() -> None:
    m = recording("lin", "chen")
    m.knock("wu")
    assert m.room.recording == "on", "who waits outside hears nothing"
    assert stops(m.target("admit", "wu")) == ["newcomer"]
    assert (shown(m).state, shown(m).missing) == ("asking", ["wu"])
    assert started(agree(m, "wu")) and [*m.room.in_recording()] == ["gu", "lin", "chen", "wu"]


def test_who_returns_after_agreeing_stops_nothing_and_who_returns_after_refusing_does() -> None:
    m = recording("lin", "chen")
    m.lose("chen")
    assert m.room.recording == "on"
    m.knock("chen")
    assert m.room.recording == "on"
    m.say("chen", "leave")
    m.room.answers["chen"] = False
    assert stops(m.arrive("chen")) == ["refused"]


@pytest.mark.parametrize(("chamber", "people"), [("caucus_applicant", ["lin"]), ("aside", ["li"])])
def test_a_private_talk_stops_it_when_people_begin_to_go(chamber: str, people: list[str]) -> None:
    m = recording("lin", "chen", "li")
    effects = m.move(chamber, *people)  # type: ignore[arg-type]
    assert stops(effects) == ["private_talk"] and m.room.recorded() == []
    m.all_drained()
    assert shown(m, people[0]).state == "off", "inside there is nothing to be recorded"
    with pytest.raises(NotInRoom):
        agree(m, people[0])
    m.moved("joint")
    assert m.room.recording == "stopped", "it does not come back by itself"
    assert started(ask(m)), "all had agreed and nobody took it back"


def test_a_talk_of_one_side_alone_stops_it_too() -> None:
    m = recording("lin", "bai", "chen")
    assert stops(m.move("side_applicant", "lin", "bai")) == ["private_talk"]


def test_a_question_asked_before_a_private_talk_is_not_answered_into_it() -> None:
    m = Meeting("gu", "lin", "chen")
    ask(m)
    agree(m, "lin")
    m.moved("caucus_applicant", "lin")
    assert not started(agree(m, "chen"))
    m.moved("joint")
    assert m.room.recording == "on", "the question stood, and all have agreed"


@pytest.mark.parametrize(("act", "why"), [("pause", "paused"), ("end", "ended"), ("recording_stop", "host")])
def test_a_pause_the_end_and_the_host_stop_it(act: str, why: str) -> None:
    m = recording("lin")
    effects = m.say("gu", act)
    assert stops(effects) == [why] and Noted("recording_stopped", "", {"why": why}) in effects
    assert m.room.recorded() == []


def test_a_room_without_its_host_is_not_recorded() -> None:
    m = recording("lin", "chen")
    assert stops(m.lose("gu")) == ["no_host"]


def test_a_screened_side_is_neither_recorded_nor_asked() -> None:
    m = Meeting("gu", "chen", apart={"lin": ("chen",)})
    m.arrive("lin")
    ask(m)
    agree(m, "chen")
    assert m.room.recording == "on" and "lin" not in m.room.recorded()
    assert shown(m, "lin").state == "off"


def test_the_host_says_what_somebody_on_the_telephone_said_and_nobody_elses_answer() -> None:
    m = Meeting("gu", "lin")
    m.do(Invite(m.ticket("chen")))
    m.say("gu", "phone_seat", PhoneSeat("chen", True))
    ask(m)
    agree(m, "lin")
    assert m.room.recording == "asking"
    with pytest.raises(RightMissing):
        agree(m, "lin", of="chen")
    with pytest.raises(RightMissing):
        agree(m, "gu", of="lin")
    effects = agree(m, "gu", of="chen")
    assert effects[0] == Noted("recording_agreed", "chen", {"by": "gu"})
    assert started(effects) == [StartRecording(0)]
    assert m.room.recorded() == ["gu", "lin"], "of the telephone there is no line of its own"
    assert m.room.in_recording() == {"gu": ("chen",), "lin": (), "chen": ()}, "whose voice is in the host's"
    m.say("gu", "phone_seat", PhoneSeat("chen", False))
    assert m.room.in_recording() == {"gu": (), "lin": ()}


def test_who_sits_down_beside_somebody_who_agreed_has_not_agreed() -> None:
    m = recording("lin", "chen")
    own = m.ticket("lin")
    m.lose("lin")
    m.do(Knock(own))
    assert m.room.recording == "on", "nobody is new at the device"
    m.lose("lin")
    effects = m.do(Knock(replace(own, device_people=(m.ticket("bai"),))))
    effects += m.target("admit", "lin")
    assert stops(effects) == ["newcomer"] and shown(m).missing == ["lin"]
    assert started(agree(m, "lin"))
    m.lose("lin")
    assert not stops(m.do(Knock(own))), "who got up takes nobody's word along"


def test_a_hosts_word_for_the_telephone_is_not_that_of_the_browser_that_comes() -> None:
    m = recording("lin")
    m.do(Invite(m.ticket("chen")))
    m.say("gu", "phone_seat", PhoneSeat("chen", True))
    agree(m, "gu", of="chen")
    assert m.room.recording == "on"
    assert stops(m.knock("chen")) == ["newcomer"] and shown(m).missing == ["chen"]
    assert started(agree(m, "chen"))


def test_reading_and_signing_alone_is_a_question_of_its_own() -> None:
    m = Meeting("gu", "lin")
    ask(m, "reading")
    agree(m, "lin")
    assert m.room.recording == "asking", "it waits for the reading"
    assert started(stage(m, "reading"))
    assert not stops(stage(m, "signing"))
    assert stops(stage(m, "closing")) == ["stage"]
    ask(m, "all")
    assert shown(m).missing == ["lin"], "who agreed to the reading has not agreed to all"


def test_a_recorder_that_fails_stops_it_and_the_meeting_goes_on() -> None:
    m = recording("lin")
    effects = m.do(RecordingFailed("disk full"))
    assert stops(effects) == ["failed"]
    assert (shown(m).state, shown(m).reason) == ("stopped", "failed")
    assert m.room.hearers("lin") == {"gu"} and m.do(RecordingFailed("again")) == []


PEOPLE = ("gu", "fang", "lin", "chen", "su", "li")
STEP = st.tuples(
    st.sampled_from(
        ["ask", "read", "yes", "no", "stop", "caucus", "aside", "joint", "drained", "admit", "drop", "leave", "pause",
         "resume", "stage", "wait", "knock"]
    ),
    st.sampled_from(PEOPLE),
)  # fmt: skip


def step(m: Meeting, what: str, person: str) -> list[Effect]:
    match what:
        case "ask" | "read":
            return ask(m, "all" if what == "ask" else "reading", person)
        case "yes" | "no":
            return agree(m, person, what == "yes")
        case "stop":
            return m.say(person, "recording_stop")
        case "caucus":
            return m.move("caucus_applicant", person, host="fang")
        case "aside" | "joint":
            return m.move("aside" if what == "aside" else "joint", *([person] if what == "aside" else []))
        case "drained":
            return m.all_drained()
        case "admit":
            return m.target("admit", person)
        case "drop":
            return m.lose(person)
        case "stage":
            return stage(m, "reading" if person in ("gu", "lin") else "closing")
        case "wait":
            return m.later(11)
        case "knock":
            return m.knock(person)
    return m.say(person, what)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=40))
def test_nothing_is_ever_recorded_without_everybody_or_of_a_private_talk(script: list[tuple[str, str]]) -> None:
    m = Meeting(*PEOPLE[:4])
    running = False
    for what, person in script:
        m.now += 0.01
        try:
            effects = step(m, what, person)
        except RoomError:
            effects = []
        for effect in effects:
            if isinstance(effect, StartRecording | StopRecording):
                assert running is isinstance(effect, StopRecording), "each start has one stop"
                running = isinstance(effect, StartRecording)
        assert running is (m.room.recording == "on")
        taken = m.room.recorded()
        assert running or not taken
        if running:
            here = [p for p in m.room.people.values() if p.chamber == "joint" and p.seat == "present"]
            assert all(m.room.answers[p.id] is True for p in here) and set(taken) <= {p.id for p in here}
            assert not m.room.private_talk() and m.room.state == "open" and any(p.is_host for p in here)


def test_who_sits_beside_somebody_at_their_device_is_in_the_recording_too() -> None:
    m = Meeting("gu")
    mother = Ticket("ses_1", "mu", "林母", "applicant", "applicant", 2**40)
    m.do(Knock(replace(m.ticket("lin"), device_people=(mother,)), False, None))
    m.target("admit", "lin")
    ask(m)
    effects = agree(m, "lin")
    assert started(effects) == [StartRecording(0)]
    assert m.room.in_recording() == {"gu": (), "lin": ("mu",)}


def test_for_a_ward_the_word_of_the_guardian_counts_and_theirs_is_heard() -> None:
    m = Meeting("gu", "lin", "bai", "chen", wards={"lin": ("bai",)})
    ask(m)
    agree(m, "chen")
    agree(m, "lin")
    assert m.room.recording == "asking" and shown(m).missing == ["lin", "bai"]
    assert (shown(m, "lin").heard, shown(m, "lin").answers_for) == (True, [])
    assert (shown(m, "bai").heard, shown(m, "bai").answers_for) == (False, ["林秀珍"])
    assert started(agree(m, "bai"))
    assert stops(agree(m, "lin", yes=False)) == [] and m.room.recording == "on"
    assert (shown(m).unwilling, shown(m).refused, shown(m).wards) == (["lin"], [], ["lin"])
    assert (shown(m, "chen").unwilling, shown(m, "chen").wards) == ([], [])
    assert stops(agree(m, "bai", yes=False)) == ["revoked"]


@pytest.mark.parametrize("guardians", [(), ("bai",)])
def test_without_a_guardian_in_the_joint_chamber_a_ward_is_not_recorded(guardians: tuple[str, ...]) -> None:
    m = Meeting("gu", "lin", wards={"lin": guardians})
    ask(m)
    agree(m, "lin")
    assert m.room.recording == "asking" and shown(m).missing == ["lin"]
    m.arrive("bai")
    agree(m, "bai")
    assert m.room.recording == ("on" if guardians else "asking")
    m.lose("bai")
    assert m.room.recording == "asking"


@pytest.mark.parametrize("first, beside, whole", [("lin", "bai", True), ("bai", "lin", True), ("lin", "chen", False)])
def test_a_device_answers_for_the_ward_at_it_only_with_a_guardian_there(first: str, beside: str, whole: bool) -> None:
    m = Meeting("gu", wards={"lin": ("bai",)})
    m.do(Knock(replace(m.ticket(first), device_people=(m.ticket(beside),)), False, None))
    m.target("admit", first)
    ask(m)
    agree(m, first)
    assert m.room.recording == ("on" if whole else "asking")
