"""The meeting room as a pure machine: an event and the time go in, a list of effects comes out. No I/O, no clock.

Here: what each event calls, muting, what clients report, time limits. Every theme has a file of its own.
"""

from msgspec import Struct

from signaling.course import Course
from signaling.errors import MutedByHost, NotInRoom, ProtocolError, RightMissing, RoomEnded
from signaling.events import (
    Effect,
    Event,
    Forget,
    Invite,
    Knock,
    Lose,
    Measured,
    Order,
    RecordingFailed,
    Resume,
    Said,
    Tick,
)
from signaling.floor import Floor
from signaling.person import Act, FlowSeen, Person
from signaling.protocol import (
    Admit,
    Break,
    CaptionLine,
    ChatLine,
    DeviceKind,
    Drained,
    Empty,
    HostMute,
    More,
    Move,
    Mute,
    PhoneSeat,
    RecordingAgree,
    RecordingAsk,
    Rename,
    SetStage,
    Share,
    ShowDocument,
    SpeakingOrder,
    Spotlight,
    Stats,
    Switch,
    Target,
    TurnPage,
    WantToSpeak,
    Write,
)
from signaling.rights import Right, need
from signaling.share import Sharing
from signaling.talks import Talks


class Room(Sharing, Floor, Talks, Course):
    """`apply` is the only way to change it. Iteration order of `people` is the order of first arrival."""

    def apply(self, event: Event, now: float) -> list[Effect]:
        """Raises RoomError (and changes nothing) when the event is not possible; `now` is in Unix seconds."""
        match event:
            case Knock(ticket, resumes, returns):
                effects = self._knock(ticket, resumes, returns)
            case Invite(ticket):
                effects = self._invite(ticket)
            case Forget(person):
                effects = self._forget(person)
            case Resume(before):
                effects = self._stand(before)
            case Lose(person):
                effects = self._lose(self._get(person), now)
            case Said(person, act, body):
                effects = self._said(self._get(person), act, body, now)
            case Order(act):
                effects = self._order(act, "office", now)
            case Measured(person, loss, rtt):
                one = self._get(person)
                one.loss, one.rtt = loss, rtt
                return []
            case RecordingFailed():
                effects = self._recording_failed()
            case Tick():
                effects = self._tick(now)
        return effects + self._settle(now)

    # --- what people say ------------------------------------------------------------------------------------------

    def _said(self, person: Person, act: str, body: Struct, now: float) -> list[Effect]:
        """Raises RightMissing by the one table, before anything else is looked at."""
        if self.state == "ended":
            raise RoomEnded
        if not person.connected:
            raise NotInRoom(person.id)
        need(person.role, act, person.where)
        effects = self._said_by_anyone(person, act, body, now)
        if effects is None and person.is_host:
            effects = self._said_by_host(person, act, body, now)
        if effects is None:
            raise ProtocolError(act)
        return effects

    def _said_by_anyone(self, person: Person, act: str, body: Struct, now: float) -> list[Effect] | None:
        match act, body:
            case "drained", Drained(epoch):
                return self._drained(person, epoch, now)
            case "mute", Mute(kind, muted):
                return self._mute(person, kind, muted)
            case "share", Share(on):
                return self._share(person, on)
            case "chat", ChatLine(text, key):
                return self._chat(person, text, key, now)
            case "write", Write(to, text, key):
                return self._write_to(person, to, text, key, now)
            case "caption", CaptionLine(epoch, key, text):
                return self._caption(person, epoch, key, text, now)
            case "want_to_speak", WantToSpeak(wants):
                return self._raise(person, wants, now)
            case "distress", Switch(on):
                return self._distress(person, on)
            case "recording_agree", RecordingAgree(agree, of):
                return self._agree(person, agree, of)
            case "stats", Stats(received, line):
                return self._stats(person, {k: (v.audio, v.video) for k, v in received.items()}, line, now)
            case "leave", Empty():
                return self._go_out(person, Act.LEAVE)
        return None

    def _said_by_host(self, host: Person, act: str, body: Struct, now: float) -> list[Effect] | None:
        match act, body:
            case "admit", Admit(person, chamber):
                target = self._get(person)
                return [] if target.seat == "present" else self._admit(target, chamber)
            case "refuse" | "back_to_lobby" | "remove", Target(person):
                return self._host_act(act, self._get(person))
            case "move", Move(people, chamber):
                return self._begin_move(host, people, chamber, now)
            case "host_mute", HostMute(person, kind, muted):
                return self._host_mute(self._get(person), kind, muted)
            case "mute_all", Empty():
                return self._hush(self.in_chamber(self._chamber(host)))
            case "stop_share", Target(person):
                return self._end_share(self._get(person))
            case "broadcast", ChatLine(text, key):
                return self._broadcast(host, text, key, now)
            case "lower_hand", Target(person):
                return self._raise(self._get(person), False, now)
            case "floor", SpeakingOrder(people, seconds):
                return self._set_order(host, people, seconds, now)
            case "floor_next", Empty():
                return self._next_speaker(host, now)
            case "floor_more", More(seconds):
                return self._more_time(host, seconds)
            case "spotlight", Spotlight(person):
                return self._spotlight(host, person)
            case "distress_seen", Target(person):
                return self._distress_seen(host, self._get(person))
            case "hand_over", Target(person):
                return self._hand_over(host, self._get(person))
            case "phone_seat", PhoneSeat(person, on):
                return self._phone(self._get(person), on)
            case "lock", Switch(on):
                return self._lock(host, on)
            case "rename", Rename(person, name):
                return self._rename(host, self._get(person), name)
            case "stage", SetStage(stage):
                return self._set_stage(host, stage)
            case "show_document", ShowDocument(document, page):
                return self._show_document(host, document, page)
            case "turn_page", TurnPage(page):
                return self._turn_page(host, page)
            case "hide_document", Empty():
                self.papers.pop(self._chamber(host), None)
                return []
            case "recording_ask", RecordingAsk(what):
                return self._ask(host, what)
            case "recording_stop", Empty():
                return self._stop_recording("host")
            case "break", Break(until):
                return self._break(host, until, now)
            case "pause" | "resume" | "end", Empty():
                return self._order(act, host.id, now)
        return None

    def _mute(self, person: Person, kind: DeviceKind, muted: bool) -> list[Effect]:
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

    def _stats(
        self, person: Person, received: dict[str, tuple[int, int]], line: int | None, now: float
    ) -> list[Effect]:
        person.line = line
        self._report(person.id, received, now)
        sources = self.heard_by(person.id)
        flows: dict[str, FlowSeen] = {}
        for source, (audio, video) in received.items():
            if source not in sources:
                continue
            flow = person.flows.get(source) or FlowSeen(audio, video, now, now)
            flow.audio_at = now if audio != flow.audio else flow.audio_at
            flow.video_at = now if video != flow.video or source in person.unseen else flow.video_at
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

    def _tick(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        for person in list(self.people.values()):
            if person.seat == "interrupted" and self._expires(person) <= now:
                effects += self._go_out(person, Act.EXPIRE)
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
            return self._end_shares()
        effects = self._settle_move(now)
        self._watch_host(now)
        effects += self._watch_talks(now)
        self._see_who_is_where()
        self._watch_hearing(now)
        self._keep_orders(now)
        self._clear_tables()
        return effects + self._end_shares() + self._watch_recording(now)
