"""The hot path: numbers of the source become the leg's own, order and gaps are kept, every leg has its own."""

import random
from itertools import pairwise

from signaling.media import rtp
from signaling.media.forward import forward
from signaling.media.leg import Leg
from signaling.media.packet import Packet
from signaling.media.receive import Inbound
from signaling.media.types import Kind
from tests.signaling.media.memory import OPUS, VP8, packet, vp8_payload


class Wire:
    """Collects what a leg sends."""

    def __init__(self) -> None:
        self.rtp: list[bytes] = []
        self.twcc: list[int] = []
        self.rtcp: list[bytes] = []
        self.dropped: list[int] = []

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        self.rtp.append(bytes(packet))
        self.twcc.append(twcc)

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def drop(self, *ssrcs: int) -> None:
        self.dropped += ssrcs

    def sequences(self) -> list[int]:
        return [rtp.U16.unpack_from(data, 2)[0] for data in self.rtp]

    def timestamps(self) -> list[int]:
        return [rtp.FIXED.unpack_from(data, 2)[1] for data in self.rtp]

    def pictures(self) -> list[rtp.Vp8]:
        return [rtp.vp8(data, rtp.scan(data).payload, len(data)) for data in self.rtp]


def video(number: int, *, key: bool = False, at: float = 1.0, picture: int = 0, tl0: int = 0, stamp: int = 0) -> Packet:
    body = vp8_payload(b"frame", key=key, picture=picture, tl0=tl0)
    data = bytearray(packet(1, number, stamp, body, payload_type=VP8, mid="01", twcc=5))
    return Packet(data, rtp.scan(data), number, stamp, True, at)


def audio(number: int, *, at: float = 1.0, stamp: int = 0) -> Packet:
    data = bytearray(packet(1, number, stamp, b"sound", payload_type=OPUS, mid="00"))
    return Packet(data, rtp.scan(data), number, stamp, False, at)


class Fed:
    """A leg, its wire, and the one stream that feeds it from the first packet sent."""

    def __init__(self, kind: Kind = "video") -> None:
        self.wire = Wire()
        self.leg = Leg(kind, 1000, 1001, self.wire)
        self.stream = Inbound(1, kind, "A")

    def send(self, *packets: Packet) -> None:
        for one in packets:
            if self.leg.source is None:
                self.leg.feed(self.stream, one)
            forward(one, self.stream.legs)


def test_publishers_own_extensions_do_not_reach_the_receiver() -> None:
    fed = Fed()
    fed.send(video(1, key=True))
    layout = rtp.scan(fed.wire.rtp[0])
    assert layout.mid == 0 and fed.wire.rtp[0][layout.payload :].endswith(b"frame")


def test_place_of_the_transport_wide_number_is_told_and_empty() -> None:
    fed = Fed()
    fed.send(video(1, key=True))
    fed.leg.repair(fed.wire.sequences(), 1.1)
    for data, at in zip(fed.wire.rtp, fed.wire.twcc, strict=True):
        assert at == rtp.scan(data).twcc > 0 and data[at : at + 2] == b"\0\0"
    silent = Fed("audio")
    silent.send(audio(1))
    assert silent.wire.twcc == [0], "the source has none"


def test_order_and_gaps_of_the_source_are_kept() -> None:
    fed = Fed()
    fed.send(*(video(number, key=number == 10) for number in (10, 12, 11, 15)))
    first = fed.wire.sequences()[0]
    assert [(n - first) & 0xFFFF for n in fed.wire.sequences()] == [0, 2, 1, 5]


def test_packets_from_before_the_start_are_not_sent() -> None:
    fed = Fed()
    fed.send(video(10, key=True), video(9))
    assert len(fed.wire.rtp) == 1


def test_late_packet_does_not_turn_the_newest_numbers_back() -> None:
    fed = Fed()
    fed.send(
        video(10, key=True, picture=5, tl0=9, stamp=300),
        video(12, picture=7, stamp=900),
        video(11, picture=6, stamp=600),
    )
    top = fed.leg.top, fed.leg.timestamp_top, fed.leg.picture_top
    newest = fed.wire.pictures()[1].picture
    assert top == (fed.leg.first + 2 + fed.leg.shift, fed.wire.timestamps()[1], newest)


def test_forward_serves_every_leg_alike() -> None:
    stream = Inbound(1, "video", "A")
    wires = [Wire() for _ in range(3)]
    first = video(1, key=True)
    for wire in wires:
        Leg("video", 1000, 1001, wire).feed(stream, first)
    forward(first, stream.legs)
    assert [len(wire.rtp) for wire in wires] == [1, 1, 1]
    assert len({wire.rtp[0][12:] for wire in wires}) == 3, "each has its own picture ids"


def test_seven_bit_picture_ids_stay_seven_bits() -> None:
    fed = Fed()
    for number in range(300):
        body = bytes([0x90, 0x80, number % 128, number > 0]) + b"x"
        data = bytearray(packet(1, number, 0, body, payload_type=VP8))
        fed.send(Packet(data, rtp.scan(data), number, 0, True, 1.0))
    seen = fed.wire.pictures()
    assert not any(one.wide for one in seen)
    assert all((b.picture - a.picture) & 0x7F == 1 for a, b in pairwise(seen))


def test_numbers_run_on_through_every_wrap() -> None:
    chance = random.Random(3)
    fed = Fed()
    for number in range(70_000):
        fed.send(video(number, key=number == 0, picture=number & 0x7FFF, tl0=number & 0xFF, stamp=number * 90_000))
    step = chance.randrange(1, 69_000)
    numbers, pictures = fed.wire.sequences(), fed.wire.pictures()
    assert (numbers[step] - numbers[0]) & 0xFFFF == step & 0xFFFF
    assert (pictures[step].picture - pictures[0].picture) & 0x7FFF == step & 0x7FFF
    assert (pictures[step].tl0 - pictures[0].tl0) & 0xFF == step & 0xFF
