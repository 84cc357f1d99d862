"""Our lite ICE agent (RFC 8445 2.5) and the demultiplexer all peers share: answers checks, never gathers.

What fails a check is met with silence. The one message we start is a check of our own towards every address that passed
one: a participant can forge where a check comes from, but not answer ours there. Until it is answered an address gets
no media, and of checks and handshake at most three times the bytes that came from it (the rule of RFC 9000 8.1).
"""

import math
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aioice import stun

if TYPE_CHECKING:
    from .outbox import Outbox

Address = tuple[str, int] | tuple[str, int, int]
"""Where a participant is: host, port and, unless it is the first, the number of our socket they reached us by."""

ALIVE = 30.0
"""Seconds after its last check that an address stays usable."""
OWNED = 15.0
"""Seconds during which a proven address is not taken over by another peer."""
MAX_ADDRESSES = 8
FIRST_GAP, LAST_GAP = 0.1, 0.5
"""Seconds between our checks of an address: the gap doubles from the first to the last."""
AMPLIFY = 3
MAX_SPEAKERS = 16
"""SSRCs by which one peer is known again at an address nobody has checked."""
MAX_FORMER = 4096
HELD = 8
"""Datagrams of the handshake kept for an address that may not be sent them yet."""
FINGERPRINTED = "FINGERPRINT"
UNREADABLE = (ValueError, struct.error, IndexError)


class AgentListener(Protocol):
    """What an agent tells the connection above it."""

    def on_datagram(self, data: bytes, address: Address, now: float) -> bool:
        """True for media only the participant can have protected, and only now."""

    def on_path(self, first: bool) -> None:
        """Media now goes to another address, a proven one; `first` when there was none."""

    def on_lost(self) -> None:
        """The address in use has not been checked for 30 s."""


@dataclass(slots=True)
class Credentials:
    """One generation of ufrag and password on both sides; the remote half comes with the answer."""

    generation: int
    ufrag: str
    password: str
    remote_ufrag: str | None = None
    remote_password: str | None = None


@dataclass(slots=True)
class Way:
    """An address that passed a check, `at` the last time, with credentials `used`."""

    at: float
    used: Credentials
    proven: bool = False
    credit: int = 0
    """Bytes it may still be sent while unproven."""
    transaction: bytes = b""
    gap: float = FIRST_GAP
    next_at: float = -math.inf


