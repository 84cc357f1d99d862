"""The clock years ahead, strictly offline: valid when renewed in time, honestly "can no longer be proven" when not.
pyHanko, mended and with its clock stopped, is asked beside the verdict; the whole table is `python -m
tests.documents.years`."""

from pathlib import Path

import pytest

from tests.documents.years import FATES, YEARS, cells

VALID, NOBODY_KNOWS, FORGED, STRANGE = "valid", "cannot_tell", "invalid", "unknown_issuer"
EXPECTED = {
    "never_renewed": [VALID, VALID, NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS],
    "status_brought": [VALID, VALID, VALID, VALID, NOBODY_KNOWS, NOBODY_KNOWS],
    "renewed_yearly": [VALID] * 6,
    "renewed_twice": [VALID] * 6,
    "renewed_too_late": [VALID, VALID, NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS],
    "seal_revoked_later": [VALID] * 6,
    "signer_revoked": [FORGED] * 6,
    "byte_flipped": [FORGED] * 6,
    "other_root": [STRANGE] * 6,
}
REASONS = {
    ("never_renewed", 5): ["status_unknown"],
    ("never_renewed", 12): ["timestamp_expired"],
    ("renewed_too_late", 12): ["no_proof"],
    ("renewed_too_late", 20): ["no_proof"],
    ("signer_revoked", 0): ["revoked"],
    ("other_root", 20): ["other_root"],
}
ASKED = {"renewed_yearly": (1,), "seal_revoked_later": (5,), "byte_flipped": (0,), "other_root": (0,)}
"""When pyHanko is asked in this short version; it takes a second for a file with twenty renewals."""


@pytest.mark.parametrize("fate", FATES)
async def test_each_fate_gets_its_verdict_at_all_times(fate: str, tmp_path: Path) -> None:
    found = await cells(fate, tmp_path, ASKED.get(fate, (5, 12)))
    assert [each.verdict for each in found] == EXPECTED[fate]
    for each in found:
        wanted = REASONS.get((fate, each.year))
        assert wanted is None or [*dict.fromkeys(each.reasons)] == wanted, each.year
        assert each.second is None or each.agree, (each.year, each.indications, each.second)
        if each.verdict == VALID:
            assert set(each.indications.values()) == {"TOTAL-PASSED"}


async def test_what_nobody_can_prove_is_not_shown_as_passed(tmp_path: Path) -> None:
    for each in await cells("never_renewed", tmp_path, ()):
        passed = [slot for slot, indication in each.indications.items() if indication == "TOTAL-PASSED"]
        assert bool(passed) == (each.year in YEARS[:2])
