"""Hands files to the door's judge and watches the child that reads them. `make uploads` plays all of
tests/attacks/uploads.py and prints the answer, seconds and memory of each; figures to build/attack/uploads.json."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from server.court.judge import RESIDENT, Bench, Nursery, judge
from server.errors import AppError
from signaling.tasks import spawn
from tests.attacks.uploads import Scene, Upload, uploads

OUTPUT = Path(__file__).parents[2] / "build" / "attack" / "uploads.json"
SECONDS = 10.0
"""In which every upload must have its answer."""


@dataclass
class Watched(Bench):
    """Notes the most memory that any child had since it was last asked."""

    most: int = 0

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[Nursery]:
        async with super().place(address) as nursery:
            watching = spawn(self._watch(nursery.process.pid), name="watch")
            try:
                yield nursery
            finally:
                watching.cancel()

    async def _watch(self, nursery: int) -> None:
        while True:
            self.most = max(self.most, *(resident(child) for child in (nursery, *children(nursery))))
            await asyncio.sleep(0.02)


def children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def resident(process: int) -> int:
    """Bytes it had at most in memory; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


@dataclass(frozen=True)
class Answered:
    """What the judge said, how long it took and how much memory, the file itself not counted."""

    said: str
    seconds: float
    resident: int

    def wrong(self, upload: Upload) -> str:
        faults = [
            *([self.said] if self.said not in upload.may.split() else []),
            *([f"{self.seconds:.1f} s"] if self.seconds > SECONDS else []),
            *([f"{self.resident >> 20} MiB"] if self.resident > RESIDENT else []),
        ]
        return " ".join(faults)


async def answer(bench: Watched, content: bytes, address: str = "") -> Answered:
    """One file."""
    with tempfile.TemporaryFile() as spool:
        spool.write(content)
        spool.flush()
        bench.most = 0
        start = time.perf_counter()
        try:
            report = msgspec.json.decode(await judge(spool, bench, address=address))
        except AppError as error:
            said = error.code
        else:
            reasons = report["reasons"] if report["form"] == "packet" else []
            said = str(reasons[0]["code"] if reasons else report["verdict"])
        return Answered(said, time.perf_counter() - start, bench.most)


def bench_for(scene: Scene, place: Path) -> Watched:
    """A judge who trusts the good centre."""
    root = place / "root.pem"
    root.write_bytes(scene.good.trust[0])
    return Watched(root, asyncio.Semaphore(2))


async def play(scene: Scene, place: Path) -> list[dict[str, object]]:
    bench = bench_for(scene, place)
    rows = []
    for upload in uploads(scene):
        content = await asyncio.to_thread(upload.content)
        found = await answer(bench, content)
        wrong = found.wrong(upload)
        rows.append(
            {
                "name": upload.name, "bytes": len(content), "answer": found.said, "seconds": round(found.seconds, 2),
                "mebibytes": found.resident >> 20, "wrong": wrong,
            }
        )  # fmt: skip
        told = f"{found.said:24}{found.seconds:6.2f} s{found.resident >> 20:>5} MiB"
        print(f"{upload.name:52}{len(content):>12}  {told}{f'  WRONG {wrong}' if wrong else ''}", flush=True)
    await bench.close()
    return rows


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        scene = Scene.make(Path(scratch))
        rows = asyncio.run(play(scene, Path(scratch)))
    wrong = [row for row in rows if row["wrong"]]
    slowest, largest = (max(float(str(row[key])) for row in rows) for key in ("seconds", "mebibytes"))
    print(f"{len(rows)} uploads, {len(wrong)} wrong; slowest {slowest} s, most memory {largest:.0f} MiB")
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
