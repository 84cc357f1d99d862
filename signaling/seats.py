"""Coming and going: knocking, the lobby, the lock, lost lines, seats of people on the telephone, and who leads."""

from signaling.counts import Counting
from signaling.errors import (
    KeptApart,
    NameTaken,
    NotInRoom,
    RightMissing,
    RoomEnded,
    RoomError,
    RoomFull,
    RoomLocked,
    SeatRemoved,
    WrongChamber,
)
from signaling.events import (
    Attendance,
    Close,
    ClosePeer,
    Disconnect,
    Effect,
    Noted,
    OpenPeer,
    Send,
)
from signaling.media import KINDS
from signaling.options import RoomOptions
from signaling.person import TABLE, Act, Person, advance
from signaling.protocol import ChamberId, Draining
from signaling.rights import HOSTED, PRIVATE, Right, is_host, kind
from signaling.ticket import Ticket


class Seats(Counting):
    """`locked_to` holds who may still knock, None while the room is open to all with a ticket."""

    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self.locked_to: set[str] | None = None
        self.host_lost_at: float | None = None
        self._lead = ""
        self._names: dict[str, str] = {}
        """Given by hosts before a restart, also to who is not known here yet."""

    # --- coming -----------------------------------------------------------------------------------------------------

    def greet(self, ticket: Ticket) -> None:
        """Raises RoomError when this ticket cannot come in at all; changes nothing."""
        known = self.people.get(ticket.person)
        # A host is let into a full room as through a lock: nobody else can make place in it.
        self._need_welcome(ticket, new=not is_host(ticket.role) and (known is None or known.away))
        coming = {one.person for one in (ticket, *ticket.device_people) if not is_host(one.role)}
        if self.locked_to is not None and not coming <= self.locked_to:
            raise RoomLocked

    def _need_welcome(self, ticket: Ticket, new: bool) -> None:
        if self.state == "ended":
            raise RoomEnded
        here = sum(p.seated or p.seat == "waiting" for p in self.people.values())
        if new and here >= self.options.people:
            raise RoomFull(str(self.options.people))
        for one in (ticket, *ticket.device_people):
            if one.person in self.people and self.people[one.person].seat == "removed":
                raise SeatRemoved(one.person)

    def _invite(self, ticket: Ticket) -> list[Effect]:
        """The office says who may come; hosts see them expected and can seat them by telephone. Behind a lock, too:
        when it opens, the room knows whom they must not meet."""
        self._need_welcome(ticket, new=ticket.person not in self.people)
        person = self._hear_of(ticket)
        return self._part(person)

    def _forget(self, person: str) -> list[Effect]:
        """Whoever is here stays one of the people until they go: the office takes out only who never came."""
        if person in self.people and self.people[person].away:
            del self.people[person]
        return []

    def _hear_of(self, ticket: Ticket) -> Person:
        """A ticket says anew who its person is."""
        if (person := self.people.get(ticket.person)) is None:
            person = self.people[ticket.person] = Person.of(ticket)
            person.name = self._names.get(person.id, person.name)
        person.is_as(ticket)
        self.undivided = self.undivided or ticket.undivided
        return person

    def _part(self, person: Person) -> list[Effect]:
        """Whoever does not fit any more where they are, since something else is known of the person, goes out at once:
        the person, who has them at their device, the interpreter of either."""
        concerned = [p for p in self.people.values() if person in self.at_device(p)]
        concerned += [p for p in self.people.values() if self.leader(p) in concerned]
        leaving = [p for p in dict.fromkeys(concerned) if p.seated and not self._fits(p)]
        return [effect for p in leaving for effect in self._go_out(p, self._way_out(p))]

    def _fits(self, person: Person) -> bool:
        places = (person.chamber, self.heading(person))
        return all(self._unfit(person, place) is None for place in places if place is not None)

    def _others(self, person: Person, chamber: ChamberId | None) -> list[Person]:
        """Who else is in that chamber or on the way into it."""
        return [
            p for p in self.people.values() if p.seated and p is not person and chamber in (p.chamber, self.heading(p))
        ]

    def _knock(self, ticket: Ticket, resumes: bool, returns: ChamberId | None) -> list[Effect]:
        self.greet(ticket)
        person = self._hear_of(ticket)
        beside, before = [self._hear_of(one) for one in ticket.device_people], person.device_people
        person.sits_as(ticket)
        out = [effect for one in (person, *beside) for effect in self._part(one)]
        if person.device_people != before:
            out.append(Noted("at_device", person.id, {"beside": person.device_people}))
        sat_down = [self.people[one] for one in person.device_people if one not in before]
        if not person.is_host and any(p.seat in ("invited", "waiting") for p in sat_down):
            returns = None  # a host lets in everybody, also who sits down beside somebody let in before
            if person.seated:
                out += self._go_out(person, self._way_out(person))
        return out if person.seat == "waiting" else out + self._come(person, resumes, returns)

    def _come(self, person: Person, resumes: bool, returns: ChamberId | None) -> list[Effect]:
        if resumes and (person.seat == "present" or (person.seat == "interrupted" and person.sending)):
            return self._resume(person)
        if person.phone:
            person.phone = False
            return [*self._enter(person), Noted("phone_seat", person.id, {"on": False})]
        if person.seat == "interrupted":
            person.seat = advance(person.seat, Act.RETURN)
            return [*self._enter(person), self._attendance(person)]
        person.seat = advance(person.seat, Act.KNOCK)
        person.connected, person.hand_at = True, None
        effects: list[Effect] = [self._attendance(person)]
        if returns in PRIVATE and not person.is_host:  # as at the end of every private talk
            person.muted["audio"] = True
        home = self.home(person)
        returning = returns is not None and self._unfit(person, home) is None
        if not (person.is_host or returning):
            return effects
        return effects + self._admit(person, None)

    def _unfit(self, person: Person, chamber: ChamberId | None) -> RoomError | None:
        """Why the person may not be in that chamber with those who are in it or on their way; None when they may."""
        if chamber is None:
            return KeptApart()
        return self.misfit(person, chamber, self._others(person, chamber))

    def _admit(self, person: Person, chamber: ChamberId | None) -> list[Effect]:
        """Raises KeptApart, WrongChamber, OneSideOnly."""
        effects = self._seat(person, Act.ADMIT, chamber)
        return [*effects, *self._enter(person), self._attendance(person)]

    def _seat(self, person: Person, act: Act, wanted: ChamberId | None) -> list[Effect]:
        chamber = wanted or self.home(person)
        if (refused := self._unfit(person, chamber)) is not None or chamber is None:
            raise refused or KeptApart
        if kind(chamber) in HOSTED and not any(p.is_host for p in self.in_chamber(chamber)):
            raise WrongChamber(chamber)
        person.seat = advance(person.seat, act)
        person.chamber, person.epoch, person.hand_at = chamber, self.epoch, None
        person.at_home = chamber == self.home(person)
        if self.locked_to is not None:
            self.locked_to |= {one.id for one in self.at_device(person)}
        return []

    def _enter(self, person: Person) -> list[Effect]:
        """A new connection's media: both sets are fresh, so it starts on A, unless a move is draining right now."""
        person.connected, person.lost_at, person.owes_drain, person.sending = True, None, False, False
        person.set, person.left = "A", {}
        person.forget_line()
        if person.is_host:
            self.host_lost_at, self.host_gone = None, False
        effects: list[Effect] = [OpenPeer(person.id)]
        effects += [Close(person.id, kind, True) for kind in KINDS if person.closed(kind)]
        return effects if self.draining(person) else effects + self._start(person)

    def _resume(self, person: Person) -> list[Effect]:
        """The same media goes on over a new connection. What may have been lost on the old one is said again."""
        effects: list[Effect] = [Close(person.id, kind, person.closed(kind)) for kind in KINDS]
        if person.seat == "interrupted":
            person.seat = advance(person.seat, Act.RETURN)
            effects.append(self._attendance(person))
        person.connected, person.lost_at = True, None
        if person.sending:
            return [*effects, self._go(person)]
        epoch = self.move.epoch if self.move is not None and self.draining(person) else person.epoch
        return [*effects, Send(person.id, "draining", Draining(epoch))]

    # --- going ------------------------------------------------------------------------------------------------------

    def _lose(self, person: Person, now: float) -> list[Effect]:
        """Who has settled keeps their media for `_resume`: nobody hears it, and a move ends it (see `_drain`)."""
        if not person.connected:
            return []
        person.connected = False
        if (person.seat, Act.LOSE) not in TABLE:
            return []
        was_present = person.seat == "present"
        person.seat = advance(person.seat, Act.LOSE)
        person.owes_drain = False
        person.forget_line()
        if not was_present:
            return [self._attendance(person)]
        person.lost_at = now
        if self.move is not None:
            self.move.waiting.discard(person.id)
        return [*([] if person.sending else [ClosePeer(person.id)]), self._attendance(person)]

    def _go_out(self, person: Person, act: Act) -> list[Effect]:
        """Leave the chamber for good or for the lobby."""
        had_peer = person.seated and not person.phone
        person.seat = advance(person.seat, act)
        person.chamber, person.sending, person.owes_drain, person.hand_at = None, False, False, None
        person.lost_at, person.phone, person.spotlit = None, False, False
        person.forget_line()
        if self.move is not None and person.id in self.move.to:
            del self.move.to[person.id]
            self.move.waiting.discard(person.id)
        effects: list[Effect] = [ClosePeer(person.id)] if had_peer else []
        effects.append(self._attendance(person))
        if person.connected and person.seat in ("out", "removed"):
            person.connected = False
            effects.append(Disconnect(person.id))
        return effects

    @staticmethod
    def _way_out(person: Person) -> Act:
        """Of the chamber into the lobby, or out where nobody is there to wait in it."""
        if person.seat == "interrupted":
            return Act.EXPIRE
        return Act.LEAVE if person.phone else Act.BACK

    def _attendance(self, person: Person) -> Attendance:
        return Attendance(person.id, person.seat, person.chamber)

    def _host_act(self, act: str, target: Person) -> list[Effect]:
        """Refuse, back to the lobby, remove. An act that already happened (double click) answers with the present
        state."""
        done = {"refuse": "out", "back_to_lobby": "waiting", "remove": "removed"}
        if target.seat == done[act]:
            return []
        if target.is_host:
            raise RightMissing(Right.HOST)
        if act == "back_to_lobby" and target.phone:
            return self._go_out(target, Act.LEAVE)
        return self._go_out(target, Act(act))

    # --- what hosts decide about seats ------------------------------------------------------------------------------

    def _phone(self, target: Person, on: bool) -> list[Effect]:
        """Raises IllegalAct for somebody whose browser is here."""
        if target.phone == on:
            return []
        if not on:
            return [*self._go_out(target, Act.LEAVE), Noted("phone_seat", target.id, {"on": False})]
        if target.is_host:
            raise RightMissing(Right.HOST)
        if target.seat == "interrupted":
            target.seat, target.lost_at, target.sending = advance(target.seat, Act.PHONE), None, False
            effects: list[Effect] = [ClosePeer(target.id)]
        else:
            effects = self._seat(target, Act.PHONE, None)
        target.phone = True
        return [*effects, self._attendance(target), Noted("phone_seat", target.id, {"on": True})]

    def _lock(self, host: Person, on: bool) -> list[Effect]:
        if on == (self.locked_to is not None):
            return []
        here = [p for p in self.people.values() if p.seated or p.seat == "waiting"]
        inside = {one.id for p in here for one in self.at_device(p)}
        self.locked_to = inside if on else None
        return [Noted("locked", host.id, {"on": on})]

    def _rename(self, host: Person, target: Person, name: str) -> list[Effect]:
        name = " ".join(name.split())
        if not name or any(name in (p.name, p.case_name) for p in self.people.values() if p is not target):
            raise NameTaken
        if target.name == name:
            return []
        target.name = name
        return [Noted("renamed", host.id, {"of": target.id, "name": name})]

    # --- who leads --------------------------------------------------------------------------------------------------

    @property
    def lead(self) -> str:
        """Id of the host who leads: whom the last handed over to, else the case's mediator; empty without any host."""
        hosts = [p for p in self.people.values() if p.is_host and p.seated]
        hosts.sort(key=lambda p: (p.id != self._lead, p.role != "mediator"))
        return hosts[0].id if hosts else ""

    def _hand_over(self, host: Person, target: Person) -> list[Effect]:
        """By who leads; by anyone of the hosts while that one's line is lost."""
        if target.id == self.lead:
            return []
        if not target.is_host or (host.id != self.lead and self._get(self.lead).seat == "present"):
            raise RightMissing("lead")
        if target.seat != "present":
            raise NotInRoom(target.id)
        former, self._lead = self.lead, target.id
        return [Noted("handed_over", host.id, {"from": former, "to": target.id})]

    def _watch_host(self, now: float) -> None:
        hosts = [p for p in self.people.values() if p.is_host]
        if any(p.seat == "present" for p in hosts):
            self.host_lost_at, self.host_gone = None, False
        elif self.host_lost_at is None and (hosts or any(p.seated for p in self.people.values())):
            self.host_lost_at = now

    def _expires(self, person: Person) -> float:
        kept = self.options.host_seat_kept if person.is_host else self.options.seat_kept
        return (person.lost_at or 0) + kept
