"""aiosqlite with one trip to its thread for a statement instead of four (cursor, execute, fetch, close): a machine turn
of the ceremony is some forty statements, and the trips took longer than SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")


class Cursor:
    """What SQLAlchemy's adapter asks of a cursor. The rows are fetched on the trip that executes."""

    def __init__(self, home: Connection) -> None:
        self._home = home
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        return None

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        return await self._home.trip(lambda plain: self._keep(plain.execute(sql, tuple(parameters))))

    async def executemany(self, sql: str, parameters: Iterable[tuple[Any, ...]]) -> Self:
        return await self._home.trip(lambda plain: self._keep(plain.executemany(sql, parameters)))

    def _keep(self, done: sqlite3.Cursor) -> Self:
        """On SQLite's thread."""
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid
        self._rows = done.fetchall() if done.description else []
        done.close()
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        return None


class Connection(aiosqlite.Connection):
    """A connection whose cursors exist without asking the thread."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def trip(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run on the connection's thread."""
        found: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return found


def connect(database: str, **options: Any) -> Connection:
    """As aiosqlite.connect: to be awaited. Given to SQLAlchemy as `async_creator_fn`."""
    connection = Connection(lambda: sqlite3.connect(database, **options), 64)
    connection._thread.daemon = True
    return connection