class Agent:
    """One peer's ICE state: its credentials, the addresses that passed a check, the paths in use.

    `path` is where the handshake goes, from the first check on; `media_path` where media goes, from the proof on.
    """

    def __init__(self, mux: "Mux", listener: AgentListener) -> None:
        self._mux = mux
        self.listener = listener
        self._generations: list[Credentials] = []
        self._nominated = -1
        self._ways: dict[Address, Way] = {}
        self._wanted: Address | None = None
        """Nominated, not yet proven."""
        self._held: list[bytes] = []
        self._speakers: list[bytes] = []
        self.unproven = 0
        self.path: Address | None = None
        self.media_path: Address | None = None
        self.restart()

    @property
    def local(self) -> Credentials:
        """The newest generation: what the next offer carries."""
        return self._generations[-1]

    def restart(self) -> None:
        """Make new credentials beside the old, which stay valid until the new ones are nominated."""
        generation = self._generations[-1].generation + 1 if self._generations else 0
        fresh = Credentials(generation, secrets.token_urlsafe(6), secrets.token_urlsafe(24))
        self._generations.append(fresh)
        self._mux.agents[fresh.ufrag] = self
        used = next((c for c in self._generations if c.generation == self._nominated), self._generations[0])
        for stale in [c for c in self._generations if c is not used and c is not fresh]:
            self._retire(stale)

    def answered(self, ufrag: str, remote_ufrag: str, remote_password: str) -> None:
        """The browser's half for the generation whose offer carried `ufrag`."""
        if (offered := self.credentials(ufrag)) is None:
            return
        offered.remote_ufrag, offered.remote_password = remote_ufrag, remote_password
        for address, way in self._ways.items():
            if way.used is offered and not way.proven:
                self._prove(address, way, way.at)

    def credentials(self, ufrag: str) -> Credentials | None:
        return next((c for c in self._generations if c.ufrag == ufrag), None)

    def send(self, data: bytes) -> None:
        """Handshake to the path in use; what its address has no credit for waits for the proof, bounded."""
        if self.path is None:
            return
        way = self._ways[self.path]
        if not way.proven:
            if way.credit < len(data):
                self._held = [*self._held[1 - HELD :], data]
                return
            way.credit -= len(data)
        self._mux.send(data, self.path)

    def send_media(self, data: bytes) -> None:
        if self.media_path is not None:
            self._mux.send(data, self.media_path)

    def on_check(self, used: Credentials, address: Address, nominated: bool, size: int, now: float) -> bool:
        """Record a check of `size` bytes that passed; False when `address` belongs to a living other peer."""
        owner = self._mux.owners.setdefault(address, self)
        if owner is not self and owner.holds(address, now):
            return False
        way = self._way(address, used, now)
        if used.generation > way.used.generation:
            way.used = used
        if nominated and used.generation >= self._nominated:
            self._wanted = address
        if self.path is None or (self.media_path is None and self._wanted == address):
            self.path = address
        if way.proven:
            self._settle(address, way)
        else:
            way.credit += (AMPLIFY - 1) * size  # one part is for the answer, which is shorter than the check
            self._prove(address, way, now)
        return True

    def _way(self, address: Address, used: Credentials, now: float) -> Way:
        """What is known of the address, which has just been heard of."""
        way = self._ways.get(address)
        if way is None:
            if len(self._ways) >= MAX_ADDRESSES:
                idle = [one for one in self._ways if one not in (self.path, self.media_path)]
                self._forget(min(idle, key=lambda one: self._ways[one].at))
            way = self._ways[address] = Way(now, used)
            self.unproven += 1
        way.at = now
        return way

    def speaks(self, ssrc: bytes) -> None:
        """Authentic media of this SSRC came: by it the peer is known again elsewhere."""
        if len(self._speakers) < MAX_SPEAKERS and ssrc not in self._mux.speakers:
            self._speakers.append(ssrc)
            self._mux.speakers[ssrc] = self

    def on_roamed(self, address: Address, size: int, now: float) -> None:
        """Authentic media from an address nobody has checked: a NAT between us has changed, which the browser cannot
        see before its next check, up to 2.5 s later. We check there at once, and media follows when it is proven."""
        used = next((c for c in self._generations if c.generation == self._nominated), None)
        if used is None:
            return
        self._mux.owners[address] = self
        way = self._way(address, used, now)
        way.credit += AMPLIFY * size
        self._wanted = address
        self._prove(address, way, now)

    def earn(self, address: Address, size: int) -> None:
        """So many bytes came from there, other than a check."""
        if (way := self._ways.get(address)) is not None:
            way.credit += AMPLIFY * size

    def holds(self, address: Address, now: float) -> bool:
        """Whether the address is proven to be this peer's and in use."""
        way = self._ways.get(address)
        return way is not None and way.proven and now - way.at < OWNED

    def _prove(self, address: Address, way: Way, now: float) -> None:
        """Send our check, the same again after a growing gap, as far as the address has credit."""
        used = way.used
        if now < way.next_at or used.remote_ufrag is None or used.remote_password is None:
            return
        if not way.transaction:
            way.transaction = secrets.token_bytes(12)
            self._mux.proofs[way.transaction] = (self, address)
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, way.transaction)
        request.attributes["USERNAME"] = f"{used.remote_ufrag}:{used.ufrag}"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLED"] = 1
        request.add_message_integrity(used.remote_password.encode())
        data = bytes(request)
        if way.credit >= len(data):
            way.credit -= len(data)
            way.next_at, way.gap = now + way.gap, min(LAST_GAP, 2 * way.gap)
            self._mux.send(data, address)

    def on_proof(self, message: stun.Message, address: Address) -> None:
        """The participant answered our check from where we sent it: they really receive there."""
        way = self._ways[address]
        password = way.used.remote_password
        if password is None or not message.check_message_integrity(password.encode()):
            return
        owner = self._mux.owners.get(address)
        if owner is not None and owner is not self:
            owner._forget(address)
        self._mux.owners[address] = self
        self._mux.proofs.pop(way.transaction, None)
        way.proven, way.transaction = True, b""
        self.unproven -= 1
        self._settle(address, way)
        if address == self.path:
            held, self._held = self._held, []
            for data in held:
                self._mux.send(data, address)

    def _settle(self, address: Address, way: Way) -> None:
        """Media goes to the proven address nominated last; before a nomination to the first that is proven."""
        wanted = self._wanted == address
        if wanted:
            self._wanted = None
            self._nominate(way.used)
        if address != self.media_path and (wanted or self.media_path is None):
            first = self.media_path is None
            self.path = self.media_path = address
            self.listener.on_path(first)

    def _nominate(self, used: Credentials) -> None:
        if used.generation > self._nominated:
            self._nominated = used.generation
            for stale in [c for c in self._generations if c.generation < used.generation]:
                self._retire(stale)

    def tick(self, now: float) -> None:
        """Every 50 ms: repeat our checks, expire addresses."""
        for address, way in list(self._ways.items()):
            if now - way.at >= ALIVE:
                self._forget(address)
            elif not way.proven:
                self._prove(address, way, now)

    def _forget(self, address: Address) -> None:
        way = self._ways.pop(address, None)
        if way is not None and not way.proven:
            self.unproven -= 1
            self._mux.proofs.pop(way.transaction, None)
        if self._mux.owners.get(address) is self:
            del self._mux.owners[address]
        if address == self._wanted:
            self._wanted = None
        if address == self.path:
            self.path = None
        if address == self.media_path:
            self.path = self.media_path = None
            self.listener.on_lost()

    def _retire(self, stale: Credentials) -> None:
        self._generations.remove(stale)
        self._mux.agents.pop(stale.ufrag, None)

    def close(self) -> None:
        """Leave every table; `on_lost` is not called."""
        self.path = self.media_path = None
        self._held.clear()
        for address in list(self._ways):
            self._forget(address)
        for credentials in self._generations:
            self._mux.agents.pop(credentials.ufrag, None)
            self._mux.remember(credentials)
        for ssrc in self._speakers:
            del self._mux.speakers[ssrc]
        self._speakers.clear()


