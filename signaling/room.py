"""The meeting room as a pure machine: an event and the time go in, a list of effects comes out. No I/O, no clock.

Here: coming and going, what people may say, time limits. Chambers and moves are in chambers.py, screens in share.py.
"""

from msgspec import Struct

from signaling.errors import (
    Moving,
    MutedByHost,
    NobodyHears,
    NotInRoom,
    ProtocolError,
    RightMissing,
    RoomEnded,
    SeatRemoved,
    TooMany,
)
from signaling.events import (
    Attendance,
    Close,
    ClosePeer,
    Disconnect,
    Effect,
    Event,
    Knock,
    Lose,
    OpenPeer,
    Order,
    Said,
    Send,
    Tick,
)
from signaling.media import KINDS
from signaling.options import RoomOptions
from signaling.person import TABLE, Act, FlowSeen, Person, advance
from signaling.protocol import (
    ChamberId,
    Chat,
    ChatLine,
    DeviceKind,
    Drained,
    Draining,
    Empty,
    HostMute,
    Move,
    Mute,
    Share,
    Stats,
    Target,
    WantToSpeak,
)
from signaling.rights import Right, need
from signaling.share import Sharing
from signaling.ticket import Ticket
from signaling.times import wire


class Room(Sharing):
    """`apply` is the only way to change it. Iteration order of `people` is the order of first arrival."""

    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self.host_lost_at: float | None = None

    def apply(self, event: Event, now: float) -> list[Effect]:
        """Raises RoomError (and changes nothing) when the event is not possible; `now` is in Unix seconds."""
        match event:
            case Knock(ticket, resumes, returns):
                effects = self._knock(ticket, resumes, returns)
            case Lose(person):
                effects = self._lose(self._get(person), now)
            case Said(person, act, body):
                effects = self._said(self._get(person), act, body, now)
            case Order(act):
                effects = self._order(act)
            case Tick():
                effects = self._tick(now)
        effects += self._settle(now)
        return effects + self._end_shares()

    # --- coming and going -----------------------------------------------------------------------------------------

    def greet(self, ticket: Ticket) -> None:
        """Raises RoomError when this ticket cannot come in at all; changes nothing."""
        if self.state == "ended":
            raise RoomEnded
        known = self.people.get(ticket.person)
        if known is None and len(self.people) >= self.options.people:
            raise TooMany("60")
        if known is not None and known.seat == "removed":
            raise SeatRemoved(known.id)

    def _knock(self, ticket: Ticket, resumes: bool, returns: ChamberId | None) -> list[Effect]:
        self.greet(ticket)
        person = self.people.get(ticket.person) or Person(ticket.person, ticket.name, ticket.role, ticket.side)
        if resumes and (person.seat == "present" or (person.seat == "interrupted" and person.sending)):
            return self._resume(person)
        if person.seat == "interrupted":
            person.seat = advance(person.seat, Act.RETURN)
            return [*self._enter(person), self._attendance(person)]
        person.seat = advance(person.seat, Act.KNOCK)
        person.name, person.role, person.side = ticket.name, ticket.role, ticket.side
        person.connected, person.hand = True, False
        self.people[person.id] = person
        effects: list[Effect] = [self._attendance(person)]
        if returns not in (None, "joint") and not person.is_host:  # as at the end of every private talk
            person.muted["audio"] = True
        return effects + self._admit(person) if person.is_host or returns is not None else effects

    def _admit(self, person: Person) -> list[Effect]:
        person.seat = advance(person.seat, Act.ADMIT)
        person.chamber, person.epoch, person.hand = "joint", self.epoch, False
        return [*self._enter(person), self._attendance(person)]

    def _enter(self, person: Person) -> list[Effect]:
        """A new connection's media: both sets are fresh, so it starts on A, unless a move is draining right now."""
        person.connected, person.lost_at, person.owes_drain, person.sending = True, None, False, False
        person.set, person.left, person.flows, person.line = "A", {}, {}, None
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

    def _lose(self, person: Person, now: float) -> list[Effect]:
        """Who has settled keeps their media for `_resume`: nobody hears it, and a move ends it (see `_drain`)."""
        if not person.connected:
            return []
        person.connected = False
        if (person.seat, Act.LOSE) not in TABLE:
            return []
        was_present = person.seat == "present"
        person.seat = advance(person.seat, Act.LOSE)
        person.owes_drain, person.flows, person.line = False, {}, None
        if not was_present:
            return [self._attendance(person)]
        person.lost_at = now
        if self.move is not None:
            self.move.waiting.discard(person.id)
        return [*([] if person.sending else [ClosePeer(person.id)]), self._attendance(person)]

    def _go_out(self, person: Person, act: Act, now: float) -> list[Effect]:
        """Leave the chamber for good or for the lobby."""
        had_peer = person.seated
        person.seat = advance(person.seat, act)
        person.chamber, person.sending, person.owes_drain, person.hand = None, False, False, False
        person.lost_at, person.flows = None, {}
        if self.move is not None and person.id in self.move.people:
            self.move.people.remove(person.id)
            self.move.waiting.discard(person.id)
        effects: list[Effect] = [ClosePeer(person.id)] if had_peer else []
        effects.append(self._attendance(person))
        if person.connected and person.seat in ("out", "removed"):
            person.connected = False
            effects.append(Disconnect(person.id))
        return effects

    def _attendance(self, person: Person) -> Attendance:
        return Attendance(person.id, person.seat, person.chamber)

    # --- what people say ------------------------------------------------------------------------------------------

    def _said(self, person: Person, act: str, body: Struct, now: float) -> list[Effect]:
        if self.state == "ended":
            raise RoomEnded
        if not person.connected:
            raise NotInRoom(person.id)
        match act, body:
            case "admit" | "refuse" | "back_to_lobby" | "remove", Target(target):
                self._need_host(person)
                return self._host_act(act, self._get(target), now)
            case "move", Move(people, chamber):
                self._need_host(person)
                return self._begin_move(person, people, chamber, now)
            case "drained", Drained(epoch):
                return self._drained(person, epoch, now)
            case "mute", Mute(kind, muted):
                return self._mute(person, kind, muted, now)
            case "host_mute", HostMute(target, kind, muted):
                self._need_host(person)
                return self._host_mute(self._get(target), kind, muted)
            case "share", Share(on):
                return self._share(person, on)
            case "stop_share", Target(target):
                self._need_host(person)
                return self._end_share(self._get(target))
            case "chat", ChatLine(text, key):
                return self._chat(person, text, key, now)
            case "want_to_speak", WantToSpeak(wants):
                need(person.role, Right.SPEAK)
                person.hand = wants
                return []
            case "stats", Stats(received, line):
                return self._stats(person, {k: (v.audio, v.video) for k, v in received.items()}, line, now)
            case "leave", Empty():
                return self._go_out(person, Act.LEAVE, now)
            case "pause" | "resume" | "end", Empty():
                self._need_host(person)
                return self._order(act)
        raise ProtocolError(act)

    def _need_host(self, person: Person) -> None:
        need(person.role, Right.HOST)
        if person.seat != "present":
            raise NotInRoom(person.id)

    def _host_act(self, act: str, target: Person, now: float) -> list[Effect]:
        """An act that already happened (double click) answers with the present state."""
        done = {"admit": "present", "refuse": "out", "back_to_lobby": "waiting", "remove": "removed"}
        if target.seat == done[act]:
            return []
        if target.is_host:
            raise RightMissing(Right.HOST)
        if act == "admit":
            return self._admit(target)
        return self._go_out(target, Act(act), now)

    def _order(self, act: str) -> list[Effect]:
        if self.state == "ended":
            return []
        if act in ("pause", "resume"):
            self.state = "paused" if act == "pause" else "open"
            return []
        if act != "end":
            raise ProtocolError(act)
        self.state, self.move, self.caucus_since = "ended", None, None
        effects: list[Effect] = []
        for person in self.people.values():
            if person.seated:
                effects.append(ClosePeer(person.id))
            if person.seated or person.seat == "waiting":
                person.seat, person.chamber, person.sending = "out", None, False
                effects.append(self._attendance(person))
            if person.connected:
                person.connected = False
                effects += [Send(person.id, "ended", Empty()), Disconnect(person.id)]
        return effects

    def _mute(self, person: Person, kind: DeviceKind, muted: bool, now: float) -> list[Effect]:
        need(person.role, Right.PUBLISH)
        if not muted and person.by_host[kind]:
            raise MutedByHost(kind)
        if person.muted[kind] == muted:
            return []
        was = person.closed(kind)
        person.muted[kind] = muted
        return self._close_if_changed(person, kind, was)

    def _host_mute(self, target: Person, kind: DeviceKind, muted: bool) -> list[Effect]:
        """Letting go leaves it closed by its owner: nobody can open another's microphone."""
        if target.is_host:
            raise RightMissing(Right.HOST)
        was = target.closed(kind)
        if target.by_host[kind] and not muted:
            target.muted[kind] = True
        target.by_host[kind] = muted
        return self._close_if_changed(target, kind, was)

    def _chat(self, person: Person, text: str, key: str, now: float) -> list[Effect]:
        need(person.role, Right.CHAT)
        if key in person.chat_keys:
            return []
        if self.draining(person):
            raise Moving
        readers = self.mates(person.id)
        if self.state != "open" or person.seat != "present" or len(readers) < 2:
            raise NobodyHears
        self._limit_chat(person, now)
        person.chat_keys.append(key)
        line = Chat(person.id, person.name, text, wire(now), key, self._chamber(person))
        return [Send(p, "chat", line) for p in self.people if p in readers]

    def _limit_chat(self, person: Person, now: float) -> None:
        times, window = person.chat_times, self.options.chat_window
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= self.options.chat_lines:
            raise TooMany(str(round(times[0] + window - now) or 1))
        times.append(now)

    def _stats(
        self, person: Person, received: dict[str, tuple[int, int]], line: int | None, now: float
    ) -> list[Effect]:
        person.line = line
        sources = self.heard_by(person.id)
        flows: dict[str, FlowSeen] = {}
        for source, (audio, video) in received.items():
            if source not in sources:
                continue
            flow = person.flows.get(source) or FlowSeen(audio, video, now, now)
            flow.audio_at = now if audio != flow.audio else flow.audio_at
            flow.video_at = now if video != flow.video else flow.video_at
            flow.audio, flow.video = audio, video
            flow.audio_ok = now - flow.audio_at < self.options.silence
            flow.video_ok = now - flow.video_at < self.options.silence
            flows[source] = flow
        person.flows = flows
        return []

    # --- time -----------------------------------------------------------------------------------------------------

    def next_wake(self) -> float | None:
        """When `Tick` is due next."""
        times = [self._expires(p) for p in self.people.values() if p.seat == "interrupted"]
        if self.move is not None:
            times.append(self.move.starts_at if self.move.deadline is None else self.move.deadline)
        if self.host_lost_at is not None and not self.host_gone:
            times.append(self.host_lost_at + self.options.host_gone)
        return min(times, default=None)

    def _expires(self, person: Person) -> float:
        kept = self.options.host_seat_kept if person.is_host else self.options.seat_kept
        return (person.lost_at or 0) + kept

    def _tick(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        for person in list(self.people.values()):
            if person.seat == "interrupted" and self._expires(person) <= now:
                effects += self._go_out(person, Act.EXPIRE, now)
        if self.host_lost_at is not None and self.host_lost_at + self.options.host_gone <= now:
            self.host_gone = True
        if self.move is not None and self.move.deadline is None and self.move.starts_at <= now:
            effects += self._drain(now)
        elif self.move is not None and self.move.deadline is not None and self.move.deadline <= now:
            effects += self._commit(now)
        return effects

    def _settle(self, now: float) -> list[Effect]:
        """What follows by itself from any event."""
        if self.state == "ended":
            return []
        effects: list[Effect] = []
        if self.move is not None and (not self.move.people or self._all_drained(self.move)):
            effects += self._commit(now) if self.move.people else self._drop_move()
        if self.move is None:
            effects += self._dissolve(now)
        self._watch_host(now)
        return effects

    def _watch_host(self, now: float) -> None:
        hosts = [p for p in self.people.values() if p.is_host]
        if any(p.seat == "present" for p in hosts):
            self.host_lost_at, self.host_gone = None, False
        elif self.host_lost_at is None and (hosts or any(p.seated for p in self.people.values())):
            self.host_lost_at = now
