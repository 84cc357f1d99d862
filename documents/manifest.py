"""M, the manifest of a ceremony: what every browser confirms and every later update is checked against. Pure."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Annotated

import msgspec
import rfc8785

from documents.errors import RevisionMismatch

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Hex16 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
SlotName = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]
Natural = Annotated[int, msgspec.Meta(ge=0)]


class Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The CA, base64 DER."""

    issuing: str
    root: str


class Original(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """R0: the printed file before certification."""

    length: Natural
    sha256: Hex32


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """F: the certified file. `size` is its /Size, `startxref` where its last xref table begins."""

    length: Natural
    sha256: Hex32
    size: Natural
    startxref: Natural


class ManifestSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's signature field: object numbers and the rectangle in whole points."""

    page: Natural
    rank: Natural
    rect: tuple[int, int, int, int]
    slot: SlotName
    widget: Natural


class ManifestFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the set; `reserved` is the room for the CMS object in bytes, `text` the hex H(T)."""

    f: Frozen
    id: str
    id_pair: tuple[Hex16, Hex16]
    info: Natural
    pages: Natural
    r0: Original
    reserved: Natural
    root: Natural
    slots: tuple[ManifestSlot, ...]
    text: Hex32
    title: str

    def slot(self, name: str) -> ManifestSlot | None:
        return next((slot for slot in self.slots if slot.slot == name), None)


class ManifestSignatory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in a slot. The seal is not listed: it is the server's."""

    name: str
    person: str
    rank: Natural
    role: str
    slot: SlotName


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole; `encode` gives the bytes that are hashed."""

    build: str
    ca: Chain
    ceremony: str
    deadline: str
    files: tuple[ManifestFile, ...]
    number: str
    signatories: tuple[ManifestSignatory, ...]
    v: int
    version: int

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read canonical JSON (RFC 8785). Raises RevisionMismatch for other content or another spelling of it."""
        try:
            found = msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RevisionMismatch(f"manifest: {error}") from None
        if found.encode() != data or found.v != 1:
            raise RevisionMismatch("manifest: not canonical")
        return found

    def encode(self) -> bytes:
        return rfc8785.dumps(msgspec.to_builtins(self))

    @property
    def hash(self) -> bytes:
        """H(M), 32 bytes."""
        return sha256(self.encode()).digest()

    @property
    def issuing(self) -> bytes:
        """DER of the CA that issues the event certificates."""
        return base64.b64decode(self.ca.issuing, validate=True)

    def file(self, name: str) -> ManifestFile | None:
        return next((file for file in self.files if file.id == name), None)

    def signatory(self, slot: str) -> ManifestSignatory | None:
        return next((person for person in self.signatories if person.slot == slot), None)
