"""Meetings in bad weather: real rooms and real peers, pages that behave like ours, lines that break at any moment.

A page sends and hears by datagrams that come up to 2 s late, twice or never, and speaks with its room in order over a
connection whose end each side notices in its own time. Every packet carries the room, person, chamber and epoch its
page believed in when it was captured; `Office.judge` looks at each one that leaves the server.
"""

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from signaling.errors import RoomError
from signaling.events import Knock, Said
from signaling.live import LiveRoom
from signaling.media import Offer, Peer, PeerListener, rtcp
from signaling.media.peer import SET_MIDS
from signaling.media.rtp import CLOCK_RATE, scan
from signaling.media.types import KINDS, SET_NAMES, Kind, SetName
from signaling.protocol import CLIENT_EVENTS, Answer, ChamberId, Seat
from signaling.tasks import spawn
from signaling.ticket import Ticket
from tests.signaling.media.memory import OPUS, RTX, VP8, MemoryLink, answer_to, packet, vp8_payload
from tests.signaling.meeting import CAST

APART = {"bai": ("wu",)}
TIED = {"tang": "bai"}
"""In every room they are in together: who must never meet whom, who interprets for whom."""
LATEST = 2.0
"""Seconds a datagram may be held back."""
CAPTURE = 0.25
"""Seconds between two packets of one kind."""


class Quiet:
    """An office that writes nothing down."""

    async def on_attendance(
        self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime
    ) -> None: ...

    async def on_move(
        self, room: str, epoch: int, people: tuple[str, ...], chamber: ChamberId, at: datetime
    ) -> None: ...

    async def on_counts(self, room: str, epoch: int, *counts: object) -> None: ...

    async def on_note(self, room: str, what: str, person: str, detail: object, at: datetime) -> None: ...


@dataclass
class Line:
    """One connection of a page. `open` is the server's belief, `cut` the truth."""

    sid: str
    page: "Page"
    cut: bool = False
    open: bool = True
    seated: bool = False
    at: float = 0.0
    """No message arrives before the one before it."""


class Office:
    """All rooms of one process, the media plane between them, and the judge at its exit."""

    def __init__(self, seed: int, rooms: tuple[str, ...]) -> None:
        self.seed, self.random = seed, random.Random(seed)
        self.loop = asyncio.get_running_loop()
        self.peers: list[Peer] = []
        self.lines: dict[str, Line] = {}
        self.names = count(1)
        self.pages: list[Page] = []
        self.leaks: list[str] = []
        self.delivered = self.repaired = 0
        self.flowed: dict[tuple[str, str, str], float] = {}
        """(room, receiver, source) -> when something of the source last left for the receiver."""
        self.rooms = {
            room: LiveRoom(room, Plane(self, room), Quiet(), self.emit, self.drop, self.loop.time)  # type: ignore[arg-type]
            for room in rooms
        }

    # --- signalling -------------------------------------------------------------------------------------------------

    def later(self, delay: float, act: Callable[[], object]) -> None:
        self.loop.call_later(delay, act)

    def carry(self, line: Line, act: Callable[[], object]) -> None:
        """One message of the connection: in order, lost with it."""
        line.at = max(line.at + 1e-4, self.loop.time() + 0.01 + line.page.random.random() * 0.2)
        self.loop.call_at(line.at, lambda: None if line.cut else act())

    def knock(self, line: Line, peer: str) -> None:
        self.lines[line.sid] = line
        spawn(self._knock(line, peer), name="storm.knock")

    async def _knock(self, line: Line, peer: str) -> None:
        page = line.page
        name, role, side = CAST[page.person]
        apart, tied_to = APART.get(page.person, ()), TIED.get(page.person, "")
        ticket = Ticket(page.room, page.person, name, role, side, 2**40, apart=apart, tied_to=tied_to)
        try:
            await self.rooms[page.room].connect(Knock(ticket), line.sid, peer)
            line.seated = True
        except RoomError:
            await self.drop(line.sid)

    async def emit(self, sid: str, event: str, payload: Any) -> None:
        line = self.lines[sid]
        page = line.page
        seated = self.rooms[page.room]._peers.get(page.person)
        peer = seated.peer if seated is not None else None
        if line.open:
            self.carry(line, lambda: page.hear(line, event, payload, peer))

    async def drop(self, sid: str) -> None:
        line = self.lines[sid]
        self.carry(line, lambda: page.lost(line))
        page = line.page
        self.close(line)

    def close(self, line: Line) -> None:
        """The server notices the end of a connection."""
        if line.open:
            line.open = False
            room = self.rooms[line.page.room]
            spawn(room.disconnect(line.page.person, line.sid), name="storm.disconnect")

    def said(self, line: Line, event: str, body: dict[str, Any]) -> None:
        if line.open and line.seated:
            spawn(self._said(line, event, body), name="storm.said")

    async def _said(self, line: Line, event: str, body: dict[str, Any]) -> None:
        room, person = self.rooms[line.page.room], line.page.person
        try:
            if event == "answer":
                await room.answer(person, msgspec.convert(body, Answer))
            elif event == "restart":
                await room.restart(person)
            else:
                await room.apply(Said(person, event, msgspec.convert(body, CLIENT_EVENTS[event])))
        except RoomError:
            pass

    # --- media ------------------------------------------------------------------------------------------------------

    def datagram(self, page: "Page", act: Callable[[], None]) -> None:
        """Late, out of order, now and then twice or never; nothing while the page's line is cut."""
        for _ in range(page.random.choices((0, 1, 2), (2, 96, 2))[0]):
            self.later(page.random.random() * LATEST, lambda: None if page.away else act())

    def judge(self, room: str, receiver: str, peer: Peer, data: bytes) -> None:
        """The mark of capture is the publisher's place now, and the receiver may hear them now."""
        body = json.loads(data[data.rindex(b"[") :])
        source = str(body[1])
        machine = self.rooms[room].machine
        person = machine.people.get(source)
        self.delivered += 1
        self.flowed[room, receiver, source] = self.loop.time()
        allowed = person is not None and body == [room, source, person.chamber, person.epoch]
        apart = receiver in APART.get(source, ()) or source in APART.get(receiver, ())
        if not allowed or receiver not in machine.hearers(source) or peer.closed or apart:
            self.leaks.append(f"{receiver} in {room} got {body}")
        page = next((p for p in self.pages if p.peer is peer), None)
        if page is not None and data[1] & 0x7F != RTX:
            page.heard.append((int.from_bytes(data[8:12], "big"), int.from_bytes(data[2:4], "big")))
        self.repaired += data[1] & 0x7F == RTX


