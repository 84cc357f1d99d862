"""`hejie backup` and `hejie restore`: database, files, keys and secret in one archive, taken while the server runs."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server import vault
from server.clock import wire
from server.keeping.archive import BadArchive, packing, unpack
from server.settings import Settings
from server.store import migrate

FORM = 1
TRIES = 5
"""Blobs may be done away with while they are copied (a void ceremony, a former version); then it begins anew."""
LAST = "backup.json"
"""In the data directory: when the last backup was written."""


class NotBackedUp(Exception):
    """No archive was written; the argument is a sentence for the operator."""


@dataclass(frozen=True)
class Written:
    """What a backup holds."""

    path: Path
    files: int
    size: int
    encrypted: bool


def backup(settings: Settings, path: Path, now: datetime) -> Written:
    """Blocking. Raises NotBackedUp, FileExistsError, OSError."""
    passphrase = settings.keeping.backup_passphrase
    if not settings.database.exists():
        raise NotBackedUp(f"there is no database in {settings.data}")
    if not passphrase and (bare := _bare_keys(settings)):
        raise NotBackedUp(f"{bare} is not encrypted: set HEJIE_BACKUP_PASSPHRASE, so that the archive is")
    facts: dict[str, object] = {"form": FORM, "made_at": wire(now), "centre": settings.centre.name}
    with tempfile.TemporaryDirectory(prefix=".hejie-backup-", dir=settings.data) as directory:
        snapshot = Path(directory) / "hejie.sqlite3"
        for _ in range(TRIES):
            before = _blobs(settings)
            _copy_database(settings.database, snapshot)
            count = _pack(settings, path, passphrase, facts, snapshot, before)
            if count is not None:
                break
        else:
            raise NotBackedUp("files kept disappearing while they were copied: try again")
    draft = settings.data / f".{LAST}"
    draft.write_text(json.dumps({"at": wire(now), "encrypted": bool(passphrase)}), encoding="utf-8")
    draft.replace(settings.data / LAST)
    return Written(path, count, path.stat().st_size, bool(passphrase))


def _pack(
    settings: Settings, path: Path, passphrase: str | None, facts: dict[str, object], snapshot: Path, before: set[str]
) -> int | None:
    """Number of files, or None when a blob of before the snapshot is gone: the snapshot may speak of it."""
    try:
        with packing(path, passphrase, facts) as packer:
            names = [("hejie.sqlite3", snapshot), *_own_files(settings)]
            there = _blobs(settings)
            names += [(f"blobs/{name[:2]}/{name}", settings.blobs / name[:2] / name) for name in sorted(before | there)]
            for name, source in names:
                with source.open("rb") as file:
                    packer.add(name, file, os.fstat(file.fileno()).st_size)
            return len(packer.hashes)
    except FileNotFoundError:
        return None


def _own_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Keys and certificates as they are (encrypted), and what the deployment made for itself."""
    for path in sorted(settings.authority.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"pki/{path.relative_to(settings.authority).as_posix()}", path
    for path in (settings.data / "secret", settings.demo_passphrase, settings.data / vault.FILE):
        if path.exists():
            yield path.name, path


def _blobs(settings: Settings) -> set[str]:
    """Names of all files by hash; drafts are not among them."""
    return {path.name for path in settings.blobs.glob("??/*") if len(path.name) == 64}


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup: one consistent state, however much is written meanwhile."""
    target.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there, pages=-1)
        there.execute("PRAGMA journal_mode=DELETE")
    os.chmod(target, 0o600)


def _bare_keys(settings: Settings) -> str | None:
    """Name of a file from which anybody could take keys who reads the archive."""
    if settings.demo_passphrase.exists():
        return settings.demo_passphrase.name
    for path in sorted(settings.authority.rglob("*.key")):
        if b"-----BEGIN ENCRYPTED" not in path.read_bytes()[:64]:
            return path.name
    return vault.FILE if vault.wrapped_by(settings.data / vault.FILE) == "own" else None


def restore(archive: Path, data: Path, passphrase: str | None) -> dict[str, object]:
    """Unpack beside `data`, check everything, then move it there at once. Returns the manifest. Blocking.

    Raises FileExistsError when `data` exists and is not empty, BadArchive, OSError; then nothing was changed."""
    if data.exists() and any(data.iterdir()):
        raise FileExistsError(f"{data} is not empty")
    data.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{data.name}.", dir=data.parent))
    try:
        manifest = unpack(archive, passphrase, draft)
        if manifest.get("form") != FORM:
            raise BadArchive("of a newer version of this program")
        _check(draft)
        (draft / "blobs").mkdir(exist_ok=True)
        if data.exists():
            data.rmdir()
        os.rename(draft, data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _check(draft: Path) -> None:
    """The database is whole and not from the future; every blob is what its name says."""
    database = draft / "hejie.sqlite3"
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            form = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BadArchive(f"the database cannot be read: {type(error).__name__}") from None
    if verdict != "ok":
        raise BadArchive("the database is damaged")
    if form is None or form[0] not in migrate.pending(draft / "none"):
        raise BadArchive("the database is of a newer version of this program")
    for path in (draft / "blobs").glob("??/*"):
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
                raise BadArchive("a file is not what its name says")


def last_backup(settings: Settings) -> datetime | None:
    """When the last backup was written, as far as this data directory knows."""
    try:
        return datetime.fromisoformat(json.loads((settings.data / LAST).read_bytes())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
