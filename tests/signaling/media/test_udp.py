"""The socket: reads in batches, drops and counts what cannot be sent, never raises, closes twice."""

import asyncio
import socket

import pytest

from signaling.media.ice import Address
from signaling.media.outbox import MAX_RUN
from signaling.media.udp import BATCH, UdpSocket


async def test_a_burst_is_read_whole() -> None:
    seen: list[tuple[bytes, Address]] = []
    done = asyncio.Event()

    def take(data: bytes, address: Address, now: float) -> None:
        seen.append((data, address))
        if len(seen) == 3 * BATCH:
            done.set()

    ours = UdpSocket("127.0.0.1", 0, take)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        for number in range(3 * BATCH):
            other.sendto(bytes([number]), ("127.0.0.1", ours.port))
        await asyncio.wait_for(done.wait(), 5)
        assert seen[0] == (b"\0", other.getsockname())
        ours.send(b"back", other.getsockname())
        assert other.recv(10) == b"back"
    ours.close()
    ours.close()


async def test_what_cannot_be_sent_is_counted_and_harms_nobody() -> None:
    ours = UdpSocket("127.0.0.1", 0, lambda *_: None)
    ours.send(bytes(70_000), ("127.0.0.1", 9))
    ours.send(b"x", ("::1", 9))
    ours.send(b"x", ("127.0.0.1", 0))
    assert ours.dropped == 3
    ours.close()


async def test_taken_port_is_refused_without_a_leak() -> None:
    ours = UdpSocket("127.0.0.1", 0, lambda *_: None)
    with pytest.raises(OSError):
        UdpSocket("127.0.0.1", ours.port, lambda *_: None)
    ours.close()


async def test_what_one_batch_makes_us_send_arrives_whole_and_in_order() -> None:
    """Runs of one size, a change of size, runs longer than one system call takes, two addresses."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        for each in (asking, other):
            each.bind(("127.0.0.1", 0))
            each.setblocking(False)
        sizes = [900] * (2 * MAX_RUN + 3) + [40, 900, 1400, 1400, 1399]
        expected = [bytes([number]) * size for number, size in enumerate(sizes)]

        def answer(data: bytes, address: Address, now: float) -> None:
            for packet in expected:
                ours.send(packet, address)
                ours.send(packet[::-1], other.getsockname())

        ours = UdpSocket("127.0.0.1", 0, answer)
        asking.sendto(b"?", ("127.0.0.1", ours.port))
        loop = asyncio.get_running_loop()
        for each in (asking, other):
            got = [await asyncio.wait_for(loop.sock_recv(each, 2000), 5) for _ in expected]
            assert got == expected
        assert ours.dropped == 0
        ours.close()


async def test_a_run_that_cannot_be_sent_is_counted_by_packets() -> None:
    """A run to nowhere: each of its packets is counted, and others are served."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.setblocking(False)
        far = ("127.0.0.1", 0)

        def answer(data: bytes, address: Address, now: float) -> None:
            for _ in range(3):
                ours.send(b"x", far)
                ours.send(b"y", address)

        ours = UdpSocket("127.0.0.1", 0, answer)
        other.sendto(b"?", ("127.0.0.1", ours.port))
        loop = asyncio.get_running_loop()
        assert [await asyncio.wait_for(loop.sock_recv(other, 100), 5) for _ in range(3)] == [b"y"] * 3
        assert ours.dropped == 3
        ours.close()