@dataclass
class Plane:
    """The media plane of one room: real peers on links in memory."""

    office: Office
    room: str

    def add_peer(self, person: str, listener: PeerListener) -> Peer:
        office = self.office

        def link(peer: Peer) -> MemoryLink:
            def on_rtcp(data: bytes) -> None:
                page = next((p for p in office.pages if p.peer is peer), None)
                if page is not None:
                    office.datagram(page, lambda: page.on_rtcp(data))

            return MemoryLink(peer, lambda data: office.judge(self.room, person, peer, data), on_rtcp)

        peer = Peer(person, listener, link, office.loop.time, office.peers.remove)
        office.peers.append(peer)
        return peer


@dataclass
class Stream:
    """One sending line of a page, with what it sent lately: repairs and probes may ask for it."""

    ssrc: int
    kind: Kind
    mid: str
    sequence: int
    sent: dict[int, bytes] = field(default_factory=dict)
    repairs: int = 0


class Page:
    """One tab of one person, as static/src/room behaves. Ends for good on `taken_over`, `ended` or when sent out."""

    def __init__(self, office: Office, room: str, person: str) -> None:
        self.office, self.room, self.person = office, room, person
        self.random = random.Random(f"{office.seed} {room} {person} {len(office.pages)}")
        self.line: Line | None = None
        self.away = False
        """The line is cut: neither side reaches the other."""
        self.over = self.reloaded = False
        self.peer_id = ""
        self.peer: Peer | None = None
        self.streams: dict[tuple[SetName, Kind], Stream] = {}
        self.go: dict[str, Any] | None = None
        self.view: dict[str, Any] | None = None
        self.heard: deque[tuple[int, int]] = deque(maxlen=200)
        self.picture = 0
        self.key_wanted = False
        office.pages.append(self)
        self.connect()
        office.later(self.random.random() * CAPTURE, self.capture)
        office.later(1, self.nag)

    # --- the connection ---------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Tried each second while the line is cut, as client.ts does."""
        if self.over or self.line is not None:
            return
        if self.away:
            self.office.later(0.75 + self.random.random() / 2, self.connect)
            return
        line = self.line = Line(f"{self.person}-{next(self.office.names)}", self)
        peer = self.peer_id
        self.office.carry(line, lambda: self.office.knock(line, peer))

    def cut(self, seconds: float) -> None:
        """An outage: this side sees it after 2 s or when it is over, the server after its pings went unanswered."""
        random = self.random
        if self.away or self.line is None:
            return
        line = self.line
        line.cut = self.away = True
        self.office.later(seconds, lambda: setattr(self, "away", False))
        self.office.later(random.random() * 5, lambda: self.office.close(line))
        self.office.later(random.random() * 2, lambda: self.lost(line))

    def lost(self, line: Line) -> None:
        line.cut = True
        if self.line is line:
            self.line = None
            self.connect()

    def reload(self) -> "Page":
        """The tab begins anew; the old one's connection ends without a word, sometime."""
        self.end()
        if (line := self.line) is not None:
            line.cut = True
            self.office.later(self.random.random() * 3, lambda: self.office.close(line))
        return Page(self.office, self.room, self.person)

    def end(self) -> None:
        self.over, self.go, self.peer, self.peer_id = True, None, None, ""

    def say(self, event: str, body: dict[str, Any] | None = None) -> None:
        if (line := self.line) is not None:
            self.office.carry(line, lambda: self.office.said(line, event, body or {}))

    def hear(self, line: Line, event: str, body: dict[str, Any], peer: Peer | None) -> None:
        if self.line is not line or self.over:
            return
        if event in ("taken_over", "ended"):
            self.end()
        elif event == "offer":
            self.take(body["peer"], peer)
            spawn(self.answer(line, body), name="storm.answer")
        elif event == "draining":
            self.go = None
            self.say("drained", {"epoch": body["epoch"]})
        elif event == "go":
            self.go = body
        elif event == "room":
            self.view = body
            if body["you"]["state"] in ("out", "removed"):
                self.end()
            elif body["you"]["state"] != "present":
                self.go, self.peer, self.peer_id = None, None, ""

    def take(self, name: str, peer: Peer | None) -> None:
        """An offer of another media connection begins anew."""
        if name == self.peer_id:
            return
        if self.peer is not None:
            self.go = None
        self.peer_id, self.peer = name, peer
        ssrc = 100 * next(self.office.names)
        self.streams = {
            (name, kind): Stream(ssrc + at, kind, SET_MIDS[name][kind], self.random.randrange(60_000))
            for at, (name, kind) in enumerate((n, k) for n in SET_NAMES for k in KINDS)
        }

    async def answer(self, line: Line, body: dict[str, Any]) -> None:
        await asyncio.sleep(self.random.random() * 0.1)
        if self.line is line:
            said = {s.mid: (s.ssrc, None if s.kind == "audio" else s.ssrc + 50) for s in self.streams.values()}
            sdp = answer_to(Offer(body["n"], body["sdp"], {}, ()), said)
            self.say("answer", {"n": body["n"], "sdp": sdp})

    # --- media ------------------------------------------------------------------------------------------------------

    @property
    def sending(self) -> dict[str, Any] | None:
        """Fail closed: only for the chamber the newest view is of."""
        go, view = self.go, self.view
        if go is None or view is None or view["chamber"] is None or view["away"]:
            return None
        return go if (go["chamber"], go["epoch"]) == (view["chamber"]["id"], view["chamber"]["epoch"]) else None

    def capture(self) -> None:
        if self.over:
            return
        self.office.later(CAPTURE, self.capture)
        go = self.sending
        if go is None or self.view is None or not self.streams:
            return
        for kind in KINDS:
            if kind != "screen" and not self.view["you"]["muted"][kind]:
                self.send(
                    self.streams[go["set"], kind], json.dumps([self.room, self.person, go["chamber"], go["epoch"]])
                )

    def send(self, stream: Stream, mark: str) -> None:
        stream.sequence += 1
        body = mark.encode()
        if stream.kind != "audio":
            self.picture += 1
            body = vp8_payload(body, key=self.key_wanted or self.picture % 20 == 0, picture=self.picture)
            self.key_wanted = False
        stamp = int(self.office.loop.time() * CLOCK_RATE[stream.kind])
        payload_type = OPUS if stream.kind == "audio" else VP8
        data = packet(stream.ssrc, stream.sequence, stamp, body, payload_type=payload_type, mid=stream.mid)
        stream.sent[stream.sequence & 0xFFFF] = data
        self.to_server(lambda peer, now: peer.on_rtp(data, now))

    def to_server(self, act: Callable[[Peer, float], None]) -> None:
        peer = self.peer

        def arrive() -> None:
            if peer is not None and not peer.closed:
                act(peer, self.office.loop.time())

        self.office.datagram(self, arrive)

    def on_rtcp(self, data: bytes) -> None:
        for item in rtcp.walk(data):
            if isinstance(item, rtcp.PictureLoss):
                self.key_wanted = True
            elif isinstance(item, rtcp.Nack):
                for stream in self.streams.values():
                    if stream.ssrc == item.ssrc:
                        for sequence in item.sequences:
                            self.resend(stream, sequence)

    def resend(self, stream: Stream, sequence: int) -> None:
        if (data := stream.sent.get(sequence)) is None or stream.kind == "audio":
            return
        stream.repairs += 1
        body = sequence.to_bytes(2, "big") + data[scan(data).payload :]
        stamp = int.from_bytes(data[4:8], "big")
        copy = packet(stream.ssrc + 50, stream.repairs, stamp, body, payload_type=RTX, mid=stream.mid)
        self.to_server(lambda peer, now: peer.on_rtp(copy, now))

    def nag(self) -> None:
        """Ask repair of anything ever heard, probe with anything ever sent."""
        if self.over:
            return
        self.office.later(1, self.nag)
        random = self.random
        if self.heard:
            ssrc, _ = random.choice(self.heard)
            asked = rtcp.nack(1, ssrc, [sequence for of, sequence in self.heard if of == ssrc][-30:])
            self.to_server(lambda peer, now: peer.on_rtcp(asked, now))
        sent = [stream for stream in self.streams.values() if stream.sent]
        if sent:
            stream = random.choice(sent)
            self.resend(stream, random.choice(list(stream.sent)[-100:]))
