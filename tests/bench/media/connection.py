"""A browser's connection without the browser: one socket, ICE by hand, DTLS as client, keys for the load."""

import os
import secrets
import socket
import time
from dataclasses import dataclass, field

from aioice import stun
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from OpenSSL import SSL

from signaling.media.dtls import Identity

PROFILE = b"SRTP_AEAD_AES_128_GCM"
KEY, SALT = 16, 12
PATIENCE = 10.0
SETTLE = 0.01
"""Seconds from our answer to their check to the handshake: Janus drops what comes before it has taken notice."""


def derive(master: bytes) -> bytes:
    """Media key, media salt, control key, control salt of a master key and salt (RFC 3711 4.3, RFC 7714 11)."""
    salt = int.from_bytes(master[KEY:] + bytes(2), "big")

    def stream(label: int, size: int) -> bytes:
        start = ((salt ^ label << 48) << 16).to_bytes(16, "big")
        return Cipher(algorithms.AES(master[:KEY]), modes.CTR(start)).encryptor().update(bytes(size))

    return stream(0, KEY) + stream(2, SALT) + stream(3, KEY) + stream(5, SALT)


def browser() -> Identity:
    """The certificate of all the load's people, which offers one SRTP profile."""
    identity = Identity()
    identity.context.set_tlsext_use_srtp(PROFILE)
    return identity


def attribute(sdp: str, name: str) -> str:
    """The first `a=name:` of a description."""
    return sdp.split(f"a={name}:", 1)[1].splitlines()[0].strip()


def candidate(sdp: str) -> tuple[str, int]:
    """Address and port of the first UDP host candidate of IPv4."""
    for line in sdp.splitlines():
        words = line.split()
        if line.startswith("a=candidate:") and words[2].lower() == "udp" and words[7] == "host" and "." in words[4]:
            return words[4], int(words[5])
    raise ValueError("no candidate")


@dataclass
class Connection:
    """Bound at once; `open` does ICE and DTLS with what the other side's description says."""

    identity: Identity
    ufrag: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    check: bytes = b""
    tx: bytes = b""
    rx: bytes = b""

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("0.0.0.0", 0))  # noqa: S104 -- connected to the server's own address before anything is sent
        os.set_inheritable(self.socket.fileno(), True)

    def lines(self) -> list[str]:
        """The transport half of every m-line of ours."""
        return [
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self.identity.fingerprint}",
            "a=setup:active",
            "a=rtcp-mux",
            "a=rtcp-rsize",
        ]

    def open(self, remote: str) -> None:
        """Check, shake hands, derive; raises TimeoutError."""
        self.socket.connect(candidate(remote))
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{attribute(remote, 'ice-ufrag')}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1_845_501_695
        request.attributes["ICE-CONTROLLING"] = secrets.randbits(64)
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(attribute(remote, "ice-pwd").encode())
        self.check = bytes(request)
        connection = SSL.Connection(self.identity.context, None)
        connection.set_connect_state()
        material = self._shake(connection)
        client, server = material[:KEY], material[KEY : 2 * KEY]
        salts = material[2 * KEY :]
        self.tx, self.rx = derive(client + salts[:SALT]), derive(server + salts[SALT:])

    def _shake(self, connection: SSL.Connection) -> bytes:
        deadline = time.monotonic() + PATIENCE
        checked = False
        self.socket.settimeout(0.2)
        while time.monotonic() < deadline:
            if not checked:
                self.socket.send(self.check)
            else:
                try:
                    connection.do_handshake()
                    self._flush(connection)
                    return connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (KEY + SALT))
                except SSL.WantReadError:
                    self._flush(connection)
            try:
                data = self.socket.recv(2048)
            except (TimeoutError, ConnectionRefusedError):
                if checked and (connection.DTLSv1_get_timeout() or 1) <= 0:
                    connection.DTLSv1_handle_timeout()
                continue
            if data[0] < 4:
                checked |= self._answer(data)
            elif 19 < data[0] < 64:
                connection.bio_write(data)
        raise TimeoutError("no connection")

    def _answer(self, data: bytes) -> bool:
        """Answer the other side's own check (libnice makes them even when it is lite); True when it was one."""
        request = stun.parse_message(data)
        if request.message_class != stun.Class.REQUEST:
            return False
        reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
        reply.attributes["XOR-MAPPED-ADDRESS"] = self.socket.getpeername()
        reply.add_message_integrity(self.password.encode())
        self.socket.send(bytes(reply))
        time.sleep(SETTLE)
        return True

    def _flush(self, connection: SSL.Connection) -> None:
        """Records one by one, as they come."""
        while True:
            try:
                self.socket.send(connection.bio_read(1400))
            except SSL.WantReadError:
                return
