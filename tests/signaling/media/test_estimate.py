"""The estimate finds a pipe's rate and follows it, without a queue that stands. Seeded, under a virtual clock."""

import pytest

from signaling.media.estimate import RING, Departures, Estimator
from signaling.media.rtcp import Feedback
from tests.signaling.media.simulation import Browser, Greedy, Pipe, World


class Run:
    """A greedy picture over a pipe."""

    def __init__(self, rate: float, **line: float) -> None:
        self.world = World()
        self.pipe = Pipe(self.world, rate, **line)  # type: ignore[arg-type]
        self.browser = Browser(self.world, self.pipe)
        self.meeting = Greedy(self.browser, self.world)

    def settle(self, seconds: float = 20) -> None:
        """Let time pass, then measure from here."""
        self.world.run(seconds)
        self.since = self.world.now
        self.before = self.pipe.delivered, self.pipe.passed, self.pipe.lost

    @property
    def estimate(self) -> float:
        """Mean since `settle`."""
        found = [bitrate for at, bitrate, _ in self.meeting.history if at >= self.since]
        return sum(found) / len(found)

    @property
    def used(self) -> float:
        """Share of the pipe filled since `settle`."""
        return 8 * (self.pipe.delivered - self.before[0]) / (self.world.now - self.since) / self.pipe.rate

    @property
    def dropped(self) -> float:
        """Share of packets lost since `settle`."""
        lost = self.pipe.lost - self.before[2]
        return lost / (lost + self.pipe.passed - self.before[1])

    def waiting(self, share: float) -> float:
        """Seconds of queue that this share of packets met at most, since `settle`."""
        waits = sorted(wait for at, wait in self.pipe.waited if at >= self.since)
        return waits[int(share * (len(waits) - 1))]

    def reaches(self, bitrate: float, within: float) -> bool:
        start = self.world.now
        self.world.run(within)
        return any(found >= bitrate for at, found, _ in self.meeting.history if at >= start)


@pytest.mark.parametrize("rate", [150_000, 250_000, 400_000, 800_000, 1_500_000, 2_500_000, 4_000_000])
def test_finds_the_rate_without_a_standing_queue(rate: int) -> None:
    run = Run(rate, queue=rate // 8)  # a second of queue: it would stand if we let it
    run.settle()
    run.world.run(30)
    assert run.used > 0.7 and run.estimate < 1.1 * rate
    assert run.waiting(0.5) < 0.07 and run.waiting(0.95) < 0.14


@pytest.mark.parametrize("rate", [400_000, 1_500_000])
def test_a_queue_of_60_ms_is_no_reason_to_lose_packets(rate: int) -> None:
    run = Run(rate, queue=rate * 6 // 800)
    run.settle()
    run.world.run(40)
    assert run.used > 0.7 and run.dropped < 0.02


@pytest.mark.parametrize("loss", [0.02, 0.05, 0.1, 0.2])
def test_loss_that_is_the_line_s_own_is_borne(loss: float) -> None:
    run = Run(1_000_000, queue=60_000, loss=loss)
    run.settle()
    run.world.run(40)
    assert run.estimate > 700_000 and run.waiting(0.95) < 0.14


@pytest.mark.parametrize("reordering", [False, True])
def test_jitter_is_not_a_queue(reordering: bool) -> None:
    run = Run(1_000_000, queue=60_000, delay=0.1, jitter=0.2, reordering=reordering)
    run.settle()
    run.world.run(40)
    assert run.estimate > 600_000
    assert run.waiting(0.5) < 0.1


def test_leaves_room_to_who_shares_the_pipe() -> None:
    run = Run(1_000_000, queue=60_000)
    run.settle()
    run.pipe.cross = 400_000
    run.settle()
    run.world.run(30)
    assert 400_000 < run.estimate < 620_000 and run.waiting(0.5) < 0.05


@pytest.mark.parametrize(("before", "after"), [(300_000, 2_000_000), (150_000, 4_000_000), (400_000, 1_500_000)])
def test_takes_a_wider_pipe_within_seconds(before: int, after: int) -> None:
    run = Run(before, queue=30_000)
    run.settle(40)
    run.pipe.rate, run.pipe.queue = after, 100_000
    assert run.reaches(0.8 * after, within=8)


def test_gives_way_to_a_thinner_pipe_within_seconds() -> None:
    run = Run(2_000_000, queue=60_000)
    run.settle()
    run.pipe.rate = 300_000
    run.settle(5)
    run.world.run(15)
    assert run.used > 0.7 and run.waiting(0.95) < 0.14


@pytest.mark.parametrize("seconds", [5, 25])
def test_an_outage_costs_little_afterwards(seconds: int) -> None:
    run = Run(1_500_000, queue=60_000)
    run.settle()
    run.pipe.loss = 1.0
    run.world.run(seconds)
    run.pipe.loss = 0.0
    assert run.reaches(1_000_000, within=6)


def test_too_large_a_start_does_not_last() -> None:
    """The pipe is thinner than the first guess: the queue made before the first report is gone soon."""
    run = Run(150_000, queue=40_000)
    run.settle(10)
    run.world.run(10)
    assert run.waiting(0.5) < 0.05


# What a browser could say that is not so


def sent(packets: int, at: float = 1.0) -> tuple[Departures, Estimator]:
    departures = Departures()
    for index in range(packets):
        departures.note(1000, at + index * 0.01)
    return departures, Estimator(departures, at)


def test_feedback_about_what_was_never_sent_is_nothing() -> None:
    _, estimator = sent(10)
    before = estimator.bitrate
    estimator.on_feedback(Feedback(40_000, 100, 5, list(range(100)), list(range(100))), 2.0)
    estimator.on_feedback(Feedback(10, 100, 5, list(range(100)), list(range(100))), 2.0)
    assert estimator.bitrate == before and estimator.heard_at is None


def test_a_packet_is_counted_once_however_often_it_is_told() -> None:
    _, estimator = sent(100)
    report = Feedback(0, 100, 5, list(range(100)), [40 * at for at in range(100)])
    estimator.on_feedback(report, 2.1)
    told = estimator.delivered
    estimator.on_feedback(report, 2.2)
    assert estimator.delivered == told and estimator.heard_at == 2.1


def test_numbers_and_reference_times_wrap() -> None:
    departures, estimator = sent(65_500)
    at = 2000.0
    for index in range(100):
        departures.note(1000, at + index * 0.01)
    first = Feedback(65_500, 36, 0xFFFFFF, list(range(36)), [40 * index for index in range(36)])
    second = Feedback(0, 64, 5, list(range(64)), [36 * 40 - 6 * 256 + 40 * index for index in range(64)])
    estimator.on_feedback(first, at + 0.5)
    estimator.on_feedback(second, at + 1.1)
    assert estimator.delivered == pytest.approx(800_000, rel=0.02) and estimator.queue == 0


def test_only_the_ring_is_remembered() -> None:
    departures, estimator = sent(RING + 100)
    estimator.on_feedback(Feedback(0, 100, 5, list(range(100)), list(range(100))), 99.0)
    assert estimator.heard_at is None and len(departures.times) == RING


@pytest.mark.parametrize("seconds", [0.7, 5, 25])
def test_an_outage_is_not_a_limit(seconds: float) -> None:
    run = Run(1_500_000, queue=60_000)
    run.settle()
    run.world.run(5)
    before = run.estimate
    run.pipe.loss = 1.0
    run.world.run(seconds)
    run.pipe.loss = 0.0
    since = run.world.now
    run.world.run(5)
    assert min(bitrate for at, bitrate, _ in run.meeting.history if at >= since) > 0.6 * before
