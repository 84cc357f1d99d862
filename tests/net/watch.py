"""Reads the samples of a page (tests/net/sampler.js): what was received of whom, when it stopped and came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
STILL = 0.5
"""Seconds without anything new that a person takes for a standstill."""
KINDS = ("audio", "video")


@dataclass(frozen=True)
class Rows:
    """Samples in the order of time; counters only grow, times are Unix seconds."""

    rows: Sequence[Row]

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

    def gaps(self, person: str, kind: str) -> list[tuple[float, float | None]]:
        """Standstills (start, end); None: it still lasts."""
        times = self.news(person, kind)
        found: list[tuple[float, float | None]] = [(a, b) for a, b in pairwise(times) if b - a > STILL]
        rows = self.of(person, kind)
        if times and rows[-1]["t"] - times[-1] > STILL:
            found.append((times[-1], None))
        return found

    def back(self, person: str, kind: str, since: float) -> float | None:
        """Seconds from `since` to the end of the standstill that lasts then or begins in the second after it; 0: there
        was none; None: it still lasts."""
        for start, end in self.gaps(person, kind):
            if start < since + 1 and (end is None or end > since):
                return None if end is None else end - since
        return 0.0

    def quality(self, person: str, start: float, end: float) -> dict[str, float]:
        """Of one person's sound and picture between two times; seconds a minute, shares, rates."""
        sound, picture = (self._grown(person, kind, start, end) for kind in KINDS)
        minutes = (end - start) / 60
        still = sum(
            max(0.0, min(b or end, end) - max(a, start)) for a, b in self.gaps(person, "video") if (b or end) > start
        )
        samples = max(1, sound["samples"])
        return {
            "freeze_s_min": picture["frozen"] / minutes,
            "still_s_min": still / minutes,
            "concealed": sound["concealed"] / samples,
            "audible": (sound["concealed"] - sound["silent"]) / samples,
            "frames_s": picture["decoded"] / minutes / 60,
            "kbit_s": (sound["bytes"] + picture["bytes"]) * 8 / 1000 / minutes / 60,
            "height": picture["height"],
        }

    def _grown(self, person: str, kind: str, start: float, end: float) -> dict[str, float]:
        rows = [row for row in self.of(person, kind) if start <= row["t"] <= end]
        if not rows:
            raise LookupError(f"nothing of {person} between the times")
        growing = {name for name, value in rows[0].items() if isinstance(value, int | float)} - {"t", "height"}
        return {name: rows[-1][name] - rows[0][name] for name in growing} | {"height": rows[-1]["height"]}
