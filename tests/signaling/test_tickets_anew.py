"""What a newer ticket changes in a meeting that is on: who must not meet any more, who may again, who is somebody else
now; and what an older one, which a page may still hold, does not change."""

from dataclasses import replace

from signaling.events import Attendance, DrainPeer, Invite, Knock
from signaling.ticket import Ticket
from tests.signaling.meeting import Meeting, go_of


def at(m: Meeting, person: str, minute: int, **changes: object) -> Ticket:
    """A ticket of that minute of the meeting."""
    return replace(m.ticket(person), exp=1_000_000 + 60 * minute, **changes)  # type: ignore[arg-type]


def told(m: Meeting, minute: int, apart: dict[str, tuple[str, ...]]) -> None:
    """As the office does it: everybody who has a seat, one after another."""
    for person in ("lin", "chen", "tang"):
        tied = "lin" if person == "tang" else ""
        m.do(Invite(at(m, person, minute, apart=apart.get(person, ()), tied_to=tied)))


def screened() -> Meeting:
    m = Meeting("gu", "fang")
    told(m, 0, {"lin": ("chen",), "chen": ("lin",)})
    for person in ("lin", "chen", "tang"):
        m.do(Knock(at(m, person, 1, apart=m.room.people[person].apart, tied_to=m.room.people[person].tied_to)))
        m.target("admit", person)
    return m


def places(m: Meeting) -> dict[str, str | None]:
    return {p.id: p.chamber for p in m.room.people.values() if not p.is_host}


APART = {"lin": "side_applicant", "tang": "side_applicant", "chen": "side_respondent"}


def test_who_may_meet_again_comes_together_and_no_private_talk_was_on() -> None:
    m = screened()
    assert places(m) == APART and not m.room.private_talk()
    told(m, 2, {})
    assert m.room.move is not None and not m.room.private_talk(), "nobody falls silent over it"
    effects = m.all_drained()
    assert set(places(m).values()) == {"joint"} and go_of(effects, "lin") is not None
    assert m.room.mates("lin") == {"gu", "fang", "lin", "tang", "chen"}
    assert not m.room.people["lin"].muted["audio"], "no private talk ended either"


def test_one_word_of_either_is_enough_to_keep_them_apart() -> None:
    m = screened()
    m.do(Invite(at(m, "lin", 2)))
    m.later(60)
    assert places(m) == APART and m.room.move is None


def test_an_older_ticket_parts_nobody_and_brings_nobody_together() -> None:
    m = screened()
    for person in ("lin", "chen"):
        m.lose(person)
        m.do(Knock(at(m, person, 0)))
    assert places(m) == APART
    told(m, 5, {})
    m.all_drained()
    m.lose("lin")
    m.do(Knock(at(m, "lin", 1, apart=("chen",))))
    assert places(m)["lin"] == "joint"


def test_in_one_second_the_stricter_word_counts() -> None:
    m = Meeting("gu")
    m.do(Invite(at(m, "lin", 3, apart=("chen",))))
    m.do(Invite(at(m, "lin", 3)))
    assert m.room.people["lin"].apart == {"chen"}


def test_who_talks_alone_is_not_called_away_from_it() -> None:
    m = Meeting("gu", "lin", "chen", "bai")
    m.moved("side_applicant", "lin", "bai")
    m.later(11)
    m.do(Invite(replace(m.ticket("lin"), exp=2**40 + 1, apart=("chen",))))
    m.do(Invite(replace(m.ticket("lin"), exp=2**40 + 2)))
    m.later(60)
    assert places(m)["lin"] == "side_applicant" and m.room.private_talk(), "they came there to talk, not to be apart"


def test_a_move_under_way_is_waited_for() -> None:
    m = screened()
    m.later(11)
    m.move("caucus_applicant", "lin")
    told(m, 2, {})
    m.all_drained()
    assert places(m)["lin"] == places(m)["tang"] == "caucus_applicant"
    assert m.room.move is not None and m.all_drained() and places(m)["chen"] == "joint"
    m.moved("joint")
    assert set(places(m).values()) == {"joint"}


def test_who_is_of_the_other_side_now_leaves_the_talk_they_are_in() -> None:
    m = Meeting("gu", "lin", "chen", "wu")
    m.moved("caucus_respondent", "chen", "wu")
    effects = m.do(Invite(replace(m.ticket("wu"), exp=2**40 + 1, side="applicant", role="applicant")))
    assert Attendance("wu", "waiting", None) in effects and m.room.mates("chen") == {"gu", "chen"}


def test_an_interpreter_tied_to_somebody_else_leaves_the_talk_of_the_first() -> None:
    m = Meeting("gu", "lin", "chen", "tang", tied={"tang": "lin"})
    m.moved("caucus_applicant", "lin")
    assert places(m)["tang"] == "caucus_applicant"
    m.do(Invite(replace(m.ticket("tang"), exp=2**40 + 1, tied_to="chen")))
    assert m.room.people["tang"].seat == "waiting" and "tang" not in m.room.mates("lin")


def test_a_new_name_in_the_case_is_read_at_once_and_nobody_moves() -> None:
    m = Meeting("gu", "lin", "chen")
    effects = m.do(Invite(replace(m.ticket("lin"), exp=2**40 + 1, name="林秀贞")))
    assert not [e for e in effects if isinstance(e, DrainPeer)]
    seen = m.sees("chen").chamber
    assert seen is not None and "林秀贞" in [p.name for p in seen.people]
