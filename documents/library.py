"""All certificates and all status at hand, the paths between them and what is said of each (RFC 5280, RFC 6960).
Every signature is looked at once. Nothing here knows what time it is: past.py does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from documents.chain import UNREADABLE, Cert, certificates, signed_with, strong
from documents.der import INTEGER, read_item
from documents.limits import TooMuch

MAX_DEPTH, MAX_PATHS, MAX_CERTIFICATES, MAX_ANSWERS = 6, 16, 400, 400
"""Far more than real chains and twenty years of renewals need; keep a hostile file's work within bounds."""


@dataclass(frozen=True)
class Answer:
    """What one OCSP answer or list says of one certificate. `source` is the DER whose existence counts."""

    source: bytes
    is_list: bool
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None


class Library:
    """All certificates and all status at hand, and which anchors are trusted. Remembers what it has verified."""

    def __init__(
        self, certificates: Iterable[Cert], ocsps: Iterable[bytes], crls: Iterable[bytes], anchors: Iterable[Cert]
    ) -> None:
        self.anchors = {each.der: each for each in anchors}
        self.certificates = {each.der: each for each in certificates} | self.anchors
        if len(self.certificates) > MAX_CERTIFICATES:
            raise TooMuch(f"more than {MAX_CERTIFICATES} certificates")
        self.by_subject: dict[bytes, list[Cert]] = {}
        for each in self.certificates.values():
            self.by_subject.setdefault(each.subject, []).append(each)
        self.ocsps = [(der, ocsp.load_der_ocsp_response(der)) for der in dict.fromkeys(ocsps)]
        self.crls = [(der, x509.load_der_x509_crl(der)) for der in dict.fromkeys(crls)]
        if len(self.ocsps) + len(self.crls) > MAX_ANSWERS:
            raise TooMuch(f"more than {MAX_ANSWERS} answers")
        self._singles: dict[int, list[tuple[int, ocsp.OCSPSingleResponse]]] = {}
        for index, (_, response) in enumerate(self.ocsps):
            if response.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL:
                for single in response.responses:
                    self._singles.setdefault(single.serial_number, []).append((index, single))
        self._issued: dict[tuple[bytes, bytes], bool] = {}
        self._signers: dict[tuple[int, bytes], Cert | None] = {}
        self._lists: dict[tuple[bytes, bytes], bool] = {}
        self._answers: dict[tuple[bytes, bytes], list[Answer]] = {}

    def trust(self, anchors: Iterable[Cert]) -> None:
        """Other anchors, out of the certificates at hand."""
        self.anchors = {each.der: each for each in anchors}

    def issued(self, subject: Cert, issuer: Cert) -> bool:
        """Names, key identifiers, algorithm and signature (RFC 5280 6.1.3 (a)(1), (a)(4))."""
        known = self._issued.get((subject.der, issuer.der))
        if known is None:
            wanted, own = subject.key_identifiers()[1], issuer.key_identifiers()[0]
            known = subject.issuer == issuer.subject and not (wanted and own and wanted != own)
            known = known and issuer.key is not None and strong(subject) and _verified(subject, issuer)
            self._issued[subject.der, issuer.der] = known
        return known

    def issuers(self, subject: Cert) -> list[Cert]:
        """Who issued it, anchors first."""
        found = [each for each in self.by_subject.get(subject.issuer, ()) if self.issued(subject, each)]
        return sorted(found, key=lambda each: each.der not in self.anchors)

    def paths(self, leaf: Cert) -> Iterator[tuple[Cert, ...]]:
        """Leaf, its CAs, an anchor: shortest way first, a bounded number of them."""
        queue: list[tuple[Cert, ...]] = [(leaf,)]
        given = 0
        while queue and given < MAX_PATHS:
            path = queue.pop(0)
            for issuer in self.issuers(path[-1]):
                if issuer.der in self.anchors:
                    given += 1
                    yield (*path, issuer)
                elif issuer not in path and len(path) < MAX_DEPTH and len(queue) < MAX_PATHS:
                    queue.append((*path, issuer))

    def answers(self, subject: Cert, issuer: Cert) -> list[Answer]:
        """Everything said about a certificate by those who may say it, whatever its time."""
        known = self._answers.get((subject.der, issuer.der))
        if known is None:
            self._answers[subject.der, issuer.der] = []  # a responder that vouches for itself finds nothing
            known = [*self._ocsp_answers(subject, issuer), *self._list_answers(subject, issuer)]
            self._answers[subject.der, issuer.der] = known
        return known

    def _ocsp_answers(self, subject: Cert, issuer: Cert) -> Iterator[Answer]:
        for index, single in self._singles.get(subject.serial, ()):
            try:
                counts = _about(single, issuer) and self._answered(index, single, issuer)
            except UNREADABLE:  # an algorithm nobody knows: it says nothing
                continue
            if counts:
                times = single.this_update_utc, single.next_update_utc, single.revocation_time_utc
                yield Answer(self.ocsps[index][0], False, *times)

    def _answered(self, index: int, single: ocsp.OCSPSingleResponse, issuer: Cert) -> bool:
        signer = self._signer(index, issuer)
        return signer is not None and (signer is issuer or self._may_answer(signer, issuer, single))

    def _signer(self, index: int, issuer: Cert) -> Cert | None:
        """Who signed the answer: the CA itself, or somebody it gave that right (RFC 6960 4.2.2.2)."""
        key = (index, issuer.der)
        if key not in self._signers:
            response = self.ocsps[index][1]
            inside = certificates(each.public_bytes(Encoding.DER) for each in response.certificates)
            self._signers[key] = next(
                (
                    each
                    for each in (issuer, *inside, *self.certificates.values())
                    if _named(response, each)
                    and (each is issuer or self.issued(each, issuer))
                    and signed_with(
                        each.key, response.signature, response.tbs_response_bytes, response.signature_hash_algorithm
                    )
                ),
                None,
            )
        return self._signers[key]

    def _may_answer(self, signer: Cert, issuer: Cert, single: ocsp.OCSPSingleResponse) -> bool:
        """A delegated responder: for that purpose, alive while its answer speaks, not revoked before."""
        at = single.this_update_utc
        if ExtendedKeyUsageOID.OCSP_SIGNING not in (signer.purposes or ()) or not signer.understood():
            return False
        if not (signer.not_before <= (single.next_update_utc or at) and at <= signer.not_after):
            return False
        known = self.answers(signer, issuer)
        if any(each.revoked_at is not None and each.revoked_at <= at for each in known):
            return False
        return signer.no_check or any(each.this_update <= at <= (each.next_update or at) for each in known)

    def _list_answers(self, subject: Cert, issuer: Cert) -> Iterator[Answer]:
        for der, crl in self.crls:
            key = (der, issuer.der)
            if key not in self._lists:
                try:
                    self._lists[key] = _list_of(crl, issuer)
                except UNREADABLE:
                    self._lists[key] = False
            if not self._lists[key] or not _covers(crl, subject):
                continue
            entry = crl.get_revoked_certificate_by_serial_number(subject.serial)
            revoked = entry.revocation_date_utc if entry else None
            yield Answer(der, True, crl.last_update_utc, crl.next_update_utc, revoked)


