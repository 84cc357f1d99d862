"""Words a device wrote down reach those who heard them, where they were spoken, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import NobodyHears, RightMissing, RoomError
from signaling.events import Effect, Send
from signaling.protocol import Caption, CaptionLine, ChamberId
from tests.signaling.meeting import Meeting, sent


def caption(m: Meeting, person: str, epoch: int | None = None, text: str = "我要说的是") -> list[Effect]:
    now = m.room.people[person].epoch
    return m.say(person, "caption", CaptionLine(now if epoch is None else epoch, "k", text))


def readers(effects: list[Effect]) -> set[str]:
    return {e.person for e in effects if isinstance(e, Send) and isinstance(e.body, Caption)}


def test_it_goes_to_those_who_hear_and_not_back_to_the_speaker() -> None:
    m = Meeting("gu", "lin", "chen", "su")
    effects = caption(m, "lin")
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
