"""The media plane of one process: a socket for each address, one port, one certificate, one clock, many peers. The door
for rooms."""

import asyncio
import ipaddress
import logging
from collections.abc import Callable
from functools import partial

from signaling.tasks import spawn

from .dtls import Identity
from .ice import Address, Mux
from .link import SecureLink
from .native import Outbox
from .peer import Peer
from .types import MediaOptions, PeerListener
from .udp import UdpSocket

log = logging.getLogger(__name__)

TICK, SLICES = 0.05, 5
"""Seconds between two rounds of feedback and timers; parts of a round, so that no packet waits for all peers' turns."""
REPORT_EVERY = 20
"""Rounds between two receiver reports: one second."""


class MediaPlane:
    """Open with `open`, end with `close`; everything runs on the loop that opened it."""

    def __init__(self, options: MediaOptions) -> None:
        told = options.advertised or options.hosts
        if any(ipaddress.ip_address(host).is_unspecified for host in told):
            raise ValueError("media host: name the addresses browsers send to, or tell them as advertised")
        self.options = options
        self._loop = asyncio.get_running_loop()
        self._identity = Identity()
        self._mux = Mux(self._send, self._outbox)
        self._sockets = self._bind(options.hosts, options.port)
        self._peers: list[Peer] = []
        self._turns = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self.port: int = self._sockets[0].port

    @classmethod
    async def open(cls, options: MediaOptions) -> "MediaPlane":
        """Bind the sockets; raises OSError when the address cannot be had, ValueError when it is no address."""
        return cls(options)

    def _bind(self, hosts: tuple[str, ...], port: int) -> list[UdpSocket]:
        """One socket for each address; what came by a further one carries its number."""
        sockets: list[UdpSocket] = []
        try:
            for number, host in enumerate(hosts):
                receive = partial(self._receive_by, number) if number else self._mux.receive
                sockets.append(UdpSocket(host, sockets[0].port if sockets else port, receive))
        except OSError:
            for one in sockets:
                one.close()
            raise
        return sockets

    def _receive_by(self, number: int, data: bytes, address: tuple[str, int], now: float) -> None:
        self._mux.receive(data, (*address, number), now)

    @property
    def clock(self) -> Callable[[], float]:
        return self._loop.time

    def add_peer(self, person: str, listener: PeerListener) -> Peer:
        """A fresh connection for `person`; a former one of the same person is the caller's to close."""
        if self._closed:
            raise RuntimeError("the media plane is closed")
        hosts = self.options.advertised or self.options.hosts
        peer = Peer(
            person,
            listener,
            lambda peer: SecureLink(self._mux, self._identity, hosts, self.port, peer),
            self._loop.time,
            self._peers.remove,
        )
        self._peers.append(peer)
        if self._timer is None:
            self._timer = self._loop.call_later(TICK / SLICES, self._tick)
        return peer

    async def close(self) -> None:
        """Close all peers, then the socket. May be called again."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for peer in list(self._peers):
            await peer.close()
        for one in self._sockets:
            one.close()

    @property
    def dropped(self) -> int:
        """Datagrams the kernel did not take."""
        return sum(one.dropped for one in self._sockets)

    @property
    def strays(self) -> int:
        """Datagrams nobody was entitled to send."""
        return self._mux.strays

    def _outbox(self, address: Address) -> Outbox:
        return self._sockets[address[2] if len(address) == 3 else 0].outbox

    def _send(self, data: bytes, address: Address) -> None:
        """By the socket the address was reached by: an answer from another one would be no answer."""
        self._sockets[address[2] if len(address) == 3 else 0].send(data, address[:2])

    def _tick(self) -> None:
        """One slice of the peers."""
        self._timer = self._loop.call_later(TICK / SLICES, self._tick) if self._peers else None
        now = self._loop.time()
        number, part = divmod(self._turns, SLICES)
        self._turns += 1
        if part == 0:
            self._mux.tick(now)
        for peer in self._peers[part::SLICES]:
            try:
                peer.tick(now)
                if number % REPORT_EVERY == 0:
                    peer.report(now)
            except Exception:  # a fault of ours that one browser brought about: the others' timers go on
                log.exception("media.peer_failed")
                spawn(peer.close(), name="peer.close")
