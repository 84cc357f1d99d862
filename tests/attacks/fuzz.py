"""Fuzzing of the PDF, CMS/DER and manifest readers, Python beside TypeScript, on the golden ceremony: `make fuzz`.

No reader may raise anything but its own refusal, each answer comes in bounded time, and where both languages read the
same thing they say the same. Figures go to build/fuzz/counts.json."""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks import forge, readers

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "build" / "fuzz"
TWIN = Path(__file__).with_name("twin.mjs")
LONG = {
    "file": 24_000,
    "signed": 12_000,
    "manifest": 40_000,
    "certificate": 30_000,
    "der": 20_000,
    "alone": 60_000,
    "verdict": 1_500,
}
"""Inputs of each kind in the long run."""
SHORT = {"file": 350, "signed": 250, "manifest": 900, "certificate": 500, "der": 400, "alone": 1_500, "verdict": 25}
SLOW = 2_000
"""Milliseconds one input may take, on a busy machine."""


@dataclass
class Outcome:
    """What a run came to."""

    inputs: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)

    def note(self, reader: str, verdict: str, milliseconds: float, case: str) -> None:
        self.inputs[reader] += 1
        self.verdicts.setdefault(reader, Counter())[verdict.split(":")[0]] += 1
        self.slowest[reader] = max(self.slowest.get(reader, 0), milliseconds)
        if verdict.startswith("crash") or milliseconds > SLOW:
            self.crashes.append(f"{reader}: {verdict} in {milliseconds:.0f} ms: {case}")

    @property
    def good(self) -> bool:
        return not self.crashes and not self.disagreements

    def written(self) -> dict[str, object]:
        return {
            "inputs": sum(self.inputs.values()), "by_reader": dict(self.inputs),
            "verdicts": {reader: dict(found.most_common()) for reader, found in self.verdicts.items()},
            "slowest_ms": {reader: round(value, 1) for reader, value in self.slowest.items()},
            "crashes": len(self.crashes), "disagreements": len(self.disagreements),
            "first": [*self.crashes[:40], *self.disagreements[:200]],
        }  # fmt: skip


def timed(read: Callable[[], str]) -> tuple[str, float]:
    """The answer, and the milliseconds of this process it took: others may keep the machine busy."""
    start = time.process_time()
    verdict = read()
    return verdict, (time.process_time() - start) * 1000


def run(counts: dict[str, int], seed: int, directory: Path) -> Outcome:
    """All kinds, each input from its own seed."""
    outcome = Outcome()
    bench = forge.Bench(directory)
    shared: list[tuple[forge.Input, str]] = []
    for kind in ("file", "signed", "manifest", "certificate", "der"):
        for each in bench.inputs(kind, counts[kind], seed):
            verdict, taken = timed(lambda each=each: readers.SHARED[each.kind](bench, each))  # type: ignore[misc]
            outcome.note(f"Python {kind}", verdict, taken, each.line())
            shared.append((each, verdict))
    for (each, verdict), (other, taken) in zip(shared, asked([each for each, _ in shared], directory), strict=True):
        outcome.note(f"TypeScript {each.group}", other, taken, each.line())
        checked_more = each.own and (verdict, other) == ("accepted", "certificate_time")  # its own certificate
        if verdict != other and not checked_more:
            outcome.disagreements.append(f"{each.group}: Python {verdict}, TypeScript {other}; {each.line()}")
    for name, data in bench.alone(counts["alone"], seed):
        verdict, taken = timed(lambda name=name, data=data: readers.ALONE[name](data))  # type: ignore[misc]
        outcome.note(f"Python {name}", verdict, taken, f"{name} {base64.b64encode(data[:6000]).decode()}")
    for data in bench.complete(counts["verdict"], seed):
        verdict, taken = timed(lambda data=data: readers.judged(data, bench.trust, bench.now))  # type: ignore[misc]
        outcome.note("Python verify", verdict, taken, f"{len(data)} bytes")
        if verdict == "valid":
            outcome.crashes.append("verify: a changed file is valid")
    return outcome


def asked(inputs: list[forge.Input], directory: Path) -> Iterator[tuple[str, float]]:
    """The browser's readers on the same inputs, in one process of node."""
    cases, answers = directory / "cases.jsonl", directory / "answers.json"
    cases.write_text("".join(each.line() + "\n" for each in inputs), encoding="utf-8")
    subprocess.run(["node", str(TWIN), str(cases), str(answers)], check=True)
    for verdict, taken in json.loads(answers.read_text(encoding="utf-8")):
        yield verdict, float(taken)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    counts = SHORT if given.short else {kind: int(count * given.scale) for kind, count in LONG.items()}
    start = time.perf_counter()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        outcome = run(counts, given.seed, Path(scratch))
    facts = {"seed": given.seed, "seconds": round(time.perf_counter() - start), **outcome.written()}
    (OUTPUT / "counts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for reader, found in outcome.verdicts.items():
        common = ", ".join(f"{name} {count}" for name, count in found.most_common(6))
        print(f"{reader:34}{outcome.inputs[reader]:>8}  slowest {outcome.slowest[reader]:6.0f} ms  {common}")
    for kind, count in Counter(each.partition(";")[0][:160] for each in outcome.disagreements).most_common(30):
        print(f"{count} times {kind}")
    for line in outcome.crashes[:10]:
        print(line[:300])
    wrong = f"{len(outcome.crashes)} crashes, {len(outcome.disagreements)} disagreements"
    print(f"{facts['inputs']} inputs, {wrong}, {facts['seconds']} s")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
