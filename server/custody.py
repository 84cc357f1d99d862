"""How this deployment opens its authority: which passphrase, which places for keys, which plug-in, and when it refuses.
Knows the settings; what an authority does is the business of `documents`."""

import http.client
import os
import secrets
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from documents import Authority, EventIssuer, SignerUnavailable, csc, issuer, pkcs11, register, upkeep
from documents import keys as key_places
from server import clock
from server.clock import Clock
from server.settings import Settings
from server.store.blobs import sync_directory

PATIENCE = 15.0
"""Seconds a remote CA gets for an answer."""
ANSWER_LIMIT = 1024 * 1024


class CustodyRefused(Exception):
    """The authority in the data directory must not be opened like this; the text says why and what to do."""


class NoPassphrase(CustodyRefused):
    """A real centre's CA is not made without a passphrase for its keys."""


WORDS = {
    "authority_unreadable": "no authority there, or its files are damaged: look at HEJIE_DATA, or restore the backup",
    "certificate_expired": "the certificate has ended: hejie pki renew, or rotate for the issuing CA",
    "certificate_revoked": "the certificate was revoked: hejie pki renew, or rotate for the issuing CA",
    "csc_away": "the remote CA does not answer: look at HEJIE_CSC_URL and the network",
    "csc_login": "the remote CA refused us: look at HEJIE_CSC_CLIENT and HEJIE_CSC_SECRET",
    "csc_not_set": "a key is at a remote CA: set HEJIE_CSC_URL and what goes with it",
    "issuer_not_installed": "the plug-in named by HEJIE_EVENT_ISSUER is not installed",
    "key_file_missing": "a key file is missing: restore it from the backup",
    "passphrase_needed": "the keys are encrypted: set HEJIE_CA_PASSPHRASE or HEJIE_CA_PASSPHRASE_FILE",
    "passphrase_wrong": "HEJIE_CA_PASSPHRASE is not the one the keys were encrypted with",
    "pkcs11_key_missing": "the token does not hold this key: is it the right token?",
    "pkcs11_module_away": "the PKCS#11 module cannot be loaded: look at HEJIE_PKCS11_MODULE",
    "pkcs11_not_set": "a key is in a token: set HEJIE_PKCS11_MODULE, HEJIE_PKCS11_TOKEN and HEJIE_PKCS11_PIN",
    "pkcs11_pin": "the token refused HEJIE_PKCS11_PIN",
    "pkcs11_token_away": "the token named by HEJIE_PKCS11_TOKEN is not there",
    "root_away": "this needs the root's key, which was taken away: give its directory with --root DIR",
    "root_list_expired": "the root's list has run out: bring the root's key, then hejie pki list --root DIR",
    "root_of_another_authority": "that is another authority's root",
}
"""Reason of a SignerUnavailable -> what to do, for operators."""


def words(error: SignerUnavailable) -> str:
    """For a terminal."""
    return f"{error.reason}: {WORDS[error.reason]}" if error.reason in WORDS else error.reason


def passphrase_of(settings: Settings) -> bytes | None:
    """What protects the key files. A demo makes its own and keeps it outside the authority's directory: no key ever
    lies in clear on disk, and a copy of the authority's directory alone opens nothing. Blocking."""
    if settings.ca_passphrase:
        return settings.ca_passphrase.encode()
    return own_secret(settings.demo_passphrase) if settings.demo else None


def stores_of(settings: Settings, now: Clock = clock.system) -> Sequence[key_places.KeyStore]:
    """The places for keys the settings name, besides key files."""
    options, found = settings.keys, list[key_places.KeyStore]()
    if options.module is not None:
        found.append(pkcs11.TokenKeys(options.module, options.token, options.pin))
    if options.csc_url:
        client = csc.CscClient(options.csc_url, options.csc_client, options.csc_secret, post, now, options.csc_pin)
        found.append(csc.CscKeys(client, options.csc_credentials))
    return found


