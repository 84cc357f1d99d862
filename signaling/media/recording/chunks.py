"""The form of a recording at rest: sealed chunks, one after another, each chained to all before it.

A file is one line that names the recording, then chunks: index, track and length in clear, then AES-256-GCM (NIST SP
800-38D) over what the track brought in some two seconds. The key is drawn for this recording alone, so the index is
nonce enough. The hash of a chunk is taken over the hash before it and the chunk as it lies there: who has no key can
still tell that nothing was changed, left out or put in between. What a killed process left half written is cut off; all
before it stays readable."""

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"hejie-recording-1 "
PLACE = struct.Struct("!LHL")
"""Index, track, bytes of the sealed part."""
TAG = 16
MAX_SEALED = 8 * 1024 * 1024
"""Bytes of one chunk; a longer one is no chunk of ours."""
MAX_LINE = 200


class BadRecording(Exception):
    """Not a recording, altered, or another key: `reason` is a code, `index` the chunk (-1: the file's first line)."""

    def __init__(self, reason: str, index: int = -1) -> None:
        super().__init__(f"{reason} at chunk {index}")
        self.reason = reason
        self.index = index


@dataclass(frozen=True, slots=True)
class Head:
    """How far a recording has come: whole chunks, bytes they and the first line take, hash of the last (hex)."""

    chunks: int
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """One as it lies in the file; `head` is that of the file up to and with it."""

    index: int
    track: int
    sealed: bytes
    before: bytes
    head: Head

    def open(self, key: bytes) -> bytes:
        """What was sealed; raises BadRecording."""
        place = PLACE.pack(self.index, self.track, len(self.sealed))
        try:
            return AESGCM(key).decrypt(_nonce(self.index), self.sealed, place + self.before)
        except InvalidTag:
            raise BadRecording("not_opened", self.index) from None


class Sealer:
    """Makes the bytes of a file in their order; writes nothing itself."""

    def __init__(self, recording: str, key: bytes) -> None:
        self.line = MAGIC + json.dumps({"recording": recording}).encode() + b"\n"
        self._cipher = AESGCM(key)
        self._hash = hashlib.sha256(self.line).digest()
        self.head = Head(0, len(self.line), self._hash.hex())

    def seal(self, track: int, content: bytes) -> bytes:
        """The next chunk; `head` counts it from now on. Raises ValueError for more than could be read back."""
        if len(content) + TAG > MAX_SEALED:
            raise ValueError("too long for a chunk")
        index = self.head.chunks
        place = PLACE.pack(index, track, len(content) + TAG)
        data = place + self._cipher.encrypt(_nonce(index), content, place + self._hash)
        self._hash = hashlib.sha256(self._hash + data).digest()
        self.head = Head(index + 1, self.head.size + len(data), self._hash.hex())
        return data


def name_of(file: IO[bytes]) -> tuple[str, Head]:
    """The recording a file says it is, and the head before its first chunk. Raises BadRecording."""
    line = file.readline(MAX_LINE)
    try:
        if not line.startswith(MAGIC) or not line.endswith(b"\n"):
            raise ValueError
        name = json.loads(line[len(MAGIC) :])["recording"]
    except (ValueError, KeyError, TypeError):
        raise BadRecording("no_recording") from None
    return str(name), Head(0, len(line), hashlib.sha256(line).hexdigest())


def chunks(file: IO[bytes]) -> Iterator[Chunk]:
    """All whole chunks of a file read from its beginning; what was cut off at the end is not among them.

    Raises BadRecording where something else than the next chunk stands."""
    _, head = name_of(file)
    while len(place := file.read(PLACE.size)) == PLACE.size:
        index, track, length = PLACE.unpack(place)
        if index != head.chunks or not TAG <= length <= MAX_SEALED:
            raise BadRecording("not_the_next", head.chunks)
        sealed = file.read(length)
        if len(sealed) < length:
            return
        before = bytes.fromhex(head.hash)
        own = hashlib.sha256(before + place + sealed).hexdigest()
        head = Head(index + 1, head.size + PLACE.size + length, own)
        yield Chunk(index, track, sealed, before, head)


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")
