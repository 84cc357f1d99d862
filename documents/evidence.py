"""Certificates and status of authorities that are not ours, so that their time-stamps can be judged from the file
alone. The network belongs to the caller: it hands in a function that fetches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from documents.certificates import CERT_ID_HASH
from documents.errors import TimestampUnavailable

log = logging.getLogger(__name__)

Fetch = Callable[[str, bytes | None], bytes]
"""Address, body (None: GET; else an OCSP request to POST) -> body of the answer. Raises OSError."""

DEPTH = 6
"""CA certificates between a time-stamp and its root, at most."""
SKEW = timedelta(minutes=5)
"""How far another authority's clock may be ahead of ours."""
_UNREADABLE = (ValueError, TypeError, LookupError, UnsupportedAlgorithm, InvalidSignature)


@dataclass(frozen=True)
class Evidence:
    """Validation data, all DER."""

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    def __add__(self, other: Evidence) -> Evidence:
        """Both, each object once."""
        return Evidence(
            tuple(dict.fromkeys(self.certificates + other.certificates)),
            tuple(dict.fromkeys(self.ocsps + other.ocsps)),
            tuple(dict.fromkeys(self.crls + other.crls)),
        )


@dataclass
class Abroad:
    """What is known of foreign authorities, and how to ask for more.

    `certificates` are DER: CA certificates handed in by the operator and those seen in tokens. `roots`: where a chain
    must end for a token to be worth taking; empty: anywhere."""

    fetch: Fetch
    certificates: list[bytes] = field(default_factory=list)
    roots: frozenset[bytes] = frozenset()
    _accepted: set[bytes] = field(default_factory=set)

    @classmethod
    def knowing(cls, fetch: Fetch, bundle: bytes) -> Abroad:
        """With a PEM bundle: its self-signed certificates are the roots. Raises ValueError when it holds none."""
        found = x509.load_pem_x509_certificates(bundle)
        roots = frozenset(_der(each) for each in found if _issued(each, each))
        if not roots:
            raise ValueError("no root certificate")
        return cls(fetch, [_der(each) for each in found], roots)

    def accept(self, certificates: Iterable[bytes]) -> None:
        """Of a token, the signer's first: remember them, and see where they lead. Raises TimestampUnavailable."""
        leaf, *rest = certificates
        if leaf in self._accepted:
            return
        self.learn(rest)
        root = self._chain(leaf)[-1]
        if self.roots and _der(root) not in self.roots:
            raise TimestampUnavailable(f"{_name(root)}: not one of the roots given")
        self._accepted.add(leaf)

    def learn(self, certificates: Iterable[bytes]) -> None:
        """Remember CA certificates."""
        self.certificates += [each for each in certificates if each not in self.certificates]

    def evidence(self, leaf: bytes, at: datetime) -> Evidence:
        """The chain of a time-stamp certificate up to its root, and for each link an answer or list good at `at`.

        Raises TimestampUnavailable, with the subject's common name and the cause."""
        chain = self._chain(leaf)
        found = Evidence(tuple(_der(each) for each in chain))
        for subject, issuer in pairwise(chain):
            found += self._status(subject, issuer, at)
        return found

    def _chain(self, leaf: bytes) -> list[x509.Certificate]:
        chain = [x509.load_der_x509_certificate(leaf)]
        while not _issued(chain[-1], chain[-1]):
            if len(chain) > DEPTH:
                raise TimestampUnavailable(f"{_name(chain[0])}: chain too long")
            issuer = self._issuer(chain[-1])
            if issuer is None:
                raise TimestampUnavailable(f"{_name(chain[-1])}: issuer's certificate unknown")
            chain.append(issuer)
        return chain

    def _issuer(self, subject: x509.Certificate) -> x509.Certificate | None:
        for known in _loaded(self.certificates):
            if known.subject == subject.issuer and _issued(subject, known):
                return known
        for address in _addresses(subject, AuthorityInformationAccessOID.CA_ISSUERS):
            for known in _loaded([self._fetched(address, None)]):
                if known.subject == subject.issuer and _issued(subject, known):
                    self.learn([_der(known)])
                    return known
        return None

    def _fetched(self, address: str, body: bytes | None) -> bytes | None:
        try:
            return self.fetch(address, body)
        except OSError as error:
            log.warning("status.unreachable", extra={"address": address, "cause": type(error).__name__})
            return None

    def _status(self, subject: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Evidence:
        """An OCSP answer where the certificate offers one, else the issuer's list: a list about a leaf makes some
        validators fail years later."""
        for address in _addresses(subject, AuthorityInformationAccessOID.OCSP):
            request = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, CERT_ID_HASH).build()
            answer = self._fetched(address, request.public_bytes(serialization.Encoding.DER))
            if answer is not None and (responder := _good_answer(answer, subject, issuer, at)) is not None:
                return Evidence(responder, (answer,))
        for address in _lists(subject):
            found = self._fetched(address, None)
            if found is not None and (crl := _good_list(found, subject, issuer, at)) is not None:
                return Evidence(crls=(crl,))
        raise TimestampUnavailable(f"{_name(subject)}: status unknown")


