"""A tap at a camera in three layers over a bad network: whole pictures of the best layer, in order, nothing else."""

import json
import re
from itertools import pairwise

import msgspec
import pytest

from signaling.media import Mark
from signaling.media.recording.frames import Frame, Part
from signaling.media.recording.tap import KEY_EVERY, Tap
from signaling.media.rtp import RTX, scan
from tests.signaling.media.test_switching import FRAME, Stage


class Filmed(Stage):
    """The stage with a tap beside the subscriber; the last packet of a picture is marked, as browsers do."""

    def __init__(self, seed: int, loss: float = 0.0, late: float = 0.0) -> None:
        super().__init__(seed, loss, late)
        self.parts: list[Part] = []
        self.tap = Tap(1, "lin", "video", self.publisher, "joint", self.world.clock)
        self.tap.attach(self.world.now)
        self.look()

    def look(self) -> None:
        self.world.later(0.25, self.look)
        self.tap.look(self.world.now)
        if self.tap.ripe() and (content := self.tap.take()) is not None:
            self.parts.append(msgspec.msgpack.decode(content, type=Part))

    def capture(self) -> None:
        self.world.later(FRAME, self.capture)
        for layer in self.camera.layers:
            packets = layer.frame(self.world.now)
            for data in packets:
                marked = data[:1] + bytes([data[1] | 0x80 * (data is packets[-1])]) + data[2:]
                layer.sent[int.from_bytes(data[2:4], "big")] = marked
                self.network(marked)

    def network(self, data: bytes) -> None:
        if data[1] & 0x7F == RTX:  # a repair carries the mark of what it repairs
            at = scan(data).payload
            layer = next(one for one in self.camera.layers if one.ssrc + 1000 == int.from_bytes(data[8:12], "big"))
            original = layer.sent[int.from_bytes(data[at : at + 2], "big")]
            data = data[:1] + bytes([RTX | original[1] & 0x80]) + data[2:]
        super().network(data)

    def frames(self) -> list[Frame]:
        return [frame for part in self.parts for frame in part.frames]


def told(frame: Frame) -> tuple[int, int, float, int]:
    """Layer, picture, instant of capture, number of packets."""
    found = [json.loads(one) for one in re.findall(rb"\[[^\]]*\]", frame.data)]
    assert len({(layer, picture, at) for layer, picture, _, at in found}) == 1, "of one picture"
    layer, picture, _, at = found[0]
    return layer, picture, at, len(found)


@pytest.mark.parametrize(("loss", "late"), [(0.0, 0.0), (0.0, 0.05), (0.03, 0.03)])
def test_whole_pictures_of_the_best_layer_in_order(loss: float, late: float) -> None:
    stage = Filmed(5, loss, late)
    stage.run(30)
    pictures = [told(frame) for frame in stage.frames()]
    assert all(count == 2**layer for layer, _, _, count in pictures), "whole"
    instants = [at for _, _, at, _ in pictures]
    assert instants == sorted(instants) and len({picture[:2] for picture in pictures}) == len(pictures)
    top = sum(layer == 2 for layer, *_ in pictures)
    assert top > 0.9 * len(pictures) and len(pictures) > (0.95 if not loss else 0.6) * 28 / FRAME


def test_a_layer_that_falls_silent_is_followed_by_the_next_and_time_goes_on() -> None:
    stage = Filmed(6)
    stage.run(6)
    stage.camera.layers[2].on = False
    stage.run(6)
    stage.camera.layers[2].on = True
    stage.run(6)
    pictures, frames = [told(frame) for frame in stage.frames()], stage.frames()
    layers = [layer for layer, *_ in pictures]
    first, last = layers.index(1, 60), len(layers) - layers[::-1].index(1)
    assert layers[-1] == 2
    assert set(layers[first:last]) == {1} and first < last
    assert frames[first].key and frames[last].key, "another size begins with a key frame"
    for frame, (_, _, at, _) in zip(frames, pictures, strict=True):
        shown = (frame.time - frames[0].time) / 90_000
        assert abs(shown - (at - pictures[0][2])) < 0.25


def test_key_frames_come_at_least_every_ten_seconds() -> None:
    stage = Filmed(7)
    stage.run(45)
    keys = [told(frame)[2] for frame in stage.frames() if frame.key]
    gaps = [after - before for before, after in pairwise(keys)]
    assert len(keys) >= 4 and max(gaps) < KEY_EVERY + 1


def test_nothing_of_another_chamber_though_the_tap_stays_attached() -> None:
    stage = Filmed(8)
    stage.run(5)
    stage.publisher.drain(stage.world.now)
    left = stage.world.now
    stage.run(11)
    stage.publisher._active = None
    for stream in stage.publisher._streams.values():
        stream.raise_floor()
    stage.publisher.use("B", Mark("caucus_applicant", 2), stage.world.now)
    stage.run(1)
    stage.publisher._active, stage.publisher.mark = "A", Mark("caucus_applicant", 2)  # the worst the room could do
    stage.run(5)
    assert stage.tap.refused > 50
    assert stage.frames() and max(told(frame)[2] for frame in stage.frames()) <= left
