"""The facts about one signature that can be had without pyHanko: its own arithmetic, its certificate, the answers
about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import cms as asn1_cms
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from documents import cms, persons, revisions
from documents.certificates import ASSURANCE
from documents.cms import ID_DATA
from documents.der import SET, BadDer, oid, read_item, tlv
from documents.errors import SignatureRejected
from documents.grammar import Signed
from documents.report import Certificate
from documents.timestamp import POLICY
from documents.trust import Anchors, Store

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Fact:
    """One signature. `reasons` are codes of report.BREAKS; `at` is the time of its token."""

    signed: Signed
    intact: bool = False
    valid: bool = False
    at: datetime | None = None
    name: str = ""
    role: str = ""
    slot: str = ""
    manifest_hash: bytes | None = None
    assurance: str | None = None
    issuer: bytes = b""
    serial: int = 0
    not_after: datetime = _NEVER
    certificate: Certificate | None = None
    certificates: list[bytes] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def of(pdf: bytes, signed: Signed) -> Fact:
    """Digest, signature value, time and certificate of one signature; broken ones give what could be read."""
    fact = Fact(signed)
    revision = pdf[: signed.revision.end]
    try:
        contents, digest = _range(revision, signed.revision.start)
        if signed.kind == "document_timestamp":
            _read_stamp(fact, contents, digest)
        else:
            _read_signature(fact, contents, digest)
    except _UNREADABLE:
        fact.reasons.append("timestamp_broken" if signed.kind == "document_timestamp" else "signature_encoding")
    return fact


_UNREADABLE = (
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


def _range(revision: bytes, start: int) -> tuple[bytes, bytes]:
    """The /Contents value of the revision's own dictionary and the digest of everything else up to its end."""
    found = [*revisions.BYTE_RANGE.finditer(revision, start)]
    if len(found) != 1:
        raise BadDer("one /ByteRange")
    a, b, c = (int(value) for value in found[0].groups())
    if not start <= a < b or b + c != len(revision):
        raise BadDer("/ByteRange")
    digest = sha256(memoryview(revision)[:a])
    digest.update(memoryview(revision)[b:])
    spelled = revision[a + 1 : b - 1].decode("ascii")
    contents = bytes.fromhex(spelled)
    if spelled not in (contents.hex(), contents.hex().upper()):
        raise BadDer("mixed spelling")
    return contents, digest.digest()


def _read_signature(fact: Fact, contents: bytes, digest: bytes) -> None:
    parsed = cms.parse(cms.padded(contents))
    fact.certificates = list(parsed.certificates)
    signer = parsed.signer
    _describe(fact, signer)
    fact.intact = cms.message_digest(parsed.signed_attrs) == digest
    fact.valid = _value_fits(parsed, ID_DATA)
    if not fact.valid:
        fact.reasons.append("signature_broken")
    if parsed.token is None or not _token_fits(parsed.token, sha256(parsed.signature).digest()):
        fact.reasons.append("timestamp_broken")
    else:
        fact.at = cms.gen_time(parsed.token)
        fact.certificates += token_certificates(parsed.token)
    if fact.signed.kind == "person":
        issuer = next((each for each in parsed.certificates if each != signer), b"")
        try:
            persons.check_certificate(signer, issuer, fact.at or _NEVER)
        except SignatureRejected as error:
            fact.reasons.append("certificate_issuer" if error.reason == "certificate_issuer" else "certificate_invalid")


def _read_stamp(fact: Fact, contents: bytes, digest: bytes) -> None:
    token = cms.padded(contents)
    fact.certificates = token_certificates(token)
    fact.intact = cms.imprint(token) == digest
    fact.at = cms.gen_time(token)
    fact.valid = _token_fits(token, cms.imprint(token))
    if not fact.valid:
        fact.reasons.append("timestamp_broken")
    _describe(fact, fact.certificates[0])


def _token_fits(token: bytes, digest: bytes) -> bool:
    """The token is about that digest and signed by the certificate it names. If it says it is of the embedded
    authority, it must have its very form; tokens of others come in many forms."""
    if cms.imprint(token) != digest:
        return False
    if cms.tst_info(token)[1].whole == oid(POLICY):
        return _value_fits(cms.parse_token(token), cms.ID_TST_INFO)
    return _foreign_token_fits(token)


