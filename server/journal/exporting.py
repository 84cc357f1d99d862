"""Anchors taken elsewhere: a file that tells a later check of any rewriting, also by who owns the database. It holds
the ids of cases and the hash of every entry that was anchored, so that the first that differs is named. Pure."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import rfc8785

from server.clock import wire
from server.journal.anchoring import head_of, tree_over
from server.store.anchors import Anchor, CaseHead

FORM: Literal["hejie-anchors-1"] = "hejie-anchors-1"


class BadExport(ValueError):
    """Not an export of ours, or not what it was."""


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: str
    seq: int
    head: str
    tree: str


class _Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    at: str
    root: str
    token: str
    heads: list[_Head]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`hashes`: of a case's entries, 32 bytes each, one after another, base64."""

    anchors: list[_Anchor]
    hashes: dict[str, str]
    form: Literal["hejie-anchors-1"] = FORM


@dataclass(frozen=True)
class Export:
    """What was taken elsewhere. `hashes` by case, of every entry up to its last anchor."""

    anchors: tuple[Anchor, ...]
    hashes: Mapping[str, list[str]]


def write_export(anchors: Iterable[Anchor], hashes: Mapping[str, list[str]]) -> bytes:
    """Canonical JSON; `hashes` of whole journals, cut where they were anchored last."""
    known = [*anchors]
    upto: dict[str, int] = {}
    for head in (head for one in known for head in one.heads):
        upto[head.case_id] = max(head.seq, upto.get(head.case_id, 0))
    made = _File(
        [
            _Anchor(
                one.id, wire(one.at), one.root, b64encode(one.token).decode(),
                [_Head(head.case_id, head.seq, head.head, head.tree_root) for head in one.heads],
            )
            for one in known
        ],
        {
            case: b64encode(bytes.fromhex("".join(hashes.get(case, [])[:seq]))).decode()
            for case, seq in sorted(upto.items())
        },
    )  # fmt: skip
    return rfc8785.dumps(msgspec.to_builtins(made))


def read_export(data: bytes) -> Export:
    """Raises BadExport where it does not agree with itself; whose time-stamps they are is not asked."""
    try:
        found = msgspec.json.decode(data, type=_File)
        anchors = tuple(
            Anchor(
                one.id, datetime.fromisoformat(one.at), one.root, b64decode(one.token, validate=True),
                tuple(CaseHead(head.case, head.seq, head.head, head.tree) for head in one.heads),
            )
            for one in found.anchors
        )  # fmt: skip
        hashes = {case: _split(b64decode(text, validate=True)) for case, text in found.hashes.items()}
        sound = all(tree_over(one.heads).root.hex() == one.root for one in anchors) and all(
            head == head_of(head.case_id, hashes[head.case_id][: head.seq]) for one in anchors for head in one.heads
        )
    except (ValueError, LookupError) as error:
        raise BadExport(str(error)) from None
    if not sound:
        raise BadExport("it does not agree with itself")
    return Export(anchors, hashes)


def _split(data: bytes) -> list[str]:
    return [data[at : at + 32].hex() for at in range(0, len(data), 32)]
