"""The event certificate (事件型证书) of one person, slot and manifest: what it says, whether it may stand in a slot.
Reads ECDSA certificates (RFC 5280) and no others, as static/src/pdf/{x509,event}.ts do: same bytes, same verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from documents import der
from documents.certificates import ASSURANCE, MANIFEST_OID, OWN_CA, PAPER_OID
from documents.der import BadDer, Item, expect, oid, walk
from documents.errors import SignatureRejected
from documents.manifest import CLERK, Manifest

UTF8, PRINTABLE, UTC_TIME = 0x0C, 0x13, 0x17
EC_KEY = oid("1.2.840.10045.2.1")
P256, P384 = oid("1.2.840.10045.3.1.7"), oid("1.3.132.0.34")
SIGNATURES: dict[bytes, hashes.HashAlgorithm] = {
    oid("1.2.840.10045.4.3.2"): hashes.SHA256(),
    oid("1.2.840.10045.4.3.3"): hashes.SHA384(),
}
COMMON_NAME, SERIAL_NUMBER, TITLE = oid("2.5.4.3"), oid("2.5.4.5"), oid("2.5.4.12")
BASIC, USAGE, POLICIES = oid("2.5.29.19"), oid("2.5.29.15"), oid("2.5.29.32")
SUBJECT_KEY, AUTHORITY_KEY, EXTENDED = oid("2.5.29.14"), oid("2.5.29.35"), oid("2.5.29.37")
ACCESS = oid("1.3.6.1.5.5.7.1.1")
MANIFEST, PAPER = oid(MANIFEST_OID.dotted_string), oid(PAPER_OID.dotted_string)
KNOWN = frozenset({BASIC, USAGE, POLICIES, SUBJECT_KEY, AUTHORITY_KEY, ACCESS, MANIFEST, PAPER})
LEVELS = {oid(policy): word for word, policy in ASSURANCE.items()}
OWN = oid(OWN_CA)
SIGNING = b"\x03\x02\x06\xc0"
"""keyUsage digitalSignature and nonRepudiation, nothing else."""


@dataclass(frozen=True)
class EventCertificate:
    """One certificate as read; `names` and `extensions` are keyed by the whole encoding of their OID."""

    names: tuple[tuple[bytes, str], ...]
    not_before: datetime
    not_after: datetime
    curve: bytes
    extensions: Mapping[bytes, tuple[bool, bytes]]
    issuer: bytes
    subject: bytes
    spki: bytes
    hashed: bytes
    """OID of the signature's algorithm, whole."""
    tbs: bytes
    signature: bytes

    def key(self) -> ec.EllipticCurvePublicKey | None:
        """None where the numbers are no point of the curve."""
        try:
            found = serialization.load_der_public_key(self.spki)
        except (ValueError, UnsupportedAlgorithm):
            return None
        return found if isinstance(found, ec.EllipticCurvePublicKey) else None

    def issued(self, other: EventCertificate) -> bool:
        """Whether the other was signed with this one's key, in its name."""
        key = self.key()
        if key is None or other.issuer != self.subject:
            return False
        try:
            key.verify(other.signature, other.tbs, ec.ECDSA(SIGNATURES[other.hashed]))
        except InvalidSignature:
            return False
        return True

    def named(self, which: bytes) -> str:
        """The subject's attribute, empty unless it is there exactly once."""
        found = [value for name, value in self.names if name == which]
        return found[0] if len(found) == 1 else ""

    @property
    def name(self) -> str:
        return self.named(COMMON_NAME)

    @property
    def role(self) -> str:
        return self.named(TITLE)

    @property
    def slot(self) -> str:
        return self.named(SERIAL_NUMBER)

    @property
    def manifest(self) -> bytes | None:
        """H(M), 32 bytes."""
        return self._hash(MANIFEST)

    @property
    def paper(self) -> bytes | None:
        """SHA-256 of the scan a clerk signs for, 32 bytes."""
        return self._hash(PAPER)

    @property
    def own(self) -> bool:
        """Says itself that a deployment's own authority issued it."""
        return OWN in _policies(self)

    def _hash(self, which: bytes) -> bytes | None:
        _, value = self.extensions.get(which, (False, b""))
        return value[2:] if len(value) == 34 and value[:2] == b"\x04\x20" else None


@lru_cache(maxsize=8)  # one turn asks for the same two a dozen times; few, for what strangers send may be long
def read(certificate: bytes) -> EventCertificate:
    """Take apart one DER certificate, version 3, ECDSA with SHA-256 or SHA-384 on P-256 or P-384. Raises BadDer."""
    der.check_strict(certificate)
    outer, _ = der.read_item(certificate)
    try:
        tbs, algorithm, signature = expect(outer, der.SEQUENCE).items()
        version, serial, inner, issuer, validity, subject, key, extensions = expect(tbs, der.SEQUENCE).items()
        (hashed,) = expect(inner, der.SEQUENCE).items()
        start, stop = expect(validity, der.SEQUENCE).items()
        kind, curve = expect(expect(key, der.SEQUENCE).items()[0], der.SEQUENCE).items()
    except (ValueError, IndexError) as error:
        raise BadDer(f"certificate: {error}") from None
    expect(serial, der.INTEGER)
    expect(issuer, der.SEQUENCE)
    expect(key, der.SEQUENCE)
    if version.whole != b"\xa0\x03\x02\x01\x02" or inner.whole != algorithm.whole or hashed.whole not in SIGNATURES:
        raise BadDer("certificate form")
    if expect(signature, der.BIT_STRING).content[:1] != b"\0":
        raise BadDer("bit string")
    if kind.whole != EC_KEY or curve.whole not in (P256, P384):
        raise BadDer("key type")
    return EventCertificate(
        _names(subject),
        _time(start),
        _time(stop),
        curve.whole,
        _extensions(extensions),
        issuer.whole,
        subject.whole,
        key.whole,
        hashed.whole,
        tbs.whole,
        signature.content[1:],
    )


