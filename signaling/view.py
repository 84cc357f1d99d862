"""What one person may know of the room: a whole view, filtered so that nobody outside a caucus learns who is in it."""

from collections.abc import Iterable
from typing import get_args

from signaling.floor import Order
from signaling.person import Person
from signaling.protocol import (
    ChamberId,
    ChamberPeople,
    ChamberView,
    DocumentView,
    FloorView,
    Flow,
    Health,
    HostState,
    MovingView,
    PersonView,
    RecordingView,
    RoomView,
    YouView,
)
from signaling.rights import PRIVATE, Right, may
from signaling.room import Room
from signaling.times import wire

CHAMBERS: tuple[ChamberId, ...] = get_args(ChamberId)


def view(room: Room, person: str) -> RoomView:
    """The view of `person`, who must be known to the room; `at` is left empty, so that views alike look alike. A person
    left in the joint chamber while a caucus is on sees themselves only: whoever else is or is not with them would tell
    who is in the caucus."""
    you = room.people[person]
    away = room.private_talk() and not _inside(room, you)
    host = you.is_host
    return RoomView(
        room=room.id,
        state=room.state,
        you=_you(room, you),
        chamber=_chamber(room, you) if you.chamber is not None else None,
        host=_host_state(room, away, you.where == "side"),
        away=away,
        since=_time(room.talk_since if away else room.since.get(you.chamber or "joint")),
        lead=room.lead if you.seated else "",
        locked=room.locked_to is not None,
        stage=room.stage,
        break_until=_time(room.break_until),
        recording=_recording(room, you),
        lobby=_people(room, (p for p in room.people.values() if p.seat == "waiting"), you) if host else [],
        expected=_people(room, _expected(room), you) if host else [],
        chambers=[_of_host(room, c, you) for c in CHAMBERS] if host else [],
        moving=_moving(room, you),
        at="",
    )


def _expected(room: Room) -> list[Person]:
    """Who is not here, not even at somebody's device."""
    beside = {one for p in room.people.values() if not p.away for one in p.device_people}
    return [p for p in room.people.values() if p.away and p.id not in beside]


def _inside(room: Room, you: Person) -> bool:
    """In a private chamber, or on the way into it."""
    return you.chamber in PRIVATE or (room.draining(you) and room.heading(you) in PRIVATE)


def _you(room: Room, you: Person) -> YouView:
    hearers = room.hearers(you.id)
    unheard = [
        p.name
        for p in room.people.values()
        if p.id in hearers and not you.closed("audio") and (flow := p.flows.get(you.id)) and not flow.audio_ok
    ]
    return YouView(
        person=you.id,
        name=you.name,
        role=you.role,
        side=you.side,
        state=you.seat,
        chamber=you.chamber,
        set=you.set if you.sending else None,
        muted=you.muted_view(),
        sharing=you.sharing,
        may_share=may(you.role, Right.SHARE, you.where),
        hand=you.hand,
        host=you.is_host,
        distress=you.distress,
        unheard_by=unheard,
    )


def _chamber(room: Room, you: Person) -> ChamberView | None:
    if you.chamber is None:
        return None
    people = room.in_chamber(you.chamber)
    if you.chamber == "joint" and room.private_talk() and not you.is_host:
        people = [you]
    ids = {p.id for p in people}
    spotlight = next((p.id for p in people if p.spotlit), "")
    order = room.orders.get(you.chamber)
    paper = room.shown(you.id)
    return ChamberView(
        id=you.chamber,
        talk=room.talk(you.chamber),
        epoch=you.epoch,
        people=_people(room, people, you),
        hears=room.names(you),
        hands=room.hands(people),
        spotlight=spotlight,
        floor=_floor(order) if order is not None and ids >= {order.person, *order.following} else None,
        document=DocumentView(*paper) if paper is not None else None,
    )


def _of_host(room: Room, chamber: ChamberId, host: Person) -> ChamberPeople:
    people = room.in_chamber(chamber)
    return ChamberPeople(chamber, _people(room, people, host), room.hands(people), _time(room.since.get(chamber)))


def _floor(order: Order) -> FloorView:
    return FloorView(order.person, wire(order.since), wire(order.until), order.following)


def _recording(room: Room, you: Person) -> RecordingView:
    """Only the joint chamber is recorded: elsewhere there is nothing to agree to and nothing to fear."""
    if you.chamber != "joint" and not you.is_host:
        return RecordingView("off", "all", None, "", None, False, [], [], [], [], [])
    return RecordingView(
        state=room.recording,
        what=room.recording_what,
        since=_time(room.recording_since),
        reason=room.recording_reason,
        agreed=room.answers.get(you.id),
        heard=not room.counts(you),
        answers_for=[one.name for one in room.wards(you)],
        missing=room.missing() if you.is_host and room.recording != "off" else [],
        refused=room.refused() if you.is_host else [],
        wards=[p.id for p in room.asked() if not room.counts(p)] if you.is_host else [],
        unwilling=room.unwilling() if you.is_host else [],
    )


def _host_state(room: Room, away: bool, aside: bool) -> HostState:
    hosts = [p for p in room.people.values() if p.is_host]
    if not hosts:
        return "not_yet"
    if not any(p.seat == "present" for p in hosts):
        return "lost" if any(p.seat != "invited" for p in hosts) else "not_yet"
    return "away" if away or aside else "here"


def _moving(room: Room, you: Person) -> MovingView | None:
    """The host sees every move and its count-down; those who move see it once they drain; others see nothing."""
    if room.move is None or not (you.is_host or room.draining(you)):
        return None
    waits = room.move.deadline is None
    return MovingView(room.move.epoch, _time(room.move.starts_at) if waits else None)


def _people(room: Room, people: Iterable[Person], you: Person) -> list[PersonView]:
    return [_person(room, p, you) for p in people]


def _person(room: Room, person: Person, you: Person) -> PersonView:
    leader, for_host, named = room.leader(person), you.is_host, room.may_name(you, person.whom)
    return PersonView(
        person=person.id,
        name=person.name,
        role=person.role,
        side=person.side,
        acts=person.acts,
        speaks=person.speaks if named else "",
        whose=_whose(room, person) if named else "",
        state=person.seat,
        muted=person.muted_view(),
        sharing=person.sharing,
        hand=person.hand,
        line=person.line,
        lost_at=_time(person.lost_at),
        phone=person.phone,
        device_people=[room.people[one].name for one in person.device_people],
        silent=person.owes_drain if for_host else False,
        health=_health(room, person) if for_host else None,
        distress=person.distress if for_host else "",
        case_name=person.case_name if for_host and person.case_name != person.name else "",
        tied_to=leader.id if for_host and leader is not None else "",
        unwanted=for_host and any(one.unwanted for one in room.at_device(person)),
    )


def _whose(room: Room, person: Person) -> str:
    """By the name others read."""
    whom = room.people.get(person.whom)
    return whom.name if whom is not None else person.whose


def _health(room: Room, person: Person) -> Health:
    sources = room.heard_by(person.id)
    flows = {s: Flow(f.audio_ok, f.video_ok) for s, f in person.flows.items() if s in sources}
    return Health(flows, person.loss, person.rtt)


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else wire(seconds)
