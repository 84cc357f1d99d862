"""Trust anchors and certificate status handed in from outside. Trust is never taken from the file that is judged."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509 import ocsp

from documents.chain import UNREADABLE, Cert
from documents.der import read_item

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s*(.*?)-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class Anchors:
    """What the verifier brought: certificates to trust and, dated, the status of certificates (DER)."""

    certificates: tuple[Cert, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


def load(items: Sequence[bytes]) -> Anchors:
    """Certificates, OCSP answers and revocation lists from PEM bundles or single DER objects.

    Raises ValueError for anything else: a trust file that cannot be read must not count as no trust."""
    certificates, ocsps, crls = [], [], []
    for item in items:
        for name, der in _blocks(item):
            if name in ("", "CERTIFICATE", "TRUSTED CERTIFICATE") and (found := _certificate(der)):
                certificates.append(found)
            elif name in ("", "OCSP RESPONSE") and is_ocsp(der):
                ocsps.append(der)
            elif name in ("", "X509 CRL") and is_crl(der):
                crls.append(der)
            else:
                raise ValueError("neither a certificate nor a status")
    return Anchors(tuple(certificates), tuple(ocsps), tuple(crls))


def _blocks(item: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and DER of each PEM block; nameless when the item is DER itself."""
    if b"-----BEGIN" not in item:
        yield "", item
        return
    for found in _BLOCK.finditer(item):
        try:
            yield found[1].decode(), b64decode(b"".join(found[2].split()), validate=True)
        except binascii.Error:
            raise ValueError("neither a certificate nor a status") from None


def _certificate(der: bytes) -> Cert | None:
    try:
        return Cert(read_item(der)[0].whole)  # OpenSSL's trusted certificates have something behind it
    except UNREADABLE:
        return None


def is_ocsp(der: bytes) -> bool:
    """A successful OCSP answer, readable to its last single answer."""
    try:
        found = ocsp.load_der_ocsp_response(der)
        if found.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            return False
        return all(each.this_update_utc and each.certificate_status for each in found.responses)
    except UNREADABLE:
        return False


def is_crl(der: bytes) -> bool:
    try:
        found = x509.load_der_x509_crl(der)
        return found.last_update_utc is not None and found.extensions is not None and len(found) >= 0
    except UNREADABLE:
        return False
