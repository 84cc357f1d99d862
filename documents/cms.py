"""CMS SignedData as this project writes it (RFC 5652, CAdES detached, ECDSA P-256 with SHA-256): built byte for byte,
and read only if rebuilding it gives the same bytes. Knows nothing of PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from documents import der
from documents.der import BadDer, Item, expect, integer, octets, oid, sequence, set_of, tlv, walk

ID_DATA = oid("1.2.840.113549.1.7.1")
ID_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
ID_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
ID_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
ID_SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
ID_TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
ID_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))  # parameters absent: RFC 5754 2
_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,9}))?Z")
ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True)
class SignedData:
    """What one of our CMS objects says: the DER of its parts. `token` is None when no time-stamp is attached."""

    certificates: tuple[bytes, ...]
    issuer_serial: bytes
    signed_attrs: bytes
    signature: bytes
    token: bytes | None
    content: bytes | None = None

    @property
    def signer(self) -> bytes:
        """The certificate the SignerInfo names; BadDer if it is not among those inside."""
        for certificate in self.certificates:
            if issuer_and_serial(certificate) == self.issuer_serial:
                return certificate
        raise BadDer("signer's certificate is missing")


def issuer_and_serial(certificate: bytes) -> bytes:
    """IssuerAndSerialNumber of a certificate, from its own bytes (RFC 5652 10.2.4)."""
    issuer, serial = _issuer_serial_items(certificate)
    return sequence(issuer.whole, serial.whole)


def signed_attributes(digest: bytes, certificate: bytes, content_type: bytes = ID_DATA) -> bytes:
    """The DER SET OF that is signed: contentType, messageDigest, signingCertificateV2 with issuerSerial (RFC 5035)."""
    issuer, serial = _issuer_serial_items(certificate)
    issuer_serial = sequence(sequence(tlv(0xA4, issuer.whole)), serial.whole)
    ess = sequence(sequence(sequence(octets(sha256(certificate).digest()), issuer_serial)))
    return set_of(
        (
            sequence(ID_CONTENT_TYPE, set_of([content_type])),
            sequence(ID_MESSAGE_DIGEST, set_of([octets(digest)])),
            sequence(ID_SIGNING_CERTIFICATE_V2, set_of([ess])),
        )
    )


def build(
    certificates: Sequence[bytes],
    signed_attrs: bytes,
    signature: bytes,
    token: bytes | None,
    content: bytes | None = None,
) -> bytes:
    """ContentInfo DER. The first certificate is the signer's. With `content` (a TSTInfo) it is a time-stamp token,
    without it is a detached signature; `token` is the time-stamp over `signature` (RFC 3161, appendix A)."""
    unsigned = [] if token is None else [tlv(0xA1, sequence(ID_TIME_STAMP_TOKEN, set_of([token])))]
    return _content_info(certificates, issuer_and_serial(certificates[0]), signed_attrs, signature, unsigned, content)


def parse(data: bytes) -> SignedData:
    """Read a detached CMS object that `build` could have written; BadDer for any other bytes, however valid."""
    found = _read(data)
    if found.content is not None:
        raise BadDer("not detached")
    return found


def parse_token(data: bytes) -> SignedData:
    """The same for a time-stamp token as the embedded authority writes it; `content` is its TSTInfo."""
    found = _read(data)
    if found.content is None:
        raise BadDer("no TSTInfo")
    return found


def _read(data: bytes) -> SignedData:
    outer, end = der.read_item(data)
    if end != len(data):
        raise BadDer("bytes after the object")
    try:
        _name, explicit = expect(outer, der.SEQUENCE).items()
        (signed_data,) = expect(explicit, 0xA0).items()
        _version, _algorithms, inner, certificates, infos = expect(signed_data, der.SEQUENCE).items()
        _type, *wrapped = expect(inner, der.SEQUENCE).items()
        content = expect(expect(wrapped[0], 0xA0).items()[0], der.OCTET_STRING).content if wrapped else None
        (info,) = expect(infos, der.SET).items()
        parts = expect(info, der.SEQUENCE).items()
        _version, issuer_serial, _digest, attributes, _algorithm, signature, *unsigned = parts
        token = _token(unsigned)
    except (ValueError, IndexError) as error:
        raise BadDer(f"structure: {error}") from None
    found = SignedData(
        certificates=tuple(item.whole for item in expect(certificates, 0xA0).items()),
        issuer_serial=issuer_serial.whole,
        signed_attrs=tlv(der.SET, expect(attributes, 0xA0).content),
        signature=expect(signature, der.OCTET_STRING).content,
        token=token,
        content=content,
    )
    tail = [item.whole for item in unsigned]
    again = _content_info(found.certificates, found.issuer_serial, found.signed_attrs, found.signature, tail, content)
    if again != data:
        raise BadDer("not in the form it is written in")
    return found


def message_digest(signed_attrs: bytes) -> bytes:
    """The value of messageDigest, or empty when there is none of 32 bytes."""
    marker = ID_MESSAGE_DIGEST + b"\x31\x22\x04\x20"
    at = signed_attrs.find(marker)
    return signed_attrs[at + len(marker) : at + len(marker) + 32] if at >= 0 else b""


def padded(contents: bytes) -> bytes:
    """The DER object at the start of a /Contents value; BadDer unless only zeros follow it."""
    item, end = der.read_item(contents)
    if contents[end:].strip(b"\0"):
        raise BadDer("padding")
    return item.whole


def _content_info(
    certificates: Sequence[bytes],
    issuer_serial: bytes,
    signed_attrs: bytes,
    signature: bytes,
    unsigned: list[bytes],
    content: bytes | None,
) -> bytes:
    info = sequence(
        integer(1),
        issuer_serial,
        SHA256,
        tlv(0xA0, der.read_item(signed_attrs)[0].content),
        ECDSA_SHA256,
        octets(signature),
        *unsigned,
    )
    encapsulated = sequence(ID_DATA) if content is None else sequence(ID_TST_INFO, tlv(0xA0, octets(content)))
    return sequence(
        ID_SIGNED_DATA,
        tlv(
            0xA0,
            sequence(
                integer(1 if content is None else 3),  # RFC 5652 5.1
                set_of([SHA256]),
                encapsulated,
                tlv(0xA0, *sorted(certificates)),
                set_of([info]),
            ),
        ),
    )


def _token(unsigned: list[Item]) -> bytes | None:
    if not unsigned:
        return None
    (attributes,) = unsigned
    (attribute,) = expect(attributes, 0xA1).items()
    name, values = expect(attribute, der.SEQUENCE).items()
    (token,) = expect(values, der.SET).items()
    if name.whole != ID_TIME_STAMP_TOKEN:
        raise BadDer("unsigned attribute")
    return token.whole


def _issuer_serial_items(certificate: bytes) -> tuple[Item, Item]:
    outer, _ = der.read_item(certificate)
    try:
        tbs, *_ = outer.items()
        version, serial, _algorithm, issuer, *_ = tbs.items()
    except ValueError as error:
        raise BadDer(f"certificate: {error}") from None
    if version.tag != 0xA0:
        raise BadDer("certificate is not version 3")
    return expect(issuer, der.SEQUENCE), expect(serial, der.INTEGER)


def imprint(token: bytes) -> bytes:
    """The SHA-256 value a time-stamp token is about (RFC 3161 2.4.2); BadDer for any other hash or form."""
    return tst_info(token)[2].items()[1].content


def tst_info(token: bytes) -> list[Item]:
    """The elements of TSTInfo: version, policy, messageImprint, serial, genTime, ... No signature is checked here."""
    outer, _ = der.read_item(token)
    try:
        _name, wrapped = expect(outer, der.SEQUENCE).items()
        signed_data = expect(expect(wrapped, 0xA0).items()[0], der.SEQUENCE).items()
        content_type, explicit = expect(signed_data[2], der.SEQUENCE).items()
        content = expect(expect(explicit, 0xA0).items()[0], der.OCTET_STRING).content
        der.check_strict(content)
        info = expect(walk(content)[0], der.SEQUENCE).items()
        hashed, value = expect(info[2], der.SEQUENCE).items()
        sha256_oid = walk(SHA256)[0].items()[0].whole
        if content_type.whole != ID_TST_INFO or expect(hashed, der.SEQUENCE).items()[0].whole != sha256_oid:
            raise BadDer("not a SHA-256 time-stamp")
        expect(value, der.OCTET_STRING)
    except (IndexError, ValueError) as error:
        raise BadDer(f"time-stamp: {error}") from None
    return info


def gen_time(token: bytes) -> datetime:
    """genTime of a time-stamp token, UTC. BadDer if it is not there."""
    times = [item.content for item in tst_info(token) if item.tag == der.GENERALIZED_TIME]
    if not times:
        raise BadDer("genTime")
    found = _TIME.fullmatch(times[0])
    if found is None:
        raise BadDer("genTime")
    try:
        parsed = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise BadDer("genTime") from None
    return parsed.replace(microsecond=int(found[2].ljust(6, b"0")[:6])) if found[2] else parsed
