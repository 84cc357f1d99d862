"""Lines lent to people, fed only when wanted, answered and connected; RTCP goes to the right leg."""

import pytest

from signaling.media import Mark, MediaError, rtcp
from signaling.media.peer import MID_PLACES
from signaling.media.publish import Publisher
from signaling.media.rtp import RTX
from signaling.media.subscribe import MAX_LENT, Subscriptions
from tests.signaling.media.memory import OPUS, VP8, packet, vp8_payload
from tests.signaling.media.simulation import World
from tests.signaling.media.test_forward import Wire

NOBODY: frozenset[str] = frozenset()


class Stage:
    """Two publishers on set A, one subscriber with everything answered."""

    def __init__(self) -> None:
        self.wires = {person: Wire() for person in ("gu", "lin")}
        self.publishers = {person: Publisher(MID_PLACES, 9, wire) for person, wire in self.wires.items()}
        for publisher in self.publishers.values():
            publisher.learn("01", 51, 151)
            publisher.use("A", Mark("joint", 1), 0.0)
        self.wire = Wire()
        self.world = World()
        self.mine = Subscriptions("chen", self.wire, lambda: self.world.now, self.world.later)
        assert self.mine.want(self.publishers, NOBODY, 0.0, True)
        self.lines, self.sources = self.mine.offered(1)
        self.mine.answered(1, {line.mid: True for line in self.lines})
        self.mine.connect(0.0, True)
        for wire in self.wires.values():
            wire.rtcp.clear()

    def send(self, person: str, number: int, now: float = 1.0) -> None:
        body = vp8_payload(b"x", key=True)
        self.publishers[person].on_rtp(packet(51, number, 0, body, payload_type=VP8, twcc=number), now)

    def ssrc(self, person: str) -> int:
        mid = next(s.mid for s in self.sources if s.person == person and s.kind == "video")
        found = next(line.ssrc for line in self.lines if line.mid == mid)
        assert found is not None
        return found


def test_each_source_has_its_own_lines_and_streams() -> None:
    stage = Stage()
    assert [(s.mid, s.person, s.kind) for s in stage.sources] == [
        ("10", "gu", "audio"),
        ("11", "gu", "video"),
        ("12", "gu", "screen"),
        ("13", "lin", "audio"),
        ("14", "lin", "video"),
        ("15", "lin", "screen"),
    ]
    ssrcs = [ssrc for line in stage.lines for ssrc in (line.ssrc, line.rtx) if ssrc is not None]
    assert len(set(ssrcs)) == len(ssrcs) == 10


def test_nack_reaches_the_leg_it_names() -> None:
    stage = Stage()
    stage.send("gu", 1)
    stage.send("lin", 1)
    sequence = int.from_bytes(stage.wire.rtp[1][2:4], "big")
    stage.mine.on_item(rtcp.Nack(stage.ssrc("gu"), (sequence,)), 1.1)
    before = len(stage.wire.rtp)
    stage.mine.on_item(rtcp.Nack(stage.ssrc("lin"), (sequence,)), 1.1)
    assert len(stage.wire.rtp) == before + 1 and stage.wire.rtp[-1][1] & 0x7F == RTX


def test_nack_is_not_answered_once_the_source_is_not_heard() -> None:
    stage = Stage()
    stage.send("gu", 1)
    sequence = int.from_bytes(stage.wire.rtp[0][2:4], "big")
    stage.mine.want({"lin": stage.publishers["lin"]}, NOBODY, 1.0, True)
    stage.mine.on_item(rtcp.Nack(stage.ssrc("gu"), (sequence,)), 1.1)
    assert len(stage.wire.rtp) == 1


def test_picture_loss_is_passed_to_the_one_publisher() -> None:
    stage = Stage()
    stage.mine.on_item(rtcp.PictureLoss((stage.ssrc("lin"), 12345)), 5.0)
    assert len(stage.wires["lin"].rtcp) == 1 and stage.wires["gu"].rtcp == []


def test_reports_are_kept_by_source() -> None:
    stage = Stage()
    stage.send("gu", 1)
    block = rtcp.Block(stage.ssrc("gu"), 128, 1, 1, 0, 0, 0)
    stage.mine.on_item(rtcp.Reports((block, block._replace(ssrc=1))), 1.1)
    assert stage.mine.deliveries()["gu"]["video"].loss == 0.5


def test_lost_connection_stops_every_leg_and_its_return_asks_key_frames() -> None:
    stage = Stage()
    stage.mine.connect(1.0, False)
    stage.send("gu", 1)
    assert stage.wire.rtp == []
    stage.mine.connect(2.0, True)
    assert len(stage.wires["gu"].rtcp) == len(stage.wires["lin"].rtcp) == 1


def report(stage: Stage, count: int, numbers: range) -> None:
    """The subscriber's browser got these."""
    arrivals = [(number, 1_000_000 + 20_000 * number) for number in numbers]
    for item in rtcp.walk(rtcp.transport_feedback(1, 2, count, numbers.start, arrivals)[0]):
        stage.mine.on_item(item, stage.world.now)


def test_a_thin_pipe_takes_voices_alone_unless_they_are_lost_before_us() -> None:
    stage = Stage()
    voice, leg = stage.publishers["gu"], stage.mine._lent[0].legs["audio"]
    voice.learn("00", 41)
    stage.send("gu", 0)
    report(stage, 0, range(1))
    for number in range(200):
        stage.world.run(0.02)
        now = stage.world.now
        if number < 50 or number % 10:  # a tenth is lost after the first second
            voice.on_rtp(packet(41, number, 960 * number, b"voice", payload_type=OPUS), now)
        if number % 50 == 49:
            voice.report(now)
            stage.mine.tick(now)
            assert leg.lean or number > 50
    assert not leg.lean


