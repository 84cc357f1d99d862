"""The forms of our certificates and of the root's list (RFC 5280): names, lives, extensions. Holds no key."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from documents.keys import KeySigner

ARC = "2.25.208847154218346893213"
MANIFEST_OID = x509.ObjectIdentifier(f"{ARC}.1")
"""Extension of an event certificate: OCTET STRING with the raw H(M)."""
ASSURANCE = {"code": f"{ARC}.2.1", "seen": f"{ARC}.2.2", "desk": f"{ARC}.2.3", "licensed": f"{ARC}.2.4"}
"""Level of identity assurance -> certificate policy."""
PAPER_OID = x509.ObjectIdentifier(f"{ARC}.4")
"""Extension of a clerk's certificate for a slot signed on paper: OCTET STRING with the SHA-256 of the scan."""
OWN_CA = f"{ARC}.5"
"""Certificate policy of everything below a deployment's own root: whoever reads the file knows that no licensed
authority stands behind it."""
_ANY_POLICY = "2.5.29.32.0"

YEAR = timedelta(days=365)
ROOT_LIFE = 50 * YEAR
ISSUING_LIFE = 45 * YEAR
"""CAs outlive the retention time: an expired intermediate CA spoils validation of every signature below it."""
LEAF_LIFE = {"service": 3 * YEAR, "seal": 3 * YEAR, "tsa": 11 * YEAR, "ocsp": 5 * YEAR}
OCSP_LIFE = timedelta(days=7)
STATUS_LIFE = timedelta(days=366)
"""How long the embedded status of the time-stamp authority and the root's list speak for themselves: a file judged
offline is `valid` that long after sealing, later only with a status brought by the verifier."""
EVENT_LIFE = timedelta(days=32)
CERT_ID_HASH = hashes.SHA1()  # noqa: S303 - names the issuer in a CertID (RFC 5019 2.1.1), protects nothing


@dataclass(frozen=True)
class Leaf:
    """A certificate of the institution and its key, which may live elsewhere (keys.DistantKey): then it only signs."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def signer(self) -> KeySigner:
        return KeySigner(self.der, self.key)


def plain_name(common: str) -> x509.Name:
    """Short on purpose: the issuing CA's name stands five times in each signature, whose room is fixed.

    A common name has room for 64 bytes (RFC 5280 ub-common-name, as counted by our library): what is longer loses
    characters from its start, where a committee's name has its districts."""
    while len(common.encode()) > 64:
        common = common[1:]
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def person_name(name: str, role: str, slot: str) -> x509.Name:
    """Subject of an event certificate: CN, title, serialNumber. Raises ValueError beyond 64 characters (RFC 5280).

    The library counts UTF-8 bytes instead of characters, which 22 Chinese characters exceed; hence its check is off,
    and names of persons are read back with asn1crypto (persons.event_subject), which does not warn."""
    if not 1 <= len(name) <= 64:
        raise ValueError("a name has 1 to 64 characters")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        common = x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)
    return x509.Name([common, x509.NameAttribute(NameOID.TITLE, role), x509.NameAttribute(NameOID.SERIAL_NUMBER, slot)])


def leaf_builder(
    subject: x509.Name,
    issuer: x509.Certificate,
    key: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
    serials: Callable[[], int],
) -> x509.CertificateBuilder:
    """A leaf: basicConstraints CA=false, SKI, AKI; usage and addresses are added by the caller."""
    issuer_key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject)
        .public_key(key)
        .serial_number(serials())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False)
    )


def ca_certificate(
    subject: x509.Name,
    issuer: x509.Certificate | None,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    base_url: str | None,
    serials: Callable[[], int],
) -> x509.Certificate:
    """The root when `issuer` is None, else a CA below it that can issue leaves only."""
    own = x509.SubjectKeyIdentifier.from_public_key(key)
    above = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value if issuer else own
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(serials())
        .not_valid_before(now)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if issuer else 1), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )
    if issuer is not None:  # any policy beside ours, else the levels of assurance below would not be permitted
        builder = builder.add_extension(policies(OWN_CA, _ANY_POLICY), critical=False)
    if base_url is not None:
        where = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{base_url}/trust/root.crl")], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([where]), critical=False)
    return sign_certificate(builder, issuer_key)


def sign_certificate(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)


def revocation_list(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    revoked: Mapping[int, datetime],
    after: int = 0,
) -> bytes:
    """CRL of a CA, DER (RFC 5280 5). `revoked`: serial number and moment of what it issued; `after`: number of the list
    before, which this one exceeds."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(min(now + life, issuer.not_valid_after_utc))
        .add_extension(x509.CRLNumber(max(int(now.timestamp()), after + 1)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(key_id(issuer), None, None), critical=False)
    )
    for serial, at in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(serialization.Encoding.DER)


def key_id(certificate: x509.Certificate) -> bytes:
    """Its subjectKeyIdentifier."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def policies(*identifiers: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(one), None) for one in identifiers])


def hash_extension(identifier: x509.ObjectIdentifier, digest: bytes) -> x509.UnrecognizedExtension:
    """An OCTET STRING of 32 bytes. Raises ValueError for another length."""
    if len(digest) != 32:
        raise ValueError("a SHA-256 hash has 32 bytes")
    return x509.UnrecognizedExtension(identifier, b"\x04\x20" + digest)


def signing_usage(repudiable: bool = False) -> x509.KeyUsage:
    return _usage(digital_signature=True, content_commitment=not repudiable)


def access(base_url: str, issuing: str = "issuing") -> x509.AuthorityInformationAccess:
    """Where status and issuer are found. `issuing`: stem of the issuing CA, each rotation has another."""
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{base_url}/trust/ocsp")
            ),
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier(f"{base_url}/trust/{issuing}.cer"),
            ),
        ]
    )
