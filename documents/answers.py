"""What an issuing CA says about the certificates it issued: OCSP answers (RFC 6960) and its revocation list (RFC 5280).
Decides nothing: the status is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from documents.certificates import CERT_ID_HASH, OCSP_LIFE, Leaf, key_id, revocation_list

Status = datetime | Literal["good", "unknown"]
"""Of a certificate: when it was revoked, or good, or not ours."""
UNAUTHORIZED = ocsp.OCSPResponseStatus.UNAUTHORIZED
MALFORMED = ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@dataclass(frozen=True)
class Generation:
    """An issuing CA and who answers for what it issued. Rotation makes the next one; the former stays answered for."""

    stem: str
    issuing: Leaf
    responder: Leaf

    def issued(self, certificate: x509.Certificate) -> bool:
        """By the key's identifier: names are the same in every generation."""
        try:
            identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        except (x509.ExtensionNotFound, ValueError):
            return False
        return identifier.key_identifier == key_id(self.issuing.certificate)

    def asked(self, request: ocsp.OCSPRequest) -> bool:
        """Whether the request's CertID names this CA."""
        hashed = issuer_hashes(self.issuing.certificate, request.hash_algorithm)
        return hashed == (request.issuer_name_hash, request.issuer_key_hash)

    def reply(self, request: ocsp.OCSPRequest, status: Status, now: datetime) -> bytes:
        """Answer in the request's own terms, with its nonce."""
        return self.answer(
            request.serial_number, status, now, now + OCSP_LIFE, request.hash_algorithm, nonce=_nonce(request)
        )

    def answer(
        self,
        serial: int,
        status: Status,
        this_update: datetime,
        next_update: datetime,
        algorithm: hashes.HashAlgorithm = CERT_ID_HASH,
        *,
        nonce: x509.OCSPNonce | None = None,
    ) -> bytes:
        """OCSPResponse DER with the responder's certificate inside. Raises SignerUnavailable."""
        words = {"good": ocsp.OCSPCertStatus.GOOD, "unknown": ocsp.OCSPCertStatus.UNKNOWN}
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                *issuer_hashes(self.issuing.certificate, algorithm),
                serial,
                algorithm,
                ocsp.OCSPCertStatus.REVOKED if isinstance(status, datetime) else words[status],
                this_update,
                next_update,
                status if isinstance(status, datetime) else None,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
        )
        if nonce is not None:
            builder = builder.add_extension(nonce, critical=False)
        return builder.sign(self.responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def list(self, revoked: Mapping[int, datetime], now: datetime) -> bytes:
        """CRL of the issuing CA, DER. For those who ask for it; never put into a file, where it would spoil past
        validation once it is out of date. Raises SignerUnavailable."""
        return revocation_list(self.issuing.certificate, self.issuing.key, now, OCSP_LIFE, revoked)


def read_ocsp_request(request: bytes) -> ocsp.OCSPRequest | None:
    """None for what is no request about one certificate."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
        _ = asked.serial_number, asked.hash_algorithm
    except (ValueError, UnsupportedAlgorithm, NotImplementedError):
        return None
    return asked


def refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)


def issuer_hashes(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """issuerNameHash and issuerKeyHash of a CertID (RFC 6960 4.1.1)."""
    point = issuer.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    found = []
    for data in (issuer.subject.public_bytes(), point):
        digest = hashes.Hash(algorithm)
        digest.update(data)
        found.append(digest.finalize())
    return found[0], found[1]


def _nonce(request: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value
    except (x509.ExtensionNotFound, ValueError):
        return None
