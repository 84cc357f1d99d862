"""The facts about one signature that its own bytes give: arithmetic, time, names. Whether its certificate can be
believed is past.py's to say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import cms, event, persons, revisions, tokens
from documents.certificates import ASSURANCE, OWN_CA
from documents.chain import UNREADABLE, Cert
from documents.cms import ID_DATA
from documents.der import BadDer, oid, read_item
from documents.errors import SignatureRejected
from documents.grammar import Signed
from documents.library import Library
from documents.report import Certificate
from documents.timestamp import POLICY

_NEVER = datetime.min.replace(tzinfo=UTC)
_COMMON_NAME = oid("2.5.4.3")
_TEXT = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}
_OWN_POLICY = oid(POLICY)
_SPELLINGS = (re.compile(r"[0-9a-f]*"), re.compile(r"[0-9A-F]*"))


@dataclass
class Fact:
    """One signature. `reasons` are codes of report.BREAKS; `at` is the time of its token, `stamper` who signed that."""

    signed: Signed
    intact: bool = False
    valid: bool = False
    at: datetime | None = None
    name: str = ""
    role: str = ""
    slot: str = ""
    manifest_hash: bytes | None = None
    paper: bytes | None = None
    assurance: str | None = None
    signer: Cert | None = None
    stamper: Cert | None = None
    certificate: Certificate | None = None
    certificates: list[bytes] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def own(self) -> bool:
        """The certificate says itself that a deployment's own authority issued it."""
        return self.signer is not None and OWN_CA in self.signer.policies()


def of(pdf: bytes, signed: Signed) -> Fact:
    """Digest, signature value, time and certificate of one signature; broken ones give what could be read."""
    fact = Fact(signed)
    try:
        contents, digest = _range(pdf, signed.revision.start, signed.revision.end)
        if signed.kind == "document_timestamp":
            _read_stamp(fact, contents, digest)
        else:
            _read_signature(fact, contents, digest)
    except UNREADABLE:
        fact.reasons.append("timestamp_broken" if signed.kind == "document_timestamp" else "signature_encoding")
    return fact


