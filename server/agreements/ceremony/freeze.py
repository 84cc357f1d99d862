"""Freezing a text: layout, certification, manifest M. CPU work without database; the caller runs it in a thread."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

import rfc8785

from documents import (
    MANIFEST_VERSION,
    RESERVED,
    Authority,
    DocumentText,
    EventIssuer,
    Fonts,
    Laid,
    Manifest,
    TimeStamper,
    certify,
    frozen_facts,
    lay_out,
    text_hash,
)
from server.agreements.ceremony.store import NewFile
from server.clock import wire
from server.errors import JsonValue


@dataclass(frozen=True)
class Occasion:
    """What M says beside the files."""

    ceremony: str
    number: str
    deadline: datetime
    build: str
    people: Mapping[str, str]
    """Slot -> person id, for the slots signed in turns; one person may have several."""
    mode: Literal["together", "separate"] = "together"
    clerks: tuple[tuple[str, str], ...] = ()
    """(name, account) of the staff who may sign for somebody who signed on paper."""
    of_party: Mapping[str, str] = field(default_factory=dict)
    """File id -> the one party whose paper it is. Not in M: others learn only what it is called and who signs it."""


@dataclass(frozen=True)
class FrozenSet:
    """The certified files and the manifest's canonical bytes."""

    files: tuple[NewFile, ...]
    manifest: bytes
    manifest_sha256: str


def freeze(
    texts: Sequence[tuple[str, DocumentText]],
    occasion: Occasion,
    authority: Authority,
    tsa: TimeStamper,
    fonts: Fonts,
    issuer: EventIssuer | None = None,
) -> FrozenSet:
    """Print and certify every (file id, text) and describe them in M; `issuer` (the authority itself where there is no
    other) certifies its people.

    Blocking, about 100 ms per file.

    Raises MissingGlyphs, FontUnavailable, TimestampUnavailable.
    """
    issuer = issuer or authority
    made = [_file(name, text, occasion.of_party.get(name), authority, tsa, fonts) for name, text in texts]
    signatories = {one.slot: one for _, text in texts for one in text.people}
    plain: dict[str, JsonValue] = {
        "build": occasion.build,
        "ca": {"issuing": _b64(issuer.chain_der[0]), "kind": issuer.kind, "root": _b64(issuer.chain_der[-1])},
        "ceremony": occasion.ceremony,
        "deadline": wire(occasion.deadline),
        "files": [dict[str, JsonValue](entry) for entry, _ in made],
        "clerks": [{"name": name, "person": person} for name, person in occasion.clerks],
        "mode": occasion.mode,
        "number": occasion.number,
        "signatories": [
            {
                "name": one.name,
                "person": occasion.people[one.slot],
                "rank": one.rank,
                "role": one.role,
                "slot": one.slot,
            }
            for one in signatories.values()
        ],
        "v": MANIFEST_VERSION,
        "version": 1,
    }
    manifest = Manifest.parse(rfc8785.dumps(plain)).encode()
    return FrozenSet(tuple(new for _, new in made), manifest, sha256(manifest).hexdigest())


def _file(
    name: str, text: DocumentText, of_party: str | None, authority: Authority, tsa: TimeStamper, fonts: Fonts
) -> tuple[dict[str, JsonValue], NewFile]:
    laid: Laid = lay_out(text, fonts)
    certified = asyncio.run(certify(laid.pdf, authority, tsa))
    facts = frozen_facts(certified)
    people = {person.slot: person for person in text.people}
    places = [place for place in laid.slots if place.slot in people]
    entry: dict[str, JsonValue] = {
        "f": {"length": facts.length, "sha256": facts.sha256, "size": facts.size, "startxref": facts.startxref},
        "id": name,
        "id_pair": list(facts.id_pair),
        "info": facts.info,
        "pages": laid.pages,
        "r0": {"length": len(laid.pdf), "sha256": sha256(laid.pdf).hexdigest()},
        "reserved": RESERVED,
        "root": facts.root,
        "slots": [
            {
                "kind": "organisation" if people[place.slot].kind == "organisation" else "person",
                "page": place.page_object,
                "rank": people[place.slot].rank,
                "rect": list(place.rect),
                "slot": place.slot,
                "struct_parent": place.struct_parent,
                "widget": place.widget_object,
            }
            for place in places
        ],
        "text": text_hash(text),
        "title": text.title,
    }
    return entry, NewFile(name, text.title, laid.pages, certified, text_hash(text), of_party)


def _b64(data: bytes) -> str:
    return b64encode(data).decode()
