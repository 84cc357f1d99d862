"""What may be forwarded of one person: sets, floors, rest, mute; and what their browser is asked for."""

import pytest

from signaling.media import SET_REST, Mark, SetNotRested, rtcp
from signaling.media.leg import Leg
from signaling.media.peer import MID_PLACES
from signaling.media.publish import Publisher
from signaling.media.rtp import scan
from signaling.media.streams import MAX_STREAMS
from signaling.media.uplink import KEY_GAP
from tests.signaling.media.memory import OPUS, RTX, VP8, packet, vp8_payload
from tests.signaling.media.test_forward import Wire

JOINT, CAUCUS = Mark("joint", 1), Mark("caucus", 2)
SSRC = {"00": 50, "01": 51, "02": 52, "03": 53, "04": 54, "05": 55}


class Stage:
    """A publisher with an audio, a video and a screen leg, and hands to feed it."""

    def __init__(self) -> None:
        self.up = Wire()
        self.down = Wire()
        self.publisher = Publisher(MID_PLACES, 9, self.up)
        for mid, ssrc in SSRC.items():
            self.publisher.learn(mid, ssrc, ssrc + 100)
        self.legs = [
            Leg("audio", 1, 2, self.down, "lin"),
            Leg("video", 3, 4, self.down, "lin"),
            Leg("screen", 5, 6, self.down, "lin"),
        ]
        for leg in self.legs:
            self.publisher.attach(leg, 0.0)

    def audio(self, number: int, now: float, mid: str = "00") -> int:
        """How many packets that made the leg send."""
        before = len(self.down.rtp)
        self.publisher.on_rtp(packet(SSRC[mid], number, 0, b"sound", payload_type=OPUS), now)
        return len(self.down.rtp) - before

    def video(self, number: int, now: float, *, mid: str = "01", key: bool = False, twcc: int | None = None) -> int:
        before = len(self.down.rtp)
        body = vp8_payload(b"x", key=key)
        self.publisher.on_rtp(packet(SSRC[mid], number, 0, body, payload_type=VP8, twcc=twcc), now)
        return len(self.down.rtp) - before

    def repair(self, number: int, now: float, mid: str = "01") -> int:
        before = len(self.down.rtp)
        body = number.to_bytes(2, "big") + vp8_payload(b"x", key=False)
        self.publisher.on_rtp(packet(SSRC[mid] + 100, number, 0, body, payload_type=RTX), now)
        return len(self.down.rtp) - before

    def asked(self) -> list[rtcp.Item]:
        items = [item for data in self.up.rtcp for item in rtcp.walk(data)]
        self.up.rtcp.clear()
        return items


def test_nothing_is_forwarded_before_a_set_is_named() -> None:
    stage = Stage()
    assert stage.audio(1, 0.0) == 0 and stage.publisher.refused == 1


def test_only_the_named_set_is_forwarded() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    assert stage.audio(1, 0.1) == 1 and stage.audio(1, 0.1, "03") == 0
    stage.publisher.use("B", CAUCUS, 0.2)
    assert stage.audio(2, 0.3) == 0 and stage.audio(2, 0.3, "03") == 1
    assert stage.publisher.counts == {
        JOINT: {"audio": 1, "video": 0, "screen": 0},
        CAUCUS: {"audio": 1, "video": 0, "screen": 0},
    }


def test_drained_publisher_is_silent() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    stage.publisher.drain(0.2)
    assert stage.audio(2, 0.3) == 0 and stage.video(2, 0.3, key=True) == 0
    assert stage.legs[1].repair([int.from_bytes(data[2:4], "big") for data in stage.down.rtp], 0.4) == 0


def test_set_rests_ten_seconds_after_it_was_left() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.publisher.drain(5.0)
    with pytest.raises(SetNotRested) as caught:
        stage.publisher.use("A", CAUCUS, 6.0)
    assert caught.value.wait == pytest.approx(SET_REST - 1) and stage.publisher.wait_for("B", 6.0) == 0
    stage.publisher.use("B", CAUCUS, 6.0)
    stage.publisher.use("A", JOINT, 5.0 + SET_REST)


def test_set_in_use_cannot_be_taken_for_another_epoch() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    with pytest.raises(SetNotRested):
        stage.publisher.use("A", CAUCUS, 100.0)


def test_rest_begins_anew_while_the_browser_still_sends_on_it() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.audio(1, 0.5)
    stage.publisher.use("B", CAUCUS, 1.0)
    stage.audio(2, 9.0)
    assert stage.publisher.wait_for("A", 11.0) == pytest.approx(8.0)


def test_nothing_at_or_below_the_floor_is_forwarded() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    for number in (1, 2, 7):
        stage.audio(number, 0.1)
    stage.publisher.use("B", CAUCUS, 1.0)
    stage.audio(9, 1.1)
    stage.publisher.use("A", Mark("joint", 3), 20.0)
    assert [stage.audio(number, 20.1) for number in (5, 8, 9, 10)] == [0, 0, 0, 1]


def test_repaired_packet_counts_for_the_floor_and_is_held_by_it() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    assert stage.repair(2, 0.2) == 1, "a repaired packet is a packet"
    assert stage.repair(2, 0.2) == 0, "but only once"
    stage.publisher.use("B", CAUCUS, 1.0)
    stage.repair(6, 1.1)
    stage.publisher.use("A", Mark("joint", 3), 20.0)
    assert stage.video(6, 20.1, key=True) == 0 and stage.repair(5, 20.1) == 0
    assert stage.video(7, 20.1, key=True) == 1


def test_ssrc_never_changes_its_set() -> None:
    stage = Stage()
    assert stage.publisher.learn("03", SSRC["00"]) is None
    assert stage.publisher.learn("99", 77) is None