def _verified(subject: Cert, issuer: Cert) -> bool:
    try:
        subject.x.verify_directly_issued_by(issuer.x)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _about(single: ocsp.OCSPSingleResponse, issuer: Cert) -> bool:
    """A known status of a certificate of this issuer (RFC 6960 4.1.1)."""
    name, key = (hashlib.new(single.hash_algorithm.name, each).digest() for each in (issuer.subject, issuer.key_bits))
    same = (single.issuer_name_hash, single.issuer_key_hash) == (name, key)
    return same and single.certificate_status != ocsp.OCSPCertStatus.UNKNOWN


def _named(response: ocsp.OCSPResponse, signer: Cert) -> bool:
    """The answer's responderID means this certificate (RFC 6960 4.2.2.3)."""
    if response.responder_key_hash is not None:
        return response.responder_key_hash == hashlib.sha1(signer.key_bits, usedforsecurity=False).digest()
    named = next((each for each in read_item(response.tbs_response_bytes)[0].items() if each.tag == 0xA1), None)
    return named is not None and named.content == signer.subject


def _list_of(crl: x509.CertificateRevocationList, issuer: Cert) -> bool:
    """Signed by this CA, which may sign lists (RFC 5280 6.3.3 (f), (g)), with nothing critical we do not know."""
    parts = read_item(crl.tbs_certlist_bytes)[0].items()
    name = parts[2 if parts[0].tag == INTEGER else 1].whole
    usable = name == issuer.subject and issuer.key is not None
    if not usable or (issuer.usage is not None and not issuer.usage.crl_sign):
        return False
    known = {ExtensionOID.ISSUING_DISTRIBUTION_POINT}
    if any(each.critical and each.oid not in known for each in crl.extensions):
        return False
    return signed_with(issuer.key, crl.signature, crl.tbs_certlist_bytes, crl.signature_hash_algorithm)


def _covers(crl: x509.CertificateRevocationList, subject: Cert) -> bool:
    """A full list, for this kind of certificate, of one of its distribution points (RFC 5280 6.3.3 (b))."""
    scope = next((each.value for each in crl.extensions if isinstance(each.value, x509.IssuingDistributionPoint)), None)
    if scope is None:
        return True
    if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
        return False
    if (scope.only_contains_user_certs and subject.is_ca) or (scope.only_contains_ca_certs and not subject.is_ca):
        return False
    return scope.relative_name is None and (not scope.full_name or bool(set(scope.full_name) & _points(subject)))


def _points(subject: Cert) -> set[x509.GeneralName]:
    found = subject.extensions.get(ExtensionOID.CRL_DISTRIBUTION_POINTS)
    points = found.value if found and isinstance(found.value, x509.CRLDistributionPoints) else ()
    return {name for point in points for name in point.full_name or ()}
