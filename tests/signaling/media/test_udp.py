"""The socket: reads in batches, drops and counts what cannot be sent, never raises, closes twice."""

import asyncio
import socket

import pytest

from signaling.media.ice import Address
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
