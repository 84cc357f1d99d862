"""What an authority keeps in its directory beside keys and certificates: authority.json. Who it is, which certificate
is in use, which issuing CAs went before, where each key lives, what of its own was revoked."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from documents.keys import write_private

FILE = "authority.json"
KINDS = ("issuing", "service", "seal", "tsa", "ocsp")


@dataclass(frozen=True)
class Former:
    """An issuing CA that was followed by another, and who answers for it: stems of their files."""

    issuing: str
    ocsp: str


@dataclass(frozen=True)
class Register:
    """Frozen: a change is a new one, written whole."""

    name: str
    base_url: str
    demo: bool
    made: str
    leaves: dict[str, str] = field(default_factory=dict)
    """Kind -> stem of the files in use; absent: the kind itself."""
    former: tuple[Former, ...] = ()
    """Newest first."""
    homes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Stem -> where its key lives: place and name there; absent: a key file of that name."""
    revoked: dict[str, str] = field(default_factory=dict)
    """Serial number in hex -> when, ISO 8601. Certificates of ceremonies are in the server's database instead."""

    @classmethod
    def read(cls, directory: Path) -> Register:
        """Raises OSError, ValueError."""
        return msgspec.json.decode((directory / FILE).read_bytes(), type=cls)

    def write(self, directory: Path) -> None:
        """Whole or not at all."""
        replace_private(directory / FILE, msgspec.json.format(msgspec.json.encode(self), indent=1))

    def stem(self, kind: str) -> str:
        return self.leaves.get(kind, kind)

    def home(self, stem: str) -> tuple[str, str]:
        return self.homes.get(stem, ("file", stem))

    def with_key(self, stem: str, home: tuple[str, str]) -> Register:
        return self if home == ("file", stem) else replace(self, homes=self.homes | {stem: home})

    def with_revoked(self, serial: int, at: datetime) -> Register:
        """The first moment stays: what was revoked once is not revoked later."""
        return replace(self, revoked={f"{serial:x}": at.astimezone(UTC).isoformat()} | self.revoked)

    def revocations(self) -> dict[int, datetime]:
        return {int(serial, 16): datetime.fromisoformat(at) for serial, at in self.revoked.items()}


def replace_private(path: Path, data: bytes) -> None:
    """A file of mode 0600 with new content, or the former content if anything fails."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    write_private(draft, data)
    os.replace(draft, path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
