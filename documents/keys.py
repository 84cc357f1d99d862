"""Who can sign for the institution: a key file here, a hardware module (pkcs11.py) or a remote CA (csc.py) behind the
same members. Persons do not sign here: their keys live in their browsers (see revisions.py)."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7

from documents.der import integer, octets, oid, sequence
from documents.errors import SignerUnavailable

DRAWN = 32
"""A passphrase of so many bytes was drawn by a machine."""
SCRYPT_N = 2**14
"""With r = 8: 16 MB for each guess; more than 32 MB OpenSSL does not read."""


class Signer(Protocol):
    """A certificate and something that signs for it."""

    @property
    def certificate(self) -> bytes:
        """DER of the signing certificate."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA P-256 over SHA-256(data), DER of (r, s). Raises SignerUnavailable."""


class KeyStore(Protocol):
    """A place where private keys of the institution are made and stay."""

    @property
    def kind(self) -> str:
        """`file`, `pkcs11` or `csc`; written beside each key's name, so that it is looked for where it was made."""

    def takes(self, kind: str) -> bool:
        """Whether this place has room for a key of that kind (issuing, service, seal, tsa, ocsp)."""

    def make(self, stem: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
        """A new key for that certificate, and the name by which it is found again. Raises SignerUnavailable."""

    def open(self, name: str, public: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePrivateKey:
        """The key with that name, whose other half is known. Raises SignerUnavailable at once for a key file; a key
        elsewhere is asked for when it is to sign, so that a centre opens while its module is away."""

    def where(self, name: str) -> str:
        """For people: where the key lives."""


class DistantKey(ec.EllipticCurvePrivateKey):
    """A private key that is not in this process, as one of the library's own kind: certificates, lists and answers are
    signed with it by the same code. `ask` signs data (ECDSA P-256, SHA-256, DER) and is not believed: what does not
    verify is never given on."""

    def __init__(self, public: ec.EllipticCurvePublicKey, ask: Callable[[bytes], bytes]) -> None:
        self._public, self._ask = public, ask

    def sign(self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        if not isinstance(signature_algorithm.algorithm, hashes.SHA256) or not isinstance(data, bytes | bytearray):
            raise SignerUnavailable("key_algorithm")
        signature = self._ask(bytes(data))
        try:
            self._public.verify(signature, bytes(data), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise SignerUnavailable("signature_wrong") from None
        return signature

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise SignerUnavailable("key_elsewhere")

    def private_numbers(self) -> NoReturn:
        raise SignerUnavailable("key_elsewhere")

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> NoReturn:
        raise SignerUnavailable("key_elsewhere")

    def __copy__(self) -> DistantKey:
        return self

    def __deepcopy__(self, memo: object) -> DistantKey:
        return self


@dataclass(frozen=True)
class KeySigner:
    """A private key of this process, or a distant one. Here nonces are derived (RFC 6979), so that no weak random
    source can betray the key."""

    certificate: bytes
    key: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


@dataclass(frozen=True)
class GuardedSigner:
    """Signs only as long as `check` does not raise SignerUnavailable."""

    inner: Signer
    check: Callable[[], None]

    @property
    def certificate(self) -> bytes:
        return self.inner.certificate

    def sign(self, data: bytes) -> bytes:
        self.check()
        return self.inner.sign(data)


@dataclass(frozen=True)
class FileKeys:
    """One PKCS#8 file for each key, named after it, in the authority's directory."""

    directory: Path
    passphrase: bytes | None
    new: Callable[[], ec.EllipticCurvePrivateKey]
    kind: str = "file"

    def takes(self, kind: str) -> bool:
        return True

    def make(self, stem: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
        key = self.new()
        write_key(self.directory / f"{stem}.key", key, self.passphrase)
        return key, stem

    def open(self, name: str, public: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePrivateKey:
        return read_key(self.directory / f"{name}.key", self.passphrase)

    def where(self, name: str) -> str:
        try:
            hidden = is_encrypted((self.directory / f"{name}.key").read_bytes())
        except OSError:
            return f"file {name}.key: missing"
        return f"file {name}.key, {'encrypted' if hidden else 'IN CLEAR'}"


@dataclass(frozen=True)
class KeyRing:
    """All places this deployment knows, and which of them new keys go to: the chosen one if it takes that kind, else
    a key file."""

    files: FileKeys
    others: tuple[KeyStore, ...] = ()
    chosen: str = "file"

    def make(self, kind: str, stem: str) -> tuple[ec.EllipticCurvePrivateKey, tuple[str, str]]:
        """A new key and its home: place and name."""
        place = self._place(self.chosen)
        if not place.takes(kind):
            place = self.files
        key, name = place.make(stem)
        return key, (place.kind, name)

    def open(self, home: tuple[str, str], public: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePrivateKey:
        """The key that lives there. Raises SignerUnavailable, now or when it is to sign."""
        return self._place(home[0]).open(home[1], public)

    def where(self, home: tuple[str, str]) -> str:
        """For people."""
        try:
            return self._place(home[0]).where(home[1])
        except SignerUnavailable:
            return f"{home[0]} {home[1]}: not named in the settings"

    def _place(self, kind: str) -> KeyStore:
        for place in (self.files, *self.others):
            if place.kind == kind:
                return place
        raise SignerUnavailable(f"{kind}_not_set")


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def write_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> None:
    """PKCS#8 PEM readable by its owner only, encrypted when there is a passphrase. Never overwrites."""
    write_private(path, key_pem(key, passphrase))


def key_pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> bytes:
    """PKCS#8, encrypted when there is a passphrase: one that a person chose is made costly to guess by scrypt, which
    OpenSSL reads as well; one that a machine drew needs no more than the library's own form."""
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    if passphrase and len(passphrase) < DRAWN:
        plain = key.private_bytes(serialization.Encoding.DER, pkcs8, serialization.NoEncryption())
        text = b64encode(_scrypt_pkcs8(plain, passphrase)).decode()
        lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
        return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{lines}\n-----END ENCRYPTED PRIVATE KEY-----\n".encode()
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(pem, pkcs8, encryption)


def _scrypt_pkcs8(plain: bytes, passphrase: bytes) -> bytes:
    """EncryptedPrivateKeyInfo by PBES2 (RFC 8018 6.2) with scrypt (RFC 7914 7.1) and AES-256-CBC."""
    salt, start = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=8, p=1).derive(passphrase)
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES256(secret), modes.CBC(start)).encryptor()
    content = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    derivation = sequence(
        oid("1.3.6.1.4.1.11591.4.11"), sequence(octets(salt), integer(SCRYPT_N), integer(8), integer(1))
    )
    scheme = sequence(oid("2.16.840.1.101.3.4.1.42"), octets(start))
    return sequence(sequence(oid("1.2.840.113549.1.5.13"), sequence(derivation, scheme)), octets(content))


def read_key(path: Path, passphrase: bytes | None) -> ec.EllipticCurvePrivateKey:
    """The P-256 key in a file. Raises SignerUnavailable with the reason: missing, passphrase, unusable."""
    try:
        pem = path.read_bytes()
    except OSError:
        raise SignerUnavailable("key_file_missing") from None
    encrypted = is_encrypted(pem)
    if encrypted and not passphrase:
        raise SignerUnavailable("passphrase_needed")
    try:
        key = serialization.load_pem_private_key(pem, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SignerUnavailable("passphrase_wrong" if encrypted else "key_unusable") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SignerUnavailable("key_type")
    return key


def is_encrypted(pem: bytes) -> bool:
    """Whether a key file needs a passphrase."""
    return b"ENCRYPTED" in pem.split(b"\n", 1)[0]


def write_private(path: Path, data: bytes) -> None:
    """A new file of mode 0600, on disk before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
