"""Layers of a camera: learnt from their packets, asked one by one, and switched so that nobody notices.

The property: whatever is lost, late, switched, paused or falls silent, a subscriber sees one stream going on.
"""

import json
import random
from itertools import pairwise

import pytest

from signaling.media import Mark, rtcp, rtp
from signaling.media.leg import Leg
from signaling.media.peer import MID_PLACES
from signaling.media.publish import Publisher
from tests.signaling.media.camera import EPOCH, Camera
from tests.signaling.media.memory import RTX
from tests.signaling.media.test_confidence import World
from tests.signaling.media.test_forward import Wire

FRAME = 0.05
"""Seconds between two pictures."""


class Stage:
    """A camera in three layers, a network with loss and delay, one subscriber."""

    def __init__(self, seed: int, loss: float = 0.0, late: float = 0.0) -> None:
        self.world = World(seed)
        self.chance = self.world.random
        self.loss, self.late = loss, late
        self.camera = Camera(self.chance, "01", 500)
        self.up, self.down = Wire(), Wire()
        self.publisher = Publisher(MID_PLACES, 9, self.up)
        self.leg = Leg("video", 3, 4, self.down, "lin")
        self.publisher.attach(self.leg, self.world.now)
        self.publisher.use("A", Mark("joint", 1), self.world.now)
        self.reports: list[tuple[int, rtcp.SenderReport]] = []
        self.capture()
        self.tick()
        self.told()

    def network(self, data: bytes) -> None:
        if self.chance.random() >= self.loss:
            late = self.late * self.chance.random() ** 3
            self.world.later(0.01 + late, lambda: self.publisher.on_rtp(data, self.world.now))

    def capture(self) -> None:
        self.world.later(FRAME, self.capture)
        for layer in self.camera.layers:
            for data in layer.frame(self.world.now):
                self.network(data)

    def told(self) -> None:
        """Sender reports, each layer at its own time."""
        for layer in self.camera.layers:
            if layer.on:
                for item in rtcp.walk(layer.report(self.world.now)):
                    if isinstance(item, rtcp.SenderReport):
                        self.publisher.on_sender_report(item, self.world.now)
        self.world.later(0.5 + self.chance.random(), self.told)

    def tick(self) -> None:
        self.world.later(0.05, self.tick)
        self.publisher.tick(self.world.now)
        for data in self.up.rtcp:
            self.camera.on_rtcp(data, self.network)
        self.up.rtcp.clear()
        for data in self.down.rtcp:
            self.reports += [
                (len(self.down.rtp), item) for item in rtcp.walk(data) if isinstance(item, rtcp.SenderReport)
            ]
        self.down.rtcp.clear()

    def run(self, seconds: float) -> None:
        self.world.run(self.world.now + seconds)

    def aim(self, layer: int | None, seconds: float = 1.0) -> None:
        self.leg.aim(layer, self.world.now)
        self.run(seconds)

    def shown(self) -> list[int]:
        """The layer of every packet sent, in order."""
        return [json.loads(data[data.rindex(b"[") :])[0] for data in self.down.rtp]


def test_layers_are_learnt_from_their_packets_and_told_with_their_rates() -> None:
    stage = Stage(1)
    stage.run(2)
    rates = stage.publisher.layers("video", stage.world.now)
    assert [rate.index for rate in rates] == [0, 1, 2]
    for rate in rates:
        layer = stage.camera.layers[rate.index]
        size = len(next(reversed(layer.sent.values())))
        expected = 8 * size * 2**rate.index / FRAME
        assert 0.8 * expected < rate.bitrate < 1.3 * expected


def test_each_layer_is_reached_and_kept() -> None:
    stage = Stage(2)
    for layer in (0, 2, 1, 2, 0, 1):
        stage.aim(layer)
        assert stage.leg.layer == layer
    assert len(stage.publisher._rtx) == 0, "nothing was lost"


def test_highest_live_layer_is_shown_while_the_wanted_one_is_silent() -> None:
    stage = Stage(3)
    stage.aim(2)
    stage.camera.layers[2].on = False
    stage.run(1.5)
    assert stage.leg.layer == 1
    stage.camera.layers[2].on = True
    stage.run(1.5)
    assert stage.leg.layer == 2
    for layer in stage.camera.layers[:2]:
        layer.on = False
    stage.aim(0, 1.5)
    assert stage.leg.layer == 2, "the lowest that lives"


