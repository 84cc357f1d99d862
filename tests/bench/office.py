"""A real office whose machine turns are timed from inside: database, threads and all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from server.app import open_authority
from server.settings import HttpOptions, Settings
from server.store import migrate
from tests.actors import Hands
from tests.bench.clocks import listen
from tests.bench.laps import Laps
from tests.bench.setting import four_files
from tests.server.agreements.scenes import Scene, copy_data, enter, open_office, people_of, record_frozen, record_ready

CEREMONIES = 8


async def turns_of_the_server(beside: Callable[[], object]) -> dict[str, Any]:
    """Every part of a machine turn over a set of four files, with the transactions, readings and full sync around it.
    `beside` is what one signature is compared with, run in turns with it."""
    laps = Laps()
    undo, undo_files = listen(laps), four_files()
    with tempfile.TemporaryDirectory() as place:
        scene = _ready(Path(place))
        files = 0
        for number in range(CEREMONIES):
            files = await _ceremony(scene, Path(place) / str(number))
            for _ in range(3):
                with laps.lap("pyhanko, one signature"):
                    await asyncio.to_thread(beside)
        shutil.rmtree(scene.data)
    undo()
    undo_files()
    whole = ("take_turn with transaction", "hold with its reading", "judge", "keep with commit")
    per_turn = sum(laps.median(name) for name in whole)
    to_commit = sum(laps.median(name) for name in ("prepare", "judge", "keep with commit"))
    peer = laps.median("pyhanko, one signature")
    return {
        "files_in_the_set": files,
        "turns": len(laps.taken["judge"]),
        "ms_per_turn": laps.medians(),
        "sum_per_turn_ms": round(per_turn, 2),
        "per_signature_ms": round(per_turn / files, 2),
        "per_signature_to_pyhanko": round(per_turn / files / peer, 3),
        "prepare_to_commit_per_signature_ms": round(to_commit / files, 2),
        "prepare_to_commit_to_pyhanko": round(to_commit / files / peer, 3),
    }


def _ready(place: Path) -> Scene:
    founded = Settings(data=place / "founded", demo=True)
    migrate.upgrade(founded.database)
    open_authority(founded, Hands())
    return record_ready(record_frozen(founded.data))


async def _ceremony(scene: Scene, place: Path) -> int:
    """All three turns; the number of files."""
    static = place / "dist"
    static.mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html>")
    settings = Settings(data=place / "var", demo=True, http=HttpOptions(port=0, static=static))
    copy_data(scene, settings.data)
    async with AsyncExitStack() as stack:
        cast = await enter(scene, await open_office(settings, Hands(), stack))
        people = people_of(scene, cast)
        for signer in people.values():
            await signer.take_and_sign()
        return len(signer.manifest["files"])
