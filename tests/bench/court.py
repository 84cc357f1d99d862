"""The open door under load: verdicts per second and how long the slowest hundredth waits, on the four-signature file
and on a stream with hostile files among good ones, beside pyHanko on the same file in the same run.

Run: python -m tests.bench.court [--files 60]; figures go to build/bench/court.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from documents import verify, verify_packet
from tests.attacks.uploads import Scene, quick
from tests.bench import peers
from tests.documents.packing import AGREEMENT
from tests.hostile.uploads import Watched, answer, bench_for

OUTPUT = Path(__file__).parents[2] / "build" / "bench" / "court.json"
AT_ONCE = 4
"""Addresses that hand in, each the next file when it has its answer."""


@dataclass
class Stream:
    """Answers of one kind, as they came."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0

    def figures(self) -> dict[str, float]:
        runs = sorted(self.seconds)
        return {
            "files": len(runs),
            "per_second": round(len(runs) / self.wall, 2),
            "p50_ms": round(median(runs) * 1000, 1),
            "p99_ms": round(runs[min(len(runs) - 1, int(len(runs) * 0.99))] * 1000, 1),
        }


def alone(work: Callable[[], object], rounds: int) -> Stream:
    """One after the other in this process."""
    found, begun = Stream(), time.perf_counter()
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.seconds.append(time.perf_counter() - start)
    found.wall = time.perf_counter() - begun
    return found


async def door(bench: Watched, files: Sequence[tuple[bytes, str]]) -> Stream:
    """Through the door's judge, from several addresses; `files` are bytes and the answer that is right."""
    found, left, begun = Stream(), iter(files), time.perf_counter()

    async def address(name: str) -> None:
        for content, right in left:
            said = await answer(bench, content, name)
            if said.said not in right.split():
                raise AssertionError((right, said))
            found.seconds.append(said.seconds)

    await asyncio.gather(*(address(f"{number}") for number in range(AT_ONCE)))
    found.wall = time.perf_counter() - begun
    return found


async def mixed(bench: Watched, scene: Scene, files: int) -> dict[str, Any]:
    """Good files from some addresses, hostile ones from as many others at the same time."""
    good = [(scene.good.members[AGREEMENT], "valid"), (scene.good.zip, "valid")] * (files // 2)
    bad = [(upload.content(), upload.may) for upload in quick(scene)]
    pair = await asyncio.gather(door(bench, good), door(bench, bad))
    return {"good": pair[0].figures(), "hostile": pair[1].figures()}


async def through(work: Callable[[Watched], Awaitable[Any]], scene: Scene, place: Path) -> Any:
    bench = bench_for(scene, place)
    try:
        await answer(bench, scene.good.zip)  # loads the verifier
        return await work(bench)
    finally:
        await bench.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=60)
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        scene = Scene.make(place)
        one, whole, now = scene.good.members[AGREEMENT], scene.good.zip, datetime.now(UTC)
        root = scene.good.ceremony.authority.root_der
        assert set(peers.judge(one, root, now).values()) == {"OK"}
        ours = alone(lambda: verify(one, scene.good.trust, now), files).figures()
        pyhanko = alone(lambda: peers.judge(one, root, now), files).figures()
        packet = alone(lambda: verify_packet(whole, scene.good.trust, now), files // 2).figures()
        served = asyncio.run(through(lambda bench: door(bench, [(one, "valid")] * files), scene, place))
        attacked = asyncio.run(through(lambda bench: mixed(bench, scene, files), scene, place))
        figures = {
            "four_signatures": {"bytes": len(one), "ours": ours, "pyhanko": pyhanko, "door": served.figures()},
            "ours_to_pyhanko": round(ours["p50_ms"] / pyhanko["p50_ms"], 3),
            "packet": {"bytes": len(whole), "ours": packet},
            "door_with_hostile_files": attacked,
        }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
