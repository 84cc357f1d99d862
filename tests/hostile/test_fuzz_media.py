"""The short version of `make fuzz-media`."""

import random

import pytest

from tests.hostile import golden
from tests.hostile.fuzz import BURST, SHORT, run


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [random.randrange(1 << 32)])
def test_nothing_raises_and_no_table_grows(seed: int) -> None:
    outcome = run(SHORT, seed)
    assert outcome.crashes == []
    assert outcome.inputs.total() >= sum(SHORT.values())
    assert outcome.rounds >= SHORT["plane strangers"] // BURST, "the two others heard each other meanwhile"
    for reader in ("rtp.scan", "rtcp.walk", "sdp.parse_answer", "stun", "peer rtp"):
        assert len(outcome.verdicts[reader]) > 1, "some are taken, or nothing would be tried"


def test_mutants_are_others() -> None:
    good = golden.rtp_packets()
    found = {golden.spoilt(random.Random(seed), good) for seed in range(500)}
    assert len(found) > 450 and len(found & set(good)) < 50
