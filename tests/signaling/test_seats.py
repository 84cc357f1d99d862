"""The lock, names, seats of people on the telephone and at one device."""

from dataclasses import replace

import pytest

from signaling.before import Before
from signaling.errors import (
    IllegalAct,
    KeptApart,
    NameTaken,
    NotAgreed,
    RightMissing,
    RoomFull,
    RoomLocked,
    SeatRemoved,
    Tied,
    WrongChamber,
)
from signaling.events import Attendance, ClosePeer, Forget, Invite, Knock, Noted, OpenPeer, Resume
from signaling.options import RoomOptions
from signaling.protocol import ChamberId, PhoneSeat, Rename, Switch
from signaling.ticket import Ticket
from tests.signaling.meeting import Meeting, go_of


def lock(m: Meeting, on: bool = True) -> list[object]:
    return list(m.say("gu", "lock", Switch(on)))


def invite(m: Meeting, person: str) -> None:
    m.do(Invite(m.ticket(person)))


def phone(m: Meeting, person: str, on: bool = True) -> list[object]:
    return list(m.say("gu", "phone_seat", PhoneSeat(person, on)))


def test_who_was_taken_out_of_the_case_is_expected_no_more_and_who_is_here_stays() -> None:
    m = Meeting("gu", "lin")
    invite(m, "chen")
    assert [one.person for one in m.sees("gu").expected] == ["chen"]
    for person in ("chen", "lin", "nobody"):
        m.do(Forget(person))
    assert m.sees("gu").expected == [] and "chen" not in m.room.people
    assert m.room.people["lin"].seat == "present"


# --- the lock ---


def test_a_locked_room_lets_nobody_knock_but_who_was_there() -> None:
    m = Meeting("gu", "lin")
    m.knock("wu")
    assert lock(m) == [Noted("locked", "gu", {"on": True})] and lock(m) == []
    with pytest.raises(RoomLocked):
        m.knock("chen")
    assert "chen" not in m.room.people
    m.lose("lin")
    m.later(130)
    m.knock("lin")
    m.lose("wu")
    m.knock("wu")
    assert m.room.people["lin"].seat == m.room.people["wu"].seat == "waiting"
    assert m.sees("wu").locked
    lock(m, on=False)
    m.knock("chen")


def test_the_lock_holds_for_everybody_at_a_device() -> None:
    m = Meeting("gu", "lin")
    lock(m)
    with pytest.raises(RoomLocked):
        m.do(Knock(kiosk(m, "lin", "bai")))
    with pytest.raises(RoomLocked):
        m.do(Knock(kiosk(m, "gu", "bai")))
    assert m.room.people["lin"].device_people == () and "bai" not in m.room.people
    m.lose("lin")
    m.knock("lin")
    assert m.room.people["lin"].seat == "present", "alone as before"
    lock(m, on=False)
    m.lose("lin")
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    assert beside(m, "lin") == ["白露"]
    assert m.sees("gu").chamber.hears == ["林秀珍", "白露"], "who sits beside them hears too"


def test_who_sits_down_at_a_device_let_in_before_is_let_in_by_a_host_too() -> None:
    for lost in (True, False):
        m = Meeting("gu", "lin", "chen")
        if lost:
            m.lose("lin")
        m.do(Knock(kiosk(m, "lin", "bai")))
        assert m.room.people["lin"].seat == "waiting" and m.sees("lin").chamber is None
        seen = m.sees("gu")
        assert [(p.person, p.device_people) for p in seen.lobby] == [("lin", ["白露"])]
        m.target("admit", "lin")
        m.lose("lin")
        m.do(Knock(kiosk(m, "lin", "bai")))
        assert m.room.people["lin"].seat == "present", "once is enough"
        m.lose("lin")
        m.do(Knock(kiosk(m, "lin", exp=2**40 + 1)))
        assert m.room.people["lin"].seat == "present", "who gets up asks nobody"


def test_after_a_restart_a_newcomer_at_a_device_does_not_come_back_with_it() -> None:
    m = Meeting()
    m.do(Resume(Before({"gu": "joint", "lin": "joint"})))
    m.do(Knock(kiosk(m, "lin", "bai"), returns="joint"))
    assert m.room.people["lin"].seat == "waiting"


