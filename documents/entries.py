"""What an entry of a case's journal hashes to. Its head is open to whoever holds the entry; its body is hashed with a
salt, in form 1 as a whole, in form 2 each field by itself, so that one can be shown without the others.

Form 2: a field's salt is an HMAC of its name under the entry's salt, and its commitment the hash of the array [salt,
name, value]. The body's hash is over the commitments, sorted, and one more that belongs to no field: a body without
fields is not to be guessed either."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import rfc8785

WHOLE, BY_FIELD = 1, 2
"""Forms of a body."""
_BODY, _FIELD, _BLIND = b"hejie-journal-body-2\n", b"hejie-journal-field-2\n", b"hejie-journal-blind-2\n"


def head_hash(case: str, seq: int, at: str, kind: str, actor: str, body: str, previous: str) -> str:
    """Hex SHA-256 over the RFC 8785 JSON of the head; `body` is the body's hash, `at` RFC 3339 in whole seconds."""
    head: dict[str, str | int] = {
        "actor": actor, "at": at, "body": body, "case": case, "kind": kind, "previous": previous, "seq": seq,
    }  # fmt: skip
    return sha256(rfc8785.dumps(head)).hexdigest()


def anchored(case: str, seq: int, head: str, tree: str) -> bytes:
    """A case as a leaf of an anchor's tree: how long its journal is, its last hash, the root of the tree over all."""
    return rfc8785.dumps({"case": case, "head": head, "seq": seq, "tree": tree})


def whole_hash(salt: str, text: str) -> str:
    """Form 1: hex SHA-256 over salt (hex text), a line feed and the canonical JSON."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()


def field_salt(salt: str, name: str) -> str:
    """Tells nothing of the entry's salt, nor of another field's."""
    return hmac.digest(bytes.fromhex(salt), _FIELD + name.encode(), "sha256").hex()


def commitment(salt: str, name: str, value: Any) -> str:
    """Of one field under its own salt."""
    return sha256(_FIELD + rfc8785.dumps([salt, name, value])).hexdigest()


def blind(salt: str) -> str:
    """The commitment that belongs to no field."""
    return hmac.digest(bytes.fromhex(salt), _BLIND, "sha256").hex()


def commitments(salt: str, body: Mapping[str, Any]) -> dict[str, str]:
    """Of each field, by its name."""
    return {name: commitment(field_salt(salt, name), name, value) for name, value in body.items()}


def fields_hash(found: Iterable[str]) -> str:
    """Form 2, from all commitments, the blind one with them."""
    return sha256(_BODY + "\n".join(sorted(found)).encode()).hexdigest()


def body_hash(form: int, salt: str, text: str) -> str:
    """Of a body as it is kept. Raises ValueError for an unknown form, and in form 2 for a text that is not the
    canonical JSON of an object."""
    if form == WHOLE:
        return whole_hash(salt, text)
    if form != BY_FIELD:
        raise ValueError("form")
    body = json.loads(text)
    if not isinstance(body, dict) or rfc8785.dumps(body) != text.encode():
        raise ValueError("body")
    return fields_hash([*commitments(salt, body).values(), blind(salt)])
