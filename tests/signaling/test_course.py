"""Stages, breaks, papers on the table, a quiet call for help, and what clients count."""

from datetime import UTC, datetime

import msgspec
import pytest

from signaling.errors import NothingShown, ProtocolError
from signaling.events import Close, Counted, Effect, Noted, Send
from signaling.protocol import Break, PersonView, Received, SetStage, ShowDocument, Stats, Switch, TurnPage
from signaling.times import wire
from tests.signaling.meeting import Meeting


def distressed(m: Meeting, reader: str) -> list[str]:
    """Ids of those whose call that person can read."""
    seen = m.sees(reader)
    lists: list[PersonView] = [*seen.lobby, *(seen.chamber.people if seen.chamber else [])]
    lists += [p for c in seen.chambers for p in c.people]
    return sorted({p.person for p in lists if p.distress})


def pause_for(m: Meeting, seconds: float) -> list[Effect]:
    return m.say("gu", "break", Break(datetime.fromtimestamp(m.now + seconds, UTC)))


def show(m: Meeting, document: str, page: int = 1) -> None:
    m.say("gu", "show_document", ShowDocument(document, page))


# --- stages and breaks ---


def test_the_stage_is_told_to_all_by_its_name() -> None:
    m = Meeting("gu", "lin", "chen")
    m.knock("wu")
    m.moved("caucus_applicant", "lin")
    assert m.say("gu", "stage", SetStage("proposals")) == [Noted("stage", "gu", {"stage": "proposals"})]
    assert {m.sees(p).stage for p in ("gu", "lin", "chen", "wu")} == {"proposals"}
    assert m.say("gu", "stage", SetStage("proposals")) == []


def test_a_break_silences_everybody_and_says_until_when_and_ends_by_hand() -> None:
    m = Meeting("gu", "lin")
    until = wire(m.now + 600)
    assert pause_for(m, 600) == [Noted("break", "gu", {"until": until})]
    assert m.sees("lin").state == "paused" and m.sees("lin").break_until == until
    assert m.room.hearers("lin") == frozenset()
    m.later(900)
    assert m.sees("lin").state == "paused", "nobody is heard again unawares"
    assert m.say("gu", "resume") == [Noted("resumed", "gu")]
    assert m.sees("lin").break_until is None and m.room.hearers("lin") == {"gu"}


@pytest.mark.parametrize("seconds", [-1, 0, 9 * 3600])
def test_a_break_ends_in_the_future_and_today(seconds: float) -> None:
    m = Meeting("gu")
    with pytest.raises(ProtocolError):
        pause_for(m, seconds)


def test_a_pause_is_noted_once_with_who_wanted_it() -> None:
    m = Meeting("gu", "lin")
    assert Noted("paused", "gu") in m.say("gu", "pause") and m.say("gu", "pause") == []
    assert m.order("resume") == [Noted("resumed", "office")]


def test_mute_all_closes_the_chamber_of_the_host_but_no_host_and_each_may_open_again() -> None:
    m = Meeting("gu", "fang", "lin", "chen")
    assert m.say("gu", "mute_all") == [Close("lin", "audio", True), Close("chen", "audio", True)]
    assert m.mute("lin", "audio", False) == [Close("lin", "audio", False)]
    m.moved("caucus_applicant", "lin")
    assert m.say("gu", "mute_all") == [Close("lin", "audio", True)]


# --- papers ---


def test_a_page_is_shown_to_the_chamber_of_the_host_and_turned() -> None:
    m = Meeting("gu", "lin", "su")
    m.knock("chen")
    show(m, "pap_1")
    m.say("gu", "turn_page", TurnPage(3))
    assert [m.room.shown(p) for p in ("gu", "lin", "su", "chen")] == [("pap_1", 3)] * 3 + [None]
    seen = m.sees("lin").chamber
    assert seen is not None and seen.document is not None and seen.document.page == 3
    m.say("gu", "hide_document")
    assert m.room.shown("lin") is None
    with pytest.raises(NothingShown):
        m.say("gu", "turn_page", TurnPage(1))