def test_who_was_let_in_alone_may_sit_down_at_a_device() -> None:
    m = Meeting("gu", "lin", "bai")
    m.lose("lin")
    m.do(Knock(kiosk(m, "lin", "bai")))
    assert m.room.people["lin"].seat == "present"


def test_who_sat_at_a_device_when_the_room_was_locked_was_there() -> None:
    m = Meeting("gu")
    m.do(Knock(kiosk(m, "lin", "bai")))
    lock(m)
    m.target("admit", "lin")
    m.lose("lin")
    m.do(Knock(kiosk(m, "lin", "bai")))
    assert beside(m, "lin") == ["白露"]
    m.lose("lin")
    m.knock("bai")
    assert m.room.people["bai"].seat == "waiting", "and may come by themselves"


def test_the_lock_knows_who_sat_at_a_device_before_a_restart() -> None:
    m = Meeting()
    for person in ("lin", "bai", "chen"):
        invite(m, person)
    m.do(Resume(Before({"gu": "joint", "lin": "joint"}, locked=True, devices={"lin": ("bai",)})))
    with pytest.raises(RoomLocked):
        m.do(Knock(kiosk(m, "lin", "chen")))
    m.do(Knock(kiosk(m, "lin", "bai"), returns="joint"))
    assert m.room.people["lin"].seat == "present"


def test_the_journal_is_told_who_sits_at_a_device_once_and_when_they_get_up() -> None:
    m = Meeting("gu", "lin")
    m.lose("lin")
    sat = Noted("at_device", "lin", {"beside": ("bai",)})
    assert sat in m.do(Knock(kiosk(m, "lin", "bai")))
    m.lose("lin")
    assert sat not in m.do(Knock(kiosk(m, "lin", "bai")))
    m.lose("lin")
    assert Noted("at_device", "lin", {"beside": ()}) in m.do(Knock(kiosk(m, "lin", exp=2**40 + 1)))


def test_a_host_is_never_locked_out() -> None:
    m = Meeting("gu")
    lock(m)
    m.knock("fang")
    assert m.room.people["fang"].seat == "present"


# --- names ---


def test_a_name_given_by_the_host_stays_and_only_hosts_read_the_one_of_the_case() -> None:
    m = Meeting("gu", "lin", "chen")
    assert m.say("gu", "rename", Rename("lin", "  林 女士 ")) == [
        Noted("renamed", "gu", {"of": "lin", "name": "林 女士"})
    ]
    seen = m.sees("chen").chamber
    assert seen is not None and [(p.name, p.case_name) for p in seen.people if p.person == "lin"] == [("林 女士", "")]
    seen = m.sees("gu").chamber
    assert seen is not None and [p.case_name for p in seen.people if p.person == "lin"] == ["林秀珍"]
    m.say("lin", "leave")
    m.knock("lin")
    assert m.room.people["lin"].name == "林 女士" and m.room.people["lin"].case_name == "林秀珍"
    assert m.say("gu", "rename", Rename("lin", "林 女士")) == []


@pytest.mark.parametrize("name", ["陈国栋", "  ", " 陈国栋 "])
def test_nobody_is_given_the_name_of_another_or_none(name: str) -> None:
    m = Meeting("gu", "lin", "chen")
    m.say("gu", "rename", Rename("chen", "陈先生"))
    with pytest.raises(NameTaken):
        m.say("gu", "rename", Rename("lin", name))


# --- by telephone ---


def test_an_invited_person_is_expected_by_hosts_only_and_seated_by_telephone() -> None:
    m = Meeting("gu", "lin")
    invite(m, "chen")
    assert [p.person for p in m.sees("gu").expected] == ["chen"] and m.sees("lin").expected == []
    effects = phone(m, "chen")
    assert effects == [Attendance("chen", "present", "joint"), Noted("phone_seat", "chen", {"on": True})]
    assert phone(m, "chen") == []
    seen = m.sees("lin").chamber
    assert seen is not None and [p.phone for p in seen.people if p.person == "chen"] == [True]
    assert m.room.hearers("chen") == frozenset() and "chen" in m.room.mates("lin")
    assert seen.hears == ["顾明华", "陈国栋"], "whoever is on the telephone hears, too"


