"""Gaps: asked at once, again after about a round trip, given up in time; reordering is not loss."""

from itertools import pairwise

from signaling.media.gaps import FEW, FIRST_RTT, MAX_AGE, MAX_GAP, MAX_TRIES, OUTAGE, Gaps


def test_gap_is_asked_at_once_then_ever_later_then_given_up() -> None:
    gaps = Gaps()
    gaps.open(11, 13, 1.0)
    assert gaps.wanted(1.0) == [11, 12] and gaps.wanted(1.01) == []
    gaps.close(11, 1.02, True)
    times = [1 + step / 100 for step in range(500) if gaps.wanted(1 + step / 100) == [12]]
    waits = [after - before for before, after in pairwise(times)]
    assert 2 <= len(times) < MAX_TRIES and times[-1] <= 1 + MAX_AGE and waits == sorted(waits)
    assert gaps.unrepaired and not gaps


def test_round_trip_is_learnt_from_what_comes_back() -> None:
    near, far = Gaps(), Gaps()
    for number in range(20):
        for gaps, rtt in ((near, 0.02), (far, 0.4)):
            gaps.open(number, number + 1, number)
            gaps.wanted(number)
            gaps.close(number, number + rtt, True)
    assert near.rtt is not None and far.rtt is not None
    assert abs(near.rtt - 0.02) < 1e-6 and abs(far.rtt - 0.4) < 1e-6
    for gaps, again in ((near, 0.04), (far, 0.61)):
        gaps.open(100, 101, 100.0)
        gaps.wanted(100.0)
        assert gaps.wanted(100.0 + again - 0.02) == [] and gaps.wanted(100.0 + again) == [100]


def test_packet_asked_twice_says_nothing_of_the_round_trip() -> None:
    gaps = Gaps()
    gaps.open(1, 2, 1.0)
    gaps.wanted(1.0)
    gaps.wanted(1.0 + 2 * FIRST_RTT)
    gaps.close(1, 1.3, True)
    assert gaps.rtt is None


def test_reordered_packets_teach_patience() -> None:
    gaps = Gaps()
    for number in range(5):
        gaps.open(number, number + 1, 1.0 + number)
        gaps.close(number, 1.02 + number, False)
    gaps.open(100, 101, 10.0)
    assert gaps.wanted(10.0) == [] and gaps.wanted(10.05) == [100]


def test_long_gap_is_not_repaired_packet_by_packet() -> None:
    gaps = Gaps()
    gaps.open(1, MAX_GAP + 1, 1.0)
    assert gaps.unrepaired and gaps.wanted(1.0) == []


def test_what_is_missing_is_bounded() -> None:
    gaps = Gaps()
    for number in range(0, 100_000, 2):
        gaps.open(number, number + 1, 1.0)
    assert len(gaps) < 4 * MAX_GAP


def test_forgotten_is_not_asked() -> None:
    gaps = Gaps()
    gaps.open(1, 5, 1.0)
    gaps.forget()
    assert gaps.wanted(2.0) == [] and not gaps.unrepaired


def test_after_a_cut_the_past_is_over_but_a_quiet_screen_is_repaired() -> None:
    cut, quiet = Gaps(), Gaps()
    cut.open(1, FEW + 2, 9.0, OUTAGE + 0.1)
    quiet.open(1, FEW, 9.0, OUTAGE + 0.1)
    assert cut.unrepaired and not cut
    assert not quiet.unrepaired and len(quiet) == FEW - 1
