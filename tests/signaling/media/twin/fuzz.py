"""Builds fuzz.c with sanitizers and runs it for long: `make fuzz-twin`, FUZZ_ROUNDS rounds for each of FUZZ_SEEDS.

Then the Python side of the twin, built the same way in a copy of the tree: its tests under AddressSanitizer.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def build(folder: Path) -> Path:
    made = folder / "fuzz"
    source = Path(__file__).with_name("fuzz.c")
    command = ["cc", "-std=c11", "-g", "-O1", *SANITIZERS, "-o", str(made), str(source), "-lcrypto"]
    subprocess.run(command, check=True)
    return made


def tests(folder: Path) -> None:
    """The tests that use the twin, with every memory access of it looked at."""
    for name in ("signaling", "tests", "server", "documents"):
        shutil.copytree(name, folder / name, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy("pyproject.toml", folder)
    native = folder / "signaling" / "media" / "native"
    sources = [str(source) for source in sorted(native.glob("*.c"))]
    include = f"-I{sysconfig.get_path('include')}"
    command = ["cc", "-shared", "-fPIC", "-std=c11", "-g", "-O1", *SANITIZERS, include, "-o", str(native / "_twin.so")]
    subprocess.run([*command, *sources, "-lcrypto"], check=True)
    found = [
        subprocess.run(["cc", f"-print-file-name={name}.so"], capture_output=True, text=True, check=True).stdout.strip()
        for name in ("libasan", "libubsan")
    ]
    # Python keeps much until the process ends; and its own allocator would hide what lies beside what.
    settings = {"LD_PRELOAD": " ".join(found), "ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}
    named = [f"tests/signaling/media/{name}.py" for name in ("twin/test_twin", "test_udp", "test_link", "test_plane")]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--timeout", "100", *named],
        cwd=folder,
        env={**os.environ, **settings, "PYTHONPATH": str(folder)},
        check=True,
    )


def main() -> None:
    rounds, seeds = os.environ.get("FUZZ_ROUNDS", "500000"), int(os.environ.get("FUZZ_SEEDS", "4"))
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        for seed in range(1, seeds + 1):
            print(f"seed {seed}:", flush=True)
            subprocess.run([program, str(seed), rounds], check=True)
        tests(Path(folder))


if __name__ == "__main__":
    main()