def test_a_seat_on_the_telephone_moves_without_a_connection_and_goes_when_told() -> None:
    m = Meeting("gu", "lin")
    invite(m, "chen")
    phone(m, "chen")
    m.moved("caucus_respondent", "chen")
    assert m.room.people["chen"].chamber == "caucus_respondent" and m.room.people["chen"].seat == "present"
    m.moved("joint")
    assert phone(m, "chen", on=False) == [
        Attendance("chen", "out", None),
        Noted("phone_seat", "chen", {"on": False}),
    ]
    assert [p.person for p in m.sees("gu").expected] == ["chen"], "who hung up can be called again"
    phone(m, "chen")
    phone(m, "chen", on=False)
    m.knock("chen")
    assert m.room.people["chen"].seat == "waiting"


def test_who_lost_the_line_goes_on_by_telephone_and_may_come_back_with_a_browser() -> None:
    m = Meeting("gu", "lin", "chen")
    with pytest.raises(IllegalAct):
        phone(m, "chen")
    m.lose("chen")
    assert ClosePeer("chen") in phone(m, "chen")
    m.later(700)
    assert m.room.people["chen"].seat == "present", "a telephone seat does not expire"
    effects = m.knock("chen")
    assert OpenPeer("chen") in effects and go_of(effects, "chen") is not None
    assert not m.room.people["chen"].phone and m.room.hearers("chen") == {"gu", "lin"}
    assert Noted("phone_seat", "chen", {"on": False}) in effects


def test_who_was_on_the_telephone_when_the_process_ended_is_seated_again() -> None:
    m = Meeting(apart={"ye": ("lin",)})
    for person in ("chen", "lin", "ye"):
        invite(m, person)
    places: dict[str, ChamberId | None] = dict.fromkeys(("gu", "chen", "ye"), "joint")
    effects = m.do(Resume(Before(places, phones=frozenset({"chen", "ye", "wu"}))))
    assert effects == [Attendance("chen", "present", "joint"), Noted("phone_seat", "chen", {"on": True})]
    assert m.room.people["ye"].seat == "invited", "who belongs in the lobby does not wait there on a telephone"
    m.knock("gu", returns="joint")
    assert [p.person for p in m.sees("gu").expected] == ["lin", "ye"]


def test_who_leads_and_names_given_by_hosts_are_as_before_a_restart() -> None:
    m = Meeting()
    invite(m, "lin")
    m.do(Resume(Before({"gu": "joint"}, lead="fang", names={"lin": "林女士", "li": "李老师"})))
    for person in ("gu", "fang", "lin", "li"):
        m.knock(person, returns="joint")
    assert m.room.lead == "fang"
    seen = m.sees("lin").chamber
    assert seen is not None and {p.name for p in seen.people} == {"顾明华", "方静", "林女士", "李老师"}
    assert m.room.people["li"].case_name == "李敏"


def test_who_was_removed_stays_out_after_a_restart() -> None:
    m = Meeting()
    for person in ("chen", "lin"):
        invite(m, person)
    m.do(Resume(Before({"gu": "joint"}, removed=frozenset({"chen", "wu"}))))
    with pytest.raises(SeatRemoved):
        m.knock("chen")
    m.knock("gu", returns="joint")
    assert [p.person for p in m.sees("gu").expected] == ["lin"]


def test_the_lobby_and_the_end_are_for_the_telephone_too() -> None:
    m = Meeting("gu")
    invite(m, "chen")
    phone(m, "chen")
    m.target("back_to_lobby", "chen")
    assert m.room.people["chen"].seat == "out"
    phone(m, "chen")
    assert Attendance("chen", "out", None) in m.say("gu", "end")


def test_screening_holds_on_the_telephone() -> None:
    m = Meeting("gu", "chen", apart={"lin": ("chen",)})
    invite(m, "lin")
    phone(m, "lin")
    assert m.room.people["lin"].chamber == "side_applicant" and "lin" not in m.room.mates("chen")


