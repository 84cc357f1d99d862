"""Who can sign for the institution: today a key file, later PKCS#11 or a remote CA behind the same two members.
Persons do not sign here: their keys live in their browsers (see revisions.py)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from documents.errors import SignerUnavailable


class Signer(Protocol):
    """A certificate and something that signs for it."""

    @property
    def certificate(self) -> bytes:
        """DER of the signing certificate."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA P-256 over SHA-256(data), DER of (r, s). Raises SignerUnavailable."""


@dataclass(frozen=True)
class KeySigner:
    """A private key in this process. Nonces are derived (RFC 6979), so no weak random source can betray the key."""

    certificate: bytes
    key: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def write_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> None:
    """PKCS#8 PEM readable by its owner only, encrypted when there is a passphrase. Never overwrites."""
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    write_private(path, pem)


def read_key(path: Path, passphrase: bytes | None) -> ec.EllipticCurvePrivateKey:
    """The P-256 key in a file. Raises SignerUnavailable with the reason: missing, passphrase, unusable."""
    try:
        pem = path.read_bytes()
    except OSError:
        raise SignerUnavailable("key_file_missing") from None
    encrypted = b"ENCRYPTED" in pem.split(b"\n", 1)[0]
    if encrypted and not passphrase:
        raise SignerUnavailable("passphrase_needed")
    try:
        key = serialization.load_pem_private_key(pem, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SignerUnavailable("passphrase_wrong" if encrypted else "key_unusable") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SignerUnavailable("key_type")
    return key


def write_private(path: Path, data: bytes) -> None:
    """A new file of mode 0600, on disk before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
