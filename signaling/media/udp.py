"""A UDP socket of the media plane: non-blocking, read in batches; what would block is dropped and counted."""

import asyncio
import contextlib
import socket
from collections.abc import Callable

from .ice import Address
from .native import Outbox

BATCH = 64
BUFFER = 4 * 1024 * 1024
MAX_DATAGRAM = 2048


class UdpSocket:
    """Bound to one address, never to all: answers must leave from where the browser sends to."""

    def __init__(self, host: str, port: int, receive: Callable[[bytes, Address, float], None]) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                with contextlib.suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, option, BUFFER)
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.host, self.port = self._socket.getsockname()[:2]
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._on_readable)
        self.outbox = Outbox(self._socket)
        """Keeps what a batch makes us send until its end."""

    @property
    def dropped(self) -> int:
        """Datagrams the kernel had no room for, or no route."""
        return self.outbox.dropped

    def _on_readable(self) -> None:
        self.outbox.hold()
        try:
            self._read()
        finally:
            self.outbox.flush()

    def _read(self) -> None:
        now = self._loop.time
        receive = self._receive
        recvfrom = self._socket.recvfrom
        for _ in range(BATCH):
            try:
                data, address = recvfrom(MAX_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error of an earlier send, reported here
            receive(data, address[:2], now())

    def send(self, data: bytes, address: Address) -> None:
        """At once, or at the end of the batch being read; in order for each address."""
        self.outbox.send(data, address[:2])

    def close(self) -> None:
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self.outbox.close()
            self._socket.close()
