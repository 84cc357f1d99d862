"""The form of a backup: a tar file whose last member lists the SHA-256 of all others, optionally encrypted whole with a
passphrase (scrypt, then AES-256-GCM in chunks). Knows nothing of what is in it.

Encrypted form: MAGIC, one JSON line (salt, cost, prefix; hex), then chunks of 64 KiB, each sealed with its number and
whether it is the last (STREAM, Hoang, Reyhanitabar, Rogaway, Vizar 2015), so that none can be changed, left out, moved
or cut off unseen."""

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"hejie-backup-1\n"
MANIFEST = "manifest.json"
CHUNK = 64 * 1024
TAG = 16
COST = 2**17
"""Scrypt's n, with r = 8, p = 1: 128 MB and about half a second for each guess (RFC 7914)."""
_MOST = 2**20


class BadArchive(Exception):
    """Not a backup, damaged, or another passphrase; the argument is a sentence for the operator."""


class _Sealed(io.RawIOBase):
    """Encrypts what is written to it."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        salt, self._prefix = secrets.token_bytes(16), secrets.token_bytes(7)
        head = json.dumps({"cost": COST, "prefix": self._prefix.hex(), "salt": salt.hex()}).encode() + b"\n"
        self._file, self._head, self._count = file, MAGIC + head, 0
        self._cipher = AESGCM(_key(passphrase, salt, COST))
        self._held = bytearray()
        file.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._held += piece
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(piece)

    def finish(self) -> None:
        """The last chunk; without it the archive counts as cut off."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._count, last=last), chunk, self._head))
        self._count += 1


class _Opened(io.RawIOBase):
    """Decrypts what is read from it; every byte given out was authenticated."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        line = file.readline(1024)
        try:
            facts = json.loads(line)
            salt, self._prefix, cost = bytes.fromhex(facts["salt"]), bytes.fromhex(facts["prefix"]), int(facts["cost"])
        except (ValueError, KeyError, TypeError):
            raise BadArchive("the head is damaged") from None
        if not 2**14 <= cost <= _MOST or cost & (cost - 1):
            raise BadArchive("the head is damaged")
        self._file, self._head, self._count = file, MAGIC + line, 0
        self._cipher = AESGCM(_key(passphrase, salt, cost))
        self._next = file.read(CHUNK + TAG)
        self._held, self._over = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._held and not self._over:
            self._open()
        piece = self._held[: len(view)]
        view[: len(piece)] = piece
        self._held = self._held[len(piece) :]
        return len(piece)

    def _open(self) -> None:
        chunk, self._next = self._next, self._file.read(CHUNK + TAG)
        self._over = not self._next
        nonce = _nonce(self._prefix, self._count, last=self._over)
        try:
            self._held = self._cipher.decrypt(nonce, chunk, self._head)
        except InvalidTag:
            cause = "another passphrase, or damaged" if self._count == 0 else "damaged or cut off"
            raise BadArchive(cause) from None
        self._count += 1


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class Packer:
    """Puts files into an archive and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.hashes: dict[str, str] = {}

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """`size` bytes of `file`. Raises OSError when there are fewer."""
        digest = _Counted(file)
        self._tar.addfile(_member(name, size), digest)
        self.hashes[name] = digest.hash.hexdigest()


class _Counted(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        return data


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def packing(path: Path, passphrase: str | None, facts: dict[str, object]) -> Iterator[Packer]:
    """Write an archive; it appears under its name only when whole. Raises FileExistsError, OSError."""
    if path.exists():
        raise FileExistsError(f"{path} exists")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            sealed = _Sealed(file, passphrase) if passphrase else None
            with tarfile.open(fileobj=sealed or file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                packer = Packer(tar)
                yield packer
                manifest = json.dumps({**facts, "files": packer.hashes}, ensure_ascii=False, indent=1).encode()
                tar.addfile(_member(MANIFEST, len(manifest)), io.BytesIO(manifest))
            if sealed is not None:
                sealed.finish()
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # refuses to overwrite, unlike a rename
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def unpack(path: Path, passphrase: str | None, into: Path) -> dict[str, object]:
    """All files of an archive below `into`, which is empty, each compared with the manifest, which is returned.

    Raises BadArchive, OSError; then `into` holds rubbish."""
    hashes: dict[str, str] = {}
    manifest: dict[str, object] | None = None
    with path.open("rb") as file:
        try:
            with tarfile.open(fileobj=_plain(file, passphrase), mode="r|") as tar:
                for member in tar:
                    data = tar.extractfile(member)
                    if manifest is not None or data is None or not _safe(member.name) or member.name in hashes:
                        raise BadArchive("holds what no backup of ours holds")
                    if member.name == MANIFEST:
                        manifest = json.loads(data.read())
                    else:
                        hashes[member.name] = _write(into / member.name, data)
        except (tarfile.TarError, ValueError, EOFError):
            raise BadArchive("no backup, or damaged") from None
    if manifest is None:
        raise BadArchive("cut off: the list of files is missing")
    if manifest.get("files") != hashes:
        raise BadArchive("a file differs from the list of files")
    return manifest


def _plain(file: IO[bytes], passphrase: str | None) -> IO[bytes]:
    encrypted = file.read(len(MAGIC)) == MAGIC
    if not encrypted:
        file.seek(0)
        return file
    if not passphrase:
        raise BadArchive("encrypted: its passphrase is needed (HEJIE_BACKUP_PASSPHRASE)")
    return io.BufferedReader(_Opened(file, passphrase), CHUNK)


def _safe(name: str) -> bool:
    parts = name.split("/")
    return bool(name) and "\\" not in name and "\0" not in name and not {"", ".", ".."} & set(parts)


def _write(path: Path, data: IO[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := data.read(CHUNK):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
