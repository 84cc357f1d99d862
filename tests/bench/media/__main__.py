"""Our media plane and Janus's VideoRoom under one load client, `make bench-media`; figures to build/bench/media.json.

Each server has one core, the load the other; servers take turns within every round, so that what else the machine
does meets all of them. `BENCH_ROUNDS` rounds, 5 unless told.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import load, relay
from .janus import LOOPS, Janus
from .ours import Ours

OUTPUT = Path("build/bench/media.json")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LOAD_CORE, SERVER_CORE = 0, 1
PAYLOAD = 1084
"""Bytes of RTP payload: 1100 with the fixed header less the extension, as in the trials before."""
SETTLE = 8.0
"""Seconds until estimates have let every picture through."""
SECONDS = 3.0
TRIES = 4
Server = Ours | Janus

SERVERS: dict[str, Callable[[], Server]] = {
    "python": lambda: Ours(SERVER_CORE, {"HEJIE_MEDIA_NATIVE": "0"}),
    "compiled": lambda: Ours(SERVER_CORE, {"HEJIE_MEDIA_NATIVE": "1"}),
    "janus": lambda: Janus(SERVER_CORE),
}


@dataclass(frozen=True)
class Case:
    """`rooms` rooms of `people`, all of them sending camera and voice; with `pps` one sends one stream so dense.

    Listeners of that stream give no transport feedback: no estimate would allow a picture of 130 Mbit/s.
    """

    name: str
    people: int
    rooms: int = 1
    pps: int = 0


CASES = (
    Case("15000 pps, fan-out 3: 22 rooms of 4", 4, 22),
    Case("6800 pps, fan-out 7: 5 rooms of 8", 8, 5),
    Case("15000 pps, fan-out 3: one stream", 4, pps=15_000),
    Case("15000 pps, fan-out 7: one stream", 8, pps=15_000),
    Case("3000 pps, fan-out 3: one stream", 4, pps=3_000),
    Case("overload: 36000 pps, fan-out 3: one stream", 4, pps=36_000),
)


def parts(case: Case) -> dict[str, load.Part]:
    """A steady stream, or what Chromium sends: 30 frames a second at 1 Mbit/s and 50 voice packets."""
    if case.pps:
        return {"video": load.Part(load.steady(PAYLOAD), 1 / case.pps, 45)}
    return {
        "audio": load.Part(load.voice(), 0.02, 960),
        "video": load.Part(load.camera(), 1 / 30, 3000),
    }


def memory(pid: int) -> int:
    """Proportional set size in bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    return 0


async def run(make: Callable[[], Server], case: Case) -> dict[str, Any]:
    """One run; repeated when the server could not be set up, which is told."""
    for failed in range(TRIES):
        server = make()
        await server.start()
        try:
            playing = parts(case)
            empty = memory(server.pid)
            people = [True] + [False] * (case.people - 1) if case.pps else [True] * case.people
            rooms = [await server.room(people, tuple(playing)) for _ in range(case.rooms)]
            if case.pps:
                for wire in rooms[0].wires:
                    wire.twcc = 0
            warm = 1.0 if case.pps else SETTLE
            found = await load.play(rooms, playing, core=LOAD_CORE, pid=server.pid, warm=warm, seconds=SECONDS)
            found["bytes_per_room"] = (memory(server.pid) - empty) // case.rooms
            found["failed_starts"] = failed
            if not case.pps:
                found["rooms_per_core"] = round(case.rooms / (found["cpu_s"] / found["seconds"]), 1)
            return found
        except TimeoutError:
            print(f"   set-up failed: {type(server).__name__}, {case.name}", flush=True)
        finally:
            await server.stop()
    raise RuntimeError(f"{case.name}: could not be set up")


def spread(values: list[float]) -> list[float]:
    """Median, least, most."""
    return [round(each, 3) for each in (statistics.median(values), min(values), max(values))]


FIGURES = (
    "us_per_packet",
    "delivered",
    "p50_us",
    "p99_us",
    "bytes_per_room",
    "rooms_per_core",
    "own_cpu",
    "received",
    "failed_starts",
)


async def measure() -> dict[str, Any]:
    """All rounds; what is known after each is written, so that a run cut short tells something."""
    load.build()
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {case.name: {name: [] for name in SERVERS} for case in CASES}
    before: list[dict[str, Any]] = []
    for number in range(ROUNDS):
        for case in CASES:
            for name, make in SERVERS.items():
                found = await run(make, case)
                runs[case.name][name].append(found)
                print(f"{number} {case.name}: {name} {line(found)}", flush=True)
        before.append(await relay.measure(SERVER_CORE, LOAD_CORE))
        write(summed(runs, before))
    return summed(runs, before)


def write(found: dict[str, Any]) -> None:
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(found, indent=1) + "\n")


def summed(runs: dict[str, dict[str, list[dict[str, Any]]]], before: list[dict[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for case in CASES:
        row: dict[str, Any] = {}
        peers = runs[case.name]["janus"]
        for name, taken in runs[case.name].items():
            row[name] = {key: spread([one[key] for one in taken]) for key in FIGURES if key in taken[0]}
            pairs = zip(taken, peers, strict=True)
            row[name]["cost_over_janus"] = spread([one["us_per_packet"] / peer["us_per_packet"] for one, peer in pairs])
        table[case.name] = row
    return {
        "rounds": len(before),
        "seconds": SECONDS,
        "each_is": "median, least, most",
        "janus": janus_words(),
        "python": sys.version,
        "load_average": os.getloadavg(),
        "cases": table,
        "before": {key: spread([one[key] for one in before]) for key in ("us_per_packet", "rooms_per_core")},
        "runs": runs,
    }


def line(found: dict[str, Any]) -> str:
    return (
        f"{found['us_per_packet']:.1f} us, delivered {100 * found['delivered']:.2f} %, "
        f"p50 {found['p50_us']:.0f} us, p99 {found['p99_us']:.0f} us, load at {100 * found['own_cpu']:.0f} %"
    )


def janus_words() -> str:
    version = subprocess.run(["dpkg-query", "-W", "janus"], capture_output=True, text=True, check=True).stdout.split()[
        1
    ]
    return f"Janus {version} (Debian), VideoRoom, ice_lite, event_loops {LOOPS}, other plugins off, AES-128-GCM"


def main() -> None:
    if shutil.which("janus") is None:
        raise SystemExit(
            "missing: janus (the peer of this bench)   mend: apt-get install --no-install-recommends janus"
        )
    found = asyncio.run(measure())
    for name, row in found["cases"].items():
        for server, figures in row.items():
            print(f"{name}: {server} {figures}")
    print(f"before, aiortc MediaRelay: {found['before']}")


if __name__ == "__main__":
    main()
