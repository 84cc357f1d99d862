"""DTLS-SRTP as the server side of one peer, synchronous, on the public interfaces of pyOpenSSL and pylibsrtp.

Datagrams are fed in, datagrams come out through `send`; there is no task and no queue. Peers are told apart by
certificate fingerprint only (RFC 8827 6.5), which may arrive after the handshake.
"""

import datetime
import secrets
from collections.abc import Callable, Collection
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from OpenSSL import SSL
from pylibsrtp import Policy, Session

DTLS_1_2 = 0xFEFD
RECORD_HEADER = 13
MAX_FLIGHT = 1200
"""Records of one flight share datagrams up to this size."""
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha-256": hashes.SHA256(),
    "sha-384": hashes.SHA384(),
    "sha-512": hashes.SHA512(),
}


class Profile(NamedTuple):
    policy: int
    key: int
    salt: int


PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": Profile(Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    b"SRTP_AEAD_AES_256_GCM": Profile(Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    b"SRTP_AES128_CM_SHA1_80": Profile(Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}
GCM = (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA"


class Identity:
    """The certificate all peers of one process see, made at start, and the OpenSSL context that uses it."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, secrets.token_hex(8))])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = fingerprint(certificate, "sha-256")
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_min_proto_version(DTLS_1_2)
        self.context.set_max_proto_version(DTLS_1_2)
        self.context.set_options(SSL.OP_NO_TICKET)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_cipher_list(CIPHERS)
        self.context.set_tlsext_use_srtp(b":".join(PROFILES))


def fingerprint(certificate: x509.Certificate, algorithm: str) -> str:
    digits = certificate.fingerprint(HASHES[algorithm]).hex().upper()
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def derive(master: bytes, size: int) -> tuple[bytes, bytes]:
    """Session key of `size` bytes and salt of 12 for RTP, of a master key and salt (RFC 3711 4.3, RFC 7714 11)."""
    salt = int.from_bytes(master[size:] + bytes(2), "big")

    def stream(label: int, length: int) -> bytes:
        start = ((salt ^ label << 48) << 16).to_bytes(16, "big")
        return Cipher(algorithms.AES(master[:size]), modes.CTR(start)).encryptor().update(bytes(length))

    return stream(0, size), stream(2, 12)


class Dtls:
    """One handshake. `rx` and `tx` are there from `on_ready` to `close`."""

    def __init__(
        self,
        identity: Identity,
        send: Callable[[bytes], None],
        on_ready: Callable[[], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._ssl = SSL.Connection(identity.context, None)
        self._ssl.set_accept_state()
        self._send = send
        self._on_ready = on_ready
        self._on_closed = on_closed
        self._expected: Collection[tuple[str, str]] | None = None
        self._shaken = False
        self._closed = False
        self.rx: Session | None = None
        self.tx: Session | None = None
        self.incoming: tuple[bytes, bytes] | None = None
        self.outgoing: tuple[bytes, bytes] | None = None
        """Session keys and salts of what comes and what we send, where the profile is AES-GCM."""

    def expect(self, fingerprints: Collection[tuple[str, str]]) -> None:
        """The (algorithm, digest) pairs of the browser's answer; all of known algorithms must match."""
        self._expected = tuple(fingerprints)
        self._finish()

    def feed(self, datagram: bytes) -> None:
        """Take one datagram of the browser; garbage is ignored as DTLS demands (RFC 6347 4.1.2.7)."""
        if self._closed or not datagram:
            return
        self._ssl.bio_write(datagram)
        try:
            if not self._shaken:
                self._ssl.do_handshake()
                self._shaken = True
                self._flush()
                self._finish()
            while True:  # all of it, or what is left would pile up
                self._ssl.recv(2048)
        except SSL.WantReadError:
            self._flush()
        except (SSL.ZeroReturnError, SSL.Error):
            self._flush()
            self.close()

    def tick(self) -> None:
        """Repeat a lost flight when its time has come; call about every 50 ms."""
        if self._closed or self.rx is not None:
            return
        timeout = self._ssl.DTLSv1_get_timeout()
        if timeout is not None and timeout <= 0:
            try:
                self._ssl.DTLSv1_handle_timeout()
            except SSL.Error:
                self.close()
                return
            self._flush()

    def _flush(self) -> None:
        """Send what OpenSSL wrote, whole records together up to `MAX_FLIGHT` bytes per datagram."""
        out = bytearray()
        while True:
            try:
                out += self._ssl.bio_read(16_384)
            except SSL.Error:
                break
        at = start = 0
        while at + RECORD_HEADER <= len(out):
            stop = at + RECORD_HEADER + int.from_bytes(out[at + 11 : at + 13], "big")
            if stop - start > MAX_FLIGHT and at > start:
                self._send(bytes(out[start:at]))
                start = at
            at = stop
        if len(out) > start:
            self._send(bytes(out[start:]))

    def _finish(self) -> None:
        if not self._shaken or self._expected is None or self.rx is not None or self._closed:
            return
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        known = [(a.lower(), d.upper()) for a, d in self._expected if a.lower() in HASHES]
        profile = PROFILES.get(self._ssl.get_selected_srtp_profile())
        if certificate is None or profile is None or not known:
            self.close()
            return
        if any(fingerprint(certificate, algorithm) != digest for algorithm, digest in known):
            self.close()
            return
        self.rx, self.tx = self._sessions(profile)
        self._on_ready()

    def _sessions(self, profile: Profile) -> tuple[Session, Session]:
        """Keys as RFC 5764 4.2 lays them out: client key, server key, client salt, server salt."""
        size = profile.key + profile.salt
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * size)
        salts = 2 * profile.key
        client = material[: profile.key] + material[salts : salts + profile.salt]
        server = material[profile.key : salts] + material[salts + profile.salt : 2 * size]
        receive = Policy(client, Policy.SSRC_ANY_INBOUND, srtp_profile=profile.policy)
        receive.window_size = 1024
        send = Policy(server, Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.policy)
        send.window_size = 1024
        send.allow_repeat_tx = True
        if profile.policy in GCM:
            self.incoming, self.outgoing = derive(client, profile.key), derive(server, profile.key)
        return Session(receive), Session(send)

    def close(self) -> None:
        """Tell the other side; may be called again, also from `on_closed`."""
        if self._closed:
            return
        self._closed = True
        if self._shaken:
            try:
                self._ssl.shutdown()
            except SSL.Error:
                pass
            self._flush()
        self.rx = self.tx = None
        self._on_closed()
