"""One room that is open now: the pure machine, its connections and its peers. Carries out effects in order, one event
at a time; decides nothing itself."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from signaling.before import Before
from signaling.chronicle import Chronicle
from signaling.errors import NotInRoom, ProtocolError, RoomError
from signaling.events import (
    Close,
    ClosePeer,
    Disconnect,
    DrainPeer,
    Effect,
    Event,
    Invite,
    Knock,
    Lose,
    Measured,
    Noted,
    OpenPeer,
    RecordingFailed,
    Resume,
    Said,
    Send,
    StartRecording,
    StopRecording,
    Tick,
    UseSet,
)
from signaling.media import AnswerRejected, Mark, SetNotRested
from signaling.office import Recorder, RoomListener
from signaling.options import RoomOptions
from signaling.protocol import Answer, Saving, Watch
from signaling.room import Room
from signaling.seated import Listener, Seated
from signaling.tally import Tally
from signaling.tasks import spawn
from signaling.ticket import Ticket
from signaling.times import wire
from signaling.view import view

if TYPE_CHECKING:
    from signaling.media import MediaPlane, Peer

log = logging.getLogger(__name__)
Emit = Callable[[str, str, Any], Awaitable[None]]
"""Send event and payload to one connection (sid)."""
Drop = Callable[[str], Coroutine[Any, Any, None]]
"""Close one connection (sid)."""
LINGER = 0.2
"""Seconds between the end of an event that sends somebody out and the end of their connection, for its ack."""


class LiveRoom:
    """`clock` gives Unix seconds."""

    def __init__(
        self,
        room: str,
        media: "MediaPlane",
        listener: RoomListener,
        emit: Emit,
        drop: Drop,
        clock: Callable[[], float] = time.time,
        options: RoomOptions | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.machine = Room(room, options)
        self.recorder, self._tally = recorder, Tally()
        self._chronicle = Chronicle(room, listener, self._tally)
        self.media, self.emit, self.drop, self.clock = media, emit, drop, clock
        self.lock = asyncio.Lock()
        self.connections: dict[str, str] = {}
        self.tickets: dict[str, str] = {}
        self.touched = clock()
        self.before: Before | None = None
        self._stands = False
        self._peers: dict[str, Seated] = {}
        self._seen: dict[str, bytes] = {}
        self._resting: dict[str, Send | None] = {}
        """People whose next set has not rested, with the `go` held back: who is told to send must be heard."""
        self._leaving: list[str] = []
        """Connections to be closed when all that the event brought is told and written down: the ack comes after."""
        self._missing: dict[str, asyncio.TimerHandle] = {}
        """People whose connection ended a moment ago, and when they count as lost."""
        self._timer: asyncio.TimerHandle | None = None

    # --- events ---------------------------------------------------------------------------------------------------

    async def apply(self, event: Event) -> None:
        """Raises RoomError; then nothing has changed."""
        async with self.lock:
            await self._apply(event)

    async def stand(self, known: Callable[[], Awaitable[tuple[Sequence[Ticket], Before | None]]]) -> None:
        """The first who comes finds the room told who may come, as the office knows it now (a ticket a page kept says
        what was so when it was minted), and how it stood when the process before this one ended."""
        async with self.lock:
            if self._stands:
                return
            guests, self.before = await known()
            self._stands = True
            await self._chronicle.write(Noted("opened", ""), self.clock())
            for ticket in guests:
                with suppress(RoomError):
                    await self._apply(Invite(ticket))
            if self.before is not None:
                await self._apply(Resume(self.before))

    async def connect(self, event: Knock, sid: str, peer: str = "") -> None:
        """Give the person's seat to connection `sid`. A page that still holds `peer` goes on with it under a new ICE
        name; any other begins anew, and a former connection is told."""
        person = event.ticket.person
        async with self.lock:
            self._forgive(person)
            seated = self._peers.get(person)
            resumes = seated is not None and seated.id == peer
            if (former := self.connections.pop(person, None)) is not None:
                if not resumes:
                    await self.emit(former, "taken_over", {})
                self._drop(former)
            if seated is not None and resumes:
                seated.restart()
            elif person in self.machine.people:
                await self._apply(Lose(person))
            self._seen.pop(person, None)
            self.connections[person] = sid
            try:
                await self._apply(replace(event, resumes=resumes))
            except Exception:
                self.connections.pop(person, None)
                raise

    async def dismiss(self, person: str) -> None:
        """Tell and close the person's connection and media; the seat is kept as for a lost line."""
        async with self.lock:
            self._forgive(person)
            if (sid := self.connections.pop(person, None)) is not None:
                await self.emit(sid, "taken_over", {})
                self._drop(sid)
            if person in self.machine.people:
                await self._close_peer(person)
                await self._apply(Lose(person))

    async def disconnect(self, person: str, sid: str) -> None:
        """The connection ended. Who has media may come back within the grace; nobody else needs to know."""
        async with self.lock:
            if self.connections.get(person) != sid:
                return
            del self.connections[person]
            if person not in self._peers:
                await self._apply(Lose(person))
                return
            self._forgive(person)
            wait = self.machine.options.grace
            self._missing[person] = asyncio.get_running_loop().call_later(wait, self._miss, person)

    def _forgive(self, person: str) -> None:
        if (missing := self._missing.pop(person, None)) is not None:
            missing.cancel()

    def _miss(self, person: str) -> None:
        spawn(self._lose(person), name="room.lose")

    async def _lose(self, person: str) -> None:
        async with self.lock:
            if self._missing.pop(person, None) is not None:
                await self._apply(Lose(person))

    async def _apply(self, event: Event) -> None:
        now = self.touched = self.clock()
        effects = self.machine.apply(event, now)
        if isinstance(event, Said) and event.act == "stats" and event.person in self._peers:
            self.machine.apply(Measured(event.person, *self._peers[event.person].measured()), now)
        self._tally.look(self._media_of(self._peers))
        for effect in effects:  # media first and without a pause: nothing is forwarded that the new state forbids
            await self._media(effect)
        self._listen()
        self._record(effects)
        self._schedule()
        for effect in effects:  # before anybody is offered or told anything: a process can be killed at any moment
            await self._chronicle.write(effect, now)
        await self._offer_all()  # the lines first, then who uses which
        for effect in effects:
            await self._tell(effect)
        await self._show()
        while self._leaving:
            asyncio.get_running_loop().call_later(LINGER, self._drop, self._leaving.pop())

    # --- media ----------------------------------------------------------------------------------------------------

    async def _media(self, effect: Effect) -> None:
        match effect:
            case OpenPeer(person):
                await self._close_peer(person)
                self._peers[person] = Seated(self.media.add_peer(person, Listener(self, person)))
            case ClosePeer(person):
                await self._close_peer(person)
            case DrainPeer(person):
                self._resting.pop(person, None)
                self._peers[person].peer.drain()
            case UseSet(person):
                self._use_set(effect, self._peers.get(person))
            case Close(person, kind, muted):
                if (seated := self._peers.get(person)) is not None:
                    seated.peer.mute(kind, muted)

    def _use_set(self, effect: UseSet, seated: Seated | None) -> None:
        person = self.machine.people[effect.person]
        if person.epoch != effect.epoch or seated is not self._peers.get(effect.person):
            return  # a later move or a fresh peer decides
        if seated is None or not person.sending:
            self._resting.pop(effect.person, None)
            return
        try:
            seated.peer.use_set(effect.set, Mark(effect.chamber, effect.epoch))
        except SetNotRested as early:  # a packet came after the drain: the media plane counts from there
            self._resting.setdefault(effect.person, None)
            asyncio.get_running_loop().call_later(early.wait + 0.01, self._use_set, effect, seated)
            return
        if (go := self._resting.pop(effect.person, None)) is not None:
            spawn(self._send(go.person, go.event, go.body), name="room.go")

    async def _close_peer(self, person: str) -> None:
        self._resting.pop(person, None)
        if (seated := self._peers.pop(person, None)) is not None:
            await seated.close()

    def _listen(self) -> None:
        """Attach exactly the legs the room allows, for everyone, after every event; sorted, so that a storm repeats."""
        for person, seated in self._peers.items():
            sources = {p: self._peers[p].peer for p in sorted(self.machine.heard_by(person)) if p in self._peers}
            seated.again |= seated.peer.listen(sources)

    def _media_of(self, people: Iterable[str]) -> dict[str, "Peer"]:
        return {person: self._peers[person].peer for person in people if person in self._peers}

    def _record(self, effects: list[Effect]) -> None:
        """The meeting goes on when it cannot be recorded; the room is told."""
        try:
            for effect in effects:
                match effect:
                    case StopRecording(why) if self.recorder is not None:
                        self.recorder.stop(self.machine.id, why)
                    case StartRecording(epoch):
                        if self.recorder is None:
                            raise RuntimeError("no recorder")
                        self.recorder.start(self.machine.id, epoch, *self._taken())
            if self.recorder is not None and self.machine.recording == "on":
                self.recorder.audience(self.machine.id, *self._taken())
        except Exception as error:
            log.exception("recording.failed", extra={"room": self.machine.id})
            self.recording_failed(type(error).__name__)

    def _taken(self) -> tuple[dict[str, "Peer"], dict[str, tuple[str, ...]]]:
        return self._media_of(self.machine.recorded()), self.machine.in_recording()

    def recording_failed(self, why: str) -> None:
        """The recorder could not go on."""
        spawn(self.apply(RecordingFailed(why)), name="room.recording_failed")

    def want_offer(self, person: str) -> None:
        if (seated := self._peers.get(person)) is not None:
            seated.again = True
            spawn(self._offer(person, seated), name="peer.offer")

    async def _offer_all(self) -> None:
        for person, seated in list(self._peers.items()):
            await self._offer(person, seated)

    async def _offer(self, person: str, seated: Seated) -> None:
        if person not in self.connections:
            return
        if (offer := seated.offer(partial(self._ask_again, person, seated))) is not None:
            await self._send(person, "offer", offer)

    def _ask_again(self, person: str, seated: Seated) -> None:
        seated.settle()
        if self._peers.get(person) is seated:
            self.want_offer(person)

    async def answer(self, person: str, body: Answer) -> None:
        seated = self._seated(person)
        try:
            await seated.peer.answer(body.n, body.sdp)
        except AnswerRejected as error:
            log.warning("answer.rejected", extra={"room": self.machine.id, "person": person, "reason": error.reason})
            raise ProtocolError("answer") from None
        finally:
            if body.n == seated.asked:
                seated.settle()
        await self._offer(person, seated)

    async def restart(self, person: str) -> None:
        """The browser's network changed: the next offer carries a new ICE user name."""
        seated = self._seated(person)
        seated.restart()
        await self._offer(person, seated)

    def watch(self, person: str, body: Watch) -> None:
        """What the person looks at decides what is worth sending them."""
        self._seated(person).peer.watch(body.sizes, body.screen)
        self.machine.people[person].unseen = frozenset(who for who, height in body.sizes.items() if not height)

    def _seated(self, person: str) -> Seated:
        try:
            return self._peers[person]
        except KeyError:
            raise NotInRoom(person) from None

    # --- words ----------------------------------------------------------------------------------------------------

    async def _tell(self, effect: Effect) -> None:
        match effect:
            case Send(person, "go") if person in self._resting:
                self._resting[person] = effect
            case Send(person, event, body):
                await self._send(person, event, body)
            case Disconnect(person):
                await self._show(person)
                if (sid := self.connections.pop(person, None)) is not None:
                    self._leaving.append(sid)

    def _drop(self, sid: str) -> None:
        spawn(self.drop(sid), name="room.drop")

    async def _send(self, person: str, event: str, body: msgspec.Struct) -> None:
        if (sid := self.connections.get(person)) is not None:
            await self.emit(sid, event, msgspec.to_builtins(body))

    async def _show(self, only: str | None = None) -> None:
        """The view of everyone whose view changed."""
        for person in [only] if only is not None else list(self.connections):
            shown = view(self.machine, person)
            coded = msgspec.json.encode(shown)
            if self._seen.get(person) != coded:
                self._seen[person] = coded
                await self._send(person, "room", msgspec.structs.replace(shown, at=wire(self.clock())))
            await self._show_saving(person)

    async def _show_saving(self, person: str) -> None:
        """Whose picture the media plane holds back from them; looked at with every event, so at least every 2 s."""
        seated = self._peers.get(person)
        if seated is not None and (paused := seated.peer.paused()) != seated.paused:
            seated.paused = paused
            await self._send(person, "saving", Saving(sorted(paused)))

    # --- time -----------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wake = self.machine.next_wake()
        if wake is not None:
            delay = max(0.0, wake - self.clock()) + 0.001
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        spawn(self.apply(Tick()), name="room.tick")

    async def close(self) -> None:
        """Write down what is counted so far and close all peers; the connections are the caller's."""
        now = self.clock()
        self._tally.look(self._media_of(self._peers))
        for effect in (*self.machine.account(now), Noted("stopped", "")):
            await self._chronicle.write(effect, now)
        if self._timer is not None:
            self._timer.cancel()
        for person in list(self._missing):
            self._forgive(person)
        while self._peers:
            _, seated = self._peers.popitem()
            await seated.close()