def _loaded(items: Iterable[bytes | None]) -> list[x509.Certificate]:
    found = []
    for item in items:
        try:
            if item is not None:
                pem = item.lstrip().startswith(b"-----")
                found.append((x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate)(item))
        except _UNREADABLE:
            continue
    return found


def _good_answer(
    answer: bytes, subject: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> tuple[bytes, ...] | None:
    """The responder's certificates if the answer is of the issuer or a responder it named (RFC 6960 4.2.2.2), open at
    `at`, and good. Raises TimestampUnavailable when it says revoked."""
    try:
        response = ocsp.load_der_ocsp_response(answer)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        if response.serial_number != subject.serial_number:
            return None
        inside = response.certificates
        signer = next((each for each in inside if _may_answer(each, issuer)), issuer)
        algorithm = response.signature_hash_algorithm
        if algorithm is None:
            return None
        _verify(signer, response.signature, response.tbs_response_bytes, algorithm)
        this_update, next_update = response.this_update_utc, response.next_update_utc
    except _UNREADABLE:
        return None
    if this_update > at + SKEW or next_update is None or next_update <= at:
        return None
    if response.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        raise TimestampUnavailable(f"{_name(subject)}: revoked")
    if response.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        return None
    return tuple(_der(each) for each in inside if each == signer)


def _may_answer(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage and _issued(certificate, issuer)


def _good_list(data: bytes, subject: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bytes | None:
    try:
        pem = data.lstrip().startswith(b"-----")
        crl = (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(data)
        key = issuer.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) or not crl.is_signature_valid(key):
            return None
        entry = crl.get_revoked_certificate_by_serial_number(subject.serial_number)
        end = crl.next_update_utc
    except _UNREADABLE:
        return None
    if crl.issuer != issuer.subject or crl.last_update_utc > at + SKEW or end is None or end <= at:
        return None
    if entry is not None:
        raise TimestampUnavailable(f"{_name(subject)}: revoked")
    return crl.public_bytes(serialization.Encoding.DER)


def _verify(signer: x509.Certificate, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key = signer.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    else:
        raise InvalidSignature


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except _UNREADABLE:
        return False
    return True


def _addresses(certificate: x509.Certificate, method: x509.ObjectIdentifier) -> list[str]:
    """HTTP addresses of one kind in authorityInfoAccess."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    places = [each.access_location for each in access if each.access_method == method]
    return [each.value for each in places if isinstance(each, x509.UniformResourceIdentifier) and _web(each.value)]


def _lists(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier) and _web(name.value)]


def _web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _name(certificate: x509.Certificate) -> str:
    """Common name, for operators; time-stamp authorities are no persons."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else f"{certificate.serial_number:x}"
