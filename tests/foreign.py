"""A time-stamp authority of somebody else: own root, CA, OCSP responder and list, tokens by `openssl ts -reply`, all
behind a small HTTP server that can also be slow, lie, refuse or talk nonsense."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
CONFIG = """
[tsa]
default_tsa = this
[this]
serial = {directory}/serial
crypto_device = builtin
signer_cert = {directory}/tsa.pem
signer_key = {directory}/tsa.key
certs = {directory}/chain.pem
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class Foreign:
    """`kind`: rsa2048, rsa4096 or ec. `mood` is how the server answers queries; `status` whether it answers about
    certificates."""

    directory: Path
    kind: str
    base: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    mood: str = "good"
    status: bool = True
    revoked: bool = False
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.root_key, self.ca_key, self.tsa_key, self.ocsp_key = (self._key() for _ in range(4))
        self.root = self._certificate("Far Root", self.root_key, None, self.root_key, ca=True)
        self.ca = self._certificate("Far Time CA", self.ca_key, self.root, self.root_key, ca=True)
        self.tsa = self._certificate("Far Time Stamps", self.tsa_key, self.ca, self.ca_key, Usage.TIME_STAMPING)
        self.responder = self._certificate("Far Status", self.ocsp_key, self.ca, self.ca_key, Usage.OCSP_SIGNING)
        self.directory.mkdir(parents=True, exist_ok=True)
        files = {
            "tsa.pem": pem(self.tsa), "chain.pem": pem(self.ca) + pem(self.root), "root.pem": pem(self.root),
            "tsa.key": self.tsa_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            "openssl.cnf": CONFIG.format(
                directory=self.directory, digest="sha512" if self.kind == "rsa4096" else "sha256"
            ).encode(),
            "serial": b"1000\n",
        }  # fmt: skip
        for name, data in files.items():
            (self.directory / name).write_bytes(data)
        self._lock = threading.Lock()

    @property
    def root_file(self) -> Path:
        return self.directory / "root.pem"

    def _key(self) -> Key:
        if self.kind == "ec":
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(65537, int(self.kind.removeprefix("rsa")))

    def _certificate(
        self,
        name: str,
        key: Key,
        issuer: x509.Certificate | None,
        issuer_key: Key,
        purpose: x509.ObjectIdentifier | None = None,
        *,
        ca: bool = False,
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        end = self.now + timedelta(days=3650 if ca else 1800)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=30))
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
            )
        )  # fmt: skip
        usage = dict.fromkeys(
            "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
            "crl_sign encipher_only decipher_only".split(),
            False,
        )
        usage |= {"key_cert_sign": True, "crl_sign": True} if ca else {"digital_signature": True}
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if issuer is not None and ca:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.base}/root.crl")], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        if purpose == Usage.TIME_STAMPING:
            places = [(Access.OCSP, f"{self.base}/ocsp"), (Access.CA_ISSUERS, f"{self.base}/ca.cer")]
            access = [x509.AccessDescription(kind, x509.UniformResourceIdentifier(place)) for kind, place in places]
            builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
        if purpose == Usage.OCSP_SIGNING:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        return builder.sign(issuer_key, hashes.SHA256())

    def stamp(self, query: bytes) -> bytes:
        """TimeStampResp by OpenSSL, at the machine's time."""
        with self._lock:
            (self.directory / "query").write_bytes(query)
            command = "ts -reply -config openssl.cnf -section this -queryfile query -out answer".split()
            subprocess.run(["openssl", *command], cwd=self.directory, check=True, capture_output=True)
            return (self.directory / "answer").read_bytes()

    def answer(self, query: bytes) -> bytes:
        """OCSP, by the responder, from a minute ago for seven days."""
        asked = ocsp.load_der_ocsp_request(query)
        good = not self.revoked
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                asked.issuer_name_hash,
                asked.issuer_key_hash,
                asked.serial_number,
                asked.hash_algorithm,
                ocsp.OCSPCertStatus.GOOD if good else ocsp.OCSPCertStatus.REVOKED,
                datetime.now(UTC),
                self.now + timedelta(days=7),
                None if good else self.now,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder)
            .certificates([self.responder])
        )
        return builder.sign(self.ocsp_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def crl(self) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(self.now - timedelta(days=1))
            .next_update(self.now + timedelta(days=30))
        )
        return builder.sign(self.root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def reply(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, type and body of an HTTP answer."""
        self.asked.append(path)
        if path == "/tsa":
            return self._stamped(body)
        found = {"/ocsp": lambda: self.answer(body), "/root.crl": self.crl, "/ca.cer": lambda: der(self.ca)}
        return (200, "application/octet-stream", found[path]()) if self.status else (503, "text/plain", b"")

    def _stamped(self, query: bytes) -> tuple[int, str, bytes]:
        kind = "application/timestamp-reply"
        if self.mood == "slow":
            self.released.wait(20)
        if self.mood == "broken":
            return 500, "text/html", b"<html>sorry</html>"
        if self.mood == "nonsense":
            return 200, kind, b"<html>not a token</html>"
        if self.mood == "huge":
            return 200, kind, bytes(2_000_000)
        if self.mood == "rejecting":
            return 200, kind, bytes.fromhex("30093007020102030206 40".replace(" ", ""))
        if self.mood == "lying":  # a good token, about something else
            at = query.rindex(b"\x04\x20") + 2
            query = query[:at] + bytes(32) + query[at + 32 :]
        return 200, kind, self.stamp(query)


@contextmanager
def far(directory: Path, kind: str = "ec") -> Iterator[Foreign]:
    """A running server with its authority; `base` + "/tsa" is the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            status, content_type, data = foreign.reply(self.path, body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # the asker was not that patient
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    foreign = Foreign(directory, kind, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield foreign
    finally:
        foreign.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
