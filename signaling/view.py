"""What one person may know of the room: a whole view, filtered so that nobody outside a caucus learns who is in it."""

from collections.abc import Iterable
from typing import get_args

from signaling.person import Person
from signaling.protocol import (
    ChamberId,
    ChamberPeople,
    ChamberView,
    Flow,
    Health,
    HostState,
    MovingView,
    PersonView,
    RoomView,
    YouView,
)
from signaling.rights import Right, may
from signaling.room import Room
from signaling.times import wire

CHAMBERS: tuple[ChamberId, ...] = get_args(ChamberId)


def view(room: Room, person: str) -> RoomView:
    """The view of `person`, who must be known to the room. A person left in the joint chamber while a caucus is on
    sees themselves only: whoever else is or is not with them would tell who is in the caucus."""
    you = room.people[person]
    away = room.private_talk() and not _inside(room, you)
    host = you.is_host
    return RoomView(
        room=room.id,
        state=room.state,
        you=_you(room, you),
        chamber=_chamber(room, you) if you.chamber is not None else None,
        host=_host_state(room, away),
        away=away,
        since=_time(room.caucus_since) if away or you.chamber not in (None, "joint") else None,
        lobby=_people(room, (p for p in room.people.values() if p.seat == "waiting"), host) if host else [],
        chambers=[ChamberPeople(c, _people(room, room.in_chamber(c), host)) for c in CHAMBERS] if host else [],
        moving=_moving(room, you),
    )


def _inside(room: Room, you: Person) -> bool:
    """In a private chamber, or on the way into it."""
    going = room.draining(you) and room.move is not None and room.move.chamber != "joint"
    return you.chamber not in (None, "joint") or going


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
        may_share=may(you.role, Right.SHARE),
        hand=you.hand,
        host=you.is_host,
        unheard_by=unheard,
    )


def _chamber(room: Room, you: Person) -> ChamberView | None:
    if you.chamber is None:
        return None
    people = room.in_chamber(you.chamber)
    if you.chamber == "joint" and room.private_talk() and not you.is_host:
        people = [you]
    return ChamberView(you.chamber, you.epoch, _people(room, people, you.is_host), room.names(you))


def _host_state(room: Room, away: bool) -> HostState:
    hosts = [p for p in room.people.values() if p.is_host]
    if not hosts:
        return "not_yet"
    if not any(p.seat == "present" for p in hosts):
        return "lost"
    return "away" if away else "here"


def _moving(room: Room, you: Person) -> MovingView | None:
    """The host sees every move and its count-down; those who move see it once they drain; others see nothing."""
    if room.move is None or not (you.is_host or room.draining(you)):
        return None
    waits = room.move.deadline is None
    return MovingView(room.move.epoch, _time(room.move.starts_at) if waits else None)


def _people(room: Room, people: Iterable[Person], for_host: bool) -> list[PersonView]:
    return [_person(room, p, for_host) for p in people]


def _person(room: Room, person: Person, for_host: bool) -> PersonView:
    return PersonView(
        person=person.id,
        name=person.name,
        role=person.role,
        side=person.side,
        state=person.seat,
        muted=person.muted_view(),
        sharing=person.sharing,
        hand=person.hand,
        line=person.line,
        lost_at=_time(person.lost_at),
        silent=person.owes_drain if for_host else False,
        health=_health(room, person) if for_host else None,
    )


def _health(room: Room, person: Person) -> Health:
    sources = room.heard_by(person.id)
    return Health({s: Flow(f.audio_ok, f.video_ok) for s, f in person.flows.items() if s in sources})


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else wire(seconds)