def _range(pdf: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """The /Contents value of the revision's own dictionary and the digest of everything else up to its end."""
    found = [*revisions.BYTE_RANGE.finditer(pdf, start, end)]
    if len(found) != 1:
        raise BadDer("one /ByteRange")
    a, b, c = (int(value) for value in found[0].groups())
    if not start <= a < b or b + c != end:
        raise BadDer("/ByteRange")
    whole = memoryview(pdf)
    digest = sha256(whole[:a])
    digest.update(whole[b:end])
    spelled = pdf[a + 1 : b - 1].decode("ascii")
    if not any(spelling.fullmatch(spelled) for spelling in _SPELLINGS):
        raise BadDer("mixed spelling")
    return bytes.fromhex(spelled), digest.digest()


def _read_signature(fact: Fact, contents: bytes, digest: bytes) -> None:
    parsed = cms.parse(cms.padded(contents))
    fact.certificates = list(parsed.certificates)
    signer = parsed.signer
    _describe(fact, signer)
    fact.intact = cms.message_digest(parsed.signed_attrs) == digest
    fact.valid = fact.signer is not None and _value_fits(parsed, fact.signer, ID_DATA)
    if not fact.valid:
        fact.reasons.append("signature_broken")
    if fact.signer is None or not _one_path(fact.signer, [Cert(each) for each in parsed.certificates]):
        fact.reasons.append("signature_encoding")
    if parsed.token is None or not _token_fits(fact, parsed.token, sha256(parsed.signature).digest()):
        fact.reasons.append("timestamp_broken")
    if fact.signed.kind in ("person", "organisation"):
        issuer = next((each for each in parsed.certificates if each != signer), b"")
        try:
            persons.check_certificate(signer, issuer, fact.at or _NEVER)
        except SignatureRejected as error:
            fact.reasons.append("certificate_issuer" if error.reason == "certificate_issuer" else "certificate_invalid")


def _read_stamp(fact: Fact, contents: bytes, digest: bytes) -> None:
    token = cms.padded(contents)
    imprint = cms.imprint(token)
    fact.intact = imprint == digest
    fact.valid = _token_fits(fact, token, imprint)
    if not fact.valid:
        fact.reasons.append("timestamp_broken")
    if fact.stamper is not None:
        _describe(fact, fact.stamper.der)


def _token_fits(fact: Fact, token: bytes, digest: bytes) -> bool:
    """The token is about that digest and signed by the certificate it names. If it says it is of the embedded
    authority, it must have its very form; tokens of others come in many forms."""
    info = cms.tst_info(token)
    if info[2].items()[1].content != digest:
        return False
    try:
        found = tokens.read(token)
        fact.at, fact.stamper = found.at, Cert(found.signer)
        fact.certificates += found.certificates
        if info[1].whole == _OWN_POLICY:
            return _value_fits(cms.parse_token(token), fact.stamper, cms.ID_TST_INFO)
        tokens.check(token, digest)
    except tokens.BadToken:
        return False
    return True


def _one_path(signer: Cert, certificates: list[Cert]) -> bool:
    """Beside the signer stand its issuer and those above it, nothing else: certificates are covered by no signature of
    their own, so anybody could add some."""
    rest = [each for each in certificates if each.der != signer.der]
    above = signer
    while found := [each for each in rest if each.subject == above.issuer and each.subject != above.subject]:
        above = found[0]
        rest.remove(above)
    return not rest and above is not signer


def _value_fits(parsed: cms.SignedData, signer: Cert, content_type: bytes) -> bool:
    """Attributes that follow from certificate and content, and a signature over them by the certificate's key."""
    digest = cms.message_digest(parsed.signed_attrs)
    if parsed.signer != signer.der or (parsed.content is not None and sha256(parsed.content).digest() != digest):
        return False
    if not isinstance(signer.key, ec.EllipticCurvePublicKey):
        return False
    try:
        signer.key.verify(parsed.signature, parsed.signed_attrs, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return parsed.signed_attrs == cms.signed_attributes(digest, signer.der, content_type)


def unissued(fact: Fact, library: Library) -> str | None:
    """A reason when some certificate inside the signature was altered or comes from nowhere: no other in the file, nor
    an anchor, issued it. A validator might take a sound copy from elsewhere and never look at this one.

    The certificate that signed a token is named in it by its hash; before the seal its CA may be elsewhere."""
    for der in fact.certificates:
        try:
            cert = library.certificates.get(der) or Cert(der)
        except UNREADABLE:
            return "certificate_invalid"
        if not library.issuers(cert):
            foreign = fact.stamper is not None and der == fact.stamper.der and OWN_CA not in cert.policies()
            return "tsa_unknown" if foreign else "certificate_invalid"
    return None


def _describe(fact: Fact, der: bytes) -> None:
    fact.signer = cert = Cert(der)
    try:
        seen = event.read(der)
        fact.name, fact.role, fact.slot = seen.name, seen.role, seen.slot
        fact.manifest_hash, fact.paper = seen.manifest, seen.paper
    except BadDer:  # none of ours: RSA, other string types
        fact.name = common_name(cert.subject)
    policies = cert.policies()
    fact.assurance = next((word for word, policy in ASSURANCE.items() if policy in policies), None)
    fact.certificate = Certificate(
        issuer=common_name(cert.issuer),
        serial=f"{cert.serial:x}",
        not_before=written(cert.not_before) or "",
        not_after=written(cert.not_after) or "",
        sha256=cert.fingerprint,
    )


def common_name(name: bytes) -> str:
    """The common name in a distinguished name, read from its DER; empty when there is not exactly one."""
    found = []
    for part in read_item(name)[0].items():
        for attribute in part.items():
            kind, value = attribute.items()
            if kind.whole == _COMMON_NAME:
                found.append(value.content.decode(_TEXT.get(value.tag, "utf-8"), "replace"))
    return found[0] if len(found) == 1 else ""


def written(at: datetime | None) -> str | None:
    """RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def status_in_time(fact: Fact, library: Library, sealed: Fact) -> bool:
    """genTime(signature) <= thisUpdate <= genTime(first document time-stamp) < nextUpdate <= notAfter for an OCSP
    answer (a list may reach further): the standard alone would take one from before the signature."""
    if fact.signed.kind == "document_timestamp" or fact.at is None or sealed.at is None or fact.signer is None:
        return True
    at = fact.at.replace(microsecond=0)
    for issuer in library.issuers(fact.signer):
        for answer in library.answers(fact.signer, issuer):
            reaches = answer.next_update is not None and sealed.at < answer.next_update
            inside = answer.is_list or (answer.next_update or sealed.at) <= fact.signer.not_after
            if at <= answer.this_update <= sealed.at and reaches and inside:
                return True
    return False
