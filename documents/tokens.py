"""Time-stamp tokens of any authority (RFC 3161, RFC 5652): read strictly as DER, checked to the signature before one is
taken into a file, and stripped of certificates that the file has elsewhere. Whom to trust is not asked here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents import cms, der
from documents.der import BadDer, Item, expect, oid, sequence, tlv

HASHES: dict[bytes, tuple[str, hashes.HashAlgorithm]] = {
    oid("2.16.840.1.101.3.4.2.1"): ("sha256", hashes.SHA256()),
    oid("2.16.840.1.101.3.4.2.2"): ("sha384", hashes.SHA384()),
    oid("2.16.840.1.101.3.4.2.3"): ("sha512", hashes.SHA512()),
}
"""Digest algorithms a token may use; SHA-1 is refused."""
_RSA_PSS = oid("1.2.840.113549.1.1.10")
_PLAIN = {
    oid(dotted)
    for dotted in (
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",  # ecdsa-with-SHA256, 384, 512
        "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",  # RSA
    )
}  # fmt: skip
_NO_PARAMETERS = (b"", b"\x05\x00")
_SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.12")
_UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    StopIteration,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class BadToken(ValueError):
    """The token must not be taken; the argument is a snake_case word."""


@dataclass(frozen=True)
class Token:
    """What a token says. `certificates` are those inside, the signer's first."""

    whole: bytes
    at: datetime
    policy: bytes
    imprint: bytes
    certificates: tuple[bytes, ...]

    @property
    def signer(self) -> bytes:
        """DER of the certificate that signed it."""
        return self.certificates[0]


@dataclass(frozen=True)
class _Parts:
    """SignedData taken apart; `head` is everything before the certificates."""

    head: tuple[bytes, ...]
    content: bytes
    certificates: tuple[bytes, ...]
    infos: Item
    info: list[Item]


def read(token: bytes) -> Token:
    """Raises BadToken("unreadable"), BadToken("no_certificate")."""
    return _read(token, _parts(token))


def check(token: bytes, digest: bytes) -> Token:
    """The token is about this SHA-256 digest, and everything in it holds: content type, message digest, the certificate
    named in the signed attributes (RFC 3161 2.4.2, RFC 5816), its purpose (critical, time-stamping only: RFC 3161 2.3),
    its validity at genTime, the signature. Raises BadToken with the first that does not."""
    parts = _parts(token)
    found = _read(token, parts)
    if found.imprint != digest:
        raise BadToken("other_question")
    try:
        certificate = x509.load_der_x509_certificate(found.signer)
        _check_form(parts)
        _check_attributes(parts, found.signer)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
            raise BadToken("purpose")
        if not certificate.not_valid_before_utc <= found.at < certificate.not_valid_after_utc:
            raise BadToken("certificate_time")
        _check_signature(parts, certificate)
    except BadToken:
        raise
    except InvalidSignature:
        raise BadToken("signature") from None
    except _UNREADABLE:
        raise BadToken("unreadable") from None
    return found


def stripped(token: bytes) -> bytes:
    """The same token with no certificate but its signer's: the chain belongs into the file's validation data, once.

    Certificates and revocation lists of SignedData are not under the signature (RFC 5652 5.4)."""
    parts = _parts(token)
    found = _read(token, parts)
    signed_data = sequence(*parts.head, tlv(0xA0, found.signer), parts.infos.whole)
    return sequence(cms.ID_SIGNED_DATA, tlv(0xA0, signed_data))


def _parts(token: bytes) -> _Parts:
    try:
        outer, end = der.read_item(token)
        kind, explicit = expect(outer, der.SEQUENCE).items()
        (signed_data,) = expect(explicit, 0xA0).items()
        version, algorithms, inner, *optional, infos = expect(signed_data, der.SEQUENCE).items()
        content_type, wrapped = inner.items()
        (content,) = expect(wrapped, 0xA0).items()
        (info,) = expect(infos, der.SET).items()
        if end != len(token) or kind.whole != cms.ID_SIGNED_DATA or content_type.whole != cms.ID_TST_INFO:
            raise BadDer("token")
        certificates = [each.whole for item in optional if item.tag == 0xA0 for each in item.items()]
        return _Parts(
            (version.whole, algorithms.whole, inner.whole),
            expect(content, der.OCTET_STRING).content,
            tuple(certificates),
            infos,
            info.items(),
        )
    except (ValueError, LookupError):
        raise BadToken("unreadable") from None


