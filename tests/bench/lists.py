"""Lists of 50 and full text over 10,000 and then 100,000 matters, in SQLite and in PostgreSQL, beside a read of one row
by its key in the same run: p95 of each, how both grow, and whether a plan reads a whole table.

Run: python -m tests.bench.lists; figures go to build/bench/lists.json.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import server.app  # noqa: F401 (declares every table)
from server.matters import listing
from server.matters.model import MatterState
from server.matters.store import matters
from server.store import migrate
from server.store.db import Database, Tx, engine_of
from tests.bench.matters import SURNAMES, fill, generated, settle, tree
from tests.bench.plans import scans
from tests.postgres import running

OUTPUT = Path(__file__).parents[2] / "build" / "bench" / "lists.json"
SIZES = (10_000, 100_000)
CHUNK = 5_000
PEOPLE = 100
ROUNDS, TIMES = 200, 5
LIST, TEXT, GROWTH = 30, 100, 1.5
"""Limits: times the read of one row, and how much slower with ten times as many."""
UNITS = tree()

Ask = Callable[[Tx], Awaitable[object]]


def _one_row(dice: random.Random, size: int) -> Ask:
    query = sa.select(matters.c.state).where(matters.c.id == f"mat_{dice.randrange(size):06}")
    return lambda tx: tx.scalar(query)


def _list(dice: random.Random, size: int) -> Ask:
    """Of the district, a town, a village, a mediator; some states or all; the first page or one far back."""
    sight = dice.choice([[dice.choice(UNITS).id], [UNITS[0].id, "acc_1"], [f"acc_{dice.randrange(PEOPLE)}"]])
    states = dice.choice([(), (MatterState.routed,), tuple(dice.sample(list(MatterState), 3))])
    at = _place(dice, size) if dice.random() < 0.5 else None
    return lambda tx: listing.page(tx, sight, states, after=at, oldest=dice.random() < 0.3)


def _text(dice: random.Random, size: int) -> Ask:
    """A name, a number, a frequent word, several, a surname, one that is nowhere."""
    one = next(generated(UNITS, (n := dice.randrange(size)), n + 1, PEOPLE))
    texts = (one.people[0].name, one.number, one.title, f"{one.people[1].name} {one.facts.place}", one.facts.event,
             dice.choice(SURNAMES), "拖欠 青禾路", "没有人写过的话")  # fmt: skip
    sight = dice.choice([[UNITS[0].id, "acc_1"], [dice.choice(UNITS).id], [f"acc_{dice.randrange(PEOPLE)}"]])
    text = dice.choice(texts)
    return lambda tx: listing.search(tx, sight, text)


def _place(dice: random.Random, size: int) -> int:
    one = next(generated(UNITS, (n := dice.randrange(size)), n + 1, PEOPLE))
    return int(one.received_at.timestamp() * 1_000_000)


async def _measure(db: Database, size: int) -> dict[str, float]:
    """p95 in milliseconds over questions, the three kinds by turns; each is asked some times and the quickest counts:
    what else runs on the machine takes longer than any of them."""
    dice, taken = random.Random(size), {"one row": [], "list": [], "text": []}  # type: ignore[var-annotated]
    kinds = {"one row": _one_row, "list": _list, "text": _text}
    for _ in range(ROUNDS):
        for name, make in kinds.items():
            taken[name].append(min([await _once(db, ask) for ask in [make(dice, size)] * TIMES]))
    return {name: round(sorted(each)[int(len(each) * 0.95)], 3) for name, each in taken.items()}


async def _once(db: Database, ask: Ask) -> float:
    start = time.perf_counter()
    async with db.reading() as tx:
        await ask(tx)
    return (time.perf_counter() - start) * 1000


async def _grown(place: Path | str) -> dict[str, Any]:
    await asyncio.to_thread(migrate.upgrade, place)
    found: dict[str, Any] = {}
    db, done = Database(place), 0
    async with db.transaction() as tx:
        await tx.run(settle, UNITS, PEOPLE)
    for size in SIZES:
        for start in range(done, size, CHUNK):
            async with db.transaction() as tx:
                await tx.run(fill, UNITS, start, min(start + CHUNK, size), PEOPLE)
        done = size
        if isinstance(place, str):
            await asyncio.to_thread(_vacuum, place)
        found[f"p95_ms_{size}"] = await _measure(db, size)
        async with db.reading() as tx:
            sights = ([UNITS[0].id, "acc_1"], [UNITS[2].id], ["acc_1"])
            found[f"full_scans_{size}"] = sorted({one for sight in sights for one in await tx.run(_free, sight)})
    await db.close()
    small, large = (found[f"p95_ms_{size}"] for size in SIZES)
    found |= {f"{name}_to_one_row": round(large[name] / large["one row"], 1) for name in ("list", "text")}
    # The machine may have become busier in between: what a row takes is divided out.
    found |= {
        f"{name}_growth": round(large[name] / small[name] * min(1, small["one row"] / large["one row"]), 2)
        for name in ("list", "text")
    }
    found["kept"] = (
        found["list_to_one_row"] <= LIST and found["text_to_one_row"] <= TEXT
        and max(found["list_growth"], found["text_growth"]) <= GROWTH and not found[f"full_scans_{SIZES[-1]}"]
    )  # fmt: skip
    return found


def _free(connection: sa.Connection, sight: list[str]) -> list[str]:
    return scans(connection, sight, free=True)


def _vacuum(place: str) -> None:
    """As PostgreSQL does by itself after a while."""
    engine = engine_of(place)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def main() -> int:
    with tempfile.TemporaryDirectory() as directory, running("shared_buffers=256MB", "max_wal_size=4GB") as cluster:
        figures = {"sqlite": asyncio.run(_grown(Path(directory) / "bench.sqlite3"))}
        print(json.dumps(figures, indent=1), flush=True)
        figures["postgresql"] = asyncio.run(_grown(cluster.empty()))
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))
    return 0 if all(one["kept"] for one in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
