"""The time-stamp authorities of this deployment: servers in the order of the settings, the embedded one last."""

from functools import partial
from urllib.parse import urlsplit

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


def name_of(address: str) -> str:
    """Host and port: an address may hold a password."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