def test_who_is_only_expected_takes_nobodys_place() -> None:
    m = Meeting("gu", options=RoomOptions(people=2))
    for person in ("lin", "chen", "wu"):
        invite(m, person)
    m.knock("lin")
    with pytest.raises(RoomFull):
        m.knock("chen")


def test_a_host_is_not_seated_by_telephone() -> None:
    m = Meeting("gu")
    invite(m, "fang")
    with pytest.raises(RightMissing):
        phone(m, "fang")


def test_an_invitation_opens_nothing_and_passes_no_removal() -> None:
    m = Meeting("gu", "lin")
    m.target("remove", "lin")
    with pytest.raises(SeatRemoved):
        invite(m, "lin")
    invite(m, "chen")
    assert m.room.people["chen"].seat == "invited" and m.room.mates("gu") == {"gu"}


def test_a_locked_room_learns_who_must_not_meet_for_when_it_opens() -> None:
    m = Meeting("gu", "chen")
    old = m.ticket("lin")
    lock(m)
    m.do(Invite(replace(old, exp=old.exp + 60, apart=("chen",))))
    with pytest.raises(RoomLocked):
        m.do(Knock(old))
    lock(m, on=False)
    m.do(Knock(old))
    m.target("admit", "lin")
    assert m.room.people["lin"].chamber == "side_applicant"


# --- one device ---


def kiosk(m: Meeting, person: str, *beside: str, exp: int = 2**40) -> Ticket:
    """The ticket of a device: everybody's own, in the first one's."""
    others = tuple(replace(m.ticket(one), exp=exp) for one in beside)
    return replace(m.ticket(person), exp=exp, device_people=others)


def beside(m: Meeting, person: str) -> list[str]:
    """As the mediator reads it."""
    return next(p.device_people for chamber in m.sees("gu").chambers for p in chamber.people if p.person == person)


def test_all_at_one_device_are_named_with_its_seat_and_not_expected_any_more() -> None:
    m = Meeting("gu", "chen")
    for person in ("lin", "bai", "wu"):
        invite(m, person)
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    seen = m.sees("chen").chamber
    assert seen is not None and [p.device_people for p in seen.people if p.person == "lin"] == [["白露"]]
    assert [p.person for p in m.sees("gu").expected] == ["wu"]


def test_an_invitation_does_not_know_who_sits_at_the_device() -> None:
    """It is newer than the ticket the device keeps coming back with, also when it was there before the device."""
    m = Meeting("gu")
    own = kiosk(m, "lin", "bai")
    for late in (1, 2):
        m.do(Invite(replace(m.ticket("lin"), exp=own.exp + late)))
        m.do(Knock(own))
        if late == 1:
            m.target("admit", "lin")
        assert beside(m, "lin") == ["白露"]
        m.do(Invite(replace(m.ticket("lin"), exp=own.exp + late)))
        assert beside(m, "lin") == ["白露"]
        m.lose("lin")
    m.do(Knock(kiosk(m, "lin", exp=own.exp + 1)))
    assert beside(m, "lin") == [], "who got up is gone"
    m.lose("lin")
    m.do(Knock(own))
    assert beside(m, "lin") == [], "an older ticket of the device brings nobody back"


def test_whoever_at_a_device_must_not_meet_somebody_the_whole_device_does_not() -> None:
    for known_by in ("bai", "chen"):
        m = Meeting("gu", "chen")
        m.do(Knock(kiosk(m, "lin", "bai")))
        m.target("admit", "lin")
        assert m.room.mates("lin") == {"gu", "lin", "chen"}
        other = "chen" if known_by == "bai" else "bai"
        m.do(Invite(replace(m.ticket(known_by), exp=2**40 + 60, apart=(other,))))
        assert "chen" not in m.room.mates("lin"), known_by
        for person in ("lin", "chen"):
            if m.room.people[person].seat == "waiting":
                m.target("admit", person)
        with pytest.raises(KeptApart):
            m.move("joint", "lin", "chen")
        m.lose("lin")
        m.do(Knock(kiosk(m, "lin", "bai")))
        assert "chen" not in m.room.mates("lin"), "nor with the ticket of before"


