"""Counting what arrives: wrap-round, duplicates, loss and jitter, gaps to repair, arrival times."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.media import rtcp
from signaling.media.receive import WINDOW, Arrivals, Inbound
from tests.signaling.media.test_rtcp import read_feedback


def video() -> Inbound:
    return Inbound(7, "video", "A")


def feed(stream: Inbound, *sequences: int, now: float = 1.0) -> list[int]:
    return [stream.note(sequence & 0xFFFF, 0, 100, now) - 0x10000 for sequence in sequences]


def test_numbers_go_on_after_wrapping_round() -> None:
    assert feed(video(), 65_534, 65_535, 0, 1, 65_533) == [65_534, 65_535, 65_536, 65_537, 65_533]


def test_duplicates_and_ancient_packets_are_refused() -> None:
    stream = video()
    feed(stream, 10, 11, 12)
    assert stream.note(11, 0, 100, 1.0) == -1
    feed(stream, 12 + WINDOW)
    assert stream.note(12, 0, 100, 1.0) == -1
    assert stream.packets == 4


@given(st.lists(st.integers(0, 500), min_size=1, max_size=400))
def test_each_packet_is_counted_once_in_whatever_order(order: list[int]) -> None:
    stream = video()
    first = feed(stream, 250)
    accepted = [n for n in feed(stream, *order) if n >= 0] + first
    assert sorted(accepted) == sorted(set(order) | {250})


def test_report_block_counts_the_interval_and_the_whole() -> None:
    stream = video()
    feed(stream, 1, 2, 3, 5)
    block = stream.block(2.0)
    assert (block.ssrc, block.lost, block.fraction, block.highest) == (7, 1, 256 // 5, 5)
    feed(stream, 6, 7)
    assert stream.block(3.0).fraction == 0 and stream.lost == 1


def test_report_block_answers_the_last_sender_report() -> None:
    stream = video()
    feed(stream, 1)
    stream.report, stream.report_at = rtcp.SenderReport(7, 0x0000AAAA_BBBB0000, 0, 0, 0), 10.0
    block = stream.block(10.5)
    assert block.lsr == 0xAAAABBBB and block.dlsr == 32_768


def test_jitter_follows_uneven_arrival() -> None:
    even, uneven = Inbound(1, "audio", "A"), Inbound(2, "audio", "A")
    for i in range(100):
        even.note(i, i * 960, 100, 1 + i * 0.02)
        uneven.note(i, i * 960, 100, 1 + i * 0.02 + (0.01 if i % 2 else 0))
    assert even.jitter < 5 and 300 < uneven.jitter < 600


def test_gap_of_pictures_is_noted_and_closed() -> None:
    stream = video()
    feed(stream, 10, 13, 11)
    assert len(stream.gaps) == 1


def test_repaired_packet_is_a_loss_of_the_path_all_the_same() -> None:
    stream = video()
    feed(stream, 1, 2, 4)
    stream.note(3, 0, 100, 1.1, repaired=True)
    block = stream.block(2.0)
    assert (stream.lost, block.lost, block.fraction) == (0, 1, 64)


def test_instant_is_told_by_the_last_sender_report() -> None:
    stream = video()
    assert stream.instant(5, 1.0) is None
    stream.report, stream.report_at = rtcp.SenderReport(7, (200 << 32) + (1 << 31), 90_000, 0, 0), 10.0
    assert stream.instant(180_000, 10.0) == 201.5 and stream.instant(0, 10.0) == 199.5
    assert stream.instant(180_000, 30.0) is None, "an old report tells nothing"


def test_audio_is_never_asked_again() -> None:
    stream = Inbound(7, "audio", "A")
    feed(stream, 10, 13)
    assert stream.gaps.wanted(1.0) == []


def test_floor_is_the_highest_number_seen() -> None:
    stream = video()
    feed(stream, 10, 15, 12)
    stream.raise_floor()
    assert stream.floor == 15 + 0x10000 and not stream.gaps


def test_arrivals_are_fed_back_with_their_gaps() -> None:
    arrivals = Arrivals()
    for sequence, now in ((65_535, 1.0), (1, 1.01), (2, 1.02)):
        arrivals.note(sequence, now)
    [packet] = arrivals.feedback(1, 2)
    assert read_feedback(packet) == (0, 4, {65_535: 1_000_000, 1: 1_010_000, 2: 1_020_000})
    assert list(arrivals.feedback(1, 2)) == []
    arrivals.note(5, 1.05)
    [packet] = arrivals.feedback(1, 2)
    assert read_feedback(packet)[:2] == (1, 3), "3 and 4 are reported as not received"


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 12_000_000)), min_size=1, max_size=900))
def test_feedback_always_fits_a_datagram(notes: list[tuple[int, int]]) -> None:
    arrivals = Arrivals()
    for sequence, at in notes:
        arrivals.note(sequence * 90, at / 1_000_000)
    for packet in arrivals.feedback(1, 2):
        assert len(packet) <= 1356
        read_feedback(packet)
