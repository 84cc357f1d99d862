"""What has come to a socket, and the way it is opened. The compiled twin has its own."""

import socket

Address = tuple[str, int]
BATCH = 64
"""Datagrams of one look."""
MAX_DATAGRAM = 2048


class Inbox:
    """Datagrams with the address each came from, in order; never waits."""

    def __init__(self, source: socket.socket) -> None:
        self._socket = source

    def read(self) -> list[tuple[bytes, Address]]:
        """All there is, `BATCH` at most."""
        found: list[tuple[bytes, Address]] = []
        recvfrom = self._socket.recvfrom
        for _ in range(BATCH):
            try:
                data, address = recvfrom(MAX_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                continue  # an ICMP error of an earlier send, reported here
            found.append((data, address[:2]))
        return found

    def close(self) -> None:
        """The socket is its owner's to close."""


class Inlet:
    """The keys one browser sends with, AES-GCM (RFC 7714). In Python libsrtp has them, and there is none of these."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        raise NotImplementedError("link.py asks libsrtp")

    def unprotect(self, packet: bytes) -> bytearray:
        """The plain packet; ValueError when it is not authentic, was there before or is too old to know."""
        raise NotImplementedError
