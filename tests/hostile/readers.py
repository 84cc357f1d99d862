"""Each reader of what strangers and participants send, as a function of one input that answers a verdict.

Whatever a reader raises beside its own refusal is a crash; so is an answer that breaks what the callers rely on."""

import random
from collections.abc import Callable

from signaling.media import AnswerRejected, Mark, Offer, Peer, native, red, rtcp, rtp
from signaling.media.dtls import Dtls, Identity
from signaling.media.ice import MAX_ADDRESSES, Address, Agent, Mux
from signaling.media.publish import MAX_MARKS
from signaling.media.sdp import parse_answer
from tests.hostile import golden
from tests.signaling.media.memory import MemoryLink, Silent, answer_to, packet, vp8_payload
from tests.signaling.media.test_dtls import Client

STREAMS = 24
"""SSRCs of media, and as many of repairs, that one browser may bring."""
Read = Callable[[bytes], str]


class Broken(AssertionError):
    """A reader answered what its callers do not expect."""


def need(true: object, what: str) -> None:
    if not true:
        raise Broken(what)


def scan(data: bytes) -> str:
    found = rtp.scan(data)
    need(native.scan(data) == found, "the compiled twin reads another header")
    if found.payload < 0:
        return "malformed"
    need(12 <= found.payload <= found.end <= len(data), "payload outside")
    for at, size in (
        (found.twcc, 2),
        (found.abs_send_time, 3),
        (found.mid, found.mid_length),
        (found.rid, found.rid_length),
        (found.rrid, found.rrid_length),
        (found.level, 1),
    ):
        need(not at or 16 < at <= at + size <= found.payload, "extension outside")
    return "packet"


def vp8(data: bytes) -> str:
    at = data[0] % 24 if data else 0
    found = rtp.vp8(data, at, len(data))
    need(native.vp8(data, at, len(data)) == found, "the compiled twin reads another descriptor")
    need(not found.picture_at or at < found.picture_at < len(data) - found.wide, "picture id outside")
    need(not found.tl0_at or at < found.tl0_at < len(data), "TL0PICIDX outside")
    return "key" if found.key else "other"


def redundant(data: bytes) -> str:
    found = red.primary(data, 0, len(data))
    if found is None:
        return "refused"
    need(0 <= found[0] <= red.MAX_BLOCKS and 0 < found[1] <= len(data), "voice outside")
    return f"{found[0]} earlier"


def unwrap(data: bytes) -> str:
    layout = rtp.scan(data)
    if layout.payload < 0:
        return "malformed"
    original = rtp.unwrap_rtx(data, layout, 7, rtp.VP8)
    if original is None:
        return "padding"
    need(rtp.scan(original).payload == layout.payload, "another header")
    return "packet"


