"""How people move between chambers: each move is one epoch and drains.

signaling/README.md tells it in section 4. Pure, like chambers.py.
"""

from signaling.chambers import MoveUnderWay
from signaling.errors import IllegalAct, Moving, Tied
from signaling.events import ClosePeer, DrainPeer, Effect, Moved, Send
from signaling.person import Act, Person, advance, other
from signaling.protocol import ChamberId, Draining
from signaling.rights import HOSTED, PRIVATE, kind
from signaling.seats import Seats

Places = dict[str, ChamberId | None]
"""Person -> chamber; None is the lobby."""


class Moves(Seats):
    # --- who goes where -------------------------------------------------------------------------------------------

    def _begin_move(self, host: Person, wanted: list[str], chamber: ChamberId, now: float) -> list[Effect]:
        """Raises Moving, IllegalAct, WrongChamber, OneSideOnly, KeptApart, Tied."""
        if self.move is not None:
            raise Moving
        named = [self._get(person) for person in wanted]
        for person in named:
            if not person.seated:
                raise IllegalAct(person.seat, Act.MOVE, ())
        if chamber == "joint" and not named:
            return self._plan_move(self._going_home(self._seated()), now)
        if kind(chamber) in HOSTED and host not in named:
            named.append(host)
        named += [p for p in self._seated() if self.leader(p) in named and p not in named]
        to: Places = {p.id: chamber for p in named if p.chamber != chamber}
        self._check(to)
        to |= self._left_behind(to)
        return self._plan_move({p: c for p, c in to.items() if c != self._get(p).chamber}, now)

    def _seated(self) -> list[Person]:
        return [p for p in self.people.values() if p.seated]

    def _after(self, to: Places) -> Places:
        return {p.id: to.get(p.id, p.chamber) for p in self._seated()}

    def _check(self, to: Places) -> None:
        after = self._after(to)
        for person, chamber in to.items():
            if chamber is None:
                continue
            others = [self._get(p) for p, place in after.items() if place == chamber and p != person]
            if (refused := self.misfit(self._get(person), chamber, others)) is not None:
                raise refused
            leader = self.leader(self._get(person))
            if leader is not None and after.get(leader.id, chamber) != chamber:
                raise Tied(leader.name)

    def _going_home(self, people: list[Person], to: Places | None = None) -> Places:
        """Each back to where they belong; to the lobby where that cannot be with those who are there."""
        after = self._after(to or {})
        going: Places = {}
        for person in people:
            home = self.home(person)
            others = [self._get(p) for p, place in after.items() if place == home and p != person.id]
            if home is not None and self.misfit(person, home, others) is not None:
                home = None
            if home != after[person.id]:
                after[person.id] = going[person.id] = home
        return going

    def _left_behind(self, to: Places) -> Places:
        """Who would stay in a caucus or aside without a host."""
        after = self._after(to)
        alone = []
        for chamber in (c for c in PRIVATE if kind(c) in HOSTED):
            members = [self._get(p) for p, place in after.items() if place == chamber]
            if not any(p.is_host for p in members):
                alone += members
        return self._going_home(alone, to)

    def _called_together(self) -> Places:
        """Who sat where they belonged, and need not be kept apart from anybody any more."""
        freed = [p for p in self._seated() if p.at_home and p.chamber in PRIVATE and self.home(p) == "joint"]
        return self._going_home(freed)

    # --- a move drains --------------------------------------------------------------------------------------------

    def _plan_move(self, to: Places, now: float) -> list[Effect]:
        if not to:
            return []
        self.epoch += 1
        rested = [
            person.left[other(person.set)] + self.options.set_rest
            for person in map(self._get, to)
            if other(person.set) in person.left and to[person.id] is not None
        ]
        order = {person: to[person] for person in self.people if person in to}
        self.move = MoveUnderWay(self.epoch, order, starts_at=max([now, *rested]))
        return self._drain(now) if self.move.starts_at <= now else []

    def _drain(self, now: float) -> list[Effect]:
        """Rule 1 and 2: detach those who move, ask their clients to stop sending."""
        move = self.move
        if move is None:
            return []
        move.deadline = now + self.options.drain_deadline
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
        move = self.move
        if move is None:
            return []
        left = self._left_behind(move.to)  # the host went meanwhile: a caucus without one does not begin
        move.to |= {person: home for person, home in left.items() if person in move.to}
        counted = self._count(now)
        self.move = None
        effects: list[Effect] = []
        movers = [self._get(person) for person in move.people]
        for person in movers:
            if (chamber := move.to[person.id]) is None:
                effects += self._go_out(person, self._way_out(person))
                continue
            person.seat = advance(person.seat, Act.MOVE)
            person.chamber, person.epoch, person.hand_at, person.spotlit = chamber, move.epoch, None, False
            person.at_home = chamber == self.home(person)
            person.owes_drain = person.id in move.waiting
        for each in self.people.values():
            each.flows = {}
        effects += self._watch_talks(now)
        for person in movers:
            if person.seated and person.connected and not person.owes_drain:
                effects += self._switch(person, now)
        # `hears` in each `go` must count those switched after it, too.
        effects = [self._go(self._get(e.person)) if isinstance(e, Send) and e.event == "go" else e for e in effects]
        moved = [
            Moved(move.epoch, tuple(p.id for p in movers if p.chamber == chamber), chamber)
            for chamber in dict.fromkeys(p.chamber for p in movers)
            if chamber is not None
        ]
        return [*effects, *counted, *moved]

    @staticmethod
    def _all_drained(move: MoveUnderWay) -> bool:
        return move.deadline is not None and not move.waiting

    def _settle_move(self, now: float) -> list[Effect]:
        """What follows by itself: a move whose people have answered or left, a private room whose host is out for
        good."""
        effects: list[Effect] = []
        if self.move is not None and not self.move.to:
            self.move = None
        if self.move is not None and self._all_drained(self.move):
            effects += self._commit(now)
        if self.move is None:
            effects += self._plan_move(self._left_behind({}) or self._called_together(), now)
            if self.move is not None and self._all_drained(self.move):  # nobody of them is connected
                effects += self._commit(now)
        return effects