def _read(token: bytes, parts: _Parts) -> Token:
    try:
        info = expect(der.read_item(parts.content)[0], der.SEQUENCE).items()
        algorithm, hashed = info[2].items()
        if info[0].content != b"\x01" or algorithm.items()[0].whole != der.walk(cms.SHA256)[0].items()[0].whole:
            raise BadToken("unreadable")
        at = cms.gen_time(token)
        named = parts.info[1]
        signer = [each for each in parts.certificates if _names(named, each)]
    except BadToken:
        raise
    except _UNREADABLE:
        raise BadToken("unreadable") from None
    if len(signer) != 1:
        raise BadToken("no_certificate")
    rest = tuple(each for each in parts.certificates if each != signer[0])
    return Token(token, at, info[1].whole, hashed.content, (signer[0], *rest))


def _names(identifier: Item, certificate: bytes) -> bool:
    """SignerIdentifier (RFC 5652 5.3): issuer and serial number, or the subject key identifier."""
    if identifier.tag == 0x80:
        found = x509.load_der_x509_certificate(certificate)
        key = found.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        return key == identifier.content
    return cms.issuer_and_serial(certificate) == identifier.whole


def _check_attributes(parts: _Parts, signer: bytes) -> None:
    name, _ = HASHES[parts.info[2].items()[0].whole]
    attributes = {item.items()[0].whole: item.items()[1].items() for item in expect(parts.info[3], 0xA0).items()}
    (content_type,) = attributes[cms.ID_CONTENT_TYPE]
    (digest,) = attributes[cms.ID_MESSAGE_DIGEST]
    if content_type.whole != cms.ID_TST_INFO or digest.content != hashlib.new(name, parts.content).digest():
        raise BadToken("content")
    if cms.ID_SIGNING_CERTIFICATE_V2 in attributes:
        (value,) = attributes[cms.ID_SIGNING_CERTIFICATE_V2]
        first = value.items()[0].items()[0].items()
        named = HASHES[first[0].items()[0].whole][0] if first[0].tag == der.SEQUENCE else "sha256"
        expected = next((item.content for item in first if item.tag == der.OCTET_STRING), b"")
    else:
        (value,) = attributes[_SIGNING_CERTIFICATE]  # names it by SHA-1; the signature itself does not rest on that
        named, expected = "sha1", value.items()[0].items()[0].items()[0].content
    if hashlib.new(named, signer).digest() != expected:
        raise BadToken("other_certificate")


def _check_form(parts: _Parts) -> None:
    """What stands outside the signature says nothing else than what is inside (RFC 5652 5.1, 5.3)."""
    version, algorithms, _ = parts.head
    digest, *parameters = parts.info[2].items()
    listed = [each.items() for each in der.read_item(algorithms)[0].items()]
    by_key = parts.info[1].tag == 0x80
    if (
        version != der.integer(3)
        or parts.info[0].whole != der.integer(3 if by_key else 1)
        or [each[0].whole for each in listed] != [digest.whole]
        or any(b"".join(item.whole for item in each[1:]) not in _NO_PARAMETERS for each in listed)
        or b"".join(item.whole for item in parameters) not in _NO_PARAMETERS
    ):
        raise BadToken("form")


def _check_signature(parts: _Parts, certificate: x509.Certificate) -> None:
    _, algorithm = HASHES[parts.info[2].items()[0].whole]
    signed = tlv(der.SET, parts.info[3].content)
    named, *parameters = parts.info[4].items()
    kind, value = named.whole, expect(parts.info[5], der.OCTET_STRING).content
    if kind != _RSA_PSS and (kind not in _PLAIN or b"".join(item.whole for item in parameters) not in _NO_PARAMETERS):
        raise BadToken("algorithm")
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey) and kind == _RSA_PSS:
        key.verify(value, signed, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), algorithm)
    else:
        raise BadToken("algorithm")
