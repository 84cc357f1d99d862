"""Reads the samples of a page (tests/net/sampler.js): what was received of whom, when it stopped and came back."""

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
RATE = 48_000
"""Sound samples a second in getStats of Opus."""


@dataclass(frozen=True)
class Rows:
    """Samples in the order of time; counters only grow."""

    rows: list[Row]

    def of(self, person: str, kind: str) -> list[Row]:
        return [row for row in self.rows if row["person"] == person and row["kind"] == kind]

    def news(self, person: str, kind: str) -> list[float]:
        """Times at which there was something new since the sample before: a picture, sound that was not made up."""
        found, before = [], None
        for row in self.of(person, kind):
            now = row["decoded"] if kind == "video" else row["samples"] - row["concealed"]
            if before is not None and now > before:
                found.append(row["t"])
            before = now
        return found

    def next_news(self, person: str, kind: str, since: float) -> float | None:
        """When the first new thing came after `since`; None: nothing did."""
        return next((t for t in self.news(person, kind) if t > since), None)
