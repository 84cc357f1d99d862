"""Clocks around the parts of a machine turn, in the process of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from server.agreements.ceremony import signing
from server.store.db import Database, Tx
from tests.bench.laps import Laps

_label: ContextVar[str] = ContextVar("label", default="")
PARTS = ("take_turn", "hold", "judge", "keep")


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
