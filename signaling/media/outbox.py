"""What one read batch makes us send, in order for each address. The compiled twin has its own.

Packets of one size to one address leave in one system call, cut apart by the kernel (UDP_SEGMENT, Linux 4.18): 3.6 us
for a packet alone, 1.2 us in a run of eight.
"""

import errno
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .estimate import Departures

Address = tuple[str, int]
MAX_RUN = 40
"""Packets in a run: with 1500 bytes each still below the 65507 of a datagram."""
UDP_SEGMENT = 103
"""linux/udp.h; `socket` does not know it."""


class Outbox:
    """Sends at once, between `hold` and `flush` keeps. What the kernel does not take is dropped and counted."""

    def __init__(self, out: socket.socket) -> None:
        self._socket = out
        self._segments = _can_segment(out)
        self._holding = False
        self._runs: dict[Address, list[bytes]] = {}
        """By address, all of the size of the first."""
        self.dropped = 0

    def hold(self) -> None:
        self._holding = self._segments

    def flush(self) -> None:
        self._holding = False
        for address, run in self._runs.items():
            self._send_run(run, address)
        self._runs.clear()

    def send(self, data: bytes, address: Address) -> None:
        if not self._holding:
            self._send_one(data, address)
            return
        run = self._runs.get(address)
        if run is None:
            self._runs[address] = [data]
        elif len(run[0]) == len(data) and len(run) < MAX_RUN:
            run.append(data)
        else:
            self._send_run(run, address)
            self._runs[address] = [data]

    def close(self) -> None:
        """Forget what is kept; the socket is its owner's to close."""
        self._runs.clear()

    def _send_one(self, data: bytes, address: Address) -> None:
        try:
            self._socket.sendto(data, address)
        except OSError:
            self.dropped += 1

    def _send_run(self, run: list[bytes], address: Address) -> None:
        if len(run) > 1:
            cut = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", len(run[0])))]
            try:
                self._socket.sendmsg(run, cut, 0, address)
            except BlockingIOError:
                self.dropped += len(run)
                return
            except OSError as refused:  # too long for the way, or a device that cannot
                self._segments = self._segments and refused.errno != errno.EIO
            else:
                return
        for data in run:
            self._send_one(data, address)


def _can_segment(probe: socket.socket) -> bool:
    """Whether the kernel knows how to cut runs apart."""
    try:
        return probe.getsockopt(socket.IPPROTO_UDP, UDP_SEGMENT) == 0
    except OSError:
        return False


class Outlet:
    """Where the compiled `forward` sends by itself: keys, address and numbering of one subscriber.

    In Python there is no such way: every packet goes through the leg's link, and this only says so.
    """

    def key(self, key: bytes, salt: bytes) -> None:
        """Session key and salt of AES-GCM (RFC 7714); ValueError for other sizes."""

    def aim(self, outbox: Outbox | None, address: Address | None) -> None:
        """Where packets go from now on; None: nowhere."""

    def pipe(self, departures: "Departures", wide: bool) -> None:
        """Where each packet is noted, and whether it may leave at once."""

    def send(self, packet: bytes | bytearray) -> bool:
        """Protect and send one packet; False when that cannot be done."""
        return False
