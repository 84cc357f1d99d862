"""A real office whose machine turns are timed from inside: database, threads and all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from server.agreements.ceremony import signing
from server.app import open_authority
from server.settings import HttpOptions, Settings
from server.store import migrate
from server.store.db import Database, Tx
from tests.actors import Hands
from tests.bench.laps import Laps
from tests.server.agreements.scenes import Scene, copy_data, enter, open_office, people_of, record_frozen, record_ready

CEREMONIES = 8
_label: ContextVar[str] = ContextVar("label", default="")
PARTS = ("take_turn", "hold", "judge", "keep")


async def turns_of_the_server() -> dict[str, Any]:
    """Every part of a machine turn over a set of files: `turn` and `keep` with their transactions and full sync."""
    laps = Laps()
    undo = listen(laps)
    with tempfile.TemporaryDirectory() as place:
        scene = _ready(Path(place))
        files = 0
        for number in range(CEREMONIES):
            files = await _ceremony(scene, Path(place) / str(number))
        shutil.rmtree(scene.data)
    undo()
    per_turn = sum(laps.median(name) for name in ("take_turn with transaction", "hold", "judge", "keep with commit"))
    return {
        "files_in_the_set": files,
        "turns": len(laps.taken["judge"]),
        "ms_per_turn": laps.medians(),
        "sum_per_turn_ms": round(per_turn, 2),
        "per_signature_ms": round(per_turn / files, 2),
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


def listen(laps: Laps) -> Any:
    """Put clocks around the parts; returns what takes them off."""
    originals = {name: getattr(signing, name) for name in PARTS}
    transaction = Database.transaction

    def clocked(name: str) -> Any:
        original = originals[name]

        async def part(*arguments: Any, **named: Any) -> Any:
            _label.set(name)
            with laps.lap(name):
                return await original(*arguments, **named)

        return part

    @asynccontextmanager
    async def clocked_transaction(self: Database) -> AsyncIterator[Tx]:
        _label.set("")
        whole = Laps()
        with whole.lap("all"):
            async with transaction(self) as tx:
                yield tx
        label = {"take_turn": "take_turn with transaction", "keep": "keep with commit"}.get(_label.get())
        if label:
            laps.taken[label] += whole.taken["all"]

    for name in PARTS:
        setattr(signing, name, clocked(name))
    Database.transaction = clocked_transaction  # type: ignore[method-assign]

    def undo() -> None:
        for name, original in originals.items():
            setattr(signing, name, original)
        Database.transaction = transaction  # type: ignore[method-assign]

    return undo
