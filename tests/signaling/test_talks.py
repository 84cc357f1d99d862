"""Written words reach whom they are for, and nobody else."""

import pytest

from signaling.errors import NobodyHears, RightMissing, TooMany
from signaling.events import Effect, Send
from signaling.protocol import Broadcast, Chat, ChatLine, Write
from tests.signaling.meeting import Meeting, sent


def readers(effects: list[Effect]) -> set[str]:
    return {e.person for e in effects if isinstance(e, Send)}


def write(m: Meeting, person: str, to: str, key: str = "k") -> list[Effect]:
    return m.say(person, "write", Write(to, "私下说", key))


def test_a_party_writes_to_a_host_alone_and_is_answered() -> None:
    m = Meeting("gu", "lin", "chen")
    effects = write(m, "lin", "gu")
    assert readers(effects) == {"lin", "gu"}
    line = sent(effects, "gu", Chat)[0]
    assert (line.to, line.chamber, line.from_) == ("gu", None, "lin")
    assert readers(write(m, "gu", "lin")) == {"lin", "gu"}


def test_it_reaches_a_host_in_a_private_talk_and_tells_nothing_of_where() -> None:
    m = Meeting("gu", "lin", "chen")
    m.moved("caucus_applicant", "lin")
    effects = write(m, "chen", "gu")
    assert readers(effects) == {"chen", "gu"}
    answer = sent(write(m, "gu", "chen"), "chen", Chat)[0]
    assert answer.chamber is None


def test_two_hosts_write_to_each_other() -> None:
    m = Meeting("gu", "fang")
    assert readers(write(m, "gu", "fang")) == {"gu", "fang"}


@pytest.mark.parametrize(("sender", "reader"), [("lin", "chen"), ("lin", "bai"), ("li", "lin"), ("chen", "nobody")])
def test_nobody_but_a_host_is_written_to_by_anybody(sender: str, reader: str) -> None:
    m = Meeting("gu", "lin", "bai", "chen", "li")
    with pytest.raises(RightMissing, match="write"):
        write(m, sender, reader)


def test_a_line_that_cannot_arrive_is_refused() -> None:
    m = Meeting("gu", "lin")
    m.lose("lin")
    for to in ("lin", "nobody", "gu"):
        with pytest.raises(NobodyHears):
            write(m, "gu", to)
    m.knock("lin")
    m.lose("gu")
    with pytest.raises(NobodyHears):
        write(m, "lin", "gu")


def test_who_waits_in_the_lobby_may_write_to_a_host_and_read_the_answer() -> None:
    m = Meeting("gu")
    m.knock("lin")
    assert readers(write(m, "lin", "gu")) == {"lin", "gu"}
    assert readers(write(m, "gu", "lin")) == {"lin", "gu"}


def test_a_host_tells_everybody_in_all_chambers_and_the_lobby() -> None:
    m = Meeting("gu", "fang", "lin", "chen", "su")
    m.knock("wu")
    m.moved("caucus_applicant", "lin")
    effects = m.say("gu", "broadcast", ChatLine("十分钟后继续", "k"))
    assert readers(effects) == {"gu", "fang", "lin", "chen", "su", "wu"}
    assert sent(effects, "wu", Broadcast)[0].text == "十分钟后继续"
    assert m.say("gu", "broadcast", ChatLine("十分钟后继续", "k")) == []
    with pytest.raises(RightMissing, match="host"):
        m.say("lin", "broadcast", ChatLine("大家好", "k"))


def test_a_line_in_a_sides_room_reaches_no_host_and_no_other_side() -> None:
    m = Meeting("gu", "fang", "lin", "bai", "chen")
    m.moved("side_applicant", "lin", "bai")
    assert readers(m.chat("lin", "只给我们", "k")) == {"lin", "bai"}


def test_all_written_words_of_a_person_count_together() -> None:
    m = Meeting("gu", "lin")
    for n in range(4):
        m.chat("lin", "好", f"a{n}")
        write(m, "lin", "gu", f"b{n}")
    with pytest.raises(TooMany):
        write(m, "lin", "gu", "c")
    assert write(m, "lin", "gu", "b3") == [], "sent twice, written once"