def _foreign_token_fits(token: bytes) -> bool:
    """RFC 5652 5.4 for a token of any authority: digest of TSTInfo, signature over the attributes, RSA or ECDSA."""
    signed_data = asn1_cms.ContentInfo.load(token, strict=True)["content"]
    (info,) = signed_data["signer_infos"]
    name = info["digest_algorithm"]["algorithm"].native
    algorithm = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]
    content = bytes(signed_data["encap_content_info"]["content"])
    (digest,) = [each["values"][0].native for each in info["signed_attrs"] if each["type"].native == "message_digest"]
    key = x509.load_der_x509_certificate(token_certificates(token)[0]).public_key()
    attributes = tlv(SET, info["signed_attrs"].contents)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(info["signature"].native, attributes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(info["signature"].native, attributes, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return bool(hashlib.new(name, content).digest() == digest)


def _value_fits(parsed: cms.SignedData, content_type: bytes) -> bool:
    """Attributes that follow from certificate and content, and a signature over them by the certificate's key."""
    signer = parsed.signer
    digest = cms.message_digest(parsed.signed_attrs)
    if parsed.content is not None and sha256(parsed.content).digest() != digest:
        return False
    key = x509.load_der_x509_certificate(signer).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(parsed.signature, parsed.signed_attrs, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return parsed.signed_attrs == cms.signed_attributes(digest, signer, content_type)


def unissued(fact: Fact, store: Store, anchors: Anchors) -> bool:
    """Some certificate inside the signature was altered or comes from nowhere: no other in the file, nor an anchor,
    issued it. A validator might take a sound copy from elsewhere and never look at this one."""
    try:
        known = [
            x509.load_der_x509_certificate(each.dump())
            for each in (*store.certificates, *anchors.certificates)
            if each.ca
        ]
        for der in fact.certificates:
            certificate = x509.load_der_x509_certificate(der)
            unused_bits = read_item(der)[0].items()[2].content[:1]  # of the signature; parsers look over them
            if unused_bits != b"\0" or not any(_issued(certificate, issuer) for issuer in known):
                return True
    except _UNREADABLE:
        return True
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*_UNREADABLE, InvalidSignature):
        return False
    return True


def _describe(fact: Fact, der: bytes) -> None:
    certificate = x509.load_der_x509_certificate(der)
    fact.name, fact.role, fact.slot, fact.manifest_hash = persons.event_subject(der)
    fact.issuer, fact.serial = certificate.issuer.public_bytes(), certificate.serial_number
    fact.not_after = certificate.not_valid_after_utc
    words = {oid: word for word, oid in ASSURANCE.items()}
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        named = [words.get(each.policy_identifier.dotted_string) for each in policies]
        fact.assurance = next((word for word in named if word), None)
    except x509.ExtensionNotFound:
        fact.assurance = None
    fact.certificate = Certificate(
        issuer=common_name(asn1_x509.Certificate.load(der), of_issuer=True),
        serial=f"{certificate.serial_number:x}",
        not_before=written(certificate.not_valid_before_utc) or "",
        not_after=written(certificate.not_valid_after_utc) or "",
        sha256=sha256(der).hexdigest(),
    )


def token_certificates(token: bytes) -> list[bytes]:
    """Certificates inside a token, the signer's first."""
    signed_data = read_item(token)[0].items()[1].items()[0].items()
    found = [item.whole for part in signed_data if part.tag == 0xA0 for item in part.items()]
    info = signed_data[-1].items()[0].items()
    return sorted(found, key=lambda each: cms.issuer_and_serial(each) != info[1].whole)


def common_name(certificate: asn1_x509.Certificate, *, of_issuer: bool = False) -> str:
    name = (certificate.issuer if of_issuer else certificate.subject).native
    return str(name.get("common_name", ""))


def written(at: datetime | None) -> str | None:
    """RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def answers(fact: Fact, ocsps: list[asn1_ocsp.OCSPResponse]) -> Iterator[asn1_ocsp.SingleResponse]:
    """The single answers about this certificate. Who signed them is pyHanko's to judge."""
    for response in ocsps:
        if response["response_status"].native != "successful":
            continue
        for single in response.response_data["responses"]:
            if single["cert_id"]["serial_number"].native == fact.serial:
                yield single


def revoked_at(fact: Fact, store: Store, anchors: Anchors) -> datetime | None:
    """When an answer in the file, or one brought along, says the certificate was revoked."""
    for single in answers(fact, [*store.ocsps, *anchors.ocsps]):
        if single["cert_status"].name == "revoked":
            found: datetime = single["cert_status"].chosen["revocation_time"].native
            return found
    return None


def status_in_time(fact: Fact, store: Store, newest: Fact) -> bool:
    """genTime(signature) <= thisUpdate <= genTime(document time-stamp) < nextUpdate <= notAfter for the answer in the
    file: pyHanko would take one from before the signature."""
    if fact.signed.kind == "document_timestamp" or fact.at is None or newest.at is None:
        return True
    for single in answers(fact, store.ocsps):
        this_update: datetime = single["this_update"].native
        next_update: datetime | None = single["next_update"].native
        if next_update and fact.at.replace(microsecond=0) <= this_update <= newest.at < next_update <= fact.not_after:
            return True
    return False
