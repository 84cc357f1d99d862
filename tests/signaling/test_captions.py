"""Words a device wrote down reach those who heard them, where they were spoken, and nobody else."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import NobodyHears, RightMissing, RoomError
from signaling.events import Effect, Send
from signaling.options import RoomOptions
from signaling.protocol import Admit, Caption, CaptionLine, ChamberId
from signaling.talks import LATE, LINES
from tests.signaling.meeting import Meeting, sent

KEYS = (f"k{n}" for n in count())


def caption(m: Meeting, person: str, epoch: int | None = None, key: str | None = None) -> list[Effect]:
    """Without `key` a line of its own."""
    now = m.room.people[person].epoch
    return m.say(person, "caption", CaptionLine(now if epoch is None else epoch, key or next(KEYS), "我要说的是"))


def readers(effects: list[Effect]) -> set[str]:
    return {e.person for e in effects if isinstance(e, Send) and isinstance(e.body, Caption)}


def test_it_goes_to_those_who_hear_and_not_back_to_the_speaker() -> None:
    m = Meeting("gu", "lin", "chen", "su")
    effects = caption(m, "lin", key="k")
    assert readers(effects) == {"gu", "chen", "su"}
    line = sent(effects, "chen", Caption)[0]
    assert (line.from_, line.name, line.key, line.text, line.chamber) == ("lin", "林秀珍", "k", "我要说的是", "joint")


def test_in_a_private_talk_only_those_inside_read_it() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    assert readers(caption(m, "lin")) == {"gu"}
    with pytest.raises(NobodyHears):
        caption(m, "chen")


def test_words_of_before_a_move_are_shown_nowhere() -> None:
    """A device finishes a sentence later than its owner: it must not follow them into another chamber."""
    m = Meeting("gu", "lin", "chen")
    before = m.room.people["lin"].epoch
    m.moved("caucus_applicant", "lin")
    inside = m.room.people["lin"].epoch
    with pytest.raises(NobodyHears):
        caption(m, "lin", before)
    m.moved("joint")
    with pytest.raises(NobodyHears):
        caption(m, "lin", inside)
    assert readers(caption(m, "lin")) == {"gu", "chen"}


def test_on_the_way_and_while_paused_nobody_reads() -> None:
    m = Meeting("gu", "lin", "chen")
    m.later(11)
    m.move("caucus_applicant", "lin")
    with pytest.raises(NobodyHears):
        caption(m, "lin")
    m.all_drained()
    m.order("pause")
    with pytest.raises(NobodyHears):
        caption(m, "lin")


def test_a_line_may_be_finished_after_closing_ones_microphone_but_not_while_a_host_holds_it() -> None:
    m = Meeting("gu", "lin", "chen")
    m.mute("lin", "audio", True)
    assert readers(caption(m, "lin")) == {"gu", "chen"}
    m.host_mute("lin", "audio", True)
    with pytest.raises(NobodyHears):
        caption(m, "lin")


def test_an_observer_has_no_words_to_show_and_who_waits_reaches_nobody() -> None:
    m = Meeting("gu", "lin", "su")
    with pytest.raises(RightMissing, match="publish"):
        caption(m, "su")
    m.knock("chen")
    with pytest.raises(NobodyHears):
        caption(m, "chen", 0)


def test_a_line_that_grows_goes_on_to_those_who_heard_it_begin_and_to_nobody_who_came_since() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.later(60)
    assert readers(caption(m, "lin", key="k")) == {"gu"}
    m.knock("li")
    m.say("gu", "admit", Admit("li", "caucus_applicant"))
    assert m.room.hearers("lin") == {"gu", "li"}
    m.later(60)
    assert readers(caption(m, "lin", key="k")) == {"gu"}
    assert readers(caption(m, "lin", key="next")) == {"gu", "li"}
    assert readers(caption(m, "lin", key="k")) == {"gu"}, "corrected after the next was begun"


def test_a_line_begun_a_moment_before_its_first_words_came_is_not_shown_to_who_came_in_that_moment() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    m.later(60)
    m.knock("li")
    m.say("gu", "admit", Admit("li", "caucus_applicant"))
    m.later(LATE - 1)
    assert readers(caption(m, "lin", key="k")) == {"gu"}
    m.later(60)
    assert readers(caption(m, "lin", key="k")) == {"gu"}


def test_whoever_goes_along_into_a_private_talk_reads_its_first_words() -> None:
    m = Meeting("gu", "lin", "bai", "chen")
    m.moved("caucus_applicant", "lin", "bai")
    assert readers(caption(m, "lin")) == readers(caption(m, "lin")) == {"gu", "bai"}


@pytest.mark.parametrize("silent", ["host_gone", "pause"])
def test_what_is_said_into_silence_is_read_by_nobody_when_it_ends(silent: str) -> None:
    m = Meeting("gu", "lin", "chen", options=RoomOptions(host_gone=30))
    m.later(60)
    if silent == "pause":
        m.order("pause")
    else:
        m.lose("gu")
        m.later(40)
    for key in ("begun", "begun-too"):
        with pytest.raises(NobodyHears):
            caption(m, "lin", key=key)
    if silent == "pause":
        m.order("resume")
    else:
        m.knock("gu")
    assert m.room.hearers("lin") == {"gu", "chen"}
    for key in ("begun", "of the last moment"):
        with pytest.raises(NobodyHears):
            caption(m, "lin", key=key)
    m.later(60)
    with pytest.raises(NobodyHears):
        caption(m, "lin", key="begun-too")
    assert readers(caption(m, "lin")) == {"gu", "chen"}


def test_of_many_lines_the_last_are_remembered() -> None:
    m = Meeting("gu", "lin")
    for _ in range(3 * LINES):
        caption(m, "lin")
    assert len(m.room.people["lin"].lines) == LINES


CHAMBERS: tuple[ChamberId, ...] = (
    "joint",
    "caucus_applicant",
    "caucus_respondent",
    "side_applicant",
    "side_respondent",
)
PEOPLE = ("gu", "fang", "lin", "bai", "chen", "wu")


@given(
    st.lists(st.tuples(st.sampled_from(CHAMBERS), st.sampled_from(PEOPLE[2:]), st.sampled_from(PEOPLE[:2])), max_size=5)
)
def test_wherever_people_go_a_caption_is_read_by_hearers_alone(moves: list[tuple[ChamberId, str, str]]) -> None:
    m = Meeting(*PEOPLE, apart={"bai": ("wu",)})
    for chamber, person, host in moves:
        m.later(11)
        try:
            m.move(chamber, person, host=host)
        except RoomError:
            continue
        m.all_drained()
    m.later(LATE)
    for speaker in PEOPLE:
        hearers = m.room.hearers(speaker)
        where = m.room.people[speaker].chamber
        if not hearers:
            with pytest.raises(NobodyHears):
                caption(m, speaker)
            continue
        told = readers(caption(m, speaker))
        assert told == hearers
        assert {m.room.people[reader].chamber for reader in told} == {where}
