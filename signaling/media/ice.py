"""Our lite ICE agent (RFC 8445 2.5) and the demultiplexer all peers share: answers checks, never gathers.

What fails a check is met with silence. The one message we start is a check of our own towards a new path, to prove
that the participant really receives there; without the proof no media goes to it.
"""

import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aioice import stun

Address = tuple[str, int]

ALIVE = 30.0
"""Seconds after its last check that an address stays usable."""
OWNED = 15.0
"""Seconds during which an address is not taken over by another peer."""
MAX_ADDRESSES = 8
PROOF_TRIES, PROOF_GAP = 6, 0.5
FINGERPRINTED = "FINGERPRINT"
UNREADABLE = (ValueError, struct.error, IndexError)


class AgentListener(Protocol):
    """What an agent tells the connection above it."""

    def on_datagram(self, data: bytes, address: Address, now: float) -> None: ...
    def on_path(self, first: bool) -> None:
        """Packets now go to another address; `first` when there was none."""

    def on_lost(self) -> None:
        """No address has been checked for 30 s."""


@dataclass(slots=True)
class Credentials:
    """One generation of ufrag and password on both sides; the remote half comes with the answer."""

    generation: int
    ufrag: str
    password: str
    remote_ufrag: str | None = None
    remote_password: str | None = None


@dataclass(slots=True)
class Proof:
    """Our own checks of a new path, until one is answered from it."""

    transaction: bytes
    address: Address
    before: Address
    tries: int
    next_at: float


