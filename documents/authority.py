"""The deployment's own certification authority: a root kept apart, an issuing CA, certificates for service, seal,
time-stamps and OCSP, and one certificate per signer and ceremony. Keeps no list of what it issued: revocations are
handed in."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.certificates import (
    ASSURANCE,
    CERT_ID_HASH,
    EVENT_LIFE,
    MANIFEST_OID,
    OCSP_LIFE,
    OWN_CA,
    PAPER_OID,
    STATUS_LIFE,
    Leaf,
    access,
    hash_extension,
    leaf_builder,
    person_name,
    policies,
    sign_certificate,
    signing_usage,
)
from documents.certificates import root_crl as new_root_crl
from documents.errors import SignatureRejected, SignerUnavailable
from documents.founding import Founder, Founding, leaf_of, write_leaf
from documents.issuer import IssuerKind
from documents.keys import new_key, read_key, write_private

LeafKind = Literal["service", "seal", "tsa", "ocsp"]
LEAF_KINDS: tuple[LeafKind, ...] = ("service", "seal", "tsa", "ocsp")
Assurance = Literal["code", "seen", "desk", "licensed"]
Status = datetime | Literal["good", "unknown"]
"""Of a certificate: when it was revoked, or good, or not ours."""


@dataclass(frozen=True)
class EventSubject:
    """Whom an event certificate (事件型证书) names, and for which ceremony."""

    name: str
    role: str
    slot: str
    manifest_hash: bytes
    assurance: Assurance
    not_before: datetime
    not_after: datetime
    paper: bytes | None = None
    """SHA-256 of the scan, when a clerk signs for a slot that was signed on paper."""


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Authority:
    """Made by `create` or `open`. Not shared between processes: each opens the same directory."""

    directory: Path
    name: str
    base_url: str
    clock: Callable[[], datetime]
    root: x509.Certificate
    issuing: Leaf
    service: Leaf
    seal: Leaf
    tsa: Leaf
    responder: Leaf
    demo: bool
    own: frozenset[int]
    """Serial numbers of all institutional certificates, former ones included."""
    passphrase: bytes | None = field(default=None, repr=False)
    serials: Callable[[], int] = x509.random_serial_number
    revoked: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def create(
        cls,
        directory: Path,
        name: str,
        clock: Callable[[], datetime] = utc_now,
        *,
        passphrase: bytes | None = None,
        base_url: str = "http://127.0.0.1:8080",
        demo: bool = True,
        keys: Callable[[], ec.EllipticCurvePrivateKey] = new_key,
        serials: Callable[[], int] = x509.random_serial_number,
    ) -> Authority:
        """Make all keys and certificates in `directory`, or open it if it is there already.

        All is written beside it and moved into place at once: a crash leaves nothing half made. `name` is the
        committee's; the root says in its own name that it is self-made, and that it is a demonstration."""
        if not (directory / "authority.json").exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
            try:
                Founding(draft, Founder(name, base_url, demo, clock(), keys, serials), passphrase).write()
                os.rename(draft, directory)
            except OSError:
                if not (directory / "authority.json").exists():  # else another process was faster
                    raise
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        return cls.open(directory, passphrase, clock=clock, serials=serials)

    @classmethod
    def open(
        cls,
        directory: Path,
        passphrase: bytes | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        base_url: str | None = None,
        serials: Callable[[], int] = x509.random_serial_number,
    ) -> Authority:
        """Read an authority made by `create`. The root's key is not needed and may be elsewhere.

        `base_url` replaces the address put into new certificates. Raises SignerUnavailable."""
        try:
            facts = json.loads((directory / "authority.json").read_bytes())
            root = x509.load_pem_x509_certificate((directory / "root" / "root.pem").read_bytes())
            leaves = {
                kind: Leaf(
                    x509.load_pem_x509_certificate((directory / f"{stem}.pem").read_bytes()),
                    read_key(directory / f"{stem}.key", passphrase),
                )
                for kind in ("issuing", "service", "seal", "tsa", "ocsp")
                for stem in [facts.get("leaves", {}).get(kind, kind)]
            }
            own = [x509.load_pem_x509_certificate(path.read_bytes()) for path in directory.glob("*.pem")]
        except (OSError, ValueError) as error:
            raise SignerUnavailable("authority_unreadable") from error
        return cls(
            directory,
            facts["name"],
            base_url or facts["base_url"],
            clock,
            root,
            leaves["issuing"],
            leaves["service"],
            leaves["seal"],
            leaves["tsa"],
            leaves["ocsp"],
            facts["demo"],
            frozenset(certificate.serial_number for certificate in own),
            passphrase,
            serials,
        )

    @property
    def kind(self) -> IssuerKind:
        """See EventIssuer, of which this is the one every deployment has."""
        return "own"

    @property
    def root_pem(self) -> bytes:
        """What the centre publishes and a court installs as trust."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.DER)

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """CA certificates from the issuing one up to the root."""
        return (self.issuing.der, self.root_der)

    def issue_event(self, spki_der: bytes, subject: EventSubject) -> bytes:
        """DER certificate for one person, slot and manifest, on the public key the person's browser made.

        No extendedKeyUsage; the OCSP address is needed, since validators ignore even embedded answers without it.
        Raises SignatureRejected for a key that is not P-256."""
        if subject.not_after - subject.not_before > EVENT_LIFE or len(subject.manifest_hash) != 32:
            raise ValueError("event certificate: at most 32 days, for one SHA-256 manifest hash")
        try:
            key = serialization.load_der_public_key(spki_der)
        except (ValueError, UnsupportedAlgorithm):
            raise SignatureRejected("public_key") from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise SignatureRejected("public_key")
        name = person_name(subject.name, subject.role, subject.slot)
        builder = leaf_builder(name, self.issuing.certificate, key, subject.not_before, subject.not_after, self.serials)
        builder = (
            builder.add_extension(signing_usage(), critical=True)
            .add_extension(access(self.base_url), critical=False)
            .add_extension(policies(ASSURANCE[subject.assurance], OWN_CA), critical=False)
            .add_extension(hash_extension(MANIFEST_OID, subject.manifest_hash), critical=False)
        )
        if subject.paper is not None:
            builder = builder.add_extension(hash_extension(PAPER_OID, subject.paper), critical=False)
        return sign_certificate(builder, self.issuing.key).public_bytes(serialization.Encoding.DER)

    def revoke(self, serial: int, at: datetime) -> None:
        """From now on answers say that the certificate was revoked at `at`. Recording that is the caller's duty."""
        self.revoked[serial] = at

    def status(self, serial: int) -> Status:
        return self.revoked.get(serial, "good")

    def ocsp(self, certificate: bytes, this_update: datetime, next_update: datetime | None = None) -> bytes:
        """OCSPResponse DER about one of our certificates, signed by the responder (RFC 6960).

        `next_update` defaults to the certificate's end for event certificates, to STATUS_LIFE for the time-stamp
        authority, to OCSP_LIFE for the rest, and is never later than the certificate's end: an answer reaching beyond
        it makes past validation start outside the certificate's life."""
        subject = x509.load_der_x509_certificate(certificate)
        end = subject.not_valid_after_utc
        if next_update is None:
            next_update = end if _is_event(subject) else this_update + OCSP_LIFE
            if _is_time_stamper(subject):
                next_update = this_update + STATUS_LIFE
        return self._answer(
            subject.serial_number, subject, self.status(subject.serial_number), this_update, min(next_update, end)
        )

    def answer_ocsp(self, request: bytes, status_of: Callable[[int], Status]) -> bytes:
        """OCSPResponse DER for an OCSPRequest DER. `status_of` knows the certificates issued for ceremonies; our own
        institutional ones are answered from what was handed to `revoke`."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
            serial, algorithm = asked.serial_number, asked.hash_algorithm
        except (ValueError, UnsupportedAlgorithm, NotImplementedError):
            return _failure(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        ours = _issuer_hashes(self.issuing.certificate, algorithm)
        if ours != (asked.issuer_name_hash, asked.issuer_key_hash):
            return _failure(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        known = serial in self.own or serial in self.revoked
        status = self.status(serial) if known else status_of(serial)
        now = self.clock()
        return self._answer_hashed(serial, ours, algorithm, status, now, now + OCSP_LIFE, _nonce(asked))

    def ending(self, within: timedelta) -> list[LeafKind]:
        """Which of our own certificates end so soon that they should be renewed."""
        latest = self.clock() + within
        leaves = {"service": self.service, "seal": self.seal, "tsa": self.tsa, "ocsp": self.responder}
        return [kind for kind in LEAF_KINDS if leaves[kind].certificate.not_valid_after_utc < latest]

    def renew(self, kind: LeafKind) -> None:
        """A new key and certificate for one of our own leaves; the former stays on disk and is still answered for.

        Other processes see it when they open the authority again. Files sealed before keep what is in them."""
        founder = Founder(self.name, self.base_url, self.demo, self.clock(), new_key, self.serials)
        leaf = leaf_of(kind, founder, self.issuing.certificate, self.issuing.key)
        stem = f"{kind}-{leaf.certificate.serial_number:x}"
        write_leaf(self.directory, stem, leaf, self.passphrase)
        facts = json.loads((self.directory / "authority.json").read_bytes())
        facts["leaves"] = facts.get("leaves", {}) | {kind: stem}
        self._replace("authority.json", json.dumps(facts, ensure_ascii=False).encode())
        setattr(self, "responder" if kind == "ocsp" else kind, leaf)
        self.own |= {leaf.certificate.serial_number}

    def root_crl(self) -> bytes:
        """The root's revocation list, DER; made anew when half of its time is over and the root's key is at hand.

        Raises SignerUnavailable when it has run out and the key is away."""
        path = self.directory / "root.crl"
        now = self.clock()
        crl = x509.load_der_x509_crl(path.read_bytes())
        issued, end = crl.last_update_utc, crl.next_update_utc or now
        if issued <= now < issued + (end - issued) / 2:
            return path.read_bytes()
        if not (self.directory / "root" / "root.key").exists():
            if now >= end:
                raise SignerUnavailable("root_list_expired")
            return path.read_bytes()
        fresh = new_root_crl(self.root, read_key(self.directory / "root" / "root.key", self.passphrase), now)
        self._replace("root.crl", fresh)
        return fresh

    def _replace(self, name: str, data: bytes) -> None:
        draft = self.directory / f".{name}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        write_private(draft, data)
        os.replace(draft, self.directory / name)

    def _answer(
        self, serial: int, subject: x509.Certificate, status: Status, this_update: datetime, next_update: datetime
    ) -> bytes:
        hashed = _issuer_hashes(self.issuing.certificate, CERT_ID_HASH)
        return self._answer_hashed(serial, hashed, CERT_ID_HASH, status, this_update, next_update, None)

    def _answer_hashed(
        self,
        serial: int,
        issuer: tuple[bytes, bytes],
        algorithm: hashes.HashAlgorithm,
        status: Status,
        this_update: datetime,
        next_update: datetime,
        nonce: x509.OCSPNonce | None,
    ) -> bytes:
        revoked_at = status if isinstance(status, datetime) else None
        words = {"good": ocsp.OCSPCertStatus.GOOD, "unknown": ocsp.OCSPCertStatus.UNKNOWN}
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                *issuer,
                serial,
                algorithm,
                ocsp.OCSPCertStatus.REVOKED if isinstance(status, datetime) else words[status],
                this_update,
                next_update,
                revoked_at,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
        )
        if nonce is not None:
            builder = builder.add_extension(nonce, critical=False)
        return builder.sign(self.responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _is_event(certificate: x509.Certificate) -> bool:
    return any(extension.oid == MANIFEST_OID for extension in certificate.extensions)


def _is_time_stamper(certificate: x509.Certificate) -> bool:
    return any(
        isinstance(each.value, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.TIME_STAMPING in each.value
        for each in certificate.extensions
    )


def _issuer_hashes(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """issuerNameHash and issuerKeyHash of a CertID (RFC 6960 4.1.1)."""
    point = issuer.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    found = []
    for data in (issuer.subject.public_bytes(), point):
        digest = hashes.Hash(algorithm)
        digest.update(data)
        found.append(digest.finalize())
    return found[0], found[1]


def _nonce(request: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _failure(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
