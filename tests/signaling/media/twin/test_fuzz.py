"""core.c under AddressSanitizer and UndefinedBehaviorSanitizer, a little of what `make fuzz-twin` does for long."""

import random
import subprocess
from pathlib import Path

from tests.signaling.media.twin.fuzz import build


def test_random_packets_harm_nothing(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    done = subprocess.run([build(tmp_path), str(seed), "3000"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "3000 rounds\n"), done.stderr