class Agent:
    """One peer's ICE state: its credentials, the addresses that passed a check, the path in use."""

    def __init__(self, mux: "Mux", listener: AgentListener) -> None:
        self._mux = mux
        self.listener = listener
        self._generations: list[Credentials] = []
        self._nominated = -1
        self._checked: dict[Address, float] = {}
        self._proof: Proof | None = None
        self._withheld = False
        self.path: Address | None = None
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
        used = self._credentials_in_use()
        for stale in [c for c in self._generations if c is not used and c is not fresh]:
            self._retire(stale)

    def answered(self, ufrag: str, remote_ufrag: str, remote_password: str) -> None:
        """The browser's half for the generation whose offer carried `ufrag`."""
        if (offered := self.credentials(ufrag)) is not None:
            offered.remote_ufrag, offered.remote_password = remote_ufrag, remote_password

    def credentials(self, ufrag: str) -> Credentials | None:
        return next((c for c in self._generations if c.ufrag == ufrag), None)

    def send(self, data: bytes) -> None:
        """To the path in use; dropped while there is none."""
        if self.path is not None:
            self._mux.send(data, self.path)

    def send_media(self, data: bytes) -> None:
        if self.path is not None and not self._withheld:
            self._mux.send(data, self.path)

    def on_check(self, used: Credentials, address: Address, nominated: bool, now: float) -> bool:
        """Record a check that passed; False when `address` belongs to a living other peer."""
        owner = self._mux.owners.get(address)
        if owner is not None and owner is not self:
            if now - owner._checked.get(address, -OWNED) < OWNED:
                return False
            owner._forget(address)
        if address not in self._checked and len(self._checked) >= MAX_ADDRESSES:
            self._forget(min((a for a in self._checked if a != self.path), key=lambda a: self._checked[a]))
        self._checked[address] = now
        self._mux.owners[address] = self
        if self.path is None:
            self._choose(address)
        elif nominated and used.generation >= self._nominated and address != self.path:
            self._change(used, address, now)
        elif nominated and address == self.path:
            self._nominate(used)
        return True

    def _choose(self, address: Address) -> None:
        self.path = address
        self._withheld = False
        self.listener.on_path(True)

    def _change(self, used: Credentials, address: Address, now: float) -> None:
        before = self.path
        self._nominate(used)
        self.path = address
        self._withheld = False
        self._proof = None
        if before is not None and self._credentials_in_use().remote_password is not None:
            self._proof = Proof(secrets.token_bytes(12), address, before, 0, now)
            self._prove(now)
        self.listener.on_path(False)

    def _nominate(self, used: Credentials) -> None:
        if used.generation > self._nominated:
            self._nominated = used.generation
            for stale in [c for c in self._generations if c.generation < used.generation]:
                self._retire(stale)

    def _credentials_in_use(self) -> Credentials:
        return next((c for c in self._generations if c.generation == self._nominated), self._generations[0])

    def _prove(self, now: float) -> None:
        proof, used = self._proof, self._credentials_in_use()
        if proof is None or used.remote_ufrag is None or used.remote_password is None:
            return
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, proof.transaction)
        request.attributes["USERNAME"] = f"{used.remote_ufrag}:{used.ufrag}"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLED"] = 1
        request.add_message_integrity(used.remote_password.encode())
        proof.tries += 1
        proof.next_at = now + PROOF_GAP
        self._mux.send(bytes(request), proof.address)

    def on_response(self, message: stun.Message, address: Address) -> None:
        """The participant answered our check from the new path: it really receives there."""
        proof, used = self._proof, self._credentials_in_use()
        if proof is None or message.transaction_id != proof.transaction or address != proof.address:
            return
        if used.remote_password is not None and message.check_message_integrity(used.remote_password.encode()):
            self._proof = None
            self._withheld = False

    def tick(self, now: float) -> None:
        """Every 50 ms: repeat our check, give up a path that was never proven, expire addresses."""
        if self._proof is not None and now >= self._proof.next_at:
            if self._proof.tries < PROOF_TRIES:
                self._prove(now)
            else:
                self._unproven(self._proof, now)
        for address in [a for a, at in self._checked.items() if now - at >= ALIVE]:
            self._forget(address)

    def _unproven(self, proof: Proof, now: float) -> None:
        self._proof = None
        if now - self._checked.get(proof.before, -ALIVE) < OWNED:
            self.path = proof.before
            self.listener.on_path(False)
        else:
            self._withheld = True

    def _forget(self, address: Address) -> None:
        self._checked.pop(address, None)
        if self._mux.owners.get(address) is self:
            del self._mux.owners[address]
        if self._proof is not None and self._proof.address == address:
            self._proof = None
        if address == self.path:
            self.path = None
            self.listener.on_lost()

    def _retire(self, stale: Credentials) -> None:
        self._generations.remove(stale)
        self._mux.agents.pop(stale.ufrag, None)

    def close(self) -> None:
        """Leave every table; `on_lost` is not called."""
        self.path = None
        for address in list(self._checked):
            self._forget(address)
        for credentials in list(self._generations):
            self._mux.agents.pop(credentials.ufrag, None)


class Mux:
    """Sorts datagrams by first byte (RFC 7983) and, unless STUN, by an address that passed a check."""

    def __init__(self, transmit: Callable[[bytes, Address], None]) -> None:
        self.send = transmit
        self.agents: dict[str, Agent] = {}
        self.owners: dict[Address, Agent] = {}
        self.strays = 0
        """Datagrams from addresses nobody checked, or that no rule admits."""

    def receive(self, data: bytes, address: Address, now: float) -> None:
        first = data[0] if data else 255
        if first < 4:
            self._on_stun(data, address, now)
            return
        owner = self.owners.get(address)
        if owner is not None:
            owner.listener.on_datagram(data, address, now)
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
            self._on_request(message, address, now)
        elif message.message_class == stun.Class.RESPONSE and (owner := self.owners.get(address)) is not None:
            owner.on_response(message, address)

    def _on_request(self, message: stun.Message, address: Address, now: float) -> None:
        ufrag, _, remote = str(message.attributes.get("USERNAME", "")).partition(":")
        agent = self.agents.get(ufrag)
        used = agent.credentials(ufrag) if agent is not None else None
        if agent is None or used is None or not remote or used.remote_ufrag not in (None, remote):
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
        if agent.on_check(used, address, "USE-CANDIDATE" in message.attributes, now):
            self._answer(message, stun.Class.RESPONSE, ("XOR-MAPPED-ADDRESS", address), key, address)

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
