"""Who is in which chamber and who receives whom. Pure: the time is a parameter, effects are returned.

A private talk is on while anybody is in a chamber that is not the joint one and not where they belong (screening.py):
then the joint chamber is a place to wait, where everybody is alone.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from signaling.errors import NotInRoom
from signaling.events import Close, Effect, Send, UseSet
from signaling.media import Place, audience
from signaling.options import RoomOptions
from signaling.person import Person
from signaling.protocol import ChamberId, DeviceKind, Go, RoomState
from signaling.rights import PRIVATE, Right, may
from signaling.screening import Screening


@dataclass
class MoveUnderWay:
    """`to` says where each goes, None is the lobby. `deadline` is None while a set still rests (until `starts_at`);
    `waiting` are those who have not acknowledged."""

    epoch: int
    to: dict[str, ChamberId | None]
    starts_at: float
    deadline: float | None = None
    waiting: set[str] = field(default_factory=set)

    @property
    def people(self) -> list[str]:
        return list(self.to)


class Chambers(Screening):
    """Iteration order of `people` is the order of first arrival."""

    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__()
        self.id = room
        self.options = options or RoomOptions()
        self.state: RoomState = "open"
        self.epoch = 0
        self.move: MoveUnderWay | None = None
        self.since: dict[ChamberId, float] = {}
        """When the private talk of each chamber began."""
        self.talk_since: float | None = None
        self.host_gone = False

    def _get(self, person: str) -> Person:
        try:
            return self.people[person]
        except KeyError:
            raise NotInRoom(person) from None

    # --- who receives whom ----------------------------------------------------------------------------------------

    def in_chamber(self, chamber: ChamberId) -> list[Person]:
        """Everybody whose seat is there, be the line up or not."""
        return [p for p in self.people.values() if p.seated and p.chamber == chamber]

    def talk(self, chamber: ChamberId | None) -> str:
        """Names the private talk in that chamber by who is in it beside the hosts: with others it is another one. ""
        where everybody may be."""
        if chamber not in PRIVATE:
            return ""
        here = {one.id for p in self.in_chamber(chamber) for one in self.at_device(p) if not one.is_host}
        return f"{chamber}.{hashlib.sha256(' '.join(sorted(here)).encode()).hexdigest()[:16]}"

    def draining(self, person: Person) -> bool:
        return self.move is not None and self.move.deadline is not None and person.id in self.move.to

    def heading(self, person: Person) -> ChamberId | None:
        """Where the person is, or will be when the move under way is done."""
        return self.move.to[person.id] if self.move is not None and person.id in self.move.to else person.chamber

    def _talks(self, person: Person, chamber: ChamberId | None) -> bool:
        """Being there makes a private talk; not where they belonged when they came."""
        stays = person.at_home and chamber == person.chamber
        return chamber in PRIVATE and chamber != self.home(person) and not stays

    def _talking(self) -> set[ChamberId]:
        """Chambers with a private talk in them, or with people draining towards it."""
        found = {p.chamber for p in self.people.values() if p.seated and self._talks(p, p.chamber)}
        if self.move is not None and self.move.deadline is not None:
            found |= {to for person, to in self.move.to.items() if self._talks(self._get(person), to)}
        return {chamber for chamber in found if chamber is not None}

    def private_talk(self) -> bool:
        return bool(self._talking())

    def silent(self) -> bool:
        """Nobody in the joint chamber receives anybody."""
        return self.host_gone or self.private_talk()

    def _place(self, person: Person, silent: bool) -> Place:
        open_ = person.chamber in PRIVATE or not silent
        return Place(person.seat, person.chamber if open_ else None, moving=self.draining(person))

    def mates(self, person: str) -> frozenset[str]:
        """Who shares the person's chamber now, the person included: chat, drafts and presence go by this."""
        if person not in self.people:
            return frozenset()
        silent = self.silent()
        return audience({p.id: self._place(p, silent) for p in self.people.values()}, person) | {person}

    def hearers(self, person: str) -> frozenset[str]:
        """Who may receive this person's sound and picture now. Deny by default."""
        source = self.people.get(person)
        return self.mates(person) - {person} if source is not None and self._speaks(source) else frozenset()

    def heard_by(self, person: str) -> frozenset[str]:
        """Whose sound and picture this person may receive now: sharing a chamber is mutual, see `audience`."""
        return frozenset(mate for mate in self.mates(person) - {person} if self._speaks(self.people[mate]))

    def _speaks(self, person: Person) -> bool:
        return person.sending and self.state == "open" and may(person.role, Right.PUBLISH, person.where)

    def live(self, person: Person) -> bool:
        """Here, settled and not in a silent or paused chamber: what they show is seen."""
        place = self._place(person, self.silent())
        seated = person.seat == "present" and (person.sending or person.phone)
        return seated and not place.moving and self.state == "open" and place.chamber is not None

    # --- one person's line ----------------------------------------------------------------------------------------

    def _start(self, person: Person) -> list[Effect]:
        """Forward the person's current set from now on, and tell them."""
        person.sending = True
        return [UseSet(person.id, person.set, self._chamber(person), person.epoch), self._go(person)]

    def _go(self, person: Person) -> Send:
        return Send(person.id, "go", Go(person.epoch, person.set, self._chamber(person), self.names(person)))

    def names(self, person: Person) -> list[str]:
        """Names of those who can hear the person now, everybody at a device, in the room's order."""
        hearers = self.hearers(person.id)
        return [one.name for p in self.people.values() if p.id in hearers for one in self.at_device(p)]

    def _chamber(self, person: Person) -> ChamberId:
        if person.chamber is None:
            raise NotInRoom(person.id)
        return person.chamber

    def _close_if_changed(self, person: Person, kind: DeviceKind, was: bool) -> list[Effect]:
        if person.closed(kind) == was:
            return []
        for listener in self.people.values():  # what was not received while closed says nothing
            listener.flows.pop(person.id, None)
        return [Close(person.id, kind, not was)] if person.seat == "present" else []

    def _hush(self, people: Iterable[Person]) -> list[Effect]:
        """Close the microphones of all of them who are no hosts; each may open theirs again."""
        effects: list[Effect] = []
        for person in people:
            if not person.is_host:
                was, person.muted["audio"] = person.closed("audio"), True
                effects += self._close_if_changed(person, "audio", was)
        return effects

    # --- private talks --------------------------------------------------------------------------------------------

    def _watch_talks(self, now: float) -> list[Effect]:
        """When the last private talk is over every party's microphone is closed, also of those who were in none:
        nothing private slips out, and nobody can tell from a microphone who was there."""
        talking = self._talking()
        self.since = {chamber: self.since.get(chamber, now) for chamber in talking}
        if talking:
            self.talk_since = now if self.talk_since is None else self.talk_since
            return []
        if self.talk_since is None:
            return []
        self.talk_since = None
        return self._hush(p for p in self.people.values() if p.seated)