def test_unknown_ssrc_is_known_by_its_mid_and_by_nothing_else() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.publisher.on_rtp(packet(900, 1, 0, b"s", payload_type=OPUS, mid="00"), 0.1)
    stage.publisher.on_rtp(packet(901, 1, 0, b"s", payload_type=OPUS, mid="77"), 0.1)
    stage.publisher.on_rtp(packet(902, 1, 0, b"s", payload_type=OPUS), 0.1)
    stage.publisher.on_rtp(packet(903, 1, 0, b"s", payload_type=VP8, mid="00"), 0.1)
    assert len(stage.down.rtp) == 1


def test_streams_of_one_person_are_bounded() -> None:
    stage = Stage()
    for ssrc in range(1000, 1100):
        stage.publisher.on_rtp(packet(ssrc, 1, 0, b"s", payload_type=OPUS, mid="00"), 0.1)
    assert len(stage.publisher._streams) == MAX_STREAMS


def test_muted_kind_is_dropped_and_comes_back() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    stage.asked()
    stage.publisher.mute("video", True, 1.0)
    assert stage.video(2, 1.1) == 0 and stage.audio(2, 1.1) == 1
    stage.publisher.mute("video", False, 2.0)
    assert [item for item in stage.asked() if isinstance(item, rtcp.PictureLoss)] == [rtcp.PictureLoss((51,))]
    assert stage.video(1, 2.1, key=True) == 0, "what was sent while muted stays unheard"
    assert stage.video(3, 2.1, key=True) == 1


def test_newcomer_gets_nothing_from_before_and_a_key_frame_is_asked() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.audio(5, 0.1)
    stage.asked()
    late = Wire()
    stage.publisher.attach(Leg("audio", 11, 12, late), 2.0)
    stage.publisher.attach(Leg("video", 13, 14, late), 2.0)
    stage.audio(4, 2.1)
    assert late.rtp == [] and rtcp.PictureLoss((51,)) in stage.asked()
    stage.audio(6, 2.1)
    assert len(late.rtp) == 1


def test_key_frames_are_asked_at_most_twice_a_second_and_never_forgotten() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    for step in range(10):
        stage.publisher.ask_key(0.01 * step)
    assert stage.asked() == [rtcp.PictureLoss((51,)), rtcp.PictureLoss((52,))]
    stage.publisher.tick(KEY_GAP + 0.01)
    assert stage.asked() == [rtcp.PictureLoss((51,)), rtcp.PictureLoss((52,))]


def test_key_frame_that_never_came_is_asked_again() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.9)
    stage.asked()
    for step in range(1, 60):
        stage.video(1 + step, 0.9 + step / 20)
        stage.publisher.tick(0.9 + step / 20)
    assert 2 <= sum(isinstance(item, rtcp.PictureLoss) for item in stage.asked()) <= 4


def test_gap_is_asked_of_the_browser_at_once() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    stage.asked()
    stage.video(4, 0.2)
    assert stage.asked() == [rtcp.Nack(51, (2, 3))]
    assert stage.repair(2, 0.25) == 1
    stage.publisher.tick(0.5)
    assert stage.asked() == [rtcp.Nack(51, (3,))]


def test_long_gap_is_healed_by_a_key_frame() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    stage.video(1000, 2.0)
    stage.asked()
    stage.publisher.tick(2.1)
    assert stage.asked() == [rtcp.PictureLoss((51,))]


def test_arrivals_are_fed_back_whatever_set_they_came_on() -> None:
    stage = Stage()
    stage.video(1, 0.1, mid="04", twcc=7)
    stage.publisher.tick(0.15)
    assert len(stage.up.rtcp) == 1 and stage.up.rtcp[0][0] & 0x1F == rtcp.TWCC
    stage.publisher.tick(0.2)
    assert len(stage.up.rtcp) == 1


def test_report_tells_loss_and_the_lowest_limit_of_the_listeners() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.video(1, 0.1, key=True)
    stage.video(3, 0.2)
    stage.asked()
    stage.legs[1].limit = 200_000
    stage.publisher.report(1.0)
    [reports] = stage.asked()
    assert isinstance(reports, rtcp.Reports) and reports.blocks[0].lost == 1
    stage.publisher.report(2.0)
    assert stage.up.rtcp[1][12:16] == b"REMB"
    stage.legs[1].limit = None
    stage.up.rtcp.clear()
    stage.publisher.report(3.0)
    stage.publisher.report(4.0)
    assert [data[12:16] == b"REMB" for data in stage.up.rtcp] == [False, True, False], "lifted once, then silence"


def test_sender_reports_are_relayed_only_from_the_source_forwarded() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.audio(1, 0.1)
    stage.publisher.on_sender_report(rtcp.SenderReport(53, 1 << 33, 0, 1, 1), 0.2)
    assert stage.down.rtcp == []
    stage.publisher.on_sender_report(rtcp.SenderReport(50, 1 << 33, 0, 1, 1), 0.2)
    assert len(stage.down.rtcp) == 1


def test_malformed_packets_do_no_harm() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    good = packet(51, 1, 0, vp8_payload(b"x", key=True), payload_type=VP8, mid="01", twcc=1)
    for size in range(scan(good).payload + 4):
        stage.publisher.on_rtp(good[:size], 0.1)
    assert stage.down.rtp == []


def test_health_names_the_subscribers() -> None:
    stage = Stage()
    stage.publisher.use("A", JOINT, 0.0)
    stage.audio(1, 0.1)
    assert stage.publisher.heard_by()["lin"]["audio"].packets == 1
    assert stage.publisher.flows(1.1)["audio"].idle == pytest.approx(1.0)
