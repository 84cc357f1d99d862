"""Runs one or many rehearsals at once and writes what they measured to `rehearsal.json`."""

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec

from server.rehearse.actor import BrokenPromise
from server.rehearse.story import Story


async def rehearse(url: str, out: Path, *, case: str = "leak", rooms: int = 1, token: str = "") -> dict[str, Any]:
    """Play `rooms` cases at once against the server at `url`; signed PDFs, packets and `rehearsal.json` go to `out`.

    The answer has `ok`, `broken` (the first broken promise of each room), and per room `seconds` per step,
    `packets` per person and chamber, `verdicts` per file, and of the first room `court_packet`: the verdict on the
    court's packet with one byte of each file in it changed.
    """
    start = time.monotonic()
    stories = [Story(url, case, out, number, token) for number in range(1, rooms + 1)]
    results = await asyncio.gather(*(story.play() for story in stories), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, BrokenPromise | OSError):
            raise result
    broken = [str(result) for result in results if result is not None]
    report = {
        "ok": not broken,
        "broken": broken,
        "case": case,
        "seconds": round(time.monotonic() - start, 3),
        "rooms": [
            {
                "seconds": story.seconds,
                "packets": story.packets,
                "verdicts": story.verdicts,
                "court_packet": story.packet_verdicts,
            }
            for story in stories
        ],
    }
    await asyncio.to_thread(_write, out, report)
    return report


def _write(out: Path, report: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "rehearsal.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
