"""A person's signature in a turn: real, by the right person, for this ceremony. What a browser checks before it signs,
and what the server checks of what a browser returns; the grammar around it is revisions.py's."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import cms, event
from documents.der import BadDer, check_strict
from documents.errors import RevisionMismatch, SignatureRejected
from documents.manifest import Manifest
from documents.revisions import TURN, Turn, digest_ranges, last_gap, read_date, split


def check_file(
    complete: bytes, manifest: Manifest, name: str, own: tuple[str, bytes] | None = None
) -> tuple[Turn, ...]:
    """Everything a browser checks before it signs: grammar of all updates, then that the last one is `own` (slot and
    the drawing sent), then each signature made so far. Without `own` all turns must be signed.

    Raises RevisionMismatch or SignatureRejected; the first reason in that order counts."""
    file = manifest.file(name)
    if file is None:
        raise RevisionMismatch("file_unknown")
    turns = split(complete, file, own_last=own is not None)
    if own is not None:
        if turns[-1].slot != own[0]:
            raise RevisionMismatch("other_slot")
        if turns[-1].drawing != own[1]:
            raise RevisionMismatch("other_drawing")
    digest = manifest.hash
    for turn in turns:
        if turn.signed:
            if manifest.signatory(turn.slot) is None:
                raise RevisionMismatch("slot_unknown")
            check_turn_signature(complete, turn, manifest, digest)
    return turns


def check_turn_signature(complete: bytes, turn: Turn, manifest: Manifest, manifest_hash: bytes) -> cms.SignedData:
    """One signed turn is real: exact DER then zeros, digest of its own ranges, signature, and a certificate of the
    ceremony's CA for that slot's person (or a clerk with the hash of a scan) and manifest. The token is required and
    must be about this signature; its authority is judged by verify.py. Raises SignatureRejected."""
    try:
        contents = cms.padded(turn.contents)
    except BadDer as error:
        raise SignatureRejected("cms_padding" if str(error) == "padding" else "cms_encoding") from None
    issuing = manifest.issuing
    try:
        check_strict(contents)
        signed = cms.parse(contents)
        certificate = signed.signer
        for each in signed.certificates:
            event.read(each)
    except BadDer:
        raise SignatureRejected("cms_encoding") from None
    if sorted(signed.certificates) != sorted((certificate, issuing)):
        raise SignatureRejected("certificate_issuer")
    _check_issued(certificate, issuing)
    event.check(certificate, turn.slot, manifest, manifest_hash, turn.at)
    digest = sha256(memoryview(complete)[: turn.gap[0]])
    digest.update(memoryview(complete)[turn.gap[1] : turn.end])
    _check_values(digest.digest(), signed.signed_attrs, signed.signature, certificate)
    try:
        if signed.token is None or cms.imprint(signed.token) != sha256(signed.signature).digest():
            raise SignatureRejected("cms_timestamp")
    except BadDer:
        raise SignatureRejected("cms_timestamp") from None
    return signed


def accept_turn(
    base: bytes, update: bytes, signed_attrs_der: bytes, signature_der: bytes, cert_der: bytes, issuing_der: bytes
) -> None:
    """What a browser returned fits its update: attributes rebuilt and compared, signature verified with the
    certificate, certificate issued by `issuing_der` for the update's slot and inside its time. Raises
    SignatureRejected."""
    whole = base + update
    try:
        start, _ = last_gap(whole)
        slot = TURN.match(update)
        date = re.search(rb"/M\(D:(\d{14})Z\)", whole[max(start - 200, 0) : start])
        if slot is None or date is None or start < len(base):
            raise SignatureRejected("widget")
        at = read_date(date[1])
    except RevisionMismatch as error:
        raise SignatureRejected(error.reason) from None
    if check_certificate(cert_der, issuing_der, at).slot != slot[1].decode():
        raise SignatureRejected("certificate_subject")
    _check_values(digest_ranges(whole), signed_attrs_der, signature_der, cert_der)


def check_certificate(certificate: bytes, issuing: bytes, at: datetime) -> event.EventCertificate:
    """An event certificate of that CA, valid at that time, for signing. Whether the CA is a deployment's own is read
    from the certificate itself. Raises SignatureRejected."""
    _check_issued(certificate, issuing)
    try:
        found = event.read(certificate)
    except BadDer:
        raise SignatureRejected("certificate_usage") from None
    event.check_form(found, at, own=found.own)
    return found


def event_subject(certificate: bytes) -> tuple[str, str, str, bytes | None]:
    """Name, role, slot and H(M) of an event certificate; empty strings and None where it has none."""
    try:
        found = event.read(certificate)
    except BadDer:
        return _plain_subject(certificate)
    return found.name, found.role, found.slot, found.manifest


def _plain_subject(certificate: bytes) -> tuple[str, str, str, None]:
    """The common name of a certificate that is none of ours (RSA, other string types)."""
    subject = asn1_x509.Certificate.load(certificate)["tbs_certificate"]["subject"].chosen
    names = [str(part["value"].native) for each in subject for part in each if part["type"].dotted == "2.5.4.3"]
    return names[0] if len(names) == 1 else "", "", "", None


def _check_issued(certificate: bytes, issuing: bytes) -> None:
    try:
        issued = event.read(issuing).issued(event.read(certificate))
    except BadDer:
        issued = False
    if not issued:
        raise SignatureRejected("certificate_issuer")


def _check_values(digest: bytes, signed_attrs: bytes, signature: bytes, certificate: bytes) -> None:
    if signed_attrs != cms.signed_attributes(digest, certificate):
        same_form = cms.signed_attributes(cms.message_digest(signed_attrs), certificate) == signed_attrs
        raise SignatureRejected("cms_digest" if same_form else "cms_attributes")
    found = event.read(certificate)
    key = found.key()
    if found.curve != event.P256:
        raise SignatureRejected("certificate_key")
    try:
        if key is None:
            raise InvalidSignature
        key.verify(signature, signed_attrs, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise SignatureRejected("cms_signature") from None
