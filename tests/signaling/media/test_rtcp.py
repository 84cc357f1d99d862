"""Golden bytes of what is built, what is read of compounds, and that no bytes make the walker raise."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from signaling.media import rtcp


def test_picture_loss_indication_is_twelve_bytes() -> None:
    assert rtcp.pli(1, 0xAABBCCDD).hex() == "81ce000200000001aabbccdd"
    assert list(rtcp.walk(rtcp.pli(1, 7))) == [rtcp.PictureLoss((7,))]


def test_nack_packs_followers_into_the_mask() -> None:
    data = rtcp.nack(1, 2, [100, 101, 116, 117])
    assert data.hex() == "81cd0004" + "00000001" + "00000002" + "00648001" + "00750000"
    assert list(rtcp.walk(data)) == [rtcp.Nack(2, (100, 101, 116, 117))]


def test_nack_wraps_round() -> None:
    assert list(rtcp.walk(rtcp.nack(1, 2, [65535, 0, 3]))) == [rtcp.Nack(2, (65535, 0, 3))]


def test_receiver_report_keeps_negative_loss() -> None:
    block = rtcp.Block(9, 25, -3, 70_000, 12, 0x11223344, 65_536)
    data = rtcp.receiver_report(5, [block])
    assert (
        data.hex()
        == "81c90007" + "00000005" + "00000009" + "19fffffd" + "00011170" + "0000000c" + "11223344" + "00010000"
    )
    assert list(rtcp.walk(data)) == [rtcp.Reports((block,))]


def test_sender_report_round_trip() -> None:
    report = rtcp.SenderReport(5, 0x0102030405060708, 90_000, 10, 1000)
    assert list(rtcp.walk(rtcp.sender_report(report))) == [report, rtcp.Reports(())]


def test_remb_of_300_kilobits() -> None:
    assert (
        rtcp.remb(1, 300_000, [2]).hex() == "8fce0005" + "00000001" + "00000000" + "52454d42" + "010649f0" + "00000002"
    )


def test_pli_beside_a_padded_feedback_is_still_read() -> None:
    """aiortc drops the whole compound here (shown in its trial); we walk sub-packet by sub-packet."""
    feedback, taken = rtcp.transport_feedback(1, 2, 0, 5, [(5, 64_000), (6, 65_000), (7, 66_000)])
    assert taken == 3 and feedback[0] & 0x20
    read = rtcp.Feedback(5, 3, 1, [0, 1, 2], [0, 4, 8])
    assert list(rtcp.walk(feedback + rtcp.pli(1, 7))) == [read, rtcp.PictureLoss((7,))]


def test_fir_is_a_wish_for_a_key_frame() -> None:
    fir = struct.pack("!BBHLLLL", 0x84, 206, 4, 1, 0, 42, 0x01000000)
    assert list(rtcp.walk(fir)) == [rtcp.PictureLoss((42,))]


def test_a_nack_storm_is_cut() -> None:
    data = rtcp.nack(1, 2, range(0, 60_000, 7))
    [item] = rtcp.walk(data)
    assert isinstance(item, rtcp.Nack) and len(item.sequences) == rtcp.MAX_SEQUENCES


def read_feedback(data: bytes) -> tuple[int, int, dict[int, int]]:
    """An independent reader of transport-wide feedback: count, status count, sequence -> microseconds."""
    length = 4 * (struct.unpack_from("!H", data, 2)[0] + 1)
    assert length == len(data)
    base, statuses, head = struct.unpack_from("!HHL", data, 12)
    clock = (head >> 8) * 64_000
    at, symbols = 20, list[int]()
    while len(symbols) < statuses:
        (chunk,) = struct.unpack_from("!H", data, at)
        at += 2
        if chunk >> 15 == 0:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk >> 14 & 1:
            symbols += [chunk >> shift & 3 for shift in range(12, -2, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    times = {}
    for offset, symbol in enumerate(symbols[:statuses]):
        if symbol == 1:
            clock += data[at] * 250
            at += 1
        elif symbol == 2:
            clock += struct.unpack_from("!h", data, at)[0] * 250
            at += 2
        if symbol:
            times[(base + offset) & 0xFFFF] = clock
    padding = data[-1] if data[0] & 0x20 else 0
    assert at + padding == len(data), "every delta is read, nothing is left"
    return head & 0xFF, statuses, times


def test_feedback_golden_bytes() -> None:
    data, taken = rtcp.transport_feedback(0x11, 0x22, 3, 65_535, [(65_535, 128_000), (65_537, 128_500)])
    assert taken == 2
    assert data.hex() == "8fcd0005" + "00000011" + "00000022" + "ffff0003" + "00000203" + "d100" + "0002"
    assert read_feedback(data) == (3, 3, {65_535: 128_000, 1: 128_500})


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(-3_000_000, 3_000_000)), min_size=1, max_size=120))
def test_feedback_says_when_each_packet_came(steps: list[tuple[int, int]]) -> None:
    sequence, clock, arrivals = 70_000, 5_000_000_000, []
    for gap, delay in steps:
        sequence += gap
        clock += delay
        arrivals.append((sequence, clock))
    data, taken = rtcp.transport_feedback(1, 2, 0, 70_000, arrivals)
    assert 1 <= taken <= len(arrivals)
    _, statuses, times = read_feedback(data)
    assert statuses == arrivals[taken - 1][0] - 70_000 + 1
    assert times == {known & 0xFFFF: at // 250 * 250 for known, at in arrivals[:taken]}


def arrivals_of(feedback: rtcp.Feedback) -> dict[int, int]:
    """Sequence -> microseconds."""
    return {
        (feedback.base + offset) & 0xFFFF: feedback.reference * 64_000 + tick * 250
        for offset, tick in zip(feedback.offsets, feedback.ticks, strict=True)
    }


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(-3_000_000, 3_000_000)), min_size=1, max_size=120))
def test_feedback_is_read_as_another_reader_reads_it(steps: list[tuple[int, int]]) -> None:
    sequence, clock, arrivals = 70_000, 5_000_000_000, []
    for gap, delay in steps:
        sequence += gap
        clock += delay
        arrivals.append((sequence, clock))
    data, _ = rtcp.transport_feedback(1, 2, 0, 70_000, arrivals)
    _, statuses, times = read_feedback(data)
    [item] = rtcp.walk(data)
    assert isinstance(item, rtcp.Feedback)
    assert (item.base, item.span, arrivals_of(item)) == (70_000 & 0xFFFF, statuses, times)


def feedback_of(base: int, count: int, rest: bytes) -> bytes:
    body = struct.pack("!LLHHL", 1, 2, base, count, 7 << 8) + rest
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x80 | rtcp.TWCC, rtcp.RTPFB, len(body) // 4) + body


def test_one_bit_vectors_are_read() -> None:
    """Chromium writes them where every delta is small; our own writer does not."""
    data = feedback_of(10, 14, bytes([0b10110000, 0b00000001, 4, 5, 6, 7]))
    [item] = rtcp.walk(data)
    assert item == rtcp.Feedback(10, 14, 7, [0, 1, 13], [4, 9, 15])


def test_feedback_that_claims_more_than_it_holds_is_dropped() -> None:
    huge = struct.pack("!8H", *[1 << 13 | 0x1FFF] * 8)
    assert list(rtcp.walk(feedback_of(0, 65_535, huge) + rtcp.pli(1, 7))) == [rtcp.PictureLoss((7,))]
    assert list(rtcp.walk(feedback_of(0, 3, struct.pack("!H", 1 << 13 | 3)))) == []
    assert list(rtcp.walk(feedback_of(0, 1, struct.pack("!HH", 3 << 13 | 1, 0)))) == []


def test_a_long_outage_is_told_in_a_few_bytes() -> None:
    [item] = rtcp.walk(feedback_of(0, 65_535, struct.pack("!9H", *[0x1FFF] * 9)))
    assert item == rtcp.Feedback(0, 65_535, 7, [], [])


@given(st.integers(0, 65_535), st.integers(0, 65_535), st.binary(max_size=300))
def test_what_is_read_of_a_feedback_is_within_what_it_speaks_of(base: int, count: int, rest: bytes) -> None:
    for item in rtcp.walk(feedback_of(base, count, rest)):
        assert isinstance(item, rtcp.Feedback) and len(item.ticks) == len(item.offsets) <= len(rest) + 3
        assert list(item.offsets) == sorted(set(item.offsets)) and all(0 <= at < count for at in item.offsets)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_walker_raise(data: bytes) -> None:
    list(rtcp.walk(data))


@given(st.integers(0, 31), st.sampled_from([200, 201, 202, 203, 205, 206]), st.binary(max_size=120))
def test_no_body_makes_the_walker_raise(count: int, kind: int, body: bytes) -> None:
    body += bytes(-len(body) % 4)
    list(rtcp.walk(struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body + rtcp.pli(1, 2)))