def test_only_the_layer_wanted_is_asked_for_key_frames() -> None:
    stage = Stage(4)
    stage.aim(0, 2.0)
    asked: list[int] = []

    def note(data: bytes) -> None:
        asked.extend(s for item in rtcp.walk(data) if isinstance(item, rtcp.PictureLoss) for s in item.ssrcs)

    stage.up.send_rtcp = note  # type: ignore[method-assign]
    stage.run(2.0)
    assert asked == []
    stage.aim(2, 0.4)
    assert set(asked) == {502}
    asked.clear()
    stage.run(5.0)
    assert 5 <= len(asked) <= 7 and set(asked) == {502}, "asked again while it does not come, not more"
    assert stage.leg.layer == 0, "the old layer goes on until then"


def test_repairs_of_a_layer_are_known_by_the_name_they_repair() -> None:
    stage = Stage(5, loss=0.1)
    stage.aim(1, 10)
    assert stage.publisher._rtx[1501].layer == 1
    assert 1500 not in stage.publisher._rtx, "what nobody is shown is not repaired"
    numbers = {rtp.U16.unpack_from(data, 2)[0] for data in stage.down.rtp}
    missing = [n for n in range(min(numbers), max(numbers)) if n not in numbers]
    assert len(missing) < 0.01 * len(numbers)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("loss", "late"), [(0.0, 0.0), (0.03, 0.02), (0.1, 0.2)])
def test_switches_look_like_one_stream_going_on(seed: int, loss: float, late: float) -> None:
    stage = Stage(seed, loss, late)
    chance = random.Random(seed + 100)
    for _ in range(60):
        stage.aim(chance.choice((0, 1, 2, 2, None)), chance.random() * 1.5)
        chance.choice(stage.camera.layers).on = chance.random() < 0.8
    media = [data for data in stage.down.rtp if data[1] & 0x7F != RTX]
    judge(media, exact=loss == 0)
    assert len(set(stage.shown())) == 3 and len(media) > 500
    assert sync_error(stage) <= FRAME + 0.001


def judge(media: list[bytes], exact: bool) -> None:
    """Numbers run on, frames have ids and times of their own, a change begins with a key frame."""
    first = rtp.U16.unpack_from(media[0], 2)[0]
    by_number: dict[int, bytes] = {}
    number = first
    for data in media:
        ahead = (rtp.U16.unpack_from(data, 2)[0] - number + 0x8000 & 0xFFFF) - 0x8000
        assert number + ahead not in by_number, "no number twice"
        by_number[number + ahead] = data
        number = max(number, number + ahead)
    numbers = sorted(by_number)
    if exact:
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "without loss there is no gap"
    switches = 0
    for before, after in pairwise(numbers):
        old, new = by_number[before], by_number[after]
        (layer, frame, sequence, captured), (next_layer, next_frame, next_sequence, then) = (
            json.loads(data[data.rindex(b"[") :]) for data in (old, new)
        )
        here, there = (rtp.vp8(data, rtp.scan(data).payload, len(data)) for data in (old, new))
        pictures = (there.picture - here.picture) & 0x7FFF
        tl0s = (there.tl0 - here.tl0) & 0xFF
        passed = (rtp.FIXED.unpack_from(new, 2)[1] - rtp.FIXED.unpack_from(old, 2)[1]) & 0xFFFFFFFF
        if layer == next_layer and next_sequence - sequence == after - before:
            assert pictures == next_frame - frame and tl0s == (next_frame - frame) & 0xFF
            assert abs(passed - (then - captured) * 90_000) <= 1.5
        else:
            switches += 1
            assert there.key and after - before == 1 and pictures == 1 and tl0s == 1
            assert 0 < passed < 10 * 90_000
    assert switches > 5


def sync_error(stage: Stage) -> float:
    """Seconds between when a frame was captured and when the sender reports told before it say it was."""
    worst = 0.0
    reports = list(stage.reports)
    clock: rtcp.SenderReport | None = None
    for at, data in enumerate(stage.down.rtp):
        while reports and reports[0][0] <= at:
            clock = reports.pop(0)[1]
        if clock is None or data[1] & 0x7F == RTX:
            continue
        captured = json.loads(data[data.rindex(b"[") :])[3]
        ahead = (rtp.FIXED.unpack_from(data, 2)[1] - clock.rtp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        worst = max(worst, abs(clock.ntp / (1 << 32) + ahead / 90_000 - EPOCH - captured))
    return worst
