import itertools
import json
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from documents.report import BREAKS, CHECKS, ORDER, Reason, Report, SignatureReport, checks_of, verdict_of
from documents.verify import verify
from tests.documents.conftest import SOON, Sealed

ROOT = Path(__file__).parents[2]


def test_only_a_file_without_any_reason_is_valid() -> None:
    assert verdict_of([]) == "valid"
    for code in BREAKS:
        assert verdict_of([Reason(code)]) == BREAKS[code][1] != "valid"


def test_the_gravest_reason_wins() -> None:
    for pair in itertools.product(BREAKS, repeat=2):
        expected = min((BREAKS[code][1] for code in pair), key=ORDER.index)
        assert verdict_of([Reason(code) for code in pair]) == expected


@pytest.mark.parametrize("code", BREAKS)
def test_each_reason_shows_in_exactly_one_check(code: str) -> None:
    checks = {check.code: check.ok for check in checks_of([Reason(code)], frozenset())}
    check, verdict = BREAKS[code]
    assert checks.pop(check) is (None if verdict in ("unknown_issuer", "cannot_tell") else False)
    assert set(checks.values()) == {True}


def test_what_was_not_asked_stays_open() -> None:
    assert [check.ok for check in checks_of([], frozenset(CHECKS))] == [None] * 5


def test_json_has_the_members_of_the_contract(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    data = msgspec.json.encode(report)
    assert msgspec.json.decode(data, type=Report) == report
    plain = msgspec.json.decode(data)
    assert set(plain) == {
        *("form", "verdict", "reasons", "sha256", "length", "pages", "number", "title", "effective_at", "text_hash"),
        *("root", "issuer", "timestamp", "signatures", "checks", "status", "copy", "effect_needs", "demo"),
    }
    assert set(plain["signatures"][1]) == {
        *("slot", "kind", "name", "role", "assurance", "at", "intact", "valid", "trusted", "revision", "covers"),
        *("changed_after", "certificate", "reasons", "acts_for", "indication", "paper", "place"),
    }


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_page_has_words_for_each_reason_and_kind(locale: str) -> None:
    words = json.loads((ROOT / "static" / "src" / "i18n" / locale / "court.json").read_text())
    assert BREAKS.keys() <= words["reason"].keys()
    assert set(words["kind"]) == set(get_args(get_type_hints(SignatureReport)["kind"]))
    assert {"own", "licensed", "unknown"} <= words["issuer"].keys()
