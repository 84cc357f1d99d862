"""A thin pipe with people in it: voices come through, pictures are chosen calmly, wide times are taken at once."""

from itertools import pairwise

import pytest

from signaling.media.downlink import DEAF, LEAN
from tests.signaling.media.simulation import Browser, Meeting, Pipe, World

LAYERS = (120_000, 400_000, 1_200_000)


def meeting(rate: float, people: int, **line: float) -> tuple[World, Pipe, Browser, Meeting]:
    world = World()
    pipe = Pipe(world, rate, **line)  # type: ignore[arg-type]
    browser = Browser(world, pipe)
    return world, pipe, browser, Meeting(browser, world, people, [LAYERS] * people)


def switches(room: Meeting, since: float) -> int:
    aims = [aim for at, _, aim in room.history if at >= since]
    return sum(a != b for a, b in pairwise(aims))


def test_at_400_kilobits_two_people_are_seen_small_and_heard_in_time() -> None:
    world, _, browser, room = meeting(400_000, 2)
    world.run(10)
    browser.voices.clear()
    since = world.now
    world.run(60)
    late = sorted(browser.voices)
    assert room.aims == {0: 0, 1: 0} and switches(room, since) == 0
    assert late[int(0.99 * len(late))] < 0.03 + 0.1, "delay of the line and at most 100 ms of queue"
    assert len(late) > 0.995 * 60 * 100


def test_below_what_pictures_take_voices_remain() -> None:
    world, _, browser, room = meeting(130_000, 2)
    world.run(15)
    browser.voices.clear()
    world.run(30)
    late = sorted(browser.voices)
    assert room.aims == {0: None, 1: None}
    assert len(late) > 0.995 * 30 * 100 and late[int(0.95 * len(late))] < 0.03 + 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_way_that_became_longer_and_uneven_costs_pictures_for_seconds_only(seed: int) -> None:
    world, pipe, _, room = meeting(10_000_000, 2, delay=0.02, seed=seed)
    world.run(15)
    pipe.delay, pipe.jitter, pipe.wander = 0.1, 0.2, 0.1
    world.run(10)
    since = world.now
    world.run(30)
    later = [aims for at, _, aims in room.history if at >= since]
    assert sum(None in aims.values() for aims in later) < 0.2 * len(later)


def test_a_queue_of_ours_is_not_taken_for_a_longer_way() -> None:
    """The pipe becomes thin with a deep queue: it drains and stays empty, and voices are in time."""
    world, pipe, browser, _ = meeting(3_000_000, 2, queue=60_000)
    world.run(15)
    pipe.rate = 350_000
    world.run(15)
    browser.voices.clear()
    world.run(60)
    late = sorted(browser.voices)
    assert late[int(0.95 * len(late))] < 0.03 + 0.14


def test_the_speaker_has_the_better_picture() -> None:
    world, _, _, room = meeting(1_000_000, 3)
    world.run(30)
    assert room.aims == {0: 1, 1: 0, 2: 0}


def test_a_wide_pipe_is_used_within_seconds_and_then_left_in_peace() -> None:
    world, _, browser, room = meeting(6_000_000, 3)
    world.run(5)
    assert room.aims == {0: 2, 1: 2, 2: 2}
    padding, since = room.padding, world.now
    world.run(60)
    assert room.padding == padding and switches(room, since) == 0
    assert browser.downlink.pacer.backlog == 0


def test_the_end_of_a_thin_time_is_noticed_within_seconds() -> None:
    world, pipe, _, room = meeting(300_000, 2)
    world.run(60)
    assert room.aims[1] in (None, 0)
    pipe.rate = 4_000_000
    world.run(8)
    assert room.aims == {0: 2, 1: 2}


def test_padding_is_a_small_part_of_a_thin_pipe() -> None:
    world, _, _, room = meeting(400_000, 2)
    world.run(60)
    assert room.padding * 8 < 0.05 * 60 * 400_000


def test_who_gives_no_feedback_gets_the_lowest_layer_first_and_then_all() -> None:
    world, _, browser, room = meeting(6_000_000, 2)
    browser.deaf = True
    world.run(DEAF - 0.5)
    assert room.aims == {0: 0, 1: 0} and room.padding == 0
    world.run(1)
    assert room.aims == {0: 2, 1: 2}


def test_without_feedback_loss_lowers_layers_but_takes_nobody_away() -> None:
    world, _, browser, room = meeting(6_000_000, 2)
    browser.deaf = True
    world.run(DEAF + 1)
    for _ in range(30):
        browser.downlink.on_loss(0.3, 1_000_000, world.now)
        world.run(0.2)
    assert room.aims == {0: 0, 1: 0}
    for _ in range(120):
        browser.downlink.on_loss(0.0, 1_000_000, world.now)
        world.run(0.2)
    assert room.aims == {0: 2, 1: 2}


@pytest.mark.parametrize("loss, lean", [(0.0, True), (0.03, False), (0.05, False), (0.1, False)])
def test_voices_are_repaired_wherever_some_of_them_are_lost(loss: float, lean: bool) -> None:
    """One small picture: the estimate stays low, and whether room is short is not known."""
    world = World()
    browser = Browser(world, Pipe(world, 600_000, loss=loss))
    Meeting(browser, world, 1, [(250_000,)])
    world.run(20)
    seen: list[tuple[bool, bool]] = []
    world.every(0.5, lambda: seen.append((browser.downlink.estimator.bitrate < LEAN, browser.downlink.lean)))
    world.run(40)
    assert seen == [(True, lean)] * len(seen)
