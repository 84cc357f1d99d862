"""The table of rights, and the room behind it: every role, every event, in every chamber, from a page that obeys no
rule of its own."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from signaling.errors import NotInRoom, RightMissing, RoomError
from signaling.events import Invite, Said
from signaling.person import Person
from signaling.protocol import CLIENT_EVENTS, Admit, ChamberId, HostMute, PhoneSeat, Rename, Role, Target, Write
from signaling.rights import NEEDS, RIGHTS, Right, is_host, kind, may
from signaling.ticket import Ticket
from tests.signaling.meeting import Meeting

ROLES: tuple[Role, ...] = get_args(Role)
PLACES: tuple[ChamberId | None, ...] = (None, *get_args(ChamberId))
ROOM_EVENTS = sorted(CLIENT_EVENTS.keys() - {"answer", "restart", "watch"})
"""The others are media's and never reach the machine."""
SAMPLES: dict[str, dict[str, object]] = {
    "chamber": {"chamber": "joint"},
    "until": {"until": datetime.fromtimestamp(1_000_100, UTC)},
    "document": {"document": "pap_1", "page": 1},
    "text": {"text": "好", "key": "k"},
    "kind": {"kind": "audio", "muted": True},
    "people": {"people": []},
    "name": {"name": "林"},
}
PLAIN: dict[str, object] = {
    "on": True,
    "seconds": 60,
    "stage": "reading",
    "page": 2,
    "what": "all",
    "agree": True,
    "epoch": 0,
    "received": {},
    "wants": True,
    "person": "chen",
    "to": "gu",
}


def body(event: str) -> msgspec.Struct:
    """Something well formed for that event; about chen, or to gu, where it names somebody."""
    values = dict(PLAIN)
    for sample in SAMPLES.values():
        values |= sample
    kind = CLIENT_EVENTS[event]
    return msgspec.convert({field: values[field] for field in kind.__struct_fields__ if field in values}, kind)


def meeting(role: Role, place: ChamberId | None) -> Meeting | None:
    """`me` with that role in that place, beside the host gu and the respondent chen; None where the role cannot be."""
    m = Meeting("gu", "chen")
    side = role if role in ("applicant", "respondent") else ""
    if place is not None and place.endswith("_respondent"):
        side = "respondent" if role != "applicant" else "applicant"
    elif place is not None and place.endswith("_applicant"):
        side = "applicant" if role != "respondent" else "respondent"
    m.do(Invite(Ticket("ses_1", "me", "某人", role, side, 2**40)))  # type: ignore[arg-type]
    me = m.room.people["me"]
    me.seat = "waiting" if place is None else "present"
    me.connected, me.chamber, me.sending = True, place, place is not None
    if place is not None and m.room.misfit(me, place, ()) is not None:
        return None
    if place in ("caucus_applicant", "caucus_respondent", "aside"):
        m.room.people["gu"].chamber = place
    return m


CASES = [(role, place) for role in ROLES for place in PLACES if meeting(role, place) is not None]


def test_every_role_has_a_row_and_every_event_a_right() -> None:
    assert set(RIGHTS) == set(ROLES)
    assert set(NEEDS) <= set(CLIENT_EVENTS)


def test_each_role_is_possible_where_the_table_has_it_and_nowhere_else() -> None:
    expected = {(r, p) for r in ROLES for p in PLACES if p is not None and may(r, Right.HEAR, kind(p))}
    of_other_side = {("applicant", p) for p in PLACES if p and p.endswith("_respondent")} | {
        ("respondent", p) for p in PLACES if p and p.endswith("_applicant")
    }
    assert {(r, p) for r, p in CASES if p is not None} == expected - of_other_side


@pytest.mark.parametrize("event", ROOM_EVENTS)
@pytest.mark.parametrize(("role", "place"), CASES)
def test_the_room_obeys_the_table(role: Role, place: ChamberId | None, event: str) -> None:
    """Without the right the event is refused and changes nothing; with it, it is never refused for want of it."""
    if place is None and is_host(role):
        return  # hosts do not wait
    m = meeting(role, place)
    assert m is not None
    right = NEEDS.get(event, Right.HOST)
    before = [m.sees(person) for person in m.room.people]
    try:
        m.do(Said("me", event, body(event)))
    except RightMissing as refused:
        if refused.detail == "lead":
            assert is_host(role), "who of the hosts leads is not in the table"
            return
        assert right is not None and not may(role, right, kind(place))
        assert refused.detail == right
        assert [m.sees(person) for person in m.room.people] == before
    except RoomError:
        pass
    else:
        assert right is None or may(role, right, kind(place))


@pytest.mark.parametrize("event", sorted(CLIENT_EVENTS.keys() - NEEDS.keys()))
@pytest.mark.parametrize("role", [role for role in ROLES if not is_host(role)])
def test_what_hosts_do_nobody_else_does_whatever_they_name(role: Role, event: str) -> None:
    m = meeting(role, "joint")
    assert m is not None
    for person in ("me", "gu", "chen", "nobody"):
        said = body(event)
        if isinstance(said, Target | Admit | HostMute | PhoneSeat | Rename):
            said.person = person
        with pytest.raises(RightMissing, match="host"):
            m.do(Said("me", event, said))


def test_only_mediators_are_hosts_and_a_court_in_its_own_room() -> None:
    assert [role for role in ROLES if is_host(role)] == ["mediator", "co_mediator", "court"]


def test_a_court_has_the_joint_chamber_and_no_other() -> None:
    assert RIGHTS["court"].keys() == {"joint"}
    assert not any(
        may("informant", right, place) for right in (Right.HOST, Right.SHARE) for place in RIGHTS["mediator"]
    )


def test_an_observer_may_do_nothing_but_look() -> None:
    assert RIGHTS["observer"] == {"joint": frozenset({Right.HEAR})}


def test_the_table_gives_a_stranger_nothing() -> None:
    m = Meeting("gu")
    for event in ROOM_EVENTS:
        with pytest.raises(NotInRoom):
            m.do(Said("nobody", event, body(event)))


def test_nobody_writes_to_another_party_alone() -> None:
    m = Meeting("gu", "lin", "chen", "li")
    for sender, reader in (("lin", "chen"), ("chen", "lin"), ("li", "lin"), ("lin", "nobody")):
        with pytest.raises(RightMissing, match="write"):
            m.say(sender, "write", Write(reader, "私下", "k"))


def test_a_person_made_of_a_ticket_is_what_the_ticket_says() -> None:
    one = Person.of(Ticket("ses_1", "han", "韩悦", "interpreter", "", 1, tied_to="lin", apart=("chen",), unwanted=True))
    assert (one.name, one.role, one.tied_to) == ("韩悦", "interpreter", "lin")
    assert (one.apart, one.unwanted) == ({"chen"}, True)
