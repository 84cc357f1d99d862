"""What the bench's server has that the product's has not: four files in a set, and clocks in its machine turns."""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from documents import DocumentText
from server.agreements.ceremony import opening
from tests.bench.clocks import listen
from tests.bench.laps import Laps

NAMES = ("agreement", "minutes", "application", "address")


def four_files() -> Callable[[], None]:
    """From now on a set has four files; returns what undoes it."""
    freeze = opening.freeze

    def four(texts: Sequence[tuple[str, DocumentText]], *rest: Any) -> Any:
        """The product's texts, then copies of them under other names, to make four."""
        made = list(texts)
        for name in NAMES[len(made) :]:
            made.append((name, texts[len(made) % len(texts)][1]))
        return freeze(made, *rest)

    opening.freeze = four
    return lambda: setattr(opening, "freeze", freeze)


def prepare() -> None:
    """Called in the child before it becomes the server."""
    four_files()
    laps = Laps()
    listen(laps)
    report = Path(os.environ["BENCH_LAPS"])

    def write() -> None:
        report.write_text(json.dumps(laps.taken))

    atexit.register(write)
