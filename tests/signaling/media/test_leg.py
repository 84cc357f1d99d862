"""One leg: offsets that hide every change of source and layer, pausing, ring and NACK, sender reports, loss, delay."""

from signaling.media import rtcp, rtp
from signaling.media.forward import forward
from signaling.media.receive import Inbound
from signaling.media.ring import RESEND_GAP, RESEND_RATE, RING, RING_SECONDS
from tests.signaling.media.memory import VP8
from tests.signaling.media.test_forward import Fed, audio, video


def test_change_of_source_looks_like_a_pause() -> None:
    fed = Fed()
    fed.send(
        video(10, key=True, at=1.0, picture=100, tl0=7, stamp=5000), video(11, at=1.1, picture=101, tl0=8, stamp=14_000)
    )
    fed.leg.restart()
    fed.send(video(60_001, key=True, at=2.1, picture=5, tl0=200, stamp=9_000_000))
    before, after = fed.wire.pictures()[1:]
    numbers, stamps = fed.wire.sequences(), fed.wire.timestamps()
    assert (numbers[2] - numbers[1]) & 0xFFFF == 1
    assert (stamps[2] - stamps[1]) & 0xFFFFFFFF == 90_000
    assert (after.picture - before.picture) & 0x7FFF == 1 and (after.tl0 - before.tl0) & 0xFF == 1


def test_only_one_stream_feeds_a_leg() -> None:
    fed = Fed()
    fed.send(video(10, key=True))
    higher = Inbound(2, "video", "A", 1)
    fed.leg.feed(higher, video(500, key=True))
    assert fed.stream.legs == [] and higher.legs == [fed.leg] and fed.leg.layer == 1
    fed.leg.restart()
    assert higher.legs == [] and fed.leg.layer is None


def layers(fed: Fed) -> Inbound:
    """A second layer whose clock started elsewhere; both clocks are told by sender reports at instant 100 s."""
    other = Inbound(2, "video", "A", 1)
    fed.stream.report, fed.stream.report_at = rtcp.SenderReport(1, 100 << 32, 1_000_000, 0, 0), 1.0
    other.report, other.report_at = rtcp.SenderReport(2, 100 << 32, 4_294_000_000, 0, 0), 1.0
    return other


def test_layers_are_aligned_by_their_sender_reports() -> None:
    fed = Fed()
    other = layers(fed)
    fed.send(video(10, key=True, at=1.0, stamp=1_000_000))
    late = 0.12  # the key frame of the other layer was captured 100 ms later and travelled 20 ms longer
    fed.leg.feed(other, switch := video(70, key=True, at=1.0 + late, stamp=4_294_000_000 + 9000))
    forward(switch, other.legs)
    first, second = fed.wire.timestamps()
    assert (second - first) & 0xFFFFFFFF == 9000


def test_picture_of_the_same_instant_in_another_layer_is_a_later_picture() -> None:
    fed = Fed()
    other = layers(fed)
    fed.send(video(10, key=True, at=1.0, stamp=1_000_000))
    fed.leg.feed(other, switch := video(70, key=True, at=1.0, stamp=4_294_000_000))
    forward(switch, other.legs)
    first, second = fed.wire.timestamps()
    assert (second - first) & 0xFFFFFFFF == 1


def test_reports_that_contradict_arrival_are_not_believed() -> None:
    fed = Fed()
    other = layers(fed)
    other.report = rtcp.SenderReport(2, 160 << 32, 4_294_000_000, 0, 0)
    fed.send(video(10, key=True, at=1.0, stamp=1_000_000))
    fed.leg.feed(other, switch := video(70, key=True, at=1.1, stamp=4_294_000_000))
    forward(switch, other.legs)
    first, second = fed.wire.timestamps()
    assert (second - first) & 0xFFFFFFFF == 9000


def test_paused_leg_is_silent_at_once_and_goes_on_without_a_gap() -> None:
    fed = Fed()
    fed.send(video(10, key=True, picture=1), video(11, picture=2))
    fed.leg.aim(None, 1.0)
    assert fed.stream.legs == [] and set(fed.wire.dropped) == {1000, 1001}
    forward(video(12, picture=3), fed.stream.legs)
    fed.leg.aim(0, 5.0)
    fed.send(video(200, key=True, picture=50, at=6.0))
    numbers, pictures = fed.wire.sequences(), fed.wire.pictures()
    assert [(n - numbers[0]) & 0xFFFF for n in numbers] == [0, 1, 2]
    assert [(p.picture - pictures[0].picture) & 0x7FFF for p in pictures] == [0, 1, 2]


