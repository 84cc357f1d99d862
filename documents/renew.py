"""Proof for the next years: fresh status of the former time-stamp authority, then a new document time-stamp over it all
(ETSI EN 319 142-1 5.5, archive time-stamps). The bytes before stay what they are, as the beginning of the new file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.x509 import ocsp

from documents import tokens
from documents.authority import Authority
from documents.cms import padded
from documents.errors import NotRenewable, RevisionMismatch, TimestampUnavailable
from documents.evidence import Abroad, Evidence
from documents.revisions import BYTE_RANGE
from documents.sign import archived, stamper_evidence, store_of
from documents.timestamp import TimeStamper

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Ends:
    """Until when a complete file can be proven from itself alone."""

    stamped_at: datetime
    """Time of the newest document time-stamp."""
    stamp: datetime
    """End of that time-stamp's certificate: afterwards nothing can be added that would help."""
    status: datetime
    """Until when the status inside speaks for that certificate; before it, a file judged offline is `valid`."""


def ends(pdf: bytes) -> Ends:
    """Read from the file, which is believed: judge it first. Raises NotRenewable("not_complete")."""
    newest = _newest(pdf)
    try:
        store = store_of(pdf)
    except (ValueError, RevisionMismatch):
        raise NotRenewable("not_complete") from None
    certificate = x509.load_der_x509_certificate(newest.signer)
    return Ends(newest.at, certificate.not_valid_after_utc, _status_end(certificate, store))


def renew(pdf: bytes, authority: Authority, tsa: TimeStamper, abroad: Abroad | None = None) -> bytes:
    """The file with validation data for its newest time-stamp and, in a new field `archiveN`, the next one.

    What makes it hold: time of the former stamp <= its status <= time of the new one < end of that status <= end of the
    former certificate. Raises NotRenewable when that cannot be had any more (`timestamp_expired`,
    `timestamp_revoked`, `not_complete`); TimestampUnavailable, SignerUnavailable: call again."""
    former = _newest(pdf)
    now = authority.clock()
    certificate = x509.load_der_x509_certificate(former.signer)
    if now >= certificate.not_valid_after_utc:
        raise NotRenewable("timestamp_expired")
    if authority.status(certificate.serial_number) != "good":
        raise NotRenewable("timestamp_revoked")
    # Whose token it will be must be known before its status goes in: one for nothing shows it.
    probe = tokens.read(tsa.token(sha256(pdf).digest(), now))
    at = probe.at.replace(microsecond=0)  # by its clock, not ours
    if at < former.at.replace(microsecond=0):
        raise TimestampUnavailable("clock: before the former time-stamp")
    status = stamper_evidence(former.signer, authority, abroad, at)
    end = min(_status_end(certificate, status), certificate.not_valid_after_utc)
    if probe.signer != former.signer:
        status += stamper_evidence(probe.signer, authority, abroad, at)
    return archived(pdf, status, authority, tsa, {probe.signer}, at, end)


def _newest(pdf: bytes) -> tokens.Token:
    """The token of the last document time-stamp, which must be the last thing in the file."""
    places = [*BYTE_RANGE.finditer(pdf, max(0, len(pdf) - 65536))]
    last = places[-1] if places else None
    if last is None or int(last[2]) + int(last[3]) != len(pdf):
        raise NotRenewable("not_complete")
    spelled = pdf[int(last[1]) + 1 : int(last[2]) - 1]
    try:
        return tokens.read(padded(bytes.fromhex(spelled.decode("ascii"))))
    except ValueError:
        raise NotRenewable("not_complete") from None


def _status_end(certificate: x509.Certificate, store: Evidence) -> datetime:
    """The earliest of: the newest answer about this certificate, the newest list of each issuer of lists."""
    answers = [_answer_end(each, certificate.serial_number) for each in store.ocsps]
    lists: dict[x509.Name, datetime] = {}
    for crl in map(x509.load_der_x509_crl, store.crls):
        lists[crl.issuer] = max(lists.get(crl.issuer, _NEVER), crl.next_update_utc or _NEVER)
    found = [max(answers, default=_NEVER), *lists.values()]
    if found[0] == _NEVER and certificate.issuer in lists:
        found = found[1:]  # its status is in a list
    return min(found)


def _answer_end(answer: bytes, serial: int) -> datetime:
    try:
        response = ocsp.load_der_ocsp_response(answer)
        fits = response.serial_number == serial
        return (response.next_update_utc or _NEVER) if fits else _NEVER
    except ValueError:
        return _NEVER
