"""Property: whatever the network delays, reorders or repairs, nobody gets a packet of a foreign chamber or older epoch.

Four browsers, a room and a network on a virtual clock. Every packet carries the person, chamber and epoch of its
capture; each is delayed 0-2 s on its own, answers to NACK and NACK storms included. The check stands at the exit of
the server, for every packet it sends.
"""

import heapq
import json
import random
import re
from collections.abc import Callable

import pytest

from signaling.media import Mark, Peer, Place, audience, rtcp
from signaling.media.peer import SET_MIDS
from signaling.media.rtp import CLOCK_RATE, scan
from signaling.media.types import KINDS, PICTURES, SET_NAMES, Kind, SetName
from tests.signaling.media.camera import Camera, Layer
from tests.signaling.media.memory import RED, RTX, VP8, MemoryLink, Silent, answer_to, packet, red_payload, vp8_payload

PEOPLE = ("gu", "lin", "chen", "su")
END = 90.0
LATEST = 2.0
"""Seconds a datagram may be held back."""
OTHER: dict[SetName, SetName] = {"A": "B", "B": "A"}


class World:
    """The clock, and what happens when."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = 1000.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def clock(self) -> float:
        return self.now

    def later(self, delay: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (self.now + delay, self._count, act))

    def network(self, act: Callable[[], None]) -> None:
        """Carry a datagram: late, out of order, now and then twice or never."""
        for _ in range(self.random.choices((0, 1, 2), (2, 96, 2))[0]):
            self.later(self.random.random() * LATEST, act)

    def run(self, end: float) -> None:
        while self._events and self._events[0][0] <= end:
            self.now, _, act = heapq.heappop(self._events)
            act()


class Stream:
    """One sending line of a browser, with everything it ever sent: repairs may ask for the oldest."""

    def __init__(self, ssrc: int, kind: Kind, mid: str) -> None:
        self.ssrc, self.kind, self.mid = ssrc, kind, mid
        self.sequence = ssrc * 7919 % 60_000
        self.sent: dict[int, bytes] = {}
        self.rtx_sequence = 0
        self.said: list[bytes] = []
        """The last voices, which go along with the next: browsers do not forget them at a change of chambers."""


class Browser:
    """Captures, marks and sends, its camera in layers; acknowledges a drain late, or sends on in spite of it."""

    def __init__(self, world: World, person: str, index: int) -> None:
        self.world, self.person = world, person
        self.peer: Peer
        self.mark: Mark | None = None
        self.set: SetName | None = None
        self.picture = 0
        self.streams = {
            (name, kind): Stream(10 * (index + 1) + at, kind, SET_MIDS[name][kind])
            for at, (name, kind) in enumerate((n, k) for n in SET_NAMES for k in KINDS if k != "video")
        }
        self.cameras = {
            name: Camera(world.random, SET_MIDS[name]["video"], 100 * (index + 1) + 10 * at)
            for at, name in enumerate(SET_NAMES)
        }
        self.key_wanted = False

    def capture(self, kind: Kind) -> None:
        self.world.later(0.1, lambda: self.capture(kind))
        if self.set is None or self.mark is None:
            return
        if kind == "video":
            self.film(self.cameras[self.set], self.mark)
            return
        stream = self.streams[(self.set, kind)]
        stream.sequence += 1
        body = json.dumps([self.person, self.mark.chamber, self.mark.epoch]).encode()
        if kind == "audio":
            stream.said = [body, *stream.said[:2]]
            body = red_payload(*stream.said)
        else:
            self.picture += 1
            body = vp8_payload(body, key=self.key_wanted or self.picture % 30 == 0, picture=self.picture)
            self.key_wanted = False
        stamp = int(self.world.now * CLOCK_RATE[kind])
        payload_type = RED if kind == "audio" else VP8
        data = packet(stream.ssrc, stream.sequence, stamp, body, payload_type=payload_type, mid=stream.mid)
        stream.sent[stream.sequence & 0xFFFF] = data
        self.world.network(lambda: self.peer.on_rtp(data, self.world.now))

    def film(self, camera: Camera, mark: Mark) -> None:
        chance = self.world.random
        if chance.random() < 0.02:
            chance.choice(camera.layers).on ^= True
        for layer in camera.layers:
            layer.key_wanted |= chance.random() < 0.03
            for data in layer.frame(self.world.now, self.person, mark.chamber, mark.epoch):
                self.world.network(lambda data=data: self.peer.on_rtp(data, self.world.now))  # type: ignore[misc]

    def on_rtcp(self, data: bytes) -> None:
        for camera in self.cameras.values():
            camera.on_rtcp(data, lambda copy: self.world.network(lambda: self.peer.on_rtp(copy, self.world.now)))
        for item in rtcp.walk(data):
            if isinstance(item, rtcp.PictureLoss):
                self.key_wanted = True
            elif isinstance(item, rtcp.Nack):
                for sequence in item.sequences:
                    self.resend(item.ssrc, sequence)

    def resend(self, ssrc: int, sequence: int) -> None:
        stream = next((s for s in self.streams.values() if s.ssrc == ssrc), None)
        data = stream.sent.get(sequence) if stream is not None else None
        if stream is None or data is None:
            return
        stream.rtx_sequence += 1
        body = sequence.to_bytes(2, "big") + data[scan(data).payload :]
        stamp = int.from_bytes(data[4:8], "big")
        copy = packet(ssrc + 1000, stream.rtx_sequence, stamp, body, payload_type=RTX, mid=stream.mid)
        self.world.network(lambda: self.peer.on_rtp(copy, self.world.now))

    def probe(self) -> None:
        """Bandwidth probes repeat old packets of any set at any time."""
        self.world.later(0.4, self.probe)
        stream = self.world.random.choice(list(self.streams.values()))
        if stream.sent:
            self.resend(stream.ssrc, self.world.random.choice(list(stream.sent)[-200:]))
        layer: Layer = self.world.random.choice(self.cameras[self.world.random.choice(SET_NAMES)].layers)
        if layer.sent:
            copy = layer.again(self.world.random.choice(list(layer.sent)[-200:])) or b""
            self.world.network(lambda: self.peer.on_rtp(copy, self.world.now))


class Room:
    """Moves people the way the contract says, and judges every packet that leaves the server."""

    def __init__(self, seed: int, obey: bool = True) -> None:
        self.world = World(seed)
        self.obey = obey
        self.epoch = 1
        self.places = {person: Place("present", "joint") for person in PEOPLE}
        self.marks: dict[str, Mark] = {}
        self.sets: dict[str, SetName] = {}
        self.heard: dict[str, list[int]] = {person: [] for person in PEOPLE}
        self.delivered = self.repaired = self.rich = 0
        self.layers: set[int] = set()
        self.leaks: list[str] = []
        self.moving = False
        self.browsers = {person: Browser(self.world, person, index) for index, person in enumerate(PEOPLE)}
        self.peers = {person: self.connect(person) for person in PEOPLE}

    def connect(self, person: str) -> Peer:
        browser, world = self.browsers[person], self.world

        def link(peer: Peer) -> MemoryLink:
            return MemoryLink(peer, lambda data: self.judge(person, data), on_rtcp)

        def on_rtcp(data: bytes) -> None:
            world.network(lambda: browser.on_rtcp(data))

        browser.peer = Peer(person, Silent(), link, world.clock, lambda peer: None)
        return browser.peer

    async def open(self) -> None:
        for person, peer in self.peers.items():
            peer.listen({other: self.peers[other] for other in PEOPLE if other != person})
            offer = peer.offer()
            streams = {
                s.mid: (s.ssrc, None if s.kind == "audio" else s.ssrc + 1000)
                for s in self.browsers[person].streams.values()
            }
            await peer.answer(offer.n, answer_to(offer, streams))
        for person in PEOPLE:
            self.commit(person, "joint")
        self.route()
        for browser in self.browsers.values():
            browser.capture("audio")
            browser.capture("video")
            browser.capture("screen")
            browser.probe()
        self.tick()
        self.storm()
        self.world.later(3, self.move)

    def judge(self, receiver: str, data: bytes) -> None:
        """At the exit: the packet's capture mark is its publisher's present one, and the receiver may have it."""
        sequence = int.from_bytes(data[2:4], "big")
        if data[1] & 0x7F != RTX:
            self.heard[receiver].append(sequence)
        else:
            self.repaired += 1
        self.delivered += 1
        self.rich += data[1] & 0x7F == RED
        for told in re.findall(rb'\[[ -Z^-~]+", \d+\]', data):
            *what, person, chamber, epoch = json.loads(told)
            self.layers |= set(what[:1])
            mark = self.marks.get(person)
            if mark != Mark(chamber, epoch) or receiver not in audience(self.places, person):
                self.leaks.append(f"{receiver} got {person} of {chamber} {epoch}, now {mark}")

    def tick(self) -> None:
        self.world.later(0.05, self.tick)
        for peer in self.peers.values():
            peer.tick(self.world.now)
            if self.world.random.random() < 0.05:
                peer.report(self.world.now)

    def storm(self) -> None:
        """Everybody wants another layer and repair of much they ever heard, from all lines, again and again."""
        self.world.later(0.3, self.storm)
        for person, peer in self.peers.items():
            for lent in peer.subscriptions._lent:
                lent.legs["video"].aim(self.world.random.choice((None, 0, 1, 2)), self.world.now)
            recent = self.heard[person][-400:]
            if not recent:
                continue
            wanted = self.world.random.sample(recent, min(40, len(recent)))
            for lent in peer.subscriptions._lent:
                data = rtcp.nack(1, lent.legs[self.world.random.choice(PICTURES)].ssrc, wanted)
                self.world.network(lambda peer=peer, data=data: peer.on_rtcp(data, self.world.now))  # type: ignore[misc]

    def move(self) -> None:
        """Send some people from one chamber to the other, as soon as their sets have rested."""
        random = self.world.random
        self.world.later((0.5 + random.random() * 3) if self.obey else 0.7, self.move)
        if self.moving:
            return
        target = random.choice(("caucus", "joint"))
        people = [p for p in PEOPLE if p in self.marks and self.places[p].chamber != target]
        people = random.sample(people, random.randint(0, len(people)))
        if not people or (self.obey and any(self.peers[p].wait_for(OTHER[self.sets[p]]) for p in people)):
            return
        self.moving = True
        self.epoch += 1
        for person in people:
            self.places[person] = self.places[person]._replace(moving=True)
            del self.marks[person]
            self.peers[person].drain()
        self.route()
        acks = {person: random.random() * (5 if random.random() < 0.15 else 0.5) for person in people}
        for person, delay in acks.items():
            self.world.later(delay, lambda browser=self.browsers[person]: self.stop(browser))  # type: ignore[misc]
        self.world.later(min(3.0, max(acks.values())), lambda: self.finish(people, acks, target))

    def stop(self, browser: Browser) -> None:
        browser.set = None

    def finish(self, people: list[str], acks: dict[str, float], target: str) -> None:
        """Commit those who acknowledged; the others stay silent until they do."""
        self.moving = False
        for person in people:
            late = acks[person] - 3.0
            if late <= 0:
                self.commit(person, target)
            else:
                self.world.later(late + 0.1, lambda p=person: self.commit(p, target))  # type: ignore[misc]
        self.route()

    def commit(self, person: str, chamber: str) -> None:
        name: SetName = OTHER[self.sets[person]] if person in self.sets else "A"
        publisher = self.peers[person].publisher
        if not self.obey:
            publisher._left_at.clear()
            for stream in publisher._streams.values():
                stream.highest = stream.floor = -1
        elif self.peers[person].wait_for(name):
            self.world.later(0.5, lambda: self.commit(person, chamber))
            return
        mark = Mark(chamber, self.epoch)
        self.peers[person].use_set(name, mark)
        self.sets[person], self.marks[person] = name, mark
        self.places[person] = Place("present", chamber)
        self.route()
        browser = self.browsers[person]
        self.world.later(self.world.random.random() * 0.3, lambda: self.go(browser, name, mark))

    def go(self, browser: Browser, name: SetName, mark: Mark) -> None:
        browser.set, browser.mark = name, mark

    def route(self) -> None:
        for person, peer in self.peers.items():
            sources = {other: self.peers[other] for other in PEOPLE if person in audience(self.places, other)}
            assert not peer.listen(sources)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("seed", range(8))
async def test_nobody_gets_a_foreign_or_older_packet(seed: int) -> None:
    room = Room(seed)
    await room.open()
    room.world.run(room.world.now + END)
    assert room.leaks == [] and room.layers == {0, 1, 2}
    assert room.epoch > 5 and room.delivered > 1000 and room.repaired > 100 and room.rich > 100, "the world was alive"
    assert sum(peer.publisher.refused for peer in room.peers.values()) > 20, "late packets did arrive"


async def test_the_property_has_teeth() -> None:
    """Without floor and rest the same world leaks: the property would notice."""
    room = Room(1, obey=False)
    await room.open()
    room.world.run(room.world.now + END)
    assert room.leaks
