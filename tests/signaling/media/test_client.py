"""Two synthetic clients (aiortc with aioice's full agent) through the plane over loopback."""

import dataclasses
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from signaling.media import Mark, MediaOptions, MediaPlane, Peer
from signaling.media.client import SyntheticClient
from signaling.media.rtp import VP8
from signaling.media.types import Kind, SetName
from tests.signaling.media.waiting import until


class Seat:
    """A synthetic client and its peer on the server."""

    def __init__(self, plane: MediaPlane, person: str, colour: int, hertz: int) -> None:
        self.plane, self.person = plane, person
        self.up = self.lost = 0
        self.client = SyntheticClient(colour=colour, hertz=hertz)
        self.peer: Peer = plane.add_peer(person, self)

    def on_connected(self) -> None:
        self.up += 1

    def on_disconnected(self) -> None:
        self.lost += 1

    def on_needs_offer(self) -> None:
        raise AssertionError("offers are sent in time here")

    async def negotiate(self) -> None:
        offer = self.peer.offer()
        await self.peer.answer(offer.n, await self.client.answer(dataclasses.asdict(offer)))

    def go(self, name: SetName, chamber: str, epoch: int) -> None:
        self.peer.use_set(name, Mark(chamber, epoch))
        self.client.use_set(name)

    def heard_packets(self) -> dict[tuple[str, str], int]:
        hearing = self.peer.health().hearing
        return {(person, kind): leg.packets for person, legs in hearing.items() for kind, leg in legs.items()}

    def sent_packets(self, kind: Kind) -> int:
        flow = self.peer.health().sending.get(kind)
        return flow.packets if flow is not None else 0

    def of(self, person: str) -> dict[str, Any]:
        return dict(self.client.received()[person])


@pytest.fixture
async def seats() -> AsyncIterator[list[Seat]]:
    """Lin, Chen and Gu, connected and hearing each other on set A of the joint chamber."""
    plane = await MediaPlane.open(MediaOptions())
    seats = [Seat(plane, "lin", 3, 400), Seat(plane, "chen", 11, 700), Seat(plane, "gu", 20, 1000)]
    try:
        for seat in seats:
            seat.peer.listen({other.person: other.peer for other in seats if other is not seat})
            await seat.negotiate()
        await until(lambda: all(seat.up and seat.client.connected for seat in seats))
        for seat in seats:
            seat.go("A", "joint", 1)
        yield seats
    finally:
        for seat in seats:
            await seat.client.close()
        await plane.close()


async def test_three_clients_hear_and_see_each_other(seats: list[Seat]) -> None:
    lin, _, gu = seats
    looks = {"lin": (3, 400), "chen": (11, 700), "gu": (20, 1000)}

    def right(seat: Seat) -> bool:
        return all(
            heard["colour"] == looks[person][0] and abs(heard["hertz"] - looks[person][1]) < 25
            for person, heard in seat.client.received().items()
        )

    await until(lambda: all(right(seat) for seat in seats))
    assert set(lin.client.received()) == {"chen", "gu"}
    health = gu.peer.health()
    assert health.connected and set(health.hearing) == {"lin", "chen"} and set(health.heard_by) == {"lin", "chen"}
    assert health.counts[Mark("joint", 1)]["audio"] > 0


async def test_party_in_caucus_is_not_heard_outside(seats: list[Seat]) -> None:
    lin, chen, gu = seats
    await until(lambda: chen.of("lin")["colour"] == 3 and abs(chen.of("lin")["hertz"] - 400) < 25)
    for seat in (lin, gu):
        seat.peer.drain()
        seat.client.drain()
    lin.peer.listen({"gu": gu.peer})
    gu.peer.listen({"lin": lin.peer})
    chen.peer.listen({})
    forwarded = chen.heard_packets()
    lin.client.paint(5)
    lin.client.hum(1500)
    for seat in (lin, gu):
        seat.go("B", "caucus", 2)
    await until(lambda: gu.of("lin")["colour"] == 5 and abs(gu.of("lin")["hertz"] - 1500) < 25)
    await until(lambda: lin.of("gu")["video_frames"] > 20)
    outside = chen.of("lin")
    assert outside["colour"] == 3 and abs(outside["hertz"] - 400) < 25, "what chen heard last is from before"
    assert chen.heard_packets() == forwarded, "not one packet more"
    assert gu.peer.health().counts[Mark("caucus", 2)]["audio"] > 0


async def test_mute_at_the_router_holds_whatever_the_client_sends(seats: list[Seat]) -> None:
    lin, chen, _ = seats
    await until(lambda: chen.of("lin")["audio_packets"] > 20)
    lin.peer.mute("audio", True)
    sent = lin.peer.health().sending["audio"].packets
    forwarded = chen.peer.health().hearing["lin"]["audio"].packets
    await until(lambda: lin.peer.health().sending["audio"].packets > sent + 30)
    assert chen.peer.health().hearing["lin"]["audio"].packets == forwarded
    lin.peer.mute("audio", False)
    await until(lambda: chen.peer.health().hearing["lin"]["audio"].packets > forwarded + 10)


async def test_newcomer_takes_the_lines_of_one_who_left(seats: list[Seat]) -> None:
    lin, chen, gu = seats
    plane = lin.plane
    await gu.peer.close()
    await until(lambda: not gu.client.connected)
    assert not lin.peer.listen({"chen": chen.peer}), "no line is needed to hear fewer"
    su = Seat(plane, "su", 15, 500)
    seats.append(su)
    su.peer.listen({"lin": lin.peer, "chen": chen.peer})
    await su.negotiate()
    await until(lambda: su.up and su.client.connected)
    su.go("A", "joint", 3)
    lines = lin.peer.offer().sdp.count("m=")
    assert lin.peer.listen({"chen": chen.peer, "su": su.peer})
    assert "su" not in lin.peer.health().hearing, "not before the browser knows whose line it is"
    await lin.negotiate()
    assert lin.peer.offer().sdp.count("m=") == lines, "gu's lines serve again"
    await until(lambda: lin.of("su")["colour"] == 15 and abs(lin.of("su")["hertz"] - 500) < 25)
    assert set(lin.client.received()) == {"chen", "su"}


async def test_hanging_up_is_told_to_the_room(seats: list[Seat]) -> None:
    lin, chen, _ = seats
    await lin.client.close()
    await until(lambda: lin.lost == 1)
    assert not lin.peer.health().connected
    assert chen.lost == 0


async def test_packets_lost_on_the_way_to_us_are_asked_again(seats: list[Seat]) -> None:
    """Every fifth video packet is lost; pictures still arrive whole. The way down is tried with Chromium.

    (aiortc drops retransmissions when it receives more than one video.)
    """
    lin, chen, _ = seats
    plane = lin.plane
    receive = plane._sockets[0]._receive
    chance = random.Random(5)
    lost = 0

    def take(data: bytes, address: tuple[str, int], now: float) -> None:
        nonlocal lost
        if 127 < data[0] < 192 and data[1] & 0x7F == VP8 and chance.random() < 0.2:
            lost += 1
        else:
            receive(data, address, now)

    plane._sockets[0]._receive = take
    await until(lambda: lin.sent_packets("video") > 40)
    plane._sockets[0]._receive = receive
    frames = chen.of("lin")["video_frames"]
    await until(lambda: chen.of("lin")["video_frames"] > frames)
    assert lost > 10
    await until(lambda: lin.peer.health().sending["video"].lost == 0)
    assert chen.of("lin")["video_frames"] > 0.8 * lin.sent_packets("video")
