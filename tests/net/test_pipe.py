"""The model of a line against arithmetic: shares within four standard deviations, everything else exactly."""

import math
from itertools import groupby, pairwise

import pytest

from tests.net.pipe import Pipe, Shape

MANY = 20_000


def fates(shape: Shape, seed: int, every: float = 0.001, size: int = 1000, count: int = MANY) -> list[float | None]:
    """Seconds each packet was under way; None: lost or dropped."""
    pipe = Pipe(shape, seed)
    return [None if (at := pipe.send(n * every, size)) is None else at - n * every for n in range(count)]


def test_a_line_without_a_shape_lets_everything_pass_at_once() -> None:
    assert fates(Shape(), 1) == [0.0] * MANY


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.2])
def test_single_losses_are_binomial_and_independent(loss: float) -> None:
    gone = [fate is None for fate in fates(Shape(loss=loss), 3)]
    bound = 4 * math.sqrt(loss * (1 - loss) / MANY)
    assert abs(sum(gone) / MANY - loss) < bound
    after = [second for first, second in pairwise(gone) if first]
    assert abs(sum(after) / len(after) - loss) < 4 * math.sqrt(loss * (1 - loss) / len(after))


def test_losses_in_bursts_have_the_share_and_the_length_asked_for() -> None:
    gone = [fate is None for fate in fates(Shape(loss=0.1, burst=4), 5)]
    runs = [len(list(run)) for lost, run in groupby(gone) if lost]
    assert abs(sum(runs) / len(runs) - 4) < 4 * math.sqrt(12 / len(runs)), "geometric: variance 1/q^2 - 1/q, q = 1/4"
    assert 0.08 < sum(gone) / MANY < 0.12
    assert max(runs) > 10


def test_a_seed_decides_every_fate() -> None:
    shape = Shape(loss=0.1, burst=2, delay=0.1, jitter=0.2)
    assert fates(shape, 8) == fates(shape, 8)
    assert fates(shape, 8) != fates(shape, 9)


def test_the_bottleneck_takes_its_time_and_its_queue_drops_the_tail() -> None:
    pipe = Pipe(Shape(rate=400_000, queue=10_000), 1)
    arrivals = [pipe.send(0.0, 1000) for _ in range(15)]
    assert arrivals[:10] == pytest.approx([0.02 * (n + 1) for n in range(10)]), "1000 bytes at 400 kb/s"
    assert arrivals[10:] == [None] * 5 and pipe.dropped == 5
    assert pipe.send(0.1, 1000) == pytest.approx(0.22), "five have left, so there is room behind the other five"
    assert pipe.send(9.0, 1000) == pytest.approx(9.02), "an idle bottleneck saves nothing up"


def test_jitter_wanders_over_its_whole_range_and_keeps_the_order() -> None:
    under_way = [fate or 0.0 for fate in fates(Shape(delay=0.1, jitter=0.2), 2, every=0.005)]
    assert min(under_way) >= 0.1 - 1e-9 and max(under_way) <= 0.3 + 1e-9
    assert min(under_way) < 0.11 and max(under_way) > 0.29
    assert 0.18 < sum(under_way) / MANY < 0.24, "two held for the order's sake count more than the drawn middle, 0.2"
    arrivals = [n * 0.005 + one for n, one in enumerate(under_way)]
    assert arrivals == sorted(arrivals)


def test_jitter_drawn_for_each_packet_lets_them_overtake() -> None:
    under_way = [fate or 0.0 for fate in fates(Shape(delay=0.1, jitter=0.2, wander=0), 2, every=0.005)]
    mean = sum(under_way) / MANY
    assert abs(mean - 0.2) < 4 * 0.2 / math.sqrt(12 * MANY)
    arrivals = [n * 0.005 + one for n, one in enumerate(under_way)]
    overtaken = sum(first > second for first, second in pairwise(arrivals)) / MANY
    assert 0.4 < overtaken < 0.5


def test_after_a_pause_the_jitter_is_drawn_anew() -> None:
    pipe = Pipe(Shape(jitter=0.2), 4)
    alone = [(pipe.send(n * 10.0, 100) or 0.0) - n * 10.0 for n in range(200)]
    assert len({round(one, 6) for one in alone}) == 200 and max(alone) <= 0.2
