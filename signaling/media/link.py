"""One person's protected connection: ICE path, DTLS, SRTP. Plain packets inside, datagrams outside."""

import logging
from typing import Protocol

import pylibsrtp

from .dtls import Dtls, Identity
from .ice import Address, Agent, Mux
from .native import COMPILED, Inlet, Outlet
from .sdp import Answer, Transport

log = logging.getLogger(__name__)

MAX_PLAIN = 1356
"""libsrtp's limit here; a longer packet is dropped and counted."""
MAX_SOURCES = 64
"""SSRCs one browser may use: libsrtp keeps each for good and looks for it along a list."""


class LinkListener(Protocol):
    """What a link hands to its peer."""

    def on_rtp(self, packet: bytes | bytearray, now: float) -> None: ...
    def on_rtcp(self, packet: bytes, now: float) -> None: ...
    def on_up(self) -> None:
        """Keys and a path are there: media flows."""

    def on_moved(self) -> None:
        """The path changed while up: what was under way is lost, key frames are needed."""

    def on_down(self) -> None: ...


class SecureLink:
    """Agent and DTLS of one peer joined; `up` while both a proven path and keys exist."""

    def __init__(self, mux: Mux, identity: Identity, hosts: tuple[str, ...], port: int, listener: LinkListener) -> None:
        self.agent = Agent(mux, self)
        self._dtls = Dtls(identity, self.agent.send, self._ready, self._ended)
        self.outlet = Outlet() if COMPILED and mux.outbox is not None else None
        self._inlet: Inlet | None = None
        """The compiled way in, once there are keys for it."""
        self._mux = mux
        self._listener = listener
        self._closing = self._keyed = False
        self._hosts, self._port, self._fingerprint = hosts, port, identity.fingerprint
        self.up = False
        self.unsendable = 0
        """Packets too long or sent without keys."""
        self.unreadable = 0
        """Packets that failed authentication or replay protection, or were of one SSRC too many."""
        self._sources: set[bytes] = set()

    def transport(self) -> Transport:
        """What the next offer says of this connection."""
        local = self.agent.local
        return Transport(local.ufrag, local.password, self._fingerprint, self._hosts, self._port)

    def expect(self, ufrag: str, answer: Answer) -> None:
        """Take the transport half of the browser's answer to the offer that carried `ufrag`."""
        self.agent.answered(ufrag, answer.ufrag, answer.password)
        self._dtls.expect(answer.fingerprints)

    def restart(self) -> None:
        self.agent.restart()

    def drop(self, *ssrcs: int) -> None:
        """Nothing waits here."""

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        if self._keyed and self.outlet is not None:  # one place only may number under a key
            self.unsendable += not self.outlet.send(packet)
            return
        session = self._dtls.tx
        if session is None or len(packet) > MAX_PLAIN:
            self.unsendable += 1
            return
        try:
            self.agent.send_media(session.protect(bytes(packet)))
        except pylibsrtp.Error:
            self.unsendable += 1

    def send_rtcp(self, packet: bytes) -> None:
        session = self._dtls.tx
        if session is None or len(packet) > MAX_PLAIN:
            self.unsendable += 1
            return
        try:
            self.agent.send_media(session.protect_rtcp(packet))
        except pylibsrtp.Error:
            self.unsendable += 1

    def on_datagram(self, data: bytes, address: Address, now: float) -> bool:
        first = data[0]
        if 127 < first < 192:
            control = len(data) < 12 or 192 <= data[1] <= 223  # of the short ones neither is readable
            try:
                plain = self._opened(data, control) if control or self._inlet is None else self._inlet.unprotect(data)
            except (pylibsrtp.Error, ValueError):
                self.unreadable += 1
                return False
            if control:
                self._listener.on_rtcp(bytes(plain), now)
                return False
            if data[8:12] not in self._mux.speakers:
                self.agent.speaks(data[8:12])
            self._listener.on_rtp(plain, now)
            return True
        if 19 < first < 64:
            self._dtls.feed(data)
        return False

    def _opened(self, data: bytes, control: bool) -> bytes:
        """By libsrtp, of so many SSRCs and no more; raises ValueError, pylibsrtp.Error."""
        session, source = self._dtls.rx, data[4:8] if control else data[8:12]
        if session is None or not 12 <= len(data) <= 1500:
            raise ValueError("no keys, or no packet")
        if source not in self._sources and len(self._sources) >= MAX_SOURCES:
            raise ValueError("one source too many")
        plain: bytes = session.unprotect_rtcp(data) if control else session.unprotect(data)
        self._sources.add(source)
        return plain

    def on_path(self, first: bool) -> None:
        self._aim()
        if self.up and not first:
            self._listener.on_moved()
        self._update()

    def on_lost(self) -> None:
        self._aim()
        self._update()

    def _aim(self) -> None:
        """Tell the compiled way out where packets go now."""
        path = self.agent.media_path
        if self.outlet is not None and self._mux.outbox is not None:
            self.outlet.aim(*(None, None) if path is None else (self._mux.outbox(path), path[:2]))

    def _ended(self) -> None:
        self._inlet = None
        if not self.up and not self._closing and self.agent.path is not None:
            log.warning("media.handshake_failed")  # wrong certificate, or no SRTP profile in common
        self._update()

    def _ready(self) -> None:
        if COMPILED and self._dtls.incoming is not None:
            self._inlet = Inlet(*self._dtls.incoming)
        if self.outlet is not None and self._dtls.outgoing is not None:
            self.outlet.key(*self._dtls.outgoing)
            self._keyed = True
        self._update()

    def _update(self) -> None:
        up = self.agent.media_path is not None and self._dtls.rx is not None
        if up == self.up or self._closing:
            return
        self.up = up
        if up:
            self._listener.on_up()
        else:
            self._listener.on_down()

    def tick(self) -> None:
        self._dtls.tick()

    def close(self) -> None:
        """Say goodbye by DTLS and leave the tables; `on_down` is not called."""
        self._closing = True
        self.up = False
        if self.outlet is not None:
            self.outlet.aim(None, None)
        self._dtls.close()
        self.agent.close()
