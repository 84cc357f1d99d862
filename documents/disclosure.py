"""A disclosure: chosen entries of one case's journal with chosen fields, and the proof that they stood in it when a
time-stamp authority saw it. The rest of the journal stays closed: of other entries it holds hashes of hashes, of other
fields commitments under salts of their own. This module says what the file is; judging it is `disclosed.py`'s.

Proof of an entry: its hash is a leaf of the case's tree, twice: when the tree was first anchored with it, which says
since when it exists, and in the last tree of the disclosure, which says that all of it is one history. The tree's root
is a leaf of an anchor, and the anchor's root is what the time-stamp is over."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec
import rfc8785
from msgspec import Meta

from documents import entries

FORM: Literal["hejie-disclosure-1"] = "hejie-disclosure-1"
MAX_FILE = 16 * 1024 * 1024
"""Bytes; a long case's has some hundred thousand."""
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Word = Annotated[str, Meta(min_length=1, max_length=60, pattern="^[a-z0-9_.]+$")]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Path = Annotated[list[Hash], Meta(max_length=40)]
Base64 = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]+={0,2}$")]


class NotADisclosure(ValueError):
    """The bytes are something else; the argument says what is wrong with them."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing is let through that nobody looks at."""


class Opened(_Part, frozen=True):
    """One field with its own salt."""

    salt: Hash
    value: Any


class ByField(_Part, frozen=True, tag="by_field", tag_field="form"):
    """Form 2: some fields, and the commitments of all others, sorted."""

    fields: dict[str, Opened]
    closed: list[Hash]

    def hash(self) -> str:
        shown = [entries.commitment(one.salt, name, one.value) for name, one in self.fields.items()]
        return entries.fields_hash([*shown, *self.closed])


class Whole(_Part, frozen=True, tag="whole", tag_field="form"):
    """Form 1: all of it."""

    salt: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    body: dict[str, Any]

    def hash(self) -> str:
        return entries.whole_hash(self.salt, rfc8785.dumps(self.body).decode())


class Closed(_Part, frozen=True, tag="closed", tag_field="form"):
    """Nothing of it: it was erased."""

    sha256: Hash

    def hash(self) -> str:
        return self.sha256


class Shown(_Part, frozen=True):
    """One entry. `anchor`: the first that has it, by its place in the list; `path` leads to its tree, `last` to the
    last one's (empty where that is the same)."""

    seq: Count
    at: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    kind: Word
    actor: Word
    previous: Hash
    body: ByField | Whole | Closed
    anchor: Count
    path: Path
    last: Path

    def hash(self, case: str) -> str:
        """Raises ValueError where a value has no canonical form."""
        return entries.head_hash(case, self.seq, self.at, self.kind, self.actor, self.body.hash(), self.previous)


class Stamped(_Part, frozen=True):
    """The case's journal in one anchor: `seq` entries, the last of them `head`, `tree` the root over all; its leaf is
    number `index` of the anchor's `size`; `token` is DER."""

    seq: Count
    head: Hash
    tree: Hash
    index: Count
    size: Count
    path: Path
    token: Base64


class FileHead(_Part, frozen=True):
    """An entry whose hash stands in a signed file; nothing else of it is shown. `path` leads to the last tree."""

    seq: Count
    hash: Hash
    path: Path


class Disclosure(_Part, frozen=True):
    """`anchors` by length, shortest first. `certificates`, `answers` and `lists` (DER) tell what the time-stamps'
    certificates are worth; whom to trust is never taken from here."""

    case: Word
    entries: Annotated[list[Shown], Meta(min_length=1, max_length=10_000)]
    anchors: Annotated[list[Stamped], Meta(min_length=1, max_length=2000)]
    heads: Annotated[list[FileHead], Meta(max_length=20)]
    certificates: Annotated[list[Base64], Meta(max_length=100)]
    answers: Annotated[list[Base64], Meta(max_length=100)]
    lists: Annotated[list[Base64], Meta(max_length=100)]
    form: Literal["hejie-disclosure-1"] = FORM


def write_disclosure(made: Disclosure) -> bytes:
    """Canonical JSON, with the hash of all the rest as `sha256`: damage on the way is told from forgery."""
    plain = msgspec.to_builtins(made)
    return rfc8785.dumps(plain | {"sha256": sha256(rfc8785.dumps(plain)).hexdigest()})


def read_disclosure(data: bytes) -> tuple[Disclosure | None, str]:
    """The disclosure, and the first thing wrong with its form: `altered` (its bytes are not those written) or
    `structure`. Raises NotADisclosure."""
    if len(data) > MAX_FILE:
        raise NotADisclosure("too large")
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict) or plain.get("form") != FORM:
        if re.search(rb'"form":\s*"%s"' % FORM.encode(), data):
            return None, "altered"
        raise NotADisclosure("no disclosure of ours")
    told = plain.pop("sha256", None)
    try:
        rest = rfc8785.dumps(plain)
        if sha256(rest).hexdigest() != told or rfc8785.dumps(plain | {"sha256": told}) != data:
            return None, "altered"
        found = msgspec.convert(plain, Disclosure)
    except (ValueError, TypeError, RecursionError):
        return None, "structure"
    return found, "" if _ordered(found) else "structure"


def _ordered(found: Disclosure) -> bool:
    """What the types cannot say: order, places that exist, one spelling of everything."""
    numbers, lengths = [one.seq for one in found.entries], [one.seq for one in found.anchors]
    last = len(lengths) - 1
    return (
        _rising(numbers)
        and _rising(lengths)
        and _rising([one.seq for one in found.heads])
        and all(one.anchor <= last and 0 < one.seq <= lengths[one.anchor] for one in found.entries)
        and all(not one.last for one in found.entries if one.anchor == last)
        and all(0 < one.seq <= lengths[-1] for one in found.heads)
        and all(sorted(one.body.closed) == one.body.closed for one in found.entries if isinstance(one.body, ByField))
        and all(packed(unpacked(one)) == one for one in _binary(found))
    )


def _rising(numbers: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(numbers))


def _binary(found: Disclosure) -> list[str]:
    return [*(one.token for one in found.anchors), *found.certificates, *found.answers, *found.lists]


def packed(data: bytes) -> str:
    return b64encode(data).decode()


def unpacked(text: str) -> bytes:
    """Empty where it is no base64."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""
