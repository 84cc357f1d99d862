"""A UDP socket of the media plane: non-blocking, read in batches; what would block is dropped and counted."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

from .ice import Address
from .inbox import BATCH
from .native import Inbox, Outbox

log = logging.getLogger(__name__)

BUFFER = 4 * 1024 * 1024
DENSE = 0.001
"""Seconds: what arrives closer together is gathered for so long. Fifteen packets that leave together for one address
cost a third of what they cost one by one, and a picture is 33 ms apart from the next."""


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
        self._read_at = 0.0
        self._gathering: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._socket.fileno(), self._on_readable)
        self._inbox = Inbox(self._socket)
        self.outbox = Outbox(self._socket)
        """Keeps what a batch makes us send until its end."""

    @property
    def dropped(self) -> int:
        """Datagrams the kernel had no room for, or no route."""
        return self.outbox.dropped

    def _on_readable(self) -> None:
        """Something is there; when the last was a moment ago, more will be: look again by the clock, not for each."""
        now = self._loop.time()
        dense, self._read_at = now - self._read_at < DENSE, now
        self._read()
        if dense and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._gathering = self._loop.call_later(DENSE, self._gather)

    def _gather(self) -> None:
        if self._socket.fileno() < 0:
            return
        self._read_at = self._loop.time()
        found = self._read()
        if self._socket.fileno() < 0:
            return
        if found > 1:
            wait = 0.0 if found == BATCH else DENSE
            self._gathering = self._loop.call_later(wait, self._gather)
        else:
            self._gathering = None
            self._loop.add_reader(self._socket.fileno(), self._on_readable)

    def _read(self) -> int:
        """Handle what is there and send what it made us send; how many datagrams it were."""
        self.outbox.hold()
        try:
            batch = self._inbox.read()
            now = self._loop.time()
            for data, address in batch:
                try:
                    self._receive(data, address, now)
                except Exception:  # a fault of ours that one datagram brought about: the others go on
                    log.exception("media.datagram_failed")
        finally:
            self.outbox.flush()
        return len(batch)

    def send(self, data: bytes, address: Address) -> None:
        """At once, or at the end of the batch being read; in order for each address."""
        self.outbox.send(data, address[:2])

    def close(self) -> None:
        if self._socket.fileno() >= 0:
            if self._gathering is not None:
                self._gathering.cancel()
            self._loop.remove_reader(self._socket.fileno())
            self._inbox.close()
            self.outbox.close()
            self._socket.close()
