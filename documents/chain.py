"""One certificate and what RFC 5280 and RFC 3161 let it do, on the primitives of `cryptography`. Knows no other
certificate (library.py) and not what time it is (past.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from documents.der import BadDer, read_item

UNREADABLE = (
    BadDer,
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    Warning,
)
"""What damaged structures raise; warnings of the certificate parser, where the caller made them errors."""

_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_UNDERSTOOD = frozenset(
    (
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    )
)
"""Extensions that may be critical. Name and policy constraints are not worked out here, so they are refused."""
_CONSTRAINTS = frozenset(
    (ExtensionOID.NAME_CONSTRAINTS, ExtensionOID.POLICY_CONSTRAINTS, ExtensionOID.INHIBIT_ANY_POLICY)
)
_SIGNING = frozenset(
    (
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning, RFC 9336
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),
    )
)
"""Purposes under which a person or an institution may sign; a certificate without extendedKeyUsage may, too."""


class Cert:
    """One certificate: its bytes, and what paths ask of it. Raises one of UNREADABLE when made from anything else."""

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.x = x509.load_der_x509_certificate(der)
        tbs, _algorithm, signature = read_item(der)[0].items()
        parts = tbs.items()
        if parts[0].tag != 0xA0 or len(parts) < 7 or signature.content[:1] != b"\0":
            raise BadDer("certificate")  # only version 3; parsers look over unused bits of the signature
        self.issuer, self.subject = parts[3].whole, parts[5].whole
        self.key_bits = parts[6].items()[1].content[1:]
        self.serial = self.x.serial_number
        self.not_before, self.not_after = self.x.not_valid_before_utc, self.x.not_valid_after_utc
        self.extensions = {each.oid: each for each in self.x.extensions}

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def key(self) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None:
        """The key, if it is one to rely on: P-256 and up, RSA from 2048 bits."""
        key = self.x.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
            return key
        return key if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 else None

    def _value(self, oid: x509.ObjectIdentifier) -> object:
        found = self.extensions.get(oid)
        return found.value if found else None

    @property
    def usage(self) -> x509.KeyUsage | None:
        found = self._value(ExtensionOID.KEY_USAGE)
        return found if isinstance(found, x509.KeyUsage) else None

    @property
    def purposes(self) -> frozenset[x509.ObjectIdentifier] | None:
        found = self._value(ExtensionOID.EXTENDED_KEY_USAGE)
        return frozenset(found) if isinstance(found, x509.ExtendedKeyUsage) else None

    @property
    def constraints(self) -> x509.BasicConstraints | None:
        found = self._value(ExtensionOID.BASIC_CONSTRAINTS)
        return found if isinstance(found, x509.BasicConstraints) else None

    @property
    def is_ca(self) -> bool:
        return self.constraints is not None and self.constraints.ca

    @property
    def self_issued(self) -> bool:
        return self.issuer == self.subject

    @property
    def no_check(self) -> bool:
        """id-pkix-ocsp-nocheck: a responder that is to be believed for its short life (RFC 6960 4.2.2.2.1)."""
        return ExtensionOID.OCSP_NO_CHECK in self.extensions

    def policies(self) -> frozenset[str]:
        found = self._value(ExtensionOID.CERTIFICATE_POLICIES)
        named = found if isinstance(found, x509.CertificatePolicies) else ()
        return frozenset(each.policy_identifier.dotted_string for each in named)

    def key_identifiers(self) -> tuple[bytes | None, bytes | None]:
        """Of its own key, and of its issuer's, where it names them."""
        own, above = (
            self._value(ExtensionOID.SUBJECT_KEY_IDENTIFIER),
            self._value(ExtensionOID.AUTHORITY_KEY_IDENTIFIER),
        )
        return (
            own.digest if isinstance(own, x509.SubjectKeyIdentifier) else None,
            above.key_identifier if isinstance(above, x509.AuthorityKeyIdentifier) else None,
        )

    def may_issue(self, below: int) -> bool:
        """RFC 5280 6.1.4 (k)-(n); `below` counts the CAs under it that are not self-issued."""
        if self.constraints is None or not self.constraints.ca or (self.usage and not self.usage.key_cert_sign):
            return False
        return self.constraints.path_length is None or below <= self.constraints.path_length

    def may_sign(self) -> bool:
        """Signs documents: never a CA, digitalSignature or contentCommitment."""
        usage = self.usage is None or self.usage.digital_signature or self.usage.content_commitment
        return usage and not self.is_ca and (self.purposes is None or bool(self.purposes & _SIGNING))

    def may_stamp(self) -> bool:
        """RFC 3161 2.3: extendedKeyUsage critical, time-stamping and nothing else."""
        usage = self.usage is None or self.usage.digital_signature or self.usage.content_commitment
        found = self.extensions.get(ExtensionOID.EXTENDED_KEY_USAGE)
        stamping = (
            found is not None and found.critical and self.purposes == frozenset((ExtendedKeyUsageOID.TIME_STAMPING,))
        )
        return bool(usage and stamping)

    def understood(self) -> bool:
        critical = {oid for oid, each in self.extensions.items() if each.critical}
        return critical <= _UNDERSTOOD and not _CONSTRAINTS & self.extensions.keys()


def signed_with(key: object, value: bytes, data: bytes, algorithm: hashes.HashAlgorithm | None) -> bool:
    """ECDSA or RSA (PKCS #1 v1.5) over SHA-256, SHA-384 or SHA-512; anything else is not good enough."""
    if algorithm is None or algorithm.name not in _HASHES:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def certificates(ders: Iterable[bytes]) -> list[Cert]:
    """Those that can be read, each once."""
    found = []
    for der in dict.fromkeys(ders):
        try:
            found.append(Cert(der))
        except UNREADABLE:
            continue
    return found


def strong(subject: Cert) -> bool:
    """The hash under the certificate's own signature is one of the SHA-2 family."""
    algorithm = subject.x.signature_hash_algorithm
    return algorithm is not None and algorithm.name in _HASHES
