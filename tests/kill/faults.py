"""Where a process dies: a function named by module and path, before or after its n-th call, or around the commit of the
transaction it worked in. Armed from outside, in the child: the product knows nothing of it."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import Any, Literal

from server.store.db import Database, Tx

When = Literal["before", "after", "commit", "committed"]
_marked: ContextVar[bool] = ContextVar("marked", default=False)


@dataclass(frozen=True)
class Fault:
    """`where` is module:path; `only` must be among the arguments (a kind of journal entry); `nth` counts from 1.

    `before`, `after`: the call itself; `commit`, `committed`: just before or just after the transaction it is part of.
    """

    where: str
    when: When
    only: str | None = None
    nth: int = 1

    def __str__(self) -> str:
        what = f"{self.only or self.where.split(':')[1]}"
        return f"{self.when} {what}" + (f" {self.nth}" if self.nth > 1 else "")


def die() -> None:
    """No handler, no buffer, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(fault: Fault) -> None:
    """Put the trap in, wherever the function was imported to. LookupError when there is no such function."""
    module, _, path = fault.where.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = inspect.getattr_static(owner, name, None)
    if not callable(original):
        raise LookupError(f"{fault.where}: no such function")
    trapped = _trap(original, fault)
    if parents:
        setattr(owner, name, trapped)
    else:
        for loaded in list(sys.modules.values()):
            for alias, value in list(vars(loaded).items()) if loaded else []:
                if value is original:
                    setattr(loaded, alias, trapped)
    if fault.when in ("commit", "committed"):
        Database.transaction = _around(Database.transaction, fault.when)  # type: ignore[method-assign]


def _trap(original: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    calls = count(1)

    def meant(arguments: tuple[object, ...]) -> bool:
        return (fault.only is None or fault.only in [a for a in arguments if isinstance(a, str)]) and (
            next(calls) == fault.nth
        )

    def leave() -> None:
        if fault.when == "after":
            die()
        _marked.set(True)

    if inspect.iscoroutinefunction(original):

        @wraps(original)
        async def later(*arguments: Any, **named: Any) -> Any:
            hit = meant(arguments)
            if hit and fault.when == "before":
                die()
            result = await original(*arguments, **named)
            if hit:
                leave()
            return result

        return later

    @wraps(original)
    def now(*arguments: Any, **named: Any) -> Any:
        hit = meant(arguments)
        if hit and fault.when == "before":
            die()
        result = original(*arguments, **named)
        if hit:
            leave()
        return result

    return now


def _around(original: Callable[[Database], Any], when: When) -> Callable[[Database], Any]:
    @asynccontextmanager
    async def transaction(self: Database) -> AsyncIterator[Tx]:
        async with original(self) as tx:
            yield tx
            if _marked.get() and when == "commit":
                die()
        if _marked.get():
            die()

    return transaction
