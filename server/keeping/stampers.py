"""The time-stamp authorities of this deployment: servers in the order of the settings, the embedded one last; and what
others need to judge the embedded one's stamps."""

from base64 import encodebytes
from functools import partial
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents import Abroad, Authority, RemoteTimestamper, TimestampAuthority, TimeStampers
from server.settings import KeepingOptions
from server.web.outgoing import Outgoing


def abroad_of(options: KeepingOptions, way: Outgoing) -> Abroad:
    """What is known of foreign authorities. Blocking. Raises OSError, ValueError when their certificates cannot be
    read."""
    if options.tsa_certs is None:
        return Abroad(way.fetch)
    return Abroad.knowing(way.fetch, options.tsa_certs.read_bytes())


def stampers_of(options: KeepingOptions, authority: Authority, abroad: Abroad, way: Outgoing) -> TimeStampers:
    """In the order they are asked."""
    remote = [
        RemoteTimestamper(name_of(address), partial(way.stamp, address), abroad.accept) for address in options.tsa_urls
    ]
    own = [TimestampAuthority(authority.signer("tsa"))] if options.tsa_embedded else []
    return TimeStampers([*remote, *own])


def status_file(authority: Authority) -> bytes:
    """PEM: an OCSP answer for each of our time-stamp certificates that has not ended, and the roots' lists. Blocking.

    Raises SignerUnavailable."""
    now = authority.clock()
    stampers = [
        certificate.public_bytes(serialization.Encoding.DER)
        for certificate in authority.own.values()
        if _stamps(certificate) and now < certificate.not_valid_after_utc
    ]
    blocks = [("OCSP RESPONSE", authority.ocsp(each, now)) for each in stampers]
    blocks += [("X509 CRL", each) for each in authority.lists(stampers)]
    return "".join(
        f"-----BEGIN {name}-----\n{encodebytes(data).decode()}-----END {name}-----\n" for name, data in blocks
    ).encode()


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def name_of(address: str) -> str:
    """Host and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
