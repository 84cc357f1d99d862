"""The long campaign: every named step alone on a ceremony of its own, then ceremonies with kills at random moments.

Run: python -m tests.kill.campaign [--rounds N] [--seed S]; the table goes to build/kill/campaign.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

from tests.kill.faults import Fault
from tests.kill.house import House, Nursery, Prepared, opened
from tests.kill.steps import VOID, WHOLE
from tests.kill.story import fresh, play, play_refused, prepare
from tests.kill.truth import blobs, check_complete, check_void

OUTPUT = Path(__file__).parents[2] / "build" / "kill" / "campaign.json"


async def told(nursery: Nursery, prepared: Prepared, faults: Iterable[Fault], *, refused: bool = False) -> int:
    """One ceremony with these deaths, and what must hold after it; returns how many there were."""
    with tempfile.TemporaryDirectory(prefix="hejie-kill-") as place:
        data = fresh(prepared, Path(place))
        before = set(blobs(data))
        wanted = list(faults)
        async with opened(nursery, data, wanted) as office:
            if refused:
                ceremony = await play_refused(prepared, office)
            else:
                outcome = await play(prepared, office)
            deaths = office.house.deaths
            await office.house.stop()
        assert deaths == wanted, (deaths, wanted)
        if refused:
            await check_void(data, prepared.facts["case"], before, ceremony)
        else:
            await check_complete(data, prepared.facts["case"], before, outcome)
        return len(deaths)


async def at_random(nursery: Nursery, prepared: Prepared, chance: random.Random) -> int:
    """A ceremony whose server is killed from outside after random times; returns how often."""
    with tempfile.TemporaryDirectory(prefix="hejie-kill-") as place:
        data = fresh(prepared, Path(place))
        before = set(blobs(data))
        async with opened(nursery, data, []) as office:
            house: House = office.house
            done = asyncio.Event()

            async def killer() -> None:
                while not done.is_set():
                    await asyncio.sleep(chance.expovariate(1 / 0.5))
                    if not done.is_set() and house.pid and not house.lock.locked():
                        house.armed = Fault("outside", "before")
                        await asyncio.to_thread(house.kill, signal.SIGKILL)

            murder = asyncio.get_running_loop().create_task(killer())
            try:
                outcome = await play(prepared, office)
            finally:
                done.set()
                await murder
            count = len(house.deaths)
            await house.stop()
        await check_complete(data, prepared.facts["case"], before, outcome)
        return count


async def campaign(rounds: int, seed: int) -> int:
    """All of it; the number of stories that did not hold."""
    nursery = Nursery()
    chance = random.Random(seed)
    figures: dict[str, object] = {"seed": seed}
    failed: list[str] = []
    deaths: Counter[str] = Counter()

    async def one(name: str, story: Coroutine[Any, Any, int]) -> None:
        try:
            deaths[name] += await story
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"{'FAILED' if name in failed else 'held'}: {name}", flush=True)

    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hejie-kill-") as place:
        prepared = await prepare(nursery, Path(place) / "var")
        for fault in WHOLE:
            second = [Fault(fault.where, fault.when, fault.only, fault.nth)]  # met again by the next process
            again = second if fault.when in ("before", "commit") and "remove" not in fault.where else []
            await one(str(fault), told(nursery, prepared, [*removal(fault), fault, *again]))
        for fault in VOID:
            await one(str(fault), told(nursery, prepared, [fault], refused=True))
        for number in range(rounds):
            few = sorted(chance.sample(range(len(WHOLE)), 6))
            await one(f"six of them, {number}", told(nursery, prepared, with_removal([WHOLE[at] for at in few])))
            await one(f"at random times, {number}", at_random(nursery, prepared, random.Random(chance.random())))
    nursery.close()
    figures |= {"stories": len(deaths) + len(failed), "deaths": sum(deaths.values()), "failed": failed}
    figures["seconds"] = round(time.monotonic() - start)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return len(failed)


def removal(fault: Fault) -> list[Fault]:
    """A blob is removed while sealing only if an earlier try had named it."""
    named = [one for one in WHOLE if one.where.endswith("note_pending") and one.when == "committed"]
    return named if fault.where.endswith("Blobs.remove") else []


def with_removal(faults: list[Fault]) -> list[Fault]:
    """The same, for several in their order."""
    found: list[Fault] = []
    for fault in faults:
        if fault.where.endswith("Blobs.remove") and not any(past_noting(one) for one in found):
            found += removal(fault)
        found.append(fault)
    return found


def past_noting(fault: Fault) -> bool:
    """Whether a process that died there had named the blobs."""
    first = next(at for at, one in enumerate(WHOLE) if one.where.endswith("note_pending") and one.when == "committed")
    return fault in WHOLE[first:]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = options.parse_args()
    return 1 if asyncio.run(campaign(chosen.rounds, chosen.seed)) else 0


if __name__ == "__main__":
    sys.exit(main())
