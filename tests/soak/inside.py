"""`hejie serve` that counts what it holds when it gets SIGUSR2. Run: SOAK_CENSUS=<file> python -m tests.soak.inside."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from server.cli import main
from signaling.live import LiveRoom

MEDIA = "signaling.media."


def census() -> dict[str, object]:
    """Objects of the media plane by class, tasks by name, open sockets, and every seat that is not empty."""
    gc.collect()
    objects: Counter[str] = Counter()
    seats: list[str] = []
    for one in gc.get_objects():
        kind = type(one)
        module = str(kind.__module__)  # of some built-in types it is a descriptor
        if module.startswith(MEDIA):
            objects[f"{module.removeprefix(MEDIA)}.{kind.__name__}"] += 1
        elif kind is LiveRoom:
            seats += [person.seat for person in one.machine.people.values() if person.seat != "out"]
    tasks = Counter(name_of(task) for task in asyncio.all_tasks())
    return {
        "objects": dict(sorted(objects.items())),
        "tasks": dict(sorted(tasks.items())),
        "sockets": sum("socket" in link for link in links()),
        "seats": sorted(seats),
    }


def name_of(task: asyncio.Task[object]) -> str:
    """Its own name, or its coroutine's when nobody named it."""
    name = task.get_name()
    return getattr(task.get_coro(), "__qualname__", name) if name.startswith("Task-") else name


def links() -> list[str]:
    """Where the open file descriptors lead."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:  # the listing's own
            continue
    return found


def write(*_: object) -> None:
    draft = Path(os.environ["SOAK_CENSUS"] + ".draft")
    draft.write_text(json.dumps(census()))
    draft.rename(os.environ["SOAK_CENSUS"])


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, write)
    sys.exit(main(["serve"]))
