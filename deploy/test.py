"""Everything `make test` runs, one step after another, with one closing line: `N passed, N failed`.

A static check counts as one test. Every step runs even when an earlier one failed, so that one run tells all.
"""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

BUILD = Path("build/test")
PYTHON = sys.executable
BIN = Path(sys.executable).parent
HOT = ("forward", "leg", "publish", "link", "udp", "plane", "peer", "client")
ENDS: list[str] = []
"""How each step ended, told together at the end: what runs side by side is hard to read as it comes."""
SERVER, BESIDE = Path("tests/server"), ("docket", "packets")
"""The server's tests, and those of them that go with the rest: so both lanes take as long as each other."""
PLAIN = ["-m", "not browser"]
LEFT_OUT = [f"--ignore={SERVER / name}" for name in BESIDE]
OTHERS = [
    f"--ignore={one}" for one in sorted(SERVER.iterdir()) if one.name not in (*BESIDE, "__init__.py", "conftest.py")
]
UNCOMPILED = [*PLAIN, *(f"tests/signaling/media/test_{name}.py" for name in HOT)]


def run(title: str, command: list[str], **settings: str) -> bool:
    """Run one step, its output shown as it comes; true when it exited 0. `settings` go into its environment."""
    print(f"\n== {title}", flush=True)
    start = time.monotonic()
    code = subprocess.run(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **settings}).returncode
    end = f"{'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - start:.0f} s"
    print(f"   {end}", flush=True)
    ENDS.append(f"{title}: {end}")
    return code == 0


def check(title: str, command: list[str]) -> tuple[int, int]:
    """A static check: one passed or one failed."""
    return (1, 0) if run(title, command) else (0, 1)


def pytest(title: str, name: str, arguments: list[str], **settings: str) -> tuple[int, int]:
    """Passed and failed of one pytest run, by its own report; a run that reports nothing is a failure."""
    report = BUILD / f"{name}.xml"
    ok = run(title, [PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *arguments], **settings)
    if not report.exists():
        return 0, 1
    suite = next(iter(ElementTree.parse(report).getroot()))  # our own file
    total, bad = int(suite.attrib["tests"]), int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    skipped = int(suite.attrib["skipped"])
    ENDS.append(f"{title}: {total} run, {bad} failed, {skipped} skipped")
    return total - bad - skipped, bad + skipped + (0 if ok or bad or skipped else 1)


Step = Callable[[], tuple[int, int]]


def beside(*lanes: Sequence[Step]) -> list[tuple[int, int]]:
    """Lanes of steps at once, on a core each: one after another they would take half of all the time."""
    with ThreadPoolExecutor(len(lanes)) as desk:
        return [count for counts in desk.map(lambda lane: [step() for step in lane], lanes) for count in counts]


def vitest() -> tuple[int, int]:
    """Passed and failed of the TypeScript specs."""
    report = (BUILD / "vitest.json").resolve()
    arguments = ["--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
    ok = run("TypeScript specs", ["npm", "run", "--prefix", "static", "--silent", "test", "--", *arguments])
    if not report.exists():
        return 0, 1
    facts = json.loads(report.read_text())
    failed = facts["numTotalTests"] - facts["numPassedTests"]
    return facts["numPassedTests"], failed + (0 if ok or failed else 1)


def main() -> int:
    """Run all steps; 0 when nothing failed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for old in BUILD.iterdir():
        old.unlink()
    npm = ["npm", "run", "--prefix", "static", "--silent"]
    ruff = str(BIN / "ruff")
    results = [
        *beside(
            [
                partial(check, "format (ruff)", [ruff, "format", "--check", "."]),
                partial(check, "lint (ruff)", [ruff, "check", "."]),
                partial(check, "types (mypy strict)", [str(BIN / "mypy")]),
            ],
            [
                partial(check, "lint (eslint)", [*npm, "lint"]),
                partial(check, "types (vue-tsc)", [*npm, "types"]),
                partial(check, "weight of the party's page", [*npm, "weigh"]),
            ],
        ),
        vitest(),
        *beside(
            [partial(pytest, "server, without a browser", "server", [*PLAIN, str(SERVER), *LEFT_OUT])],
            [
                partial(pytest, "the rest, without a browser", "plain", [*PLAIN, *OTHERS]),
                partial(
                    pytest, "media plane without its compiled part", "uncompiled", UNCOMPILED, HEJIE_MEDIA_NATIVE="0"
                ),
            ],
        ),
        # Apart from one another: the synchronous driver of the stories keeps a loop running in its process.
        pytest(
            "media plane in real Chromium",
            "media",
            ["-m", "browser", "-p", "no:randomly", "tests/signaling", "tests/net"],
        ),
        pytest("stories in real Chromium", "stories", ["-p", "no:randomly", "-m", "not whole", "tests/browser"]),
        pytest("behind a firewall, by a TURN server", "turn", ["-m", "browser", "-p", "no:randomly", "tests/turn"]),
    ]
    passed, failed = (sum(column) for column in zip(*results, strict=True))
    print("", *ENDS, "", f"{passed} passed, {failed} failed", sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
