"""Small worlds of certificates for the tests of chains and of the past: any key, any constraint, any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.chain import Cert
from documents.library import Library
from documents.past import Past

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + 100 * DAY
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_USAGES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
    "encipher_only decipher_only"
).split()
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
ANSWERING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])


@dataclass
class Holder:
    """A certificate and the key to it, able to issue others and to speak about them."""

    cert: Cert
    key: Key

    def issue(self, name: str, **form: object) -> Holder:
        return issue(name, self, **form)  # type: ignore[arg-type]

    def answer(
        self,
        subject: Holder,
        at: datetime = NOW - DAY,
        until: datetime | None = NOW + DAY,
        *,
        revoked: datetime | None = None,
        by: Holder | None = None,
        hash_name: hashes.HashAlgorithm | None = None,
    ) -> bytes:
        """OCSP about `subject`, which this CA issued, signed by itself or by `by`."""
        signer = by or self
        builder = ocsp.OCSPResponseBuilder().add_response(
            subject.cert.x,
            self.cert.x,
            hash_name or hashes.SHA256(),
            ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            at,
            until,
            revoked,
            None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.cert.x).certificates([signer.cert.x])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def listed(
        self,
        *revoked: tuple[Holder, datetime],
        at: datetime = NOW - DAY,
        until: datetime = NOW + DAY,
        scope: x509.IssuingDistributionPoint | None = None,
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.cert.x.subject)
        builder = builder.last_update(at).next_update(until)
        for holder, when in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(holder.cert.serial).revocation_date(when).build()
            builder = builder.add_revoked_certificate(entry)
        if scope is not None:
            builder = builder.add_extension(scope, critical=True)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def issue(
    name: str,
    issuer: Holder | None = None,
    *,
    ca: bool = False,
    depth: int | None = None,
    start: datetime = START,
    days: float = 3650,
    usage: tuple[str, ...] | None = None,
    purpose: x509.ExtendedKeyUsage | None = None,
    purpose_critical: bool = True,
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    key: Key | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
    as_name: str | None = None,
) -> Holder:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer.cert.x.subject if issuer else subject
    if as_name is not None:
        above = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, as_name)])
    wanted = usage if usage is not None else ("key_cert_sign", "crl_sign") if ca else ("digital_signature",)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=depth), critical=True)
        .add_extension(x509.KeyUsage(**{each: each in wanted for each in _USAGES}), critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(purpose, critical=purpose_critical)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(issuer.key if issuer else key, algorithm or hashes.SHA256())
    return Holder(Cert(signed.public_bytes(serialization.Encoding.DER)), key)


@dataclass
class World:
    """Root, issuing CA, signer and time-stamper, with good status for all; tests change one thing."""

    root: Holder = field(default_factory=lambda: issue("root", ca=True))
    ca: Holder = field(init=False)
    signer: Holder = field(init=False)
    stamper: Holder = field(init=False)
    ocsps: list[bytes] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ca = self.root.issue("issuing", ca=True, depth=0)
        self.signer = self.ca.issue("signer")
        self.stamper = self.ca.issue("stamper", purpose=STAMPING)

    def library(self, *more: Holder, anchors: tuple[Holder, ...] | None = None) -> Library:
        known = [each.cert for each in (self.root, self.ca, self.signer, self.stamper, *more)]
        trusted = (self.root,) if anchors is None else anchors
        return Library(known, self.ocsps, self.crls, [each.cert for each in trusted])

    def past(
        self, *more: Holder, now: datetime = NOW, places: dict[bytes, int] | None = None, asks: bool = True
    ) -> Past:
        return Past(self.library(*more), now, places or {}, asks)
