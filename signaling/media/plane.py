"""The media plane of one process: one socket, one certificate, one clock, many peers. The door for rooms."""

import asyncio
import ipaddress
from collections.abc import Callable

from .dtls import Identity
from .ice import Mux
from .link import SecureLink
from .peer import Peer
from .types import MediaOptions, PeerListener
from .udp import UdpSocket

TICK = 0.05
"""Seconds between two rounds of feedback and timers."""
REPORT_EVERY = 20
"""Rounds between two receiver reports: one second."""


class MediaPlane:
    """Open with `open`, end with `close`; everything runs on the loop that opened it."""

    def __init__(self, options: MediaOptions) -> None:
        if options.advertised is None and ipaddress.ip_address(options.host).is_unspecified:
            raise ValueError("media host: name the one address browsers send to, or tell it as advertised")
        self.options = options
        self._loop = asyncio.get_running_loop()
        self._identity = Identity()
        self._mux = Mux(self._send)
        self._socket = UdpSocket(options.host, options.port, self._mux.receive)
        self._peers: list[Peer] = []
        self._rounds = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self.port: int = self._socket.port

    @classmethod
    async def open(cls, options: MediaOptions) -> "MediaPlane":
        """Bind the socket; raises OSError when the address cannot be had, ValueError when it is no address."""
        return cls(options)

    @property
    def clock(self) -> Callable[[], float]:
        return self._loop.time

    def add_peer(self, person: str, listener: PeerListener) -> Peer:
        """A fresh connection for `person`; a former one of the same person is the caller's to close."""
        if self._closed:
            raise RuntimeError("the media plane is closed")
        host = self.options.advertised or self._socket.host
        peer = Peer(
            person,
            listener,
            lambda peer: SecureLink(self._mux, self._identity, host, self.port, peer),
            self._loop.time,
            self._peers.remove,
        )
        self._peers.append(peer)
        if self._timer is None:
            self._timer = self._loop.call_later(TICK, self._tick)
        return peer

    async def close(self) -> None:
        """Close all peers, then the socket. May be called again."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for peer in list(self._peers):
            await peer.close()
        self._socket.close()

    @property
    def dropped(self) -> int:
        """Datagrams the kernel did not take."""
        return self._socket.dropped

    @property
    def strays(self) -> int:
        """Datagrams nobody was entitled to send."""
        return self._mux.strays

    def _send(self, data: bytes, address: tuple[str, int]) -> None:
        self._socket.send(data, address)

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick) if self._peers else None
        now = self._loop.time()
        self._rounds += 1
        self._mux.tick(now)
        for peer in list(self._peers):
            peer.tick(now)
            if self._rounds % REPORT_EVERY == 0:
                peer.report(now)
