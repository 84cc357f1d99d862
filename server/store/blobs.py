"""Files by their SHA-256. Written to a temporary name, synced, renamed: a blob is whole or absent."""

import asyncio
import hashlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from server.errors import NotFound

HEX = re.compile(r"[0-9a-f]{64}")
DRAFT = ".new-"
PIECE = 256 * 1024
STALE = 600
"""Seconds after which a draft belongs to a process that was killed while it wrote."""


class Blobs:
    """A directory of immutable files `ab/abcdef...`; `put` before the row that names the hash is committed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def put(self, data: bytes) -> str:
        """Store and return the lower-case hex SHA-256. Putting the same bytes again is free."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, sha256: str) -> bytes:
        """The bytes, checked against their name; raises NotFound."""
        return await asyncio.to_thread(self._get, sha256)

    async def need(self, sha256: str) -> None:
        """Raises NotFound if it is not there."""
        if not await asyncio.to_thread(self._path(sha256).is_file):
            raise NotFound("blob")

    async def pieces(self, sha256: str) -> AsyncIterator[bytes]:
        """The same as `get` without holding all of it; the last piece is not given if it is not what its name says."""
        whole = hashlib.sha256()
        with await asyncio.to_thread(self._path(sha256).open, "rb") as file:
            piece = await asyncio.to_thread(file.read, PIECE)
            while piece:
                whole.update(piece)
                following = await asyncio.to_thread(file.read, PIECE)
                if not following and whole.hexdigest() != sha256:
                    raise OSError("blob does not match its name")
                yield piece
                piece = following

    async def open(self, sha256: str) -> IO[bytes]:
        """The file, to be read in places and closed by the caller; raises NotFound."""
        await self.need(sha256)
        return await asyncio.to_thread(self._path(sha256).open, "rb")

    async def remove(self, sha256: str) -> None:
        """Erase (a void ceremony's revisions); absent is fine."""
        await asyncio.to_thread(self._remove, sha256)

    async def tidy(self) -> None:
        """Remove what a killed process left half written; nobody ever knew its name."""
        await asyncio.to_thread(self._tidy)

    def _tidy(self) -> None:
        for draft in self.directory.glob(f"{DRAFT}*"):
            if draft.stat().st_mtime < time.time() - STALE:
                draft.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if not HEX.fullmatch(sha256):
            raise NotFound("blob")
        return self.directory / sha256[:2] / sha256

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.directory, prefix=DRAFT)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        for directory in (path.parent, self.directory):  # the rename, and a new sub-directory, must survive too
            sync_directory(directory)
        return sha256

    def _remove(self, sha256: str) -> None:
        path = self._path(sha256)
        if path.exists():
            path.unlink(missing_ok=True)
            sync_directory(path.parent)  # whoever forgets the name next must not see it come back

    def _get(self, sha256: str) -> bytes:
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound("blob") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise OSError("blob does not match its name")
        return data


def sync_directory(directory: Path) -> None:
    """fsync a directory, so that a rename in it is durable."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
