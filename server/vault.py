"""The vault: what mediators write for themselves, what is offered in confidence and what is shown in a private talk
lies in the database and among the files only sealed: a copy of the disk or of a backup tells nothing of it.

One random key for the deployment, drawn at the first start. It lies in `vault-key` in the data directory, wrapped by
what protects the authority's keys (HEJIE_CA_PASSPHRASE); without such a passphrase by the deployment's own secret, and
then only an encrypted backup is written."""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from server.custody import CustodyRefused, own_secret
from server.settings import Settings
from server.store.blobs import sync_directory

FILE = "vault-key"
COST = 2**17
"""Scrypt's n for a passphrase a person chose, with r = 8, p = 1 (RFC 7914): half a second for each guess."""
NONCE = 12


class NotOpened(Exception):
    """Sealed with another key or for another place, or altered."""


class Vault:
    """Seals pieces of data (AES-256-GCM, NIST SP 800-38D, random nonces). `what` names the place of a piece, such as
    `note|not_...|3`: a piece moved elsewhere does not open. The name itself is not stored."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(self.key("vault"))

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose of its own (HKDF, RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"hejie-vault-v1|{purpose}".encode()).derive(
            self._key
        )

    def seal(self, what: str, data: bytes) -> bytes:
        """Nonce, ciphertext, tag: 28 bytes longer than `data`."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, data, what.encode())

    def open(self, what: str, sealed: bytes) -> bytes:
        """The data; raises NotOpened."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], what.encode())
        except (InvalidTag, ValueError):
            raise NotOpened from None


def open_vault(settings: Settings) -> Vault:
    """The deployment's vault, made on first use. A passphrase given for the first time wraps the key anew. Blocking.

    Raises CustodyRefused when the passphrase is another than the one the key was wrapped with."""
    path = settings.data / FILE
    by = "passphrase" if settings.ca_passphrase else "own"
    if not path.exists():
        _write(path, _wrap(secrets.token_bytes(32), by, _secret(settings, by)), anew=False)
    key = _read(settings)
    if wrapped_by(path) != by:
        _write(path, _wrap(key, by, _secret(settings, by)), anew=True)
    return Vault(key)


def read_vault(settings: Settings) -> Vault | None:
    """The vault as it is, None before the first start; nothing is made or mended. Blocking. Raises CustodyRefused."""
    return Vault(_read(settings)) if (settings.data / FILE).exists() else None


def _read(settings: Settings) -> bytes:
    path = settings.data / FILE
    try:
        return _unwrap(path.read_bytes(), _secret(settings, wrapped_by(path)))
    except (NotOpened, ValueError, KeyError, TypeError):
        raise CustodyRefused(f"{path}: wrapped with another HEJIE_CA_PASSPHRASE, by a demo, or damaged") from None


def wrapped_by(path: Path) -> str:
    """`passphrase` or `own` (by a secret that may lie beside it); empty when there is no such file."""
    return str(json.loads(path.read_bytes())["by"]) if path.exists() else ""


def _secret(settings: Settings, by: str) -> bytes:
    """What wraps the key: the passphrase, or what a demo protects its keys with, or the secret that signs tickets."""
    if by == "passphrase":
        return (settings.ca_passphrase or "").encode()
    if settings.demo:
        return own_secret(settings.demo_passphrase)
    return settings.secret or own_secret(settings.data / "secret")


def _wrap(key: bytes, by: str, secret: bytes) -> bytes:
    salt, cost = secrets.token_bytes(16), COST if by == "passphrase" else 0
    sealed = Vault(_stretched(secret, salt, cost)).seal("vault-key", key)
    return json.dumps({"by": by, "cost": cost, "salt": salt.hex(), "key": sealed.hex()}).encode() + b"\n"


def _unwrap(text: bytes, secret: bytes) -> bytes:
    facts = json.loads(text)
    stretched = _stretched(secret, bytes.fromhex(facts["salt"]), facts["cost"])
    return Vault(stretched).open("vault-key", bytes.fromhex(facts["key"]))


def _stretched(secret: bytes, salt: bytes, cost: int) -> bytes:
    """A secret a machine drew (cost 0) needs no stretching."""
    if cost:
        return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(secret)
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"hejie-vault-key-v1").derive(secret)


def _write(path: Path, text: bytes, *, anew: bool) -> None:
    """Whole or absent; of two processes that make the first key at once, one wins and both read it."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".vault-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if anew:
            os.replace(draft, path)
        else:
            with suppress(FileExistsError):
                os.link(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
    sync_directory(path.parent)
