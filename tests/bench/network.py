"""Real Chromium on bad networks: `make bench-network`, or `python -m tests.bench.network --case out5 --runs 20`.

One run is one person on a line with a seed of its own, in a room with the mediator on a perfect line and a second
person who has a run of their own; seen is what the two ends receive of one another. Figures go to
build/bench/network.json after every room, so a campaign can be broken off and gone on with: runs of this version that
are there already are not made again (`--fresh` drops them). `--table` only prints.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.net.cases import CASES, run
from tests.net.janus import Janus
from tests.net.products import Hejie, Product
from tests.running import ROOT

OUTPUT = ROOT / "build" / "bench" / "network.json"
PARTIES = 2
"""Runs of one room at a time."""
PRODUCTS: dict[str, Callable[[], AbstractAsyncContextManager[Product]]] = {"hejie": Hejie, "janus": Janus}
Run = dict[str, Any]


def known() -> list[Run]:
    return list(json.loads(OUTPUT.read_text())["runs"]) if OUTPUT.exists() else []


def keep(runs: list[Run]) -> None:
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    fresh = OUTPUT.with_suffix(".part")
    fresh.write_text(json.dumps({"runs": runs}, indent=1, ensure_ascii=False))
    fresh.replace(OUTPUT)


async def one_room(product: Product, name: str, seeds: Sequence[int], about: Run) -> list[Run]:
    """Runs of these seeds, each by a person of one room; a room that breaks is told and gives none."""
    load, start = os.getloadavg()[0], time.monotonic()
    try:
        async with asyncio.timeout(CASES[name].outage + 150), product.room(len(seeds)) as (far, people):
            done = await asyncio.gather(
                *(run(CASES[name], person, far, seed) for person, seed in zip(people, seeds, strict=True))
            )
    except Exception as error:
        print(f"{product.name} {name} seeds {list(seeds)}: {type(error).__name__} {str(error)[:200]}", flush=True)
        return []
    seconds = round(time.monotonic() - start)
    print(f"{product.name} {name} seeds {list(seeds)}: {seconds} s", flush=True)
    return [about | {"case": name, "product": product.name, "load": load} | one for one in done]


async def campaign(options: argparse.Namespace) -> None:
    """All cases asked for, as many rooms at a time as asked for."""
    for title in options.product:
        async with PRODUCTS[title]() as product:
            about = {"version": product.version(), "rooms": options.rooms}
            for name in options.case:
                await _case(product, name, about, options)


async def _case(product: Product, name: str, about: Run, options: argparse.Namespace) -> None:
    def same(one: Run) -> bool:
        return bool(one["case"] == name and one["product"] == product.name)

    runs = [one for one in known() if not same(one) or (one["version"] == about["version"] and not options.fresh)]
    have = {one["seed"] for one in runs if same(one)}
    left = [seed for seed in range(1, options.runs + 1) if seed not in have]
    batches = [left[n : n + PARTIES] for n in range(0, len(left), PARTIES)]
    gate = asyncio.Semaphore(options.rooms)

    async def one(batch: list[int]) -> None:
        async with gate:
            if time.monotonic() < options.until:
                runs.extend(await one_room(product, name, batch, about))
                keep(runs)

    await asyncio.gather(*(one(batch) for batch in batches))


# --- the table ------------------------------------------------------------------------------------------------------


def share(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def line_of(name: str, runs: list[Run]) -> list[str]:
    """One drawn line. A direction's figure is the median of all runs and, behind the stroke, the 95th percentile."""
    cells = [CASES[name].title, runs[0]["product"], runs[0]["version"], str(len(runs))]
    for side in ("down", "up"):
        if "down" not in runs[0]:
            cells += ["", "", ""]
            continue
        for key, scale, digits in (("freeze_s_min", 1, 1), ("still_s_min", 1, 1), ("concealed", 100, 1)):
            values = [one[side][key] * scale for one in runs]
            cells.append(f"{statistics.median(values):.{digits}f} / {share(values, 0.95):.{digits}f}")
    if "back" in runs[0]:
        whole = [max(one["back"].values()) for one in runs if None not in one["back"].values()]
        cells.append(f"{statistics.median(whole):.1f} / {share(whole, 0.95):.1f}" if whole else "never")
        cells.append(str(len(runs) - len(whole)))
    else:
        cells += ["", ""]
    return [*cells, str(sum(one["loads"] for one in runs))]


HEAD = [
    ["", "", "", "", "down:", "", "", "up:", "", "", "", "", ""],
    [
        "case",
        "product",
        "version",
        "runs",
        *["freeze s/min", "still s/min", "concealed %"] * 2,
        "back s",
        "not back",
        "reloads",
    ],
]


def table(runs: list[Run]) -> str:
    """Median / 95th percentile; `back`: when sound and picture both ways flowed again."""
    lines = [*HEAD]
    for name in CASES:
        for product in PRODUCTS:
            if these := [one for one in runs if one["case"] == name and one["product"] == product]:
                lines.append(line_of(name, these))
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    drawn = [" │ ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*drawn[:2], "─┼─".join("─" * width for width in widths), *drawn[2:]])


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a run asked for is missing."""
    parser = argparse.ArgumentParser(prog="make bench-network", description=__doc__)
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--product", nargs="+", choices=PRODUCTS, default=["hejie"])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rooms", type=int, default=1, help="rooms at a time; one wants about a core")
    parser.add_argument("--minutes", type=float, default=600, help="begin no room after that many")
    parser.add_argument("--fresh", action="store_true", help="make runs again that are there")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    options = parser.parse_args(words)
    options.until = time.monotonic() + 60 * options.minutes
    if not options.table:
        asyncio.run(campaign(options))
    runs = known()
    print(table(runs))
    wanted = {(case, product) for case in options.case for product in options.product}
    counts = [sum((one["case"], one["product"]) == each for one in runs) for each in wanted]
    return 0 if all(count >= options.runs for count in counts) else 1


if __name__ == "__main__":
    sys.exit(main())
