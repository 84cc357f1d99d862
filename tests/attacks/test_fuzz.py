"""The short version of `make fuzz`."""

import random
from pathlib import Path

import pytest

from tests.attacks.fuzz import SHORT, run
from tests.attacks.mutate import der_mutant, tree


@pytest.mark.timeout(180)
def test_no_reader_crashes_and_both_languages_agree(tmp_path: Path) -> None:
    outcome = run(SHORT, 20261120, tmp_path)
    assert outcome.crashes == []
    assert outcome.disagreements == []
    assert sum(outcome.inputs.values()) > 6_000
    for reader in ("file", "signed", "manifest", "certificate"):
        assert len(outcome.verdicts[f"Python {reader}"]) > 1  # some are accepted, or nothing would be tried


def test_mutants_of_der_are_others() -> None:
    good = bytes.fromhex("300b0201050c026869a0020500")
    assert b"".join(each.encoded() for each in tree(good)) == good
    assert len({der_mutant(random.Random(seed), good) for seed in range(200)}) > 60