def test_nack_is_answered_from_the_ring_with_its_own_numbers() -> None:
    fed = Fed()
    fed.send(*(video(number, key=number == 0) for number in range(10)))
    lost = fed.wire.sequences()[4]
    assert fed.leg.repair([lost], 1.1) == 1
    repaired = fed.wire.rtp[-1]
    assert repaired[1] & 0x7F == rtp.RTX and rtp.FIXED.unpack_from(repaired, 2)[2] == 1001
    assert rtp.unwrap_rtx(repaired, rtp.scan(repaired), 1000, VP8) == fed.wire.rtp[4]


def test_packet_of_the_former_layer_can_still_be_repaired() -> None:
    fed = Fed()
    fed.send(video(10, key=True), video(11))
    fed.leg.feed(Inbound(2, "video", "A", 1), video(500, key=True))
    assert fed.leg.repair(fed.wire.sequences()[:2], 1.1) == 2


def test_nack_storm_gets_each_packet_once_per_while_and_not_for_ever() -> None:
    fed = Fed()
    fed.send(*(video(number, key=number == 0) for number in range(100)))
    all_of_them = fed.wire.sequences()
    assert fed.leg.repair(all_of_them * 5, 1.1) == 100
    assert fed.leg.repair(all_of_them, 1.1 + RESEND_GAP / 2) == 0
    assert fed.leg.repair(all_of_them, 1.2) == 100
    assert fed.leg.repair(all_of_them, 1.0 + RING_SECONDS + 0.1) == 0
    total = sum(fed.leg.repair(all_of_them, 1.3 + step * 0.05) for step in range(20))
    assert total <= RESEND_RATE * 2


def test_ring_is_bounded_and_cleared() -> None:
    fed = Fed()
    fed.send(*(video(number, key=number == 0) for number in range(RING + 1)))
    numbers = fed.wire.sequences()
    assert fed.leg.repair([numbers[0]], 1.1) == 0 and fed.leg.repair([numbers[1]], 1.1) == 1
    fed.leg.restart()
    assert fed.leg.repair(numbers, 1.2) == 0 and set(fed.wire.dropped) == {1000, 1001}


def test_audio_is_never_repaired() -> None:
    fed = Fed("audio")
    fed.send(audio(1))
    assert fed.leg.repair(fed.wire.sequences(), 1.1) == 0


def test_probe_is_a_retransmission_of_nothing_with_room_for_its_number() -> None:
    fed = Fed()
    for size in (1, 100, 255):
        fed.leg.pad(size)
        data, at = fed.wire.rtp[-1], fed.wire.twcc[-1]
        layout = rtp.scan(data)
        assert layout.twcc == at and layout.end == layout.payload and len(data) == layout.end + size
        assert rtp.unwrap_rtx(data, layout, 1000, VP8) is None
    numbers = fed.wire.sequences()
    assert (numbers[2] - numbers[0]) & 0xFFFF == 2


def test_sender_report_goes_through_the_same_offset() -> None:
    fed = Fed()
    fed.leg.relay(rtcp.SenderReport(1, 1 << 40, 5000, 1, 1), 1.0)
    assert fed.wire.rtcp == [], "nothing to say before the start"
    fed.send(video(10, key=True, stamp=5000))
    fed.leg.relay(rtcp.SenderReport(1, 0x12345678_9ABCDEF0, 5000, 1, 1), 2.0)
    [report, _] = rtcp.walk(fed.wire.rtcp[0])
    assert isinstance(report, rtcp.SenderReport)
    assert report.rtp == fed.wire.timestamps()[0] and report.ssrc == 1000 and report.packets == 1
    fed.leg.on_block(rtcp.Block(1000, 64, 1, 1, 0, 0x56789ABC, 32_768), 2.6)
    delivery = fed.leg.delivery()
    assert delivery.loss == 0.25 and delivery.rtt is not None and abs(delivery.rtt - 0.1) < 1e-9


def test_newcomer_is_told_the_clock_at_once() -> None:
    fed = Fed()
    layers(fed)
    fed.send(video(10, key=True, at=1.5, stamp=1_045_000))
    [report, _] = rtcp.walk(fed.wire.rtcp[0])
    assert isinstance(report, rtcp.SenderReport)
    assert (fed.wire.timestamps()[0] - report.rtp) & 0xFFFFFFFF == 45_000
