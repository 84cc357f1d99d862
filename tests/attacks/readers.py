"""The readers under fuzzing and the one thing each may raise; everything else is a crash."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from documents import cms, der, event, grammar, spelling, structure, tokens, trust
from documents.der import BadDer
from documents.errors import DocumentError, RevisionMismatch, SignatureRejected, UnreadablePdf
from documents.manifest import Manifest
from documents.persons import accept_turn, check_file
from documents.verify import verify

if TYPE_CHECKING:
    from tests.attacks.forge import Bench, Input

GOLDEN = Path(__file__).parents[1] / "data" / "ceremony"
Reader = Callable[["Bench", "Input"], str]


def _file(bench: Bench, case: Input) -> str:
    own = (case.own, bench.drawings[case.own]) if case.own else None
    try:
        check_file(bench.bytes_of(case), bench.manifest, "agreement", own)
    except (RevisionMismatch, SignatureRejected) as error:
        return error.reason
    except Exception as error:
        return f"crash: {error!r}"
    return "accepted"


def _manifest(bench: Bench, case: Input) -> str:
    try:
        Manifest.parse(bench.bytes_of(case))
    except RevisionMismatch:
        return "manifest_malformed"
    except Exception as error:
        return f"crash: {error!r}"
    return "accepted"


def _certificate(bench: Bench, case: Input) -> str:
    return _quiet(event.read, bench.bytes_of(case))


def _der(bench: Bench, case: Input) -> str:
    return _quiet(der.check_strict, bench.bytes_of(case))


SHARED: dict[str, Reader] = {"file": _file, "manifest": _manifest, "certificate": _certificate, "der": _der}
"""Read by both languages."""


def _quiet(read: Callable[[bytes], object], data: bytes, *may: type[Exception]) -> str:
    try:
        read(data)
    except (BadDer, DocumentError, *may):
        return "refused"
    except Exception as error:
        return f"crash: {error!r}"
    return "accepted"


def _structure(data: bytes) -> None:
    try:
        revisions = structure.read(data)
    except structure.Broken:
        return
    grammar.read(data, revisions)


def _token(data: bytes) -> None:
    """Asked about the imprint it has, so that the rest is read, too."""
    try:
        tokens.check(data, cms.imprint(data))
    except tokens.BadToken:
        raise BadDer("token") from None


@cache
def _first_turn() -> tuple[bytes, bytes, list[bytes], bytes]:
    """F, the first turn's update, what its browser sent (attributes, signature, certificate), the issuing CA."""
    facts = json.loads((GOLDEN / "turns.json").read_bytes())
    turn = facts["turns"][0]
    sent = [base64.b64decode(turn[name]) for name in ("signed_attrs", "signature", "certificate")]
    update = (GOLDEN / turn["unsigned"]).read_bytes()
    return (GOLDEN / "F.pdf").read_bytes(), update, sent, base64.b64decode(facts["issuing"])


def _sent_back(data: bytes) -> None:
    """One of the three things a browser sends, chosen by the first byte, is another."""
    base, update, sent, issuing = _first_turn()
    which = data[0] % 3
    accept_turn(base, update, *(data[1:] if at == which else good for at, good in enumerate(sent)), issuing)


ALONE: dict[str, Callable[[bytes], str]] = {
    "cms.parse": lambda data: _quiet(lambda each: cms.parse(cms.padded(each)).signer, data),
    "cms.parse_token": lambda data: _quiet(cms.parse_token, data),
    "cms.gen_time": lambda data: _quiet(lambda each: (cms.imprint(each), cms.gen_time(each)), data),
    "tokens.check": lambda data: _quiet(_token, data),
    "accept_turn": lambda data: _quiet(_sent_back, data),
    "trust.load": lambda data: _quiet(lambda each: trust.load([each]), data, ValueError),
    "structure and grammar": lambda data: _quiet(_structure, data),
    "structure.first_broken": lambda data: _quiet(structure.first_broken, data),
    "spelling.is_plain": lambda data: _quiet(spelling.is_plain, data),
}
"""Read by Python only."""


def judged(data: bytes, trusted: list[bytes], now: datetime) -> str:
    """The whole verdict."""
    try:
        return verify(data, trusted, now).verdict
    except UnreadablePdf:
        return "no PDF"
    except Exception as error:
        return f"crash: {error!r}"
