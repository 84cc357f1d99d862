"""Who is in which chamber, who receives whom, and how people move: each move is one epoch and drains.

The five rules are in ARCHITECTURE.md, "A move drains". Pure: the time is a parameter, effects are returned.
"""

from dataclasses import dataclass, field

from signaling.errors import IllegalAct, Moving, NotInRoom, OneSideOnly
from signaling.events import Close, ClosePeer, DrainPeer, Effect, Moved, Send, UseSet
from signaling.media import Place, audience
from signaling.options import RoomOptions
from signaling.person import Act, Person, advance, other
from signaling.protocol import ChamberId, DeviceKind, Draining, Go, RoomState
from signaling.rights import Right, may


@dataclass
class MoveUnderWay:
    """`deadline` is None while a set still rests (until `starts_at`); `waiting` are those who have not acknowledged."""

    epoch: int
    people: list[str]
    chamber: ChamberId
    starts_at: float
    deadline: float | None = None
    waiting: set[str] = field(default_factory=set)


class Chambers:
    """Iteration order of `people` is the order of first arrival."""

    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        self.id = room
        self.options = options or RoomOptions()
        self.state: RoomState = "open"
        self.epoch = 0
        self.people: dict[str, Person] = {}
        self.move: MoveUnderWay | None = None
        self.caucus_since: float | None = None
        self.host_gone = False

    def _get(self, person: str) -> Person:
        try:
            return self.people[person]
        except KeyError:
            raise NotInRoom(person) from None

    # --- who receives whom ----------------------------------------------------------------------------------------

    def private_talk(self) -> bool:
        """A caucus is on, or people are draining towards it: then the joint chamber is silent."""
        to_caucus = self.move is not None and self.move.deadline is not None and self.move.chamber != "joint"
        return to_caucus or any(self.in_private())

    def in_chamber(self, chamber: ChamberId) -> list[Person]:
        """Everybody whose seat is there, be the line up or not."""
        return [p for p in self.people.values() if p.seated and p.chamber == chamber]

    def in_private(self) -> list[Person]:
        """Everybody whose seat is in any chamber but the joint one."""
        return [p for p in self.people.values() if p.seated and p.chamber not in (None, "joint")]

    def draining(self, person: Person) -> bool:
        return self.move is not None and self.move.deadline is not None and person.id in self.move.people

    def _place(self, person: Person) -> Place:
        open_ = person.chamber != "joint" or not (self.private_talk() or self.host_gone)
        return Place(person.seat, person.chamber if open_ else None, moving=self.draining(person))

    def mates(self, person: str) -> frozenset[str]:
        """Who shares the person's chamber now, the person included: chat, drafts and presence go by this."""
        if person not in self.people:
            return frozenset()
        places = {p.id: self._place(p) for p in self.people.values()}
        return audience(places, person) | {person}

    def hearers(self, person: str) -> frozenset[str]:
        """Who may receive this person's sound and picture now. Deny by default."""
        source = self.people.get(person)
        if source is None or not source.sending or self.state != "open" or not may(source.role, Right.PUBLISH):
            return frozenset()
        return self.mates(person) - {person}

    def heard_by(self, person: str) -> frozenset[str]:
        """Whose sound and picture this person may receive now."""
        return frozenset(source for source in self.people if person in self.hearers(source))

    def _start(self, person: Person) -> list[Effect]:
        """Forward the person's current set from now on, and tell them."""
        person.sending = True
        return [UseSet(person.id, person.set, self._chamber(person), person.epoch), self._go(person)]

    def _go(self, person: Person) -> Send:
        return Send(person.id, "go", Go(person.epoch, person.set, self._chamber(person), self.names(person)))

    def names(self, person: Person) -> list[str]:
        """Names of those who can hear the person now, in the room's order."""
        hearers = self.hearers(person.id)
        return [p.name for p in self.people.values() if p.id in hearers]

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

    # --- a move drains --------------------------------------------------------------------------------------------

    def _begin_move(self, host: Person, wanted: list[str], chamber: ChamberId, now: float) -> list[Effect]:
        if self.move is not None:
            raise Moving
        named = [self._get(person) for person in wanted]
        for person in named:
            if not person.seated:
                raise IllegalAct(person.seat, Act.MOVE, ())
        if chamber != "joint":
            named.append(host)
        elif not named or any(person.is_host for person in named):
            named += self.in_private()  # nobody is left behind in a caucus without its host
        going = {person.id for person in named if person.chamber != chamber}
        if not going:
            return []
        if chamber != "joint":
            members = [p for p in self.people.values() if p.id in going] + self.in_private()
            if len({p.side for p in members if p.side}) > 1:
                raise OneSideOnly
        return self._plan_move([p for p in self.people if p in going], chamber, now)

    def _plan_move(self, people: list[str], chamber: ChamberId, now: float) -> list[Effect]:
        self.epoch += 1
        rested = [
            person.left[other(person.set)] + self.options.set_rest
            for person in map(self._get, people)
            if other(person.set) in person.left
        ]
        self.move = MoveUnderWay(self.epoch, people, chamber, starts_at=max([now, *rested]))
        return self._drain(now) if self.move.starts_at <= now else []

    def _drain(self, now: float) -> list[Effect]:
        """Rule 1 and 2: detach those who move, ask their clients to stop sending."""
        move = self.move
        if move is None:
            return []
        move.deadline = now + self.options.drain_deadline
        if move.chamber != "joint" and self.caucus_since is None:
            self.caucus_since = now
        effects: list[Effect] = []
        for person in map(self._get, move.people):
            person.sending = False
            if person.connected:
                move.waiting.add(person.id)
                effects += [DrainPeer(person.id), Send(person.id, "draining", Draining(move.epoch))]
            else:  # nobody there to answer: what they send on their return must be of a new connection
                effects.append(ClosePeer(person.id))
        return effects

    def _drained(self, person: Person, epoch: int, now: float) -> list[Effect]:
        if self.move is not None and self.move.deadline is not None and self.move.epoch == epoch:
            self.move.waiting.discard(person.id)
            return []
        if person.owes_drain and person.epoch == epoch and not self.draining(person):
            return self._switch(person, now)
        return []

    def _switch(self, person: Person, now: float) -> list[Effect]:
        """Rule 4 for one person: the other set from now on. Only a move of that person toggles it."""
        person.owes_drain = False
        person.left[person.set] = now
        person.set = other(person.set)
        return self._start(person)

    def _commit(self, now: float) -> list[Effect]:
        """Rule 3: the move counts, without those who have not acknowledged: they stay silent until they do."""
        move, self.move = self.move, None
        if move is None:
            return []
        movers = [self._get(person) for person in move.people]
        if move.chamber != "joint" and not any(p.is_host for p in [*movers, *self.in_private()]):
            move.chamber = "joint"  # the host left meanwhile: a caucus without one does not begin
        for person in movers:
            person.seat = advance(person.seat, Act.MOVE)
            person.chamber, person.epoch, person.hand = move.chamber, move.epoch, False
            person.owes_drain = person.id in move.waiting
        for each in self.people.values():
            each.flows = {}
        effects = self._end_caucus()
        for person in movers:
            if person.connected and not person.owes_drain:
                effects += self._switch(person, now)
        # `hears` in each `go` must count those switched after it, too.
        effects = [self._go(self._get(e.person)) if isinstance(e, Send) and e.event == "go" else e for e in effects]
        return [*effects, Moved(move.epoch, tuple(move.people), move.chamber)]

    def _end_caucus(self) -> list[Effect]:
        """When a caucus is over every party's microphone is closed, also of those who were not in it: nothing private
        slips out, and nobody can tell from a microphone who was there."""
        if self.caucus_since is None or any(self.in_private()):
            return []
        self.caucus_since = None
        effects: list[Effect] = []
        for person in self.in_chamber("joint"):
            if not person.is_host:
                was, person.muted["audio"] = person.closed("audio"), True
                effects += self._close_if_changed(person, "audio", was)
        return effects

    @staticmethod
    def _all_drained(move: MoveUnderWay) -> bool:
        return move.deadline is not None and not move.waiting

    def _drop_move(self) -> list[Effect]:
        self.move = None
        return self._end_caucus()

    def _dissolve(self, now: float) -> list[Effect]:
        """The host is out for good: nobody stays alone in the private room."""
        members = self.in_private()
        if not members:
            return self._end_caucus()
        if any(p.is_host for p in members):
            return []
        effects = self._plan_move([p.id for p in members], "joint", now)
        # Where nobody of them is connected there is nothing to wait for.
        return effects + (self._commit(now) if self.move is not None and self._all_drained(self.move) else [])
