"""Where the sealed files lie, and what is done with one: keys drawn and kept, checked, opened, removed. Blocking."""

import io
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from server.recordings.model import Recording, RecordingDamaged
from server.store.blobs import sync_directory
from server.vault import NotOpened, Vault
from signaling.media.recording import BadRecording, Head, Order, Summary, inspect, salvage

KEY = 32


@dataclass(frozen=True)
class Shelf:
    """A directory of `rec_....sealed`, and the vault that holds their keys."""

    directory: Path
    vault: Vault

    def path(self, recording: str) -> Path:
        return self.directory / f"{recording}.sealed"

    def new_key(self, recording: str) -> tuple[bytes, bytes]:
        """A key for one recording, in clear and as it is kept."""
        key = secrets.token_bytes(KEY)
        return key, self.vault.seal(_place(recording), key)

    def create(self, recording: str) -> io.FileIO:
        """The empty file, for its user only. Raises OSError."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path(recording), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        sync_directory(self.directory)
        return io.FileIO(handle, "wb")

    def found(self, recording: Recording) -> Head:
        """How far the file reaches that a killed process left. Of one that is lost or altered, what the journal says it
        was: it will be found damaged."""
        known = head_of(recording)
        try:
            return salvage(self.path(recording.id), known)
        except (OSError, BadRecording):
            return known or Head(0, 0, "")

    def check(self, recording: Recording) -> Summary:
        """The chain is whole and reaches what the journal says. Raises RecordingDamaged."""
        try:
            summary = inspect(self.path(recording.id), head_of(recording))
        except BadRecording as error:
            raise RecordingDamaged(error.reason) from None
        except OSError:
            raise RecordingDamaged("no_file") from None
        if summary.recording != recording.id:
            raise RecordingDamaged("another_recording")
        return summary

    def order(self, recording: Recording, into: Path, people: Collection[str] | None) -> Order:
        """For films of these people, or of everybody, below `into`. Raises RecordingDamaged."""
        path = self.path(recording.id)
        if not path.exists():
            raise RecordingDamaged("no_file")
        try:
            key = self.vault.open(_place(recording.id), recording.key or b"")
        except NotOpened:
            raise RecordingDamaged("no_key") from None
        wanted = None if people is None else [*people]
        return Order(recording.id, str(path.resolve()), key, head_of(recording), str(into.resolve()), wanted)

    def remove(self, recording: str) -> None:
        """For good; absent is fine."""
        self.path(recording).unlink(missing_ok=True)


def head_of(recording: Recording) -> Head | None:
    """As in the journal; None where nothing was written down yet."""
    return Head(recording.chunks, recording.size, recording.head) if recording.head else None


def _place(recording: str) -> str:
    return f"recording|{recording}"