def walk(data: bytes) -> str:
    items = list(rtcp.walk(data))
    need(len(items) <= len(data) // 4 + 1, "more items than words")
    for item in items:
        if isinstance(item, rtcp.Nack):
            need(len(item.sequences) <= rtcp.MAX_SEQUENCES, "NACK too long")
        elif isinstance(item, rtcp.Feedback):
            need(len(item.offsets) == len(item.ticks) <= 2 * len(data), "feedback too long")
            need(all(0 <= offset < item.span for offset in item.offsets), "offset outside")
    return type(items[0]).__name__ if items else "nothing"


def answer(text: str) -> str:
    try:
        found = parse_answer(text)
    except AnswerRejected as refused:
        return f"refused, {refused.reason}"
    need(f"{found.ufrag}{found.password}".isascii() and len(found.ufrag) <= 256, "name unfit for checks")
    return "taken"


class Stun:
    """A multiplexer with one agent whose participant answered; nothing is ever sent to an address without a check."""

    def __init__(self) -> None:
        self.sent = 0
        self.mux = Mux(self._send)
        self.agent = Agent(self.mux, self)
        self.agent.answered(self.agent.local.ufrag, "remo", "r" * 24)
        self.good = golden.stun_messages(self.agent.local.ufrag, self.agent.local.password, "remo")
        self.now = 0.0
        self._chance = random.Random(1)

    def _send(self, data: bytes, address: Address) -> None:
        self.sent += 1

    def on_datagram(self, data: bytes, address: Address, now: float) -> bool:
        return False

    def on_path(self, first: bool) -> None: ...
    def on_lost(self) -> None: ...

    def read(self, data: bytes) -> str:
        before, self.now = self.sent, self.now + 0.01
        self.mux.receive(
            data, (f"192.0.2.{self._chance.randrange(250)}", 1024 + self._chance.randrange(60_000)), self.now
        )
        self.mux.tick(self.now)
        sizes = len(self.mux.owners), len(self.mux.proofs), len(self.mux.agents)
        need(max(sizes) <= MAX_ADDRESSES, f"tables grew: {sizes}")
        return "answered" if self.sent > before else "silence"


class Handshakes:
    """A browser's flights, cut and changed on their way; every few inputs a fresh handshake."""

    def __init__(self) -> None:
        self.identity = Identity()
        self.client = Client()
        self.good = self._flights()
        self.left = 0
        self.server = self._server()

    def _server(self) -> Dtls:
        self.out: list[bytes] = []
        server = Dtls(self.identity, lambda data: self.out.append(data), lambda: None, lambda: None)
        server.expect([("sha-256", self.client.identity.fingerprint)])
        return server

    def _flights(self) -> list[bytes]:
        server, found = self._server(), []
        flight = self.client.step()
        while flight:
            found.append(flight)
            server.feed(flight)
            replies, self.out = self.out, []
            flight = b"".join(self.client.step(data) for data in replies)
        self.client.ssl.send(b"hello")
        return [*found, self.client.flush(), bytes([21, 254, 253]) + bytes(8) + b"\0\2\2\50"]

    def read(self, data: bytes) -> str:
        if not self.left:
            self.server.close()
            self.server, self.left = self._server(), 12
        self.left -= 1
        self.out.clear()
        self.server.feed(data[:2048])
        self.server.tick()
        need(self.server.rx is None, "a broken handshake gave keys")
        return "spoke" if self.out else "silence"


class Room:
    """Three peers without sockets; the offender's every packet goes through all that is behind the decryption."""

    def __init__(self) -> None:
        self.now = 100.0
        self.delivered: list[int] = [0, 0, 0]
        self.told = self.number = 0
        self.peers = [self._peer(n) for n in range(3)]

    def _peer(self, n: int) -> Peer:
        def deliver(data: bytes) -> None:
            self.delivered[n] += 1

        def tell(data: bytes) -> None:
            self.told += 1

        return Peer(
            f"person{n}", Silent(), lambda peer: MemoryLink(peer, deliver, tell), lambda: self.now, lambda peer: None
        )

    async def open(self) -> "Room":
        for n, peer in enumerate(self.peers):
            peer.listen({other.person: other for other in self.peers if other is not peer})
            offer = peer.offer()
            await peer.answer(offer.n, answer_to(offer))
            peer.use_set("A", Mark("joint", n))
        return self

    @property
    def heard(self) -> list[int]:
        """SSRCs the offender receives."""
        return list(self.peers[0].subscriptions._by_ssrc)

    def offer(self) -> Offer:
        return self.peers[0].offer()

    def rtp(self, data: bytes) -> str:
        return self._take(self.peers[0].on_rtp, data)

    def rtcp(self, data: bytes) -> str:
        """Somebody shows a picture meanwhile, so that there is something to ask for again and to report on."""
        self.number += 1
        picture = vp8_payload(bytes(500), key=self.number % 40 == 1, picture=self.number)
        shown = packet(77, self.number, self.number * 90, picture, payload_type=rtp.VP8, mid="01", twcc=self.number)
        self.peers[1].on_rtp(shown, self.now)
        self.delivered[0] = 0
        return self._take(self.peers[0].on_rtcp, data)

    def _take(self, read: Callable[[bytes, float], None], data: bytes) -> str:
        self.now += 0.001
        before = sum(self.delivered), self.told
        read(data, self.now)
        if round(self.now * 1000) % 50 == 0:
            for peer in self.peers:
                peer.tick(self.now)
        if round(self.now * 1000) % 1000 == 0:
            for peer in self.peers:
                peer.report(self.now)
        self.check()
        return "forwarded" if sum(self.delivered) > before[0] else "told" if self.told > before[1] else "nothing"

    def check(self) -> None:
        """Every table of the offender is bounded."""
        for name, size, limit in tables(self.peers[0]):
            need(size <= limit, f"{name} grew to {size}")


def tables(peer: Peer) -> list[tuple[str, int, int]]:
    """What a peer keeps for its browser: name, entries, the most there may be."""
    publisher, down = peer.publisher, peer.subscriptions._downlink
    estimator = down.estimator
    found = [
        ("streams", len(publisher._streams), STREAMS),
        ("repair streams", len(publisher._rtx), STREAMS),
        ("marks", len(publisher._counts), MAX_MARKS),
        ("arrivals", len(publisher._uplink._arrivals), 400),
        ("groups", len(estimator._meter._groups), 501),
        ("missing", len(estimator._loss.missing), 8192),
        ("offers", len(peer._open), 16),
    ]
    found += [("gaps", len(stream.gaps), 300) for stream in publisher._streams.values()]
    for _, leg in peer.subscriptions._by_ssrc.values():
        found.append(("reports", len(leg._reports), 16))
        if leg.ring is not None:
            found.append(("repairs", len(leg.ring._resent), 513))
    return found