def test_a_paper_of_a_caucus_is_known_nowhere_else_and_not_there_next_time() -> None:
    m = Meeting("gu", "lin", "chen")
    show(m, "pap_joint")
    m.move("caucus_applicant", "lin")
    assert m.room.shown("lin") is None, "on the way nothing is shown"
    m.all_drained()
    show(m, "pap_secret")
    assert m.room.shown("lin") == ("pap_secret", 1)
    assert m.room.shown("chen") is None and b"pap_" not in msgspec.json.encode(m.sees("chen"))
    m.moved("joint")
    assert {m.room.shown(p) for p in ("gu", "lin", "chen")} == {("pap_joint", 1)}
    m.moved("caucus_applicant", "lin")
    assert m.room.shown("lin") is None


def test_nothing_is_shown_into_a_pause() -> None:
    m = Meeting("gu", "lin")
    show(m, "pap_1")
    m.say("gu", "pause")
    assert m.room.shown("lin") is None
    m.say("gu", "resume")
    assert m.room.shown("lin") == ("pap_1", 1)


# --- help ---


@pytest.mark.parametrize("chamber", ["lobby", "joint", "caucus_applicant", "side_applicant"])
def test_a_call_for_help_is_read_by_hosts_alone(chamber: str) -> None:
    m = Meeting("gu", "fang", "bai", "chen")
    if chamber == "lobby":
        m.knock("lin")
    else:
        m.arrive("lin")
    if chamber.endswith("_applicant"):
        m.moved(chamber, "lin", "bai")  # type: ignore[arg-type]
    others = ("bai", "chen")
    before = [msgspec.json.encode(m.sees(p)) for p in others]
    effects = m.say("lin", "distress", Switch(True))
    assert effects == [Noted("distress", "lin")] and not [e for e in effects if isinstance(e, Send)]
    assert distressed(m, "gu") == distressed(m, "fang") == ["lin"]
    assert [msgspec.json.encode(m.sees(p)) for p in others] == before
    assert m.sees("lin").you.distress == "sent"
    assert m.target("distress_seen", "lin", host="fang") == [Noted("distress_seen", "fang", {"of": "lin"})]
    assert m.target("distress_seen", "lin") == []
    assert m.sees("lin").you.distress == "seen"
    assert [msgspec.json.encode(m.sees(p)) for p in others] == before
    assert m.say("lin", "distress", Switch(False)) == [Noted("distress_over", "lin")]
    assert distressed(m, "gu") == []


# --- what clients count ---


def tell(m: Meeting, person: str, **received: tuple[int, int]) -> None:
    m.say(person, "stats", Stats({source: Received(*pair) for source, pair in received.items()}))


def counted(effects: list[Effect]) -> Counted:
    found = [e for e in effects if isinstance(e, Counted)]
    assert len(found) == 1
    return found[0]


def test_an_epoch_ends_with_who_was_where_and_what_each_client_received_of_whom() -> None:
    m = Meeting("gu", "lin", "chen")
    tell(m, "chen", gu=(100, 10), lin=(50, 5))
    m.later(4)
    tell(m, "chen", gu=(300, 30), lin=(70, 7))
    first = counted(m.moved("caucus_applicant", "lin"))
    assert first == Counted(0, {"joint": ("gu", "lin", "chen")}, {"chen": {"gu": (200, 20), "lin": (20, 2)}})
    tell(m, "chen", gu=(305, 31), lin=(72, 7))  # what came before the move is told after it
    m.later(4)
    tell(m, "chen", gu=(305, 31), lin=(72, 7))
    tell(m, "lin", gu=(500, 9), stranger=(1, 1))
    m.later(2)
    tell(m, "lin", gu=(600, 19))
    second = counted(m.moved("joint"))
    assert second.epoch == 1 and second.people == {"joint": ("chen",), "caucus_applicant": ("gu", "lin")}
    assert second.received == {"chen": {"gu": (0, 0), "lin": (0, 0)}, "lin": {"gu": (100, 10)}}


def test_who_left_in_the_course_of_an_epoch_was_there() -> None:
    m = Meeting("gu", "lin", "chen")
    m.say("chen", "leave")
    m.say("lin", "leave")
    m.say("gu", "leave")
    assert counted(m.order("end")).people == {"joint": ("gu", "lin", "chen")}


def test_what_should_not_have_arrived_is_counted_and_a_page_opened_anew_starts_from_nothing() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    tell(m, "chen", lin=(100, 10))
    m.later(4)
    tell(m, "chen", lin=(7, 1))
    assert counted(m.say("gu", "end")).received == {"chen": {"lin": (7, 1)}}
