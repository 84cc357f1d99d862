"""Builds fuzz.c with sanitizers and runs it for long: `make fuzz-twin`, FUZZ_ROUNDS rounds for each of FUZZ_SEEDS."""

import os
import subprocess
import tempfile
from pathlib import Path

SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def build(folder: Path) -> Path:
    made = folder / "fuzz"
    source = Path(__file__).with_name("fuzz.c")
    command = ["cc", "-std=c11", "-g", "-O1", *SANITIZERS, "-o", str(made), str(source), "-lcrypto"]
    subprocess.run(command, check=True)
    return made


def main() -> None:
    rounds, seeds = os.environ.get("FUZZ_ROUNDS", "500000"), int(os.environ.get("FUZZ_SEEDS", "4"))
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        for seed in range(1, seeds + 1):
            print(f"seed {seed}:", flush=True)
            subprocess.run([program, str(seed), rounds], check=True)


if __name__ == "__main__":
    main()
