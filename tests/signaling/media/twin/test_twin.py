"""The compiled twin does what the Python does, byte for byte, whatever the packet and the numbers."""

import os
import random
import socket
import struct
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session

from signaling.media import forward as plain
from signaling.media import inbox as plain_inbox
from signaling.media import numbers, rtp
from signaling.media.dtls import derive
from signaling.media.estimate import MASK, Departures
from signaling.media.native import _twin
from signaling.media.pace import OVERHEAD
from signaling.media.packet import Packet
from signaling.media.ring import RING, Ring

NUMBERS = ("first", "shift", "timestamp_shift", "picture_shift", "tl0_shift", "top", "timestamp_top", "picture_top")
NUMBERS += ("tl0_top", "top_at", "packets", "bytes", "ssrc")
MASTER = bytes(range(28))


class Wire:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, int]] = []

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        self.sent.append((bytes(packet), twcc))


def leg(kind: type, values: dict[str, float], ring: bool) -> object:
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    made.link, made.outlet, made.ring = Wire(), None, Ring() if ring else None
    return made


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """What may come out of `rtp.scan` and `Packet`, of any content."""
    payload = draw(st.binary(max_size=120)) + bytes(draw(st.sampled_from([0, 900, 1200])))
    extension = draw(
        st.sampled_from([b"", b"\xbe\xde\0\2\x31\0\7\x10\x30\0\0\0", b"\xbe\xde\0\2\x20\1\2\x31\xff\xff\0\0"])
    )
    data = bytearray(b"\x90" if extension else b"\x80") + bytes([rtp.VP8]) + bytes(10) + extension + payload
    layout = rtp.scan(data)
    if layout.payload < 0:
        layout = rtp.Layout(12, len(data))
    extended, timestamp = draw(st.integers(0, 1 << 40)), draw(st.integers(0, (1 << 32) - 1))
    return Packet(data, layout, extended, timestamp, draw(st.booleans()), draw(st.floats(0, 1e6)))


big = st.integers(-(1 << 40), 1 << 40)
states = st.fixed_dictionaries(
    {"first": st.integers(-5, 1 << 41), "top_at": st.floats(0, 1e6), "ssrc": st.integers(0, (1 << 32) - 1)}
    | dict.fromkeys(("shift", "timestamp_shift", "picture_shift", "tl0_shift", "top", "timestamp_top"), big)
    | {
        "picture_top": st.integers(0, 0x7FFF),
        "tl0_top": st.integers(0, 255),
        "packets": st.just(3),
        "bytes": st.just(9),
    }
)