def guest_of(settings: Settings) -> EventIssuer | None:
    """The licensed authority, when a plug-in is chosen. Raises CustodyRefused."""
    if not settings.keys.issuer:
        return None
    try:
        return issuer.plugged_in(settings.keys.issuer, settings.keys.issuer_options)
    except SignerUnavailable as error:
        raise CustodyRefused(f"HEJIE_EVENT_ISSUER: {words(error)}") from error


def open_authority(settings: Settings, now: Clock = clock.system) -> Authority:
    """The CA; made on first use, in demo mode or with HEJIE_CA_PASSPHRASE. Blocking. Raises CustodyRefused."""

    def seconds() -> datetime:
        return now().replace(microsecond=0)

    founded = (settings.authority / register.FILE).exists()
    if founded:
        refuse_other_kind(settings)
    elif settings.ca_passphrase is None and not settings.demo:
        raise NoPassphrase("HEJIE_CA_PASSPHRASE: expected text, it protects the keys of the CA about to be made")
    passphrase = passphrase_of(settings)
    if founded and settings.demo and passphrase:
        upkeep.protect(settings.authority, passphrase)
    origin, chosen = settings.http.origin, settings.keys.place
    stores, guest = stores_of(settings, now), guest_of(settings)
    try:
        if not founded:
            Authority.create(
                settings.authority, settings.centre.name, seconds, passphrase=passphrase, base_url=origin,
                demo=settings.demo, stores=stores, chosen=chosen, guest=guest,
            )  # fmt: skip
        return Authority.open(
            settings.authority, passphrase, clock=seconds, base_url=origin, stores=stores, chosen=chosen, guest=guest
        )
    except SignerUnavailable as error:
        raise CustodyRefused(f"{settings.authority}: {words(error)}") from error


def read_authority(settings: Settings, now: Clock = clock.system) -> Authority:
    """The CA as it is; nothing is made or mended. Blocking. Raises CustodyRefused."""
    refuse_other_kind(settings)
    passphrase = settings.ca_passphrase.encode() if settings.ca_passphrase else None
    if passphrase is None and settings.demo and settings.demo_passphrase.exists():
        passphrase = settings.demo_passphrase.read_bytes()
    try:
        return Authority.open(
            settings.authority, passphrase, clock=now, base_url=settings.http.origin,
            stores=stores_of(settings, now), chosen=settings.keys.place, guest=guest_of(settings),
        )  # fmt: skip
    except SignerUnavailable as error:
        raise CustodyRefused(f"{settings.authority}: {words(error)}") from error


def refuse_other_kind(settings: Settings) -> None:
    """A demo's keys must not sign for a real centre, nor a real centre's keys for a demo, whose passwords are public;
    and a real centre's key files must be encrypted. Raises CustodyRefused."""
    where = settings.authority
    try:
        demo = register.Register.read(where).demo
    except (OSError, ValueError):
        raise CustodyRefused(f"{where}: {WORDS['authority_unreadable']}") from None
    if demo and not settings.demo:
        raise CustodyRefused(
            f"{where} was made in demo mode: its certificates say 演示 and its passphrase lies beside it. A real "
            "centre starts with an empty HEJIE_DATA; set HEJIE_DEMO=1 to open the demo again."
        )
    if settings.demo and not demo:
        raise CustodyRefused(
            f"{where} belongs to a real centre; in demo mode anybody could log in. Unset HEJIE_DEMO, or set HEJIE_DATA "
            "to another directory."
        )
    if not settings.demo and (clear := upkeep.in_clear(where)):
        names = ", ".join(path.name for path in clear)
        raise CustodyRefused(f"{where}: {names} in clear. Set HEJIE_CA_PASSPHRASE and run: hejie pki protect")


def own_secret(path: Path) -> bytes:
    """The secret this deployment made for itself, readable by its user only. Whole or absent, whatever happens while it
    is made; two processes that start at once agree on one. Blocking."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
        sync_directory(path.parent)
    return path.read_bytes()


def post(address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The network for a remote CA: https, or http on this machine. Raises OSError. Blocking."""
    local = address.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:"))
    if not address.startswith("https://") and not local:
        raise OSError("https is needed")
    request = urllib.request.Request(address, data=body, headers=dict(headers))  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read(ANSWER_LIMIT)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(ANSWER_LIMIT)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
