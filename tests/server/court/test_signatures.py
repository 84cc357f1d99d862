"""What the signatures of a file that is not ours say of themselves, by the report of the bench."""

from dataclasses import dataclass
from typing import IO, Any

import msgspec
import pytest

from server.court import signatures
from server.court.judge import NotJudged, Unreadable
from server.court.routes import BENCH

GOOD = {
    "slot": "", "kind": "person", "name": "", "role": "", "acts_for": "", "assurance": None, "at": None,
    "intact": True, "valid": True, "trusted": True, "indication": "", "revision": 1, "covers": "whole_file",
    "changed_after": False, "certificate": None, "paper": None, "reasons": [],
}  # fmt: skip
STAMP = {**GOOD, "kind": "document_timestamp", "trusted": False}


def report(*found: dict[str, Any]) -> bytes:
    return msgspec.json.encode({
        "verdict": "cannot_tell", "reasons": [], "sha256": "", "length": 1, "pages": 1, "number": None, "title": None,
        "effective_at": None, "text_hash": None, "root": None,
        "issuer": {"kind": "unknown", "name": ""}, "timestamp": None, "signatures": found, "checks": [],
    })  # fmt: skip


@dataclass
class Judge:
    """Answers as told."""

    answer: bytes | Exception

    async def __call__(self, pdf: IO[bytes], bench: object) -> bytes:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (report(), "unsigned"),
        (report(STAMP), "unsigned"),
        (report(GOOD, STAMP), "valid"),
        (report(GOOD, {**GOOD, "trusted": False}), "unknown"),
        (report(GOOD, {**GOOD, "intact": False, "trusted": False}), "broken"),
        (report({**GOOD, "valid": False}), "broken"),
        (report({**GOOD, "changed_after": True}), "broken"),
        (Unreadable({"": "format"}), "unread"),
        (NotJudged({"": "limit"}), "unread"),
        (b"nothing", "unread"),
    ],
)
async def test_a_file_says_no_more_than_its_signatures_prove(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception, found: str
) -> None:
    monkeypatch.setattr(signatures, "judge", Judge(answer))
    assert await signatures.signatures_of({BENCH: None}, b"%PDF-") == found  # type: ignore[arg-type]
