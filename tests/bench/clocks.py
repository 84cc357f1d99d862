"""Clocks around the parts of a machine turn, in the process of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any

from server.agreements.ceremony import signing, turns
from server.store.db import Database, Tx
from tests.bench.laps import Laps

_label: ContextVar[str] = ContextVar("label", default="")
PARTS = ("take_turn", "hold", "judge", "keep")
OPENED = {
    "transaction": {"take_turn": "take_turn with transaction", "keep": "keep with commit"},
    "reading": {"hold": "hold with its reading"},
}
"""How the database is opened -> part -> the name of all that happens in that opening: whose ceremony it is, may they,
the part itself, the commit."""


def listen(laps: Laps) -> Any:
    """Put clocks around the parts; returns what takes them off."""
    originals = {name: getattr(signing, name) for name in PARTS}
    opened = {way: getattr(Database, way) for way in OPENED}
    prepare = turns.prepare

    def clocked(name: str) -> Any:
        original = originals[name]

        async def part(*arguments: Any, **named: Any) -> Any:
            _label.set(name)
            with laps.lap(name):
                return await original(*arguments, **named)

        return part

    def clocked_opening(way: str) -> Callable[[Database], AbstractAsyncContextManager[Tx]]:
        @asynccontextmanager
        async def opening(self: Database) -> AsyncIterator[Tx]:
            _label.set("")
            whole = Laps()
            with whole.lap("all"):
                async with opened[way](self) as tx:
                    yield tx
            label = OPENED[way].get(_label.get())
            if label:
                laps.taken[label] += whole.taken["all"]

        return opening

    def clocked_prepare(*arguments: Any) -> Any:
        with laps.lap("prepare"):
            return prepare(*arguments)

    for name in PARTS:
        setattr(signing, name, clocked(name))
    for way in OPENED:
        setattr(Database, way, clocked_opening(way))
    turns.prepare = clocked_prepare

    def undo() -> None:
        for name, original in originals.items():
            setattr(signing, name, original)
        for way, original in opened.items():
            setattr(Database, way, original)
        turns.prepare = prepare

    return undo