@given(packets(), st.lists(st.tuples(states, st.booleans()), max_size=4))
def test_same_packets_same_numbers_same_ring(packet: Packet, legs: list[tuple[dict[str, float], bool]]) -> None:
    ours = [leg(type("Leg", (numbers.Numbers,), {}), *one) for one in legs]
    theirs = [leg(type("Leg", (_twin.Numbers,), {}), *one) for one in legs]
    before = bytes(packet.data)
    plain.forward(packet, ours)  # type: ignore[arg-type]
    _twin.forward(packet, theirs)  # type: ignore[arg-type]
    assert bytes(packet.data) == before
    for one, other in zip(ours, theirs, strict=True):
        assert one.link.sent == other.link.sent
        assert [getattr(one, name) for name in NUMBERS] == [getattr(other, name) for name in NUMBERS]
        assert (one.ring and one.ring.slots) == (other.ring and other.ring.slots)


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Mostly well-formed headers: fixed part, sources, an extension of our elements and others, padding."""
    element = st.tuples(st.integers(0, 15), st.integers(0, 15), st.binary(min_size=16, max_size=16))
    body = b"".join(bytes([i << 4 | n]) + raw[: n + 1] for i, n, raw in draw(st.lists(element, max_size=5)))
    body += bytes(-len(body) % 4 + 4 * draw(st.integers(0, 1)))
    words = max(0, len(body) // 4 + draw(st.sampled_from([0, 0, 0, 1, -1])))
    first = 0x80 | draw(st.sampled_from([0, 0x10, 0x20, 0x30])) | draw(st.integers(0, 2))
    profile = draw(st.sampled_from([b"\xbe\xde", b"\xbe\xde", b"\x10\0"]))
    extension = profile + words.to_bytes(2, "big") + body if first & 0x10 else b""
    packet = bytes([first]) + bytes(11 + 4 * (first & 15)) + extension + draw(st.binary(max_size=30))
    return packet[: draw(st.integers(len(packet) - 3, len(packet)))]


@given(st.one_of(headers(), st.binary(max_size=60)))
def test_same_layout_of_every_header(data: bytes) -> None:
    assert _twin.scan(data) == rtp.scan(data)
    assert type(_twin.scan(bytearray(data))) is rtp.Layout


@given(st.binary(max_size=14), st.integers(0, 16), st.integers(0, 14))
def test_same_descriptor_of_every_payload(data: bytes, at: int, end: int) -> None:
    end = min(end, len(data))
    found, expected = _twin.vp8(data, at, end), rtp.vp8(data, at, end)
    assert found == expected and list(map(type, found)) == list(map(type, expected))
    assert _twin.vp8(data, at, len(data) + 1) == rtp.NO_VP8, "nothing is read beyond the packet"


class Way:
    """A compiled way out to a socket of our own, and the session that reads what comes."""

    def __init__(self) -> None:
        self.out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.into = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.into.bind(("127.0.0.1", 0))
        self.into.settimeout(5)
        self.outbox, self.outlet, self.departures = _twin.Outbox(self.out), _twin.Outlet(), Departures()
        self.outlet.key(*derive(MASTER, 16))
        self.outlet.aim(self.outbox, self.into.getsockname())
        self.outlet.pipe(self.departures, True)
        policy = Policy(MASTER, Policy.SSRC_ANY_INBOUND, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
        self.session = Session(policy)

    def read(self) -> bytes:
        return self.session.unprotect(self.into.recv(2000))

    def leg(self) -> object:
        made = leg(type("Leg", (_twin.Numbers,), {}), {"shift": 5, "ssrc": 77, "top": 0}, True)
        made.outlet = self.outlet
        return made


@pytest.fixture
def way() -> Iterator[Way]:
    made = Way()
    yield made
    made.outbox.close()
    made.out.close()
    made.into.close()


def packet(number: int, size: int = 1000) -> Packet:
    data = bytearray(
        b"\x90\x60" + bytes(10) + b"\xbe\xde\0\1\x31\0\0\0" + b"\x90\x80\x80\1\0" + bytes([number % 256]) * size
    )
    return Packet(data, rtp.scan(data), number, 3000 * number, True, 0.5 + number)


def test_past_the_link_protected_numbered_noted_kept(way: Way) -> None:
    """More packets than a sequence number has values: the rollover counts on."""
    one, same = way.leg(), leg(type("Leg", (numbers.Numbers,), {}), {"shift": 5, "ssrc": 77, "top": 0}, True)
    way.departures.next = 65_530
    for number in range(65_400, 65_700):
        way.outbox.hold()
        _twin.forward(packet(number), [one])  # type: ignore[list-item]
        plain.forward(packet(number), [same])  # type: ignore[list-item]
        way.outbox.flush()
        expected = bytearray(same.link.sent[-1][0])
        counted = 65_530 + number - 65_400
        expected[17:19] = (counted & 0xFFFF).to_bytes(2, "big")
        assert way.read() == bytes(expected)
        assert way.departures.times[counted & MASK] == 0.5 + number
        assert way.departures.sizes[counted & MASK] == len(expected) + OVERHEAD
    assert way.departures.next == 65_530 + 300 and not one.link.sent
    assert [slot[0] for slot in one.ring.slots if slot] == [slot[0] for slot in same.ring.slots if slot]
    assert len(one.ring.slots) == RING and way.outbox.dropped == 0


def test_a_batch_leaves_in_order_and_once(way: Way) -> None:
    one = way.leg()
    sizes = [1000] * 90 + [30, 1000, 1000, 40, 1200] * 5
    way.outbox.hold()
    for number, size in enumerate(sizes):
        _twin.forward(packet(number, size), [one])  # type: ignore[list-item]
    way.outbox.flush()
    got = [way.read() for _ in sizes]
    assert [len(each) for each in got] == [25 + size for size in sizes]
    assert [int.from_bytes(each[2:4], "big") for each in got] == [5 + number for number in range(len(sizes))]


def test_what_python_sends_itself_uses_the_same_numbers_under_the_key(way: Way) -> None:
    one = way.leg()
    _twin.forward(packet(1), [one])  # type: ignore[list-item]
    repair = b"\x80\x61\0\1\0\0\0\0\0\0\0\2" + b"repair"
    assert way.outlet.send(repair) and not way.outlet.send(repair), "an index is used once"
    assert way.read()[:4] == b"\x90\x60\0\6" and way.read() == repair


@pytest.mark.parametrize("why", ["thin", "nowhere", "closed", "no pipe"])
def test_otherwise_the_link_decides(way: Way, why: str) -> None:
    one = way.leg()
    if why == "thin":
        way.outlet.pipe(way.departures, False)
    elif why == "nowhere":
        way.outlet.aim(None, None)
    elif why == "closed":
        way.outbox.close()
    else:
        one.outlet = _twin.Outlet()
    _twin.forward(packet(1), [one])  # type: ignore[list-item]
    assert len(one.link.sent) == 1 and way.departures.next == 0
    way.into.setblocking(False)
    with pytest.raises(BlockingIOError):
        way.into.recv(10)


def session(outbound: bool) -> Session:
    direction = Policy.SSRC_ANY_OUTBOUND if outbound else Policy.SSRC_ANY_INBOUND
    policy = Policy(MASTER, direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    policy.window_size = 1024
    policy.allow_repeat_tx = outbound
    return Session(policy)


def opened(unprotect: Callable[[bytes], bytes | bytearray], data: bytes) -> bytes | None:
    try:
        return bytes(unprotect(data))
    except (SrtpError, ValueError):
        return None


@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_the_way_in_takes_what_libsrtp_takes(seed: int) -> None:
    """Four streams over several rollovers: packets late, twice, spoilt and cut, with extensions and without."""
    chance, theirs, ours = random.Random(seed), session(False), _twin.Inlet(*derive(MASTER, 16))
    sender, late, taken = session(True), [], 0
    numbers = [chance.randrange(0x8000) for _ in range(4)]
    for _ in range(20_000):
        stream = chance.randrange(4)
        numbers[stream] += chance.choice((1, 1, 1, 2, 300))
        extension = chance.choice((b"", b"\xbe\xde\0\1\x31\0\7\0"))
        head = (0x90 if extension else 0x80, 96, numbers[stream] & 0xFFFF, 0, stream + 1)
        made = sender.protect(struct.pack("!BBHII", *head) + extension + chance.randbytes(chance.randrange(60)))
        arriving = [made]
        match chance.randrange(8):
            case 0:
                late.append((made, numbers[stream], stream))
                continue
            case 1:
                arriving.append(made)
            case 2:
                spoilt = bytearray(made)
                spoilt[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
                arriving.insert(0, bytes(spoilt))
            case 3:
                arriving.insert(0, made[: chance.randrange(len(made))])
        if len(late) > 5:
            old, number, of = late.pop(chance.randrange(len(late)))
            if numbers[of] - number < 1000:  # at the very edge of the window the two differ by one
                arriving.append(old)
        for data in arriving:
            found = opened(ours.unprotect, data)
            assert found == opened(theirs.unprotect, data), (seed, data)
            taken += found is not None
    assert taken > 15_000 and min(numbers) > 0x20000


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_inbox_tells_what_came_from_whom_in_order(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as stack:
        into, *out = (stack.enter_context(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(6))
        into.setblocking(False)
        for each in (into, *out):
            each.bind((host, 0))
        here = into.getsockname()[:2]
        for inbox in (_twin.Inbox(into), plain_inbox.Inbox(into)):
            assert inbox.read() == []
            sent = []
            for number in range(plain_inbox.BATCH + 3):
                one = out[number % 5]
                data = bytes([number]) * (1 + 20 * number)
                one.sendto(data, here)
                sent.append((data, one.getsockname()[:2]))
            assert inbox.read() == sent[: plain_inbox.BATCH]
            assert inbox.read() == sent[plain_inbox.BATCH :]
            inbox.close()
            inbox.close()
        assert _twin.Inbox(into).read() == []


def test_an_inbox_closed_reads_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        inbox = _twin.Inbox(one)
        one.sendto(b"x", one.getsockname())
        inbox.close()
        assert inbox.read() == []


def test_misuse_is_an_error_and_not_a_crash(way: Way) -> None:
    for key, salt in ((b"", b""), (bytes(17), bytes(12)), (bytes(16), bytes(13))):
        with pytest.raises(ValueError, match="no key"):
            _twin.Outlet().key(key, salt)
        with pytest.raises(ValueError, match="no key"):
            _twin.Inlet(key, salt)
    for size in (0, 11, 27, 28, 1500, 1501, 5000):
        with pytest.raises(ValueError, match="not authentic"):
            _twin.Inlet(bytes(16), bytes(12)).unprotect(bytes([0x80]) * size)
    for lengths in ((0, 0), (3, 3), (4, 8)):
        odd = Departures()
        odd.times, odd.sizes = array("d", bytes(8 * lengths[0])), array("h", bytes(2 * lengths[1]))
        with pytest.raises(ValueError, match="departures"):
            _twin.Outlet().pipe(odd, True)
    for packet_like, legs in ((packet(1), ()), (packet(1), [object()]), (object(), [way.leg()])):
        with pytest.raises((TypeError, AttributeError)):
            _twin.forward(packet_like, legs)  # type: ignore[arg-type]
    assert (
        not way.outlet.send(b"short") and not way.outlet.send(bytes(1400)) and not way.outlet.send(b"\x9f" + bytes(20))
    )
    for address in (("not an address", 5), ("127.0.0.1", 70_000), ("127.0.0.1", "5"), (), 5):
        way.outbox.send(b"x", address)  # type: ignore[arg-type]
    way.outbox.send(bytes(2000), way.into.getsockname())
    assert way.outbox.dropped == 6


def test_nothing_is_kept_that_python_cannot_free(way: Way) -> None:
    one, sent = way.leg(), packet(1)
    one.ring = None
    kept = (sent, sent.data, sent.vp8, one, way.outlet, way.departures)
    before = [sys.getrefcount(each) for each in kept]
    for _ in range(1000):
        _twin.forward(sent, [one])  # type: ignore[list-item]
        way.outlet.pipe(way.departures, True)
        way.outlet.aim(way.outbox, way.into.getsockname())
    assert [sys.getrefcount(each) for each in kept] == before


def test_built_where_tests_run_and_used_unless_told_otherwise() -> None:
    from signaling.media import native

    assert native.COMPILED == (os.environ.get("HEJIE_MEDIA_NATIVE") != "0")
