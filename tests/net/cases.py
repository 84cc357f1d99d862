"""What a person's line goes through in one run, and what is measured of it. All lines of the people measured have
20 ms each way beside; times are seconds."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any, Literal

from tests.net.pipe import Shape
from tests.net.scene import Person
from tests.net.watch import KINDS

NEAR = 0.02
"""Delay each way of an undisturbed line."""
SETTLE = 10.0
"""On the bad line before anything is counted: estimates find their level."""
COUNTED = 30.0
PATIENCE = 30.0
"""After the network is back; who then still misses something has to reload."""


@dataclass(frozen=True)
class Case:
    """A line and perhaps something that happens to it."""

    title: str
    up: Shape = Shape(delay=NEAR)  # noqa: RUF009 (frozen)
    down: Shape = Shape(delay=NEAR)  # noqa: RUF009
    outage: float = 0.0
    """Seconds without any network."""
    change: Literal["move", "rebind"] | None = None

    @property
    def event(self) -> bool:
        return bool(self.outage or self.change)


def lossy(loss: float) -> Case:
    shape = Shape(loss=loss, delay=NEAR)
    return Case(f"{loss:.0%} loss", shape, shape)


CASES = {
    "clean": Case("nothing (control)"),
    "loss5": lossy(0.05),
    "loss10": lossy(0.10),
    "loss20": lossy(0.20),
    "jitter": Case("100-300 ms", Shape(delay=0.1, jitter=0.2), Shape(delay=0.1, jitter=0.2)),
    "thin": Case("400 kb/s down", down=Shape(delay=NEAR, rate=400_000, queue=25_000)),
    "out5": Case("outage 5 s", outage=5),
    "out25": Case("outage 25 s", outage=25),
    "out84": Case("outage 84 s", outage=84),
    "move": Case("new address", change="move"),
    "rebind": Case("new NAT address", change="rebind"),
}


async def run(case: Case, person: Person, far: Person, seed: int) -> dict[str, Any]:
    """One run: `person` on the bad line, `far` on a perfect one; both receive each other when it begins."""
    host = person.host
    host.shape(up=case.up, down=case.down, seed=seed)
    found: dict[str, Any] = {"seed": seed, "started": time.time()}
    loads = person.loads
    if case.event:
        found |= await _event(case, person, far, random.Random(seed))
    else:
        await asyncio.sleep(SETTLE)
        start = time.time()
        await asyncio.sleep(COUNTED)
        end = time.time()
        found["down"] = (await person.rows()).quality(far.name, start, end)
        found["up"] = (await far.rows()).quality(person.name, start, end)
    found["loads"] = person.loads - loads
    host.shape(up=CASES["clean"].up, down=CASES["clean"].down)
    return found


async def _event(case: Case, person: Person, far: Person, chance: random.Random) -> dict[str, Any]:
    """Seconds from the moment the network is back until everything flows; None: not within our patience."""
    await asyncio.sleep(3 + 2 * chance.random())  # not always at the same beat of everybody's timers
    if case.outage:
        person.host.cut()
        await asyncio.sleep(case.outage)
        person.host.cut(False)
    elif case.change == "move":
        await asyncio.to_thread(person.host.move)
    else:
        person.host.rebind()
    since = time.time()
    back: dict[str, float | None] = {}
    while True:
        await asyncio.sleep(1)
        looked = time.time()
        near_rows, far_rows = await asyncio.gather(person.rows(), far.rows())
        rows = {"down": (near_rows, far), "up": (far_rows, person)}
        for side, (seen, other) in rows.items():
            for kind in KINDS:
                fresh = max(seen.news(other.name, kind), default=0.0) > since
                back[f"{side}_{kind}"] = seen.back(other.name, kind, since) if fresh else None
        # By when the pages were asked: on a loaded machine an answer may take longer than our patience.
        if looked > since + PATIENCE or (looked > since + 4 and None not in back.values()):
            break
    return {"back": back, "since": since}