def test_after_a_cut_a_key_frame_is_asked_and_the_past_is_not_repaired() -> None:
    stage = Stage()
    for number in range(60):
        stage.world.run(0.05)
        stage.send("gu", number, stage.world.now)
        if number == 9:
            report(stage, 0, range(10))
    stage.wires["gu"].rtcp.clear()
    before = len(stage.wire.rtp)
    report(stage, 1, range(55, 60))  # 10 to 54 were sent into an outage of 2.5 s
    assert [item for data in stage.wires["gu"].rtcp for item in rtcp.walk(data)] == [rtcp.PictureLoss((51,))]
    sequences = tuple(int.from_bytes(data[2:4], "big") for data in stage.wire.rtp)
    stage.mine.on_item(rtcp.Nack(stage.ssrc("gu"), sequences), stage.world.now)
    assert len(stage.wire.rtp) == before


def test_pool_is_bounded() -> None:
    stage = Stage()
    many = {str(i): stage.publishers["gu"] for i in range(MAX_LENT + 5)}
    with pytest.raises(MediaError):
        stage.mine.want(many, NOBODY, 1.0, True)
    assert len(stage.mine.offered(2)[0]) == 3 * MAX_LENT


# Room in the pipe


class Thin(Stage):
    """The same with a browser that reports, on a pipe of 100 kb/s: what comes fast has to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        for _ in range(30):
            self.picture("gu")
            self.picture("lin")
        # All within 5 ms, arriving over two seconds with a growing delay.
        spread = [(number, 1_000_000 + 64_000 * number) for number in range(60)]
        for item in rtcp.walk(rtcp.transport_feedback(1, 2, 0, 0, spread)[0]):
            self.mine.on_item(item, self.world.now)
        estimator = self.mine._downlink.estimator
        estimator.bitrate = 100_000
        for item in rtcp.walk(rtcp.transport_feedback(1, 2, 1, 59, [spread[-1]])[0]):
            self.mine.on_item(item, self.world.now)
        assert estimator.bitrate == 100_000
        self.before = len(self.wire.rtp)

    def picture(self, person: str) -> None:
        """A packet of a second's key frame, 1,000 bytes, all at one time."""
        self.number += 1
        body = vp8_payload(bytes(1000), key=True)
        data = packet(51, self.number, 0, body, payload_type=VP8, twcc=self.number)
        self.publishers[person].on_rtp(data, self.world.now)

    def left(self) -> set[int]:
        """SSRCs of what left since, after all that may wait has had its time."""
        self.world.run(10)
        return {int.from_bytes(data[8:12], "big") for data in self.wire.rtp[self.before :]}


def test_on_a_thin_pipe_pictures_wait_but_come() -> None:
    stage = Thin()
    for _ in range(6):
        stage.picture("gu")
        stage.picture("lin")
    assert len(stage.wire.rtp) < stage.before + 4
    assert stage.left() == {stage.ssrc("gu"), stage.ssrc("lin")}


def test_what_waits_of_a_drained_muted_or_left_person_never_comes() -> None:
    for act in (
        lambda stage: stage.publishers["gu"].drain(stage.world.now),
        lambda stage: stage.publishers["gu"].mute("video", True, stage.world.now),
        lambda stage: stage.mine.want({"lin": stage.publishers["lin"]}, NOBODY, stage.world.now, True),
    ):
        stage = Thin()
        for _ in range(6):
            stage.picture("gu")
            stage.picture("lin")
        mine = len(stage.wire.rtp)
        act(stage)
        stage.before = mine
        assert stage.left() == {stage.ssrc("lin")}


def test_a_lost_connection_empties_the_queue() -> None:
    stage = Thin()
    for _ in range(6):
        stage.picture("gu")
    stage.before = len(stage.wire.rtp)
    stage.mine.connect(stage.world.now, False)
    assert stage.left() == set()


def test_who_is_not_seen_is_not_sent() -> None:
    stage = Stage()
    stage.mine.watch({"gu": 0, "lin": 200}, True)
    for person in ("gu", "lin"):
        stage.send(person, 1, 1.0)
    stage.mine.tick(1.1)
    sent = len(stage.wire.rtp)
    for person in ("gu", "lin"):
        stage.send(person, 2, 1.2)
    assert [int.from_bytes(data[8:12], "big") for data in stage.wire.rtp[sent:]] == [stage.ssrc("lin")]
    assert stage.mine.paused == frozenset(), "not looked at is not held back"
    stage.mine.watch({"lin": 200}, True)
    for round in range(8):
        stage.send("gu", 3 + round, 1.3 + round / 10)
        stage.mine.tick(1.35 + round / 10)
    assert int.from_bytes(stage.wire.rtp[-1][8:12], "big") == stage.ssrc("gu"), "looked at again"


def test_who_is_held_back_is_told() -> None:
    stage = Thin()
    for _ in range(12):
        stage.world.run(0.1)
        for person in ("gu", "lin"):
            stage.picture(person)
        for publisher in stage.publishers.values():
            publisher.tick(stage.world.now)
        stage.mine.tick(stage.world.now)
    assert stage.mine.paused == {"lin"}, "80 kb/s each do not fit twice"


def test_no_key_frame_is_asked_while_one_still_waits() -> None:
    stage = Thin()
    asked = len(stage.wires["gu"].rtcp)
    for _ in range(40):
        stage.picture("gu")
    stage.mine.on_item(rtcp.PictureLoss((stage.ssrc("gu"),)), stage.world.now + 5)
    assert len(stage.wires["gu"].rtcp) == asked
    stage.world.run(20)
    stage.mine.on_item(rtcp.PictureLoss((stage.ssrc("gu"),)), stage.world.now + 5)
    assert len(stage.wires["gu"].rtcp) == asked + 1