def check(certificate: bytes, slot: str, manifest: Manifest, manifest_hash: bytes, at: datetime) -> EventCertificate:
    """Who may stand in a slot of M at that time: its signatory, or a clerk of M with the hash of a scan. That M's
    authority issued the certificate is the caller's to see. Raises SignatureRejected with the first reason."""
    try:
        found = read(certificate)
    except BadDer:
        raise SignatureRejected("cms_encoding") from None
    check_form(found, at, own=manifest.ca.kind == "own")
    signatory = manifest.signatory(slot)
    by_clerk = found.role == CLERK and manifest.clerk(found.name) is not None
    by_person = signatory is not None and (found.name, found.role) == (signatory.name, signatory.role)
    if found.slot != slot or not (by_clerk or by_person):
        raise SignatureRejected("certificate_subject")
    if found.manifest != manifest_hash:
        raise SignatureRejected("certificate_manifest")
    if (found.paper is None) if by_clerk else PAPER in found.extensions:
        raise SignatureRejected("certificate_paper")
    return found


def check_form(found: EventCertificate, at: datetime, *, own: bool) -> None:
    """Valid at that time, for signatures and nothing else, with all the extensions of the contract and no other
    critical one. An authority of our own names nothing but CN, title and serialNumber."""
    if not found.not_before <= at <= found.not_after:
        raise SignatureRejected("certificate_time")
    policies = _policies(found)
    strangers = [name for name, (critical, _) in found.extensions.items() if critical and name not in KNOWN]
    right = (
        found.extensions.get(BASIC, (False, b""))[1] == b"\x30\x00"
        and found.extensions.get(USAGE) == (True, SIGNING)
        and EXTENDED not in found.extensions
        and not strangers
        and found.curve == P256
        and ACCESS in found.extensions
        and MANIFEST in found.extensions
        and len(set(policies)) == len(policies)
        and len([policy for policy in policies if policy in LEVELS]) == 1
        and (OWN in policies) == own
    )
    if not right:
        raise SignatureRejected("certificate_usage")
    if own and len(found.names) != 3:
        raise SignatureRejected("certificate_subject")


def _policies(found: EventCertificate) -> list[bytes]:
    """The policies' OIDs, whole; none where the extension is not in its form."""
    value = found.extensions.get(POLICIES, (False, b""))[1]
    try:
        der.check_strict(value)
        (policies,) = walk(value)
        return [_oid(expect(each, der.SEQUENCE).items()[0]) for each in expect(policies, der.SEQUENCE).items()]
    except (ValueError, IndexError):
        return []


def _oid(item: Item) -> bytes:
    """The whole encoding of an OID whose arcs are as short as they can be."""
    content = expect(item, der.OID).content
    starts = [0, *(at + 1 for at, byte in enumerate(content[:-1]) if byte < 0x80)]
    if not content or content[-1] & 0x80 or any(content[at] == 0x80 for at in starts):
        raise BadDer("oid")
    return item.whole


def _names(subject: Item) -> tuple[tuple[bytes, str], ...]:
    found = []
    for part in expect(subject, der.SEQUENCE).items():
        for attribute in expect(part, der.SET).items():
            try:
                name, value = expect(attribute, der.SEQUENCE).items()
                text = value.content.decode()
            except ValueError as error:
                raise BadDer(f"name: {error}") from None
            if value.tag not in (UTF8, PRINTABLE):
                raise BadDer("name type")
            found.append((_oid(name), text))
    return tuple(found)


def _time(item: Item) -> datetime:
    text = item.content.decode("latin-1")
    if item.tag == UTC_TIME:
        text = ("20" if text < "50" else "19") + text  # RFC 5280 4.1.2.5.1
    if item.tag not in (UTC_TIME, der.GENERALIZED_TIME) or not re.fullmatch("[0-9]{14}Z", text) or text < "01":
        raise BadDer("time")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadDer("time") from None


def _extensions(holder: Item) -> dict[bytes, tuple[bool, bytes]]:
    found: dict[bytes, tuple[bool, bytes]] = {}
    try:
        (listed,) = expect(holder, 0xA3).items()
        for each in expect(listed, der.SEQUENCE).items():
            name, *critical, value = expect(each, der.SEQUENCE).items()
            if _oid(name) in found or len(critical) > 1:
                raise BadDer("extension twice")
            if critical and critical[0].whole != b"\x01\x01\xff":
                raise BadDer("extension")
            found[name.whole] = (bool(critical), expect(value, der.OCTET_STRING).content)
    except ValueError as error:
        raise BadDer(f"extension: {error}") from None
    return found
