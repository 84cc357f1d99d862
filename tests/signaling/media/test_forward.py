"""One leg: offsets that hide every change of source, key frame first, ring and NACK, sender reports, loss and delay."""

from signaling.media import rtcp, rtp
from signaling.media.forward import RESEND_GAP, RESEND_RATE, RING, RING_SECONDS, Leg, Packet, forward
from tests.signaling.media.memory import OPUS, VP8, packet, vp8_payload


class Wire:
    """Collects what a leg sends."""

    def __init__(self) -> None:
        self.rtp: list[bytes] = []
        self.twcc: list[int] = []
        self.rtcp: list[bytes] = []

    def send_rtp(self, packet: bytes, twcc: int = 0) -> None:
        self.rtp.append(packet)
        self.twcc.append(twcc)

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def sequences(self) -> list[int]:
        return [rtp.U16.unpack_from(data, 2)[0] for data in self.rtp]


def video(number: int, *, key: bool = False, at: float = 1.0, picture: int = 0, tl0: int = 0, stamp: int = 0) -> Packet:
    body = vp8_payload(b"frame", key=key, picture=picture, tl0=tl0)
    data = bytearray(packet(1, number, stamp, body, payload_type=VP8, mid="01", twcc=5))
    return Packet(data, rtp.scan(data), number, stamp, True, at)


def audio(number: int, *, at: float = 1.0, stamp: int = 0) -> Packet:
    data = bytearray(packet(1, number, stamp, b"sound", payload_type=OPUS, mid="00"))
    return Packet(data, rtp.scan(data), number, stamp, False, at)


def leg(kind: str = "video") -> tuple[Leg, Wire]:
    wire = Wire()
    return Leg("video" if kind == "video" else "audio", 1000, 1001, wire), wire


def test_video_starts_on_a_key_frame_only() -> None:
    out, wire = leg()
    for number, key in ((1, False), (2, False), (3, True), (4, False)):
        out.write(video(number, key=key))
    assert len(wire.rtp) == 2
    assert rtp.FIXED.unpack_from(wire.rtp[0], 2)[2] == 1000


def test_audio_starts_at_once() -> None:
    out, wire = leg("audio")
    out.write(audio(7))
    assert len(wire.rtp) == 1


def test_publishers_own_extensions_do_not_reach_the_receiver() -> None:
    out, wire = leg()
    out.write(video(1, key=True))
    layout = rtp.scan(wire.rtp[0])
    assert layout.mid == 0 and wire.rtp[0][layout.payload :].endswith(b"frame")


def test_place_of_the_transport_wide_number_is_told_and_empty() -> None:
    out, wire = leg()
    out.write(video(1, key=True))
    out.repair(wire.sequences(), 1.1)
    for data, at in zip(wire.rtp, wire.twcc, strict=True):
        assert at == rtp.scan(data).twcc > 0 and data[at : at + 2] == b"\0\0"
    out, wire = leg("audio")
    out.write(audio(1))
    assert wire.twcc == [0], "the source has none"


def test_order_and_gaps_of_the_source_are_kept() -> None:
    out, wire = leg()
    for number in (10, 12, 11, 15):
        out.write(video(number, key=number == 10))
    first = wire.sequences()[0]
    assert [(n - first) & 0xFFFF for n in wire.sequences()] == [0, 2, 1, 5]


def test_packets_from_before_the_start_are_not_sent() -> None:
    out, wire = leg()
    out.write(video(10, key=True))
    out.write(video(9))
    assert len(wire.rtp) == 1


