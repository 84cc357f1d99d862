"""The machine part of a turn: prepare the updates, judge what came back, put the signatures in. CPU work only."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from documents import Manifest, TimeStamper, accept_turn, assemble, prepare_turn
from server.agreements.ceremony.model import Enrolment


@dataclass(frozen=True)
class Prepared:
    """One file of a turn: what the browser gets. `tail` is everything after F, the own update last."""

    file: str
    base_sha256: str
    change: bytes
    tail: bytes


@dataclass(frozen=True)
class Returned:
    """One file of a turn: what the browser sent back, DER."""

    file: str
    signed_attrs: bytes
    signature: bytes


@dataclass(frozen=True)
class Accepted:
    """One file of a turn, signed: the complete update and the hash of the whole revision."""

    file: str
    change: bytes
    sha256: str


def prepare(
    manifest: Manifest, bases: Mapping[str, tuple[bytes, bytes]], enrolment: Enrolment, at: datetime
) -> tuple[Prepared, ...]:
    """One update per file of the set on its (F, updates so far)."""
    prepared = []
    for file in manifest.files:
        if file.slot(enrolment.slot) is None:
            continue  # not everybody signs every file of the set
        frozen, changes = bases[file.id]
        base = frozen + changes
        change = prepare_turn(base, file, enrolment.slot, enrolment.drawing, at)
        prepared.append(Prepared(file.id, sha256(base).hexdigest(), change, changes + change))
    return tuple(prepared)


def accept(
    manifest: Manifest,
    bases: Mapping[str, tuple[bytes, bytes]],
    changes: Mapping[str, bytes],
    returned: Sequence[Returned],
    certificate: bytes,
    tsa: TimeStamper,
    at: datetime,
) -> tuple[Accepted, ...]:
    """Check every signature first, then time-stamp and assemble each file. The stamps are asked for side by side: a
    slow authority costs a turn its answer once, however many files there are.

    Raises SignatureRejected, TimestampUnavailable; nothing is stored then.
    """
    issuing = manifest.issuing
    for one in returned:
        base = b"".join(bases[one.file])
        accept_turn(base, changes[one.file], one.signed_attrs, one.signature, certificate, issuing)
    accepted = []
    with ThreadPoolExecutor(len(returned)) as pool:
        tokens = list(pool.map(lambda one: tsa.token(sha256(one.signature).digest(), at), returned))
    for one, token in zip(returned, tokens, strict=True):
        base = b"".join(bases[one.file])
        whole = assemble(base, changes[one.file], one.signed_attrs, one.signature, certificate, issuing, token)
        accepted.append(Accepted(one.file, whole[len(base) :], sha256(whole).hexdigest()))
    return tuple(accepted)
