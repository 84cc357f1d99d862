"""Packets in every order become the frames that were sent, or a gap that ends with a key frame."""

import itertools

import pytest

from signaling.media.recording.frames import MOST_HELD, PATIENCE, Frame, Frames, size_of
from signaling.media.synthetic import HEIGHT, WIDTH, key_frame
from tests.signaling.media.memory import OPUS, VP8, packet, vp8_payload


def picture(sequence: int, time: int, body: bytes, *, key: bool, start: bool = True, last: bool = True) -> bytes:
    data = bytearray(packet(7, sequence, time, vp8_payload(body, key=key, start=start), payload_type=VP8))
    data[1] |= 0x80 * last
    return bytes(data)


def voice(sequence: int, time: int, body: bytes) -> bytes:
    return packet(8, sequence, time, body, payload_type=OPUS)


def fed(kind: str, packets: list[bytes], until: float = 0.0) -> list[Frame]:
    frames = Frames("audio" if kind == "audio" else "video")
    done = [frame for data in packets for frame in frames.put(data, 0.0)]
    return done + (frames.due(until) if until else [])


def test_a_picture_of_three_packets_is_one_frame_whatever_their_order() -> None:
    first, *rest = (
        picture(65534, 100, b"a", key=True, last=False),
        picture(65535, 100, b"b", key=True, start=False, last=False),
        picture(0, 100, b"c", key=True, start=False),
        picture(1, 3100, b"d", key=False),
    )
    expected = fed("video", [first, *rest])
    assert [frame.key for frame in expected] == [True, False]
    assert expected[0].data == b"\x00a" + b"\x00b" + b"\x00c"  # the header's bit stands in each synthetic packet
    assert expected[1].time - expected[0].time == 3000
    for order in itertools.permutations(rest):
        assert fed("video", [first, *order]) == expected


def test_twice_the_same_packet_is_one() -> None:
    data = voice(5, 960, b"x")
    assert len(fed("audio", [data, data])) == 1


def test_a_lost_voice_is_left_out_after_some_patience() -> None:
    packets = [voice(1, 960, b"1"), voice(3, 2880, b"3"), voice(4, 3840, b"4")]
    assert [frame.data for frame in fed("audio", packets)] == [b"1"]
    assert [frame.data for frame in fed("audio", packets, PATIENCE["audio"] + 0.01)] == [b"1", b"3", b"4"]


def test_after_a_lost_picture_nothing_is_taken_before_the_next_key_frame() -> None:
    frames = Frames("video")
    assert not frames.put(picture(1, 0, b"-", key=False), 0.0)
    assert frames.put(picture(2, 3000, b"k", key=True), 0.0)
    assert not frames.put(picture(4, 9000, b"d", key=False), 0.1)
    assert not frames.due(1.0) and not frames.broken
    assert not frames.due(1.2) and frames.broken and frames.lost == 1
    assert not frames.put(picture(5, 12000, b"d", key=False), 1.3)
    assert frames.put(picture(6, 15000, b"k", key=True), 1.4) and not frames.broken


def test_a_repair_in_time_leaves_no_gap() -> None:
    frames = Frames("video")
    frames.put(picture(1, 0, b"k", key=True), 0.0)
    frames.put(picture(3, 6000, b"d", key=False), 0.1)
    assert [frame.key for frame in frames.put(picture(2, 3000, b"d", key=False), 0.9)] == [False, False]
    assert frames.lost == 0


def test_a_storm_of_holes_holds_a_bounded_number_of_packets() -> None:
    frames = Frames("audio")
    done = [frame for number in range(0, 6000, 2) for frame in frames.put(voice(number, 480 * number, b"v"), 0.0)]
    assert len(done) >= 3000 - 1026


def test_a_picture_without_an_end_is_given_up_and_the_next_key_frame_goes_on() -> None:
    frames, body = Frames("video"), bytes(1000)
    endless = MOST_HELD // 1000 + 100
    for number in range(endless):
        assert not frames.put(picture(number, 0, body, key=True, start=not number, last=False), 0.0)
    assert sum(len(held.body) for held in frames._held) <= MOST_HELD
    assert not frames.put(picture(endless, 0, body, key=True, start=False), 0.1), "too late for its end"
    assert not frames.put(picture(endless + 1, 3000, b"d", key=False), 0.2) and frames.broken
    assert frames.put(picture(endless + 2, 6000, b"k", key=True), 0.3) and not frames.broken


def test_timestamps_go_on_over_their_end() -> None:
    done = fed("audio", [voice(1, 0xFFFFFFF0, b"1"), voice(2, 0x10, b"2")])
    assert done[1].time - done[0].time == 0x20


@pytest.mark.parametrize("data", [b"", b"\x80", packet(1, 1, 1, b"", payload_type=OPUS), bytes(12)])
def test_what_is_no_packet_makes_no_frame(data: bytes) -> None:
    assert fed("audio", [data]) == [] == fed("video", [data])


def test_the_size_of_a_picture_stands_in_its_key_frame() -> None:
    assert size_of(key_frame(3)) == (WIDTH, HEIGHT)
    assert size_of(b"\x01" * 20) == (0, 0) == size_of(b"")