def test_change_of_source_looks_like_a_pause() -> None:
    out, wire = leg()
    out.write(video(10, key=True, at=1.0, picture=100, tl0=7, stamp=5000))
    out.write(video(11, at=1.1, picture=101, tl0=8, stamp=14_000))
    out.restart()
    out.write(video(60_000, at=2.0, picture=4, stamp=77))
    out.write(video(60_001, key=True, at=2.1, picture=5, tl0=200, stamp=9_000_000))
    before, after = (rtp.vp8(d, rtp.scan(d).payload, len(d)) for d in wire.rtp[1:])
    numbers = wire.sequences()
    assert (numbers[2] - numbers[1]) & 0xFFFF == 1
    stamps = [rtp.FIXED.unpack_from(data, 2)[1] for data in wire.rtp]
    assert (stamps[2] - stamps[1]) & 0xFFFFFFFF == 90_000
    assert (after.picture - before.picture) & 0x7FFF == 1 and (after.tl0 - before.tl0) & 0xFF == 1


def test_leg_floor_hides_what_was_under_way_at_the_attach() -> None:
    out, wire = leg("audio")
    out.restart(floor=100)
    for number in (99, 100, 101):
        out.write(audio(number))
    assert len(wire.rtp) == 1


def test_nack_is_answered_from_the_ring_with_its_own_numbers() -> None:
    out, wire = leg()
    for number in range(10):
        out.write(video(number, key=number == 0))
    lost = wire.sequences()[4]
    assert out.repair([lost], 1.1) == 1
    repaired = wire.rtp[-1]
    assert repaired[1] & 0x7F == rtp.RTX and rtp.FIXED.unpack_from(repaired, 2)[2] == 1001
    assert rtp.unwrap_rtx(repaired, rtp.scan(repaired), 1000, VP8) == wire.rtp[4]


def test_nack_storm_gets_each_packet_once_per_while_and_not_for_ever() -> None:
    out, wire = leg()
    for number in range(100):
        out.write(video(number, key=number == 0))
    all_of_them = wire.sequences()
    assert out.repair(all_of_them * 5, 1.1) == 100
    assert out.repair(all_of_them, 1.1 + RESEND_GAP / 2) == 0
    assert out.repair(all_of_them, 1.2) == 100
    assert out.repair(all_of_them, 1.0 + RING_SECONDS + 0.1) == 0
    total = sum(out.repair(all_of_them, 1.3 + step * 0.05) for step in range(20))
    assert total <= RESEND_RATE * 2


def test_ring_is_bounded_and_cleared() -> None:
    out, wire = leg()
    for number in range(RING + 1):
        out.write(video(number, key=number == 0))
    numbers = wire.sequences()
    assert out.repair([numbers[0]], 1.1) == 0 and out.repair([numbers[1]], 1.1) == 1
    out.restart()
    assert out.repair(numbers, 1.2) == 0


def test_audio_is_never_repaired() -> None:
    out, wire = leg("audio")
    out.write(audio(1))
    assert out.repair(wire.sequences(), 1.1) == 0


def test_sender_report_goes_through_the_same_offset() -> None:
    out, wire = leg()
    out.relay(rtcp.SenderReport(1, 1 << 40, 5000, 1, 1), 1.0)
    assert wire.rtcp == [], "nothing to say before the start"
    out.write(video(10, key=True, stamp=5000))
    out.relay(rtcp.SenderReport(1, 0x12345678_9ABCDEF0, 5000, 1, 1), 2.0)
    [report, _] = rtcp.walk(wire.rtcp[0])
    assert isinstance(report, rtcp.SenderReport)
    assert report.rtp == rtp.FIXED.unpack_from(wire.rtp[0], 2)[1] and report.ssrc == 1000 and report.packets == 1
    out.on_block(rtcp.Block(1000, 64, 1, 1, 0, 0x56789ABC, 32_768), 2.6)
    delivery = out.delivery()
    assert delivery.loss == 0.25 and delivery.rtt is not None and abs(delivery.rtt - 0.1) < 1e-9


def test_forward_serves_every_leg_alike() -> None:
    legs = [leg() for _ in range(3)]
    forward(video(1, key=True), [out for out, _ in legs])
    assert [len(wire.rtp) for _, wire in legs] == [1, 1, 1]
    assert len({bytes(wire.rtp[0][12:]) for _, wire in legs}) == 3, "each has its own picture ids"
