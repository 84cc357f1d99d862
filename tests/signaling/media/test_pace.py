"""Packets are numbered as they leave; on a thin pipe pictures wait, voices do not, and what is drained is gone."""

from signaling.media.pace import KEY_FRAME, MAX_QUEUE, OVERHEAD, PAD, Pacer
from signaling.media.rtp import OPUS, RTX, U16, VP8
from tests.signaling.media.simulation import World

AT = 16


class Wire:
    """What left, and when."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.left: list[tuple[float, bytes]] = []

    def send_rtp(self, packet: bytes, twcc: int = 0) -> None:
        self.left.append((self.world.now, packet))

    def send_rtcp(self, packet: bytes) -> None:
        self.left.append((self.world.now, packet))

    def drop(self, *ssrcs: int) -> None: ...


def stage() -> tuple[World, Wire, Pacer]:
    world = World()
    wire = Wire(world)
    return world, wire, Pacer(wire, lambda: world.now, world.later)


def rtp(payload_type: int, ssrc: int = 5, size: int = 1000) -> bytearray:
    packet = bytearray(size)
    packet[1] = payload_type
    packet[8:12] = ssrc.to_bytes(4, "big")
    return packet


def kinds(wire: Wire) -> list[int]:
    return [packet[1] for _, packet in wire.left]


def test_on_a_wide_pipe_everything_leaves_at_once_and_numbered() -> None:
    world, wire, pacer = stage()
    for kind in (VP8, OPUS, RTX, VP8):
        pacer.send_rtp(rtp(kind), AT)
    assert kinds(wire) == [VP8, OPUS, RTX, VP8]
    assert [U16.unpack_from(packet, AT)[0] for _, packet in wire.left] == [0, 1, 2, 3]
    assert pacer.sent.next == 4 and pacer.sent.sizes[3] == 1000 + OVERHEAD and pacer.sent.times[3] == world.now


def test_a_packet_without_room_for_a_number_leaves_without() -> None:
    _, wire, pacer = stage()
    pacer.send_rtp(bytes(rtp(VP8)), 0)
    assert len(wire.left) == 1 and pacer.sent.next == 0


def test_pictures_wait_on_a_thin_pipe_and_voices_pass_them() -> None:
    world, wire, pacer = stage()
    pacer.pace(400_000, wide=False)
    for _ in range(20):
        pacer.send_rtp(rtp(VP8), AT)
    pacer.send_rtp(rtp(OPUS, size=80), AT)
    assert kinds(wire)[-1] == OPUS and len(wire.left) <= 2
    world.run(0.2)
    carried = sum(len(packet) + OVERHEAD for at, packet in wire.left)
    assert 0.8 * 400_000 / 8 * 0.2 < carried < 1.4 * 400_000 / 8 * 0.2
    world.run(1.0)
    assert len(wire.left) == 21 and pacer.backlog == 0
    assert [U16.unpack_from(packet, AT)[0] for _, packet in wire.left] == list(range(21)), "numbered when it leaves"


def test_repairs_pass_pictures() -> None:
    world, wire, pacer = stage()
    pacer.pace(200_000, wide=False)
    for kind in (VP8, VP8, VP8, RTX):
        pacer.send_rtp(rtp(kind), AT)
    world.run(1.0)
    assert kinds(wire).index(RTX) < 3


def test_what_is_dropped_never_leaves() -> None:
    world, wire, pacer = stage()
    pacer.pace(100_000, wide=False)
    for _ in range(4):
        pacer.send_rtp(rtp(VP8, ssrc=5), AT)
        pacer.send_rtp(rtp(RTX, ssrc=6), AT)
        pacer.send_rtp(rtp(VP8, ssrc=7), AT)
    before = len(wire.left)
    pacer.drop(5, 6)
    world.run(3.0)
    assert {packet[8:12] for _, packet in wire.left[before:]} == {(7).to_bytes(4, "big")}


def test_the_queue_is_bounded() -> None:
    _, _, pacer = stage()
    pacer.pace(200_000, wide=False)
    for _ in range(2000):
        pacer.send_rtp(rtp(VP8), AT)
    assert pacer.dropped > 1000 and len(pacer._media) < KEY_FRAME / 1000 + 2
    pacer.drop(5)
    pacer.pace(4_000_000, wide=False)
    for _ in range(2000):
        pacer.send_rtp(rtp(VP8), AT)
    assert MAX_QUEUE - 0.2 < pacer.backlog < MAX_QUEUE + 0.2


def test_a_pipe_that_grows_wide_is_emptied_in_order_first() -> None:
    world, wire, pacer = stage()
    pacer.pace(200_000, wide=False)
    for ssrc in range(8):
        pacer.send_rtp(rtp(VP8, ssrc), AT)
    pacer.pace(4_000_000, wide=True)
    pacer.send_rtp(rtp(VP8, 8), AT)
    world.run(0.1)
    pacer.pace(4_000_000, wide=True)
    pacer.send_rtp(rtp(VP8, 9), AT)
    assert [packet[11] for _, packet in wire.left] == list(range(10))


def test_a_probe_fills_up_to_its_rate_and_ends() -> None:
    world, wire, pacer = stage()
    done: list[float] = []
    pacer.probe(800_000, 0.1, lambda size: pacer.send_rtp(rtp(RTX, size=size + 20), AT), lambda: done.append(world.now))
    world.run(1.0)
    carried = sum(len(packet) + OVERHEAD for _, packet in wire.left)
    assert 10_000 <= carried < 11_500 and len(done) == 1
    assert wire.left[-1][0] - wire.left[0][0] < 0.12 and max(len(packet) for _, packet in wire.left) == PAD + 20


def test_stopped_means_empty() -> None:
    world, wire, pacer = stage()
    pacer.pace(100_000, wide=False)
    for _ in range(5):
        pacer.send_rtp(rtp(VP8), AT)
    before = len(wire.left)
    pacer.stop()
    world.run(2.0)
    assert len(wire.left) == before and pacer.backlog == 0