def test_one_at_a_device_whom_somebody_does_not_agree_to_keeps_it_beside_the_hosts() -> None:
    m = Meeting("gu", "chen")
    m.do(Knock(kiosk(m, "li", "ye")))
    m.target("admit", "li")
    m.do(Invite(replace(m.ticket("ye"), exp=2**40 + 60, unwanted=True)))
    assert m.room.people["li"].seat == "waiting"
    told = m.sees("gu")
    assert [one.unwanted for one in told.lobby] == [True], "hosts are not offered to let them in"
    assert not any(one.unwanted for one in told.chambers[0].people)
    with pytest.raises(NotAgreed):
        m.target("admit", "li")


def test_a_full_room_still_learns_of_those_it_knows() -> None:
    m = Meeting("gu", "chen", options=RoomOptions(people=3))
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    m.do(Invite(replace(m.ticket("bai"), exp=2**40 + 60, apart=("chen",))))
    assert "chen" not in m.room.mates("lin")
    with pytest.raises(RoomFull):
        invite(m, "wu")


def test_the_interpreter_of_a_device_leaves_with_it() -> None:
    m = Meeting("gu", "chen", tied={"tang": "lin"})
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    m.arrive("tang")
    m.do(Invite(replace(m.ticket("bai"), exp=2**40 + 60, apart=("chen",))))
    assert m.room.people["lin"].seat == "waiting" and m.room.home(m.room.people["tang"]) == "side_applicant"


def test_the_interpreter_of_anybody_at_a_device_goes_where_it_goes() -> None:
    m = Meeting("gu", "chen", tied={"tang": "bai"})
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    m.arrive("tang")
    m.moved("caucus_applicant", "lin")
    assert m.room.people["tang"].chamber == "caucus_applicant"
    with pytest.raises(Tied):
        m.later(11)
        m.move("joint", "tang")
    m.moved("joint")
    assert {m.room.people[one].chamber for one in ("gu", "lin", "chen", "tang")} == {"joint"}
    assert next(p.tied_to for p in m.sees("gu").chamber.people if p.person == "tang") == "lin"  # type: ignore[union-attr]


def test_a_device_does_not_go_where_its_interpreter_must_not_be() -> None:
    m = Meeting("gu", "chen", "li", tied={"tang": "bai"})
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    m.arrive("tang")
    m.moved("caucus_applicant", "li")
    m.do(Invite(replace(m.ticket("tang"), exp=2**40 + 60, apart=("li",))))
    assert m.room.people["tang"].chamber != m.room.people["li"].chamber
    m.later(11)
    with pytest.raises(KeptApart):
        m.move("caucus_applicant", "lin")


def test_the_interpreter_of_somebody_at_a_device_belongs_where_it_does() -> None:
    m = Meeting("gu", "chen", tied={"tang": "bai"})
    m.do(Knock(kiosk(m, "lin", "bai")))
    m.target("admit", "lin")
    m.arrive("tang")
    m.do(Invite(replace(m.ticket("lin"), exp=2**40 + 60, apart=("chen",))))
    assert m.room.people["lin"].seat == "waiting"
    assert m.room.home(m.room.people["tang"]) == "side_applicant", "while the device waits outside, too"
    m.target("admit", "lin")
    assert m.room.people["lin"].chamber == m.room.home(m.room.people["tang"]) == "side_applicant"


def test_all_at_a_device_have_a_place_where_it_goes() -> None:
    """An observer does not come along into a talk by sitting beside an expert."""
    m = Meeting("gu")
    m.do(Knock(kiosk(m, "li", "su")))
    m.target("admit", "li")
    with pytest.raises(WrongChamber):
        m.move("aside", "li")


def test_who_was_removed_does_not_come_back_beside_somebody_else() -> None:
    m = Meeting("gu", "bai")
    m.target("remove", "bai")
    with pytest.raises(SeatRemoved):
        m.do(Knock(kiosk(m, "lin", "bai")))