class Mux:
    """Sorts datagrams by first byte (RFC 7983) and, unless STUN, by an address that passed a check; media from another
    address by its SSRC, if its protection tells that it is the participant's."""

    def __init__(
        self, transmit: Callable[[bytes, Address], None], outbox: "Callable[[Address], Outbox] | None" = None
    ) -> None:
        self.send = transmit
        self.outbox = outbox
        """Of the socket an address is reached by: the compiled way past `send`."""
        self.agents: dict[str, Agent] = {}
        self.owners: dict[Address, Agent] = {}
        self.proofs: dict[bytes, tuple[Agent, Address]] = {}
        """Our unanswered checks by transaction; at most MAX_ADDRESSES for each agent."""
        self.speakers: dict[bytes, Agent] = {}
        """By SSRC; at most MAX_SPEAKERS for each agent."""
        self.former: dict[str, Credentials] = {}
        """Of connections that have ended, by ufrag, the oldest first."""
        self.strays = 0
        """Datagrams from addresses nobody checked, or that no rule admits."""

    def remember(self, credentials: Credentials) -> None:
        """Who held a connection may go on asking by its password whether we can be reached."""
        self.former[credentials.ufrag] = credentials
        if len(self.former) > MAX_FORMER:
            del self.former[next(iter(self.former))]

    def receive(self, data: bytes, address: Address, now: float) -> None:
        if not data:
            self.strays += 1
            return
        if data[0] < 4:
            self._on_stun(data, address, now)
            return
        owner = self.owners.get(address)
        if owner is not None:
            if owner.unproven:
                owner.earn(address, len(data))
            owner.listener.on_datagram(data, address, now)
        elif 127 < data[0] < 192 and (roaming := self.speakers.get(data[8:12])) is not None:
            if roaming.listener.on_datagram(data, address, now):
                roaming.on_roamed(address, len(data), now)
            else:
                self.strays += 1
        else:
            self.strays += 1

    def _on_stun(self, data: bytes, address: Address, now: float) -> None:
        try:
            message = stun.parse_message(data)
        except UNREADABLE:
            self.strays += 1
            return
        if message.message_method != stun.Method.BINDING or FINGERPRINTED not in message.attributes:
            self.strays += 1
        elif message.message_class == stun.Class.REQUEST:
            self._on_request(message, address, len(data), now)
        elif message.message_class == stun.Class.RESPONSE:
            agent, asked = self.proofs.get(message.transaction_id, (None, None))
            if agent is not None and asked == address:
                agent.on_proof(message, address)

    def _on_request(self, message: stun.Message, address: Address, size: int, now: float) -> None:
        ufrag, _, remote = str(message.attributes.get("USERNAME", "")).partition(":")
        agent = self.agents.get(ufrag)
        used = agent.credentials(ufrag) if agent is not None else self.former.get(ufrag)
        # A former connection itself meets silence, or its browser would take it for alive.
        if used is None or not remote or (agent is None and used.remote_ufrag in (None, remote)):
            self.strays += 1
            return
        key = used.password.encode()
        if not message.check_message_integrity(key):
            self.strays += 1
            return
        if "ICE-CONTROLLED" in message.attributes:
            self._answer(message, stun.Class.ERROR, ("ERROR-CODE", (487, "Role Conflict")), key, address)
            return
        if "ICE-CONTROLLING" not in message.attributes:
            self.strays += 1
            return
        # Another connection of the same browser only asks whether we can be reached: answered, and nothing is kept.
        asks = used.remote_ufrag not in (None, remote)
        if agent is None or asks or agent.on_check(used, address, "USE-CANDIDATE" in message.attributes, size, now):
            self._answer(message, stun.Class.RESPONSE, ("XOR-MAPPED-ADDRESS", address[:2]), key, address)

    def _answer(
        self,
        request: stun.Message,
        kind: stun.Class,
        attribute: tuple[str, object],
        key: bytes,
        address: Address,
    ) -> None:
        reply = stun.Message(stun.Method.BINDING, kind, request.transaction_id)
        reply.attributes[attribute[0]] = attribute[1]
        reply.add_message_integrity(key)
        self.send(bytes(reply), address)

    def tick(self, now: float) -> None:
        for agent in set(self.agents.values()):
            agent.tick(now)
