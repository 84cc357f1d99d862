"""M, the manifest of a ceremony: what every browser confirms and every later update is checked against. Pure.
static/src/pdf/manifest.ts reads the same bytes and refuses the same ones."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Iterable
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
import rfc8785

from documents.errors import RevisionMismatch

MANIFEST_VERSION = 2
"""Of the form of M: 2 has mode, clerks, kinds of slots and of the authority."""
RESERVED = 8192
"""Bytes kept in /Contents for the CMS object of a person's signature: room for the token of a foreign authority with
an RSA chain of its own."""
ORGANISATION = "organisation"
CLERK = "clerk"
"""Role in the certificate of whoever signs for a slot that was signed on paper; never a signatory's own."""
Hex = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2})*\Z", max_length=128)]
Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex16 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
SlotName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]
Natural = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Point = Annotated[int, msgspec.Meta(ge=0, le=14_400)]
"""Whole points on a page (ISO 32000-1 annex C: at most 200 inches)."""
Instant = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]
Role = Literal[
    "applicant", "respondent", "representative", "guardian", "interpreter", "witness", "recorder", "mediator",
    "organisation",
]  # fmt: skip


class Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The CA, base64 DER; `licensed` is what the deployment says of it, nobody's proof."""

    issuing: str
    root: str
    kind: Literal["own", "licensed"] = "own"


class Clerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of staff who may sign for somebody who signed on paper."""

    name: str
    person: str


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
    """A signature field: object numbers and the rectangle in whole points. What is drawn in an organisation's is
    shown in seal red, else it is the same."""

    page: Natural
    rank: Natural
    rect: tuple[Point, Point, Point, Point]
    slot: SlotName
    widget: Natural
    kind: Literal["person", "organisation"] = "person"
    struct_parent: Natural | msgspec.UnsetType = msgspec.UNSET
    """The widget's key in the parent tree; absent in files laid out before widgets stood in the structure."""


class ManifestFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the set; `reserved` is the room for the CMS object in bytes, `text` the hex H(T)."""

    f: Frozen
    id: SlotName
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
    """Who signs in a slot; one person may have several. The seal is not listed: it is the server's."""

    name: str
    person: str
    rank: Natural
    role: Role
    slot: SlotName


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole; `encode` gives the bytes that are hashed."""

    build: Hex
    ca: Chain
    ceremony: str
    deadline: Instant
    files: tuple[ManifestFile, ...]
    number: str
    signatories: tuple[ManifestSignatory, ...]
    v: int
    version: Natural
    mode: Literal["together", "separate"] = "together"
    """Separate: everybody agreed to sign at a time of their own, without a barrier."""
    clerks: tuple[Clerk, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read canonical JSON (RFC 8785). Raises RevisionMismatch for other content or another spelling of it."""
        try:
            found = msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RevisionMismatch(f"manifest: {error}") from None
        if found.v != MANIFEST_VERSION or found.encode() != data:
            raise RevisionMismatch("manifest: not canonical")
        if fault := _fault(found):
            raise RevisionMismatch(f"manifest: {fault}")
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

    def clerk(self, name: str) -> Clerk | None:
        return next((clerk for clerk in self.clerks if clerk.name == name), None)

    def signatory(self, slot: str) -> ManifestSignatory | None:
        return next((person for person in self.signatories if person.slot == slot), None)


def _fault(manifest: Manifest) -> str | None:
    """What no shape can say: nothing twice, every slot somebody's, ranks and kinds alike wherever a slot stands."""
    people = {one.slot: one for one in manifest.signatories}
    if not manifest.files or not manifest.signatories:
        return "empty"
    if _twice(file.id for file in manifest.files):
        return "file twice"
    if len(people) != len(manifest.signatories) or _twice(clerk.name for clerk in manifest.clerks):
        return "person twice"
    for file in manifest.files:
        if not file.slots or file.reserved != RESERVED:
            return f"{file.id}: shape"
        if _twice(slot.slot for slot in file.slots) or _twice(slot.widget for slot in file.slots):
            return f"{file.id}: slot twice"
        for slot in file.slots:
            one = people.get(slot.slot)
            if one is None or one.rank != slot.rank or (one.role == ORGANISATION) != (slot.kind == ORGANISATION):
                return f"{file.id}: {slot.slot} without a person"
            if slot.rect[0] >= slot.rect[2] or slot.rect[1] >= slot.rect[3]:
                return f"{file.id}: {slot.slot} without room"
    return None


def _twice(values: Iterable[Hashable]) -> bool:
    found = list(values)
    return len(set(found)) != len(found)
