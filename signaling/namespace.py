"""Socket.IO handlers of `/room` (WebSocket only), and the rooms open in this process."""

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import socketio
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError

from signaling.before import Before
from signaling.errors import ProtocolError, RoomError, TicketRejected, TooMany
from signaling.events import Forget, Invite, Knock, Order, Said
from signaling.frames import Frame
from signaling.live import LiveRoom
from signaling.office import Recorder, RoomListener
from signaling.options import RoomOptions
from signaling.protocol import CLIENT_EVENTS, NAMESPACE, Answer, ChamberId, Changed, Connect, Empty, Watch
from signaling.rights import PRIVATE, is_host
from signaling.tasks import spawn
from signaling.ticket import Ticket, check

if TYPE_CHECKING:
    from signaling.media import MediaPlane

log = logging.getLogger(__name__)

CONNECTS = 8
"""Times one socket may ask for a seat before it is closed: a browser asks once."""
FLOOD = 3
"""A connection is closed when so many times the events allowed were too many."""


@dataclass
class Connection:
    """One open WebSocket: whose, in which room, and how often it has spoken."""

    room: LiveRoom
    person: str
    times: deque[float] = field(default_factory=deque)
    bad: int = 0
    refused: int = 0
    """Events too many since it last was quiet."""


class Rooms:
    """All rooms of this process. `secret` checks tickets, `clock` gives Unix seconds; the media plane is the caller's
    and is closed by the caller after `close_all`. `stands` says whether what a ticket was minted for is still there,
    `before` (room) how it stood when the process before this one ended, None when nobody had a seat in it; `guests`
    (room) who may come."""

    def __init__(
        self,
        *,
        secret: bytes,
        media: "MediaPlane",
        listener: RoomListener,
        clock: Callable[[], float] = time.time,
        options: RoomOptions | None = None,
        origins: Sequence[str] | None = None,
        stands: Callable[[Ticket], Awaitable[bool]] | None = None,
        before: Callable[[str], Awaitable[Before | None]] | None = None,
        guests: Callable[[str], Awaitable[Sequence[Ticket]]] | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.recorder = recorder
        self.secret, self.media, self.listener, self.clock = secret, media, listener, clock
        self.options = options or RoomOptions()
        self._stands, self._before, self._guests, self._opened = stands, before, guests, clock()
        self._rooms: dict[str, LiveRoom] = {}
        self.server = socketio.AsyncServer(
            async_mode="aiohttp",
            transports=["websocket"],
            namespaces=[NAMESPACE],
            cors_allowed_origins=list(origins) if origins is not None else None,
            max_http_buffer_size=self.options.payload,
            ping_interval=self.options.ping_interval,
            ping_timeout=self.options.ping_timeout,
            http_compression=False,
            serializer=Frame,
            logger=False,
            engineio_logger=False,
        )
        self.server.register_namespace(RoomNamespace(self))

    def attach(self, app: web.Application, path: str = "socket.io") -> None:
        """Serve the namespace under `/<path>` of `app`."""
        app.router.add_get(f"/{path}/", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket from its opening to its end."""
        try:
            response: web.StreamResponse = await self.server.handle_request(request)
        except ValueError:  # what is not even a frame of Engine.IO: nobody is left to answer
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=400)
        except ConnectionResetError:  # a page on a bad line gave this attempt up for the next
            return web.Response()
        return response

    # --- what the office asks ---------------------------------------------------------------------------------------

    def chamber_mates(self, room: str, person: str) -> frozenset[str]:
        """Who is in the same chamber as `person` now, `person` included; for live drafts."""
        live = self._rooms.get(room)
        return live.machine.mates(person) if live is not None else frozenset({person})

    def talk_of(self, room: str, person: str) -> str | None:
        """The private talk in which the person's seat is, be the line up or not, "" in none; on the way between
        chambers it counts as private."""
        live = self._rooms.get(room)
        seat = live.machine.people.get(person) if live is not None else None
        if live is None or seat is None or not seat.seated:
            return None
        heading = live.machine.heading(seat) if live.machine.draining(seat) else None
        return live.machine.talk(heading if heading in PRIVATE and seat.chamber == "joint" else seat.chamber)

    def present(self, room: str) -> frozenset[str]:
        """Persons with a seat in a chamber and their line up."""
        live = self._rooms.get(room)
        return frozenset(p.id for p in live.machine.people.values() if p.seat == "present") if live else frozenset()

    def leads(self, room: str) -> tuple[str, str] | None:
        """Id and name of the host who leads now; None while there is none."""
        live = self._rooms.get(room)
        lead = live.machine.lead if live is not None else ""
        return (lead, live.machine.people[lead].name) if live is not None and lead else None

    async def notify(self, room: str, what: str, people: Collection[str] | None = None) -> None:
        """Tell connected people (all, or `people`) that data changed: they look again by GET."""
        live = self._rooms.get(room)
        for person, sid in list(live.connections.items()) if live is not None else ():
            if people is None or person in people:
                await self._emit(sid, "changed", msgspec.to_builtins(Changed(what)))

    def shown(self, room: str, person: str) -> tuple[str, int] | None:
        """Document and page on the table of the person's chamber now; None when nothing is, or nobody would see it."""
        live = self._rooms.get(room)
        return live.machine.shown(person) if live is not None else None

    async def invite(self, ticket: Ticket) -> None:
        """Who may come to the room of the ticket, whom they must not meet. Hosts see them expected and may seat them
        by telephone. A room nobody has come to asks for itself when somebody does. Raises RoomError; the ticket itself
        opens nothing."""
        if (live := self._rooms.get(ticket.room)) is not None:
            await live.apply(Invite(ticket))

    async def forget(self, room: str, person: str) -> None:
        """Somebody was taken out of the case: their browser is out, and hosts see them expected no more."""
        if (live := self._rooms.get(room)) is not None:
            await live.dismiss(person)
            await live.apply(Forget(person))

    async def expel(self, person: str) -> None:
        """Somebody may not be anywhere any more: out of every room."""
        for room in list(self._rooms):
            await self.forget(room, person)

    def recording_failed(self, room: str, why: str) -> None:
        """The recorder could not go on; `why` without content."""
        if (live := self._rooms.get(room)) is not None:
            live.recording_failed(why)

    async def pause(self, room: str) -> None:
        await self._order(room, "pause")

    async def resume(self, room: str) -> None:
        await self._order(room, "resume")

    async def close(self, room: str) -> None:
        """End the meeting: everyone is told and disconnected."""
        await self._order(room, "end")

    async def dismiss(self, room: str, person: str) -> None:
        """The person's seat went to another browser: the one in the room is told and disconnected at once."""
        if (live := self._rooms.get(room)) is not None:
            await live.dismiss(person)

    async def close_all(self) -> None:
        """For the end of the process: the meetings are not ended, their people come back to the next process."""
        rooms, self._rooms = list(self._rooms.values()), {}
        for live in rooms:
            for sid in list(live.connections.values()):
                await self._drop(sid)
            await live.close()
        await self.server.shutdown()

    async def _order(self, room: str, act: str) -> None:
        if (live := self._rooms.get(room)) is not None:
            await live.apply(Order(act))

    # --- what the namespace asks ------------------------------------------------------------------------------------

    async def check(self, text: str) -> Ticket:
        """The ticket `text` holds; raises TicketRejected, also when what it was minted for has ended."""
        ticket = check(self.secret, text, self.clock())
        await self.need_standing(ticket)
        return ticket

    async def need_standing(self, ticket: Ticket) -> None:
        """For everybody at the device. Raises TicketRejected."""
        for one in (ticket, *ticket.device_people):
            if self._stands is not None and not await self._stands(one):
                raise TicketRejected("ended")

    async def returns(self, live: LiveRoom, person: str) -> ChamberId | None:
        """For as long as a seat is kept after a restart, the room stands as it stood, and whoever was in it need not be
        let in again."""
        room, recent = live.machine.id, self.clock() - self._opened <= self.options.seat_kept

        async def known() -> tuple[Sequence[Ticket], Before | None]:
            guests = await self._guests(room) if self._guests is not None else ()
            return guests, await self._before(room) if self._before is not None and recent else None

        await live.stand(known)
        seat = live.machine.people.get(person)
        if not recent or live.before is None or (seat is not None and seat.seat != "invited"):
            return None
        return live.before.place_of(person)

    def open(self, ticket: Ticket) -> LiveRoom:
        """The room, opened by the first ticket into it; an ended one is opened again by a new ticket of its host.
        Rooms nobody used for a day are forgotten here."""
        room = ticket.room
        for idle in [r for r, live in self._rooms.items() if self._forgotten(live, ticket)]:
            del self._rooms[idle]
        if room not in self._rooms:
            log.info("room.opened", extra={"room": room})
            self._rooms[room] = LiveRoom(
                room, self.media, self.listener, self._emit, self._drop, self.clock, self.options, self.recorder
            )
        return self._rooms[room]

    def _forgotten(self, live: LiveRoom, ticket: Ticket) -> bool:
        if live.machine.state == "ended":
            return live.machine.id == ticket.room and is_host(ticket.role) and ticket.id not in live.tickets
        return not live.connections and self.clock() - live.touched > 86_400

    async def _emit(self, sid: str, event: str, payload: Any) -> None:
        await self.server.emit(event, payload, to=sid, namespace=NAMESPACE)

    async def _drop(self, sid: str) -> None:
        await self.server.disconnect(sid, namespace=NAMESPACE)


def refusal(error: Exception) -> dict[str, str]:
    """The one translator of errors to the wire. Anything unknown is a bug: logged, answered as `internal`."""
    if isinstance(error, RoomError):
        return {"code": error.code, "detail": error.detail}
    log.error("event.failed", exc_info=error)
    return {"code": "internal", "detail": ""}


class RoomNamespace(socketio.AsyncNamespace):  # type: ignore[misc]  # python-socketio has no types
    """Every event acks `{"ok": true}` or `{"error": {"code", "detail"}}`."""

    def __init__(self, rooms: Rooms) -> None:
        super().__init__(NAMESPACE)
        self.rooms = rooms
        self.connections: dict[str, Connection] = {}

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        tries = environ["hejie.tries"] = environ.get("hejie.tries", 0) + 1
        if tries >= CONNECTS:
            server = self.rooms.server
            spawn(server.eio.disconnect(server.manager.eio_sid_from_sid(sid, NAMESPACE)), name="socket.hang_up")
        try:
            said = msgspec.convert(auth, Connect)
            ticket = await self.rooms.check(said.ticket)
            live = self.rooms.open(ticket)
            if live.tickets.get(ticket.id, said.device) != said.device:
                raise TicketRejected("used")
            returns = await self.rooms.returns(live, ticket.person)
            live.machine.greet(ticket)
        except msgspec.ValidationError:
            raise ConnectionRefusedError(ProtocolError.code, refusal(ProtocolError("auth"))) from None
        except RoomError as error:
            raise ConnectionRefusedError(error.code, refusal(error)) from None
        live.tickets[ticket.id] = said.device
        self.connections[sid] = Connection(live, ticket.person)
        # Socket.IO accepts the connection when this returns: only then may the room speak to it.
        spawn(self._knock(live, Knock(ticket, returns=returns), sid, said.peer), name="room.knock")

    async def _knock(self, live: LiveRoom, event: Knock, sid: str, peer: str) -> None:
        try:
            await live.connect(event, sid, peer)
            await self.rooms.need_standing(event.ticket)  # it may have ended while the door opened
        except Exception as error:
            await self.rooms.server.disconnect(sid, namespace=NAMESPACE)
            if not isinstance(error, RoomError):
                raise

    async def on_disconnect(self, sid: str, reason: str = "") -> None:
        if (known := self.connections.pop(sid, None)) is not None:
            # The room itself may be closing this connection and hold its lock: never wait for it here.
            spawn(known.room.disconnect(known.person, sid), name="room.lose")

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Every event of the protocol goes one way; connect and disconnect go to their own handlers."""
        if event in ("connect", "disconnect"):
            return await super().trigger_event(event, *args)
        sid, data = args[0], args[1] if len(args) == 2 else {}
        known = self.connections.get(sid)
        if known is None:
            return {"error": {"code": "not_in_room", "detail": ""}}
        try:
            self._count(known)
            await self._hear(known, event, data)
        except Exception as error:
            if isinstance(error, ProtocolError):
                await self._bad(sid, known)
            elif known.refused >= FLOOD * self.rooms.options.events:
                await self.rooms.server.disconnect(sid, namespace=NAMESPACE)
            return {"error": refusal(error)}
        return {"ok": True}

    async def _hear(self, known: Connection, event: str, data: object) -> None:
        if event not in CLIENT_EVENTS:
            raise ProtocolError("event")
        try:
            body = msgspec.convert(data if data is not None else {}, CLIENT_EVENTS[event])
        except msgspec.ValidationError:
            raise ProtocolError(event) from None
        if isinstance(body, Answer):
            await known.room.answer(known.person, body)
        elif isinstance(body, Watch):
            known.room.watch(known.person, body)
        elif event == "restart" and isinstance(body, Empty):
            await known.room.restart(known.person)
        else:
            await known.room.apply(Said(known.person, event, body))

    def _count(self, known: Connection) -> None:
        now, options = self.rooms.clock(), self.rooms.options
        while known.times and known.times[0] <= now - options.events_window:
            known.times.popleft()
        if not known.times:
            known.refused = 0
        if len(known.times) >= options.events:
            known.refused += 1
            raise TooMany(str(round(options.events_window)))
        known.times.append(now)

    async def _bad(self, sid: str, known: Connection) -> None:
        known.bad += 1
        if known.bad >= self.rooms.options.bad_messages:
            await self.rooms.server.disconnect(sid, namespace=NAMESPACE)
