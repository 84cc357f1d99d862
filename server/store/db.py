"""The database: one engine, one shared MetaData, and `transaction()` which serialises writers.

Tables live beside the feature that owns them (`*/store.py`); this module knows none of them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from server.store import line as lines
from server.store import postgres, sqlite
from server.store.line import Line, Rows

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

T = TypeVar("T")

LINES = 16
"""Transactions open at once; whoever comes then waits for one to end, `PATIENCE` seconds at most."""
PATIENCE = 30
CLOSING = 10
FORGETTING, BETWEEN = 10, 0.05
"""Attempts to empty the write-ahead log, and seconds between two: readers hold on to it for some milliseconds."""


class Tx:
    """An open transaction; pass it to every `store` function. Every call is one trip to the connection's thread."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def execute(self, statement: sa.Executable, parameters: Any = None) -> Rows:
        """One statement, or one for each of a list of parameters."""
        return await self._line.trip(lines.execute, statement, parameters)

    async def scalar(self, statement: sa.Executable, parameters: Any = None) -> Any:
        """The first column of the first row, or None."""
        return await self._line.trip(lines.scalar, statement, parameters)

    async def scalars(self, statement: sa.Executable, parameters: Any = None) -> list[Any]:
        """The first column of all rows."""
        return await self._line.trip(lines.scalars, statement, parameters)

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Several statements on one trip: `work(connection, *arguments)`, on the connection's thread."""
        return await self._line.trip(work, *arguments)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time as text with microseconds, so that it sorts and reads the same in every database."""

    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Aware datetime -> `2026-11-26T06:00:00.000000Z`; a naive one is a bug and raises."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        """Text -> aware datetime."""
        return None if value is None else datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


class DatabaseClosed(Exception):
    """The process is ending; nothing was read or written."""


class Database:
    """An SQLite file or a PostgreSQL address: what `transaction()` committed survives kill -9 and power loss."""

    def __init__(self, place: Path | str) -> None:
        self.place = place
        self._kind = postgres if isinstance(place, str) else sqlite
        engine = engine_of(place)
        self._lines = [Line(engine) for _ in range(LINES)]
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()  # the last used is the warmest
        for line in self._lines:
            self._free.put_nowait(line)
        self._writer = asyncio.Lock()
        self._closed = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """The one way to write, one at a time: commits on leaving, rolls back on an exception."""
        async with self._writer, self._open(self._kind.begin_writing) as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A consistent snapshot; does not wait for writers."""
        async with self._open(self._kind.begin_reading) as tx:
            yield tx

    async def forget(self) -> bool:
        """After a commit that destroyed something: its bytes leave the write-ahead log as well, and so every later
        backup. False when readers held on to the log all the while: then the next time brings it; and on PostgreSQL."""
        for _ in range(FORGETTING):
            async with self._writer, self._line() as line:
                if await line.trip(self._kind.forget):
                    return True
            await asyncio.sleep(BETWEEN)
        return False

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        """A free connection; whoever uses it next finds no transaction."""
        if self._closed:
            raise DatabaseClosed
        async with asyncio.timeout(PATIENCE):
            line = await self._free.get()
        try:
            yield line
        except BaseException:
            # Asked for now, and not to be cancelled.
            await asyncio.shield(line.trip(lines.undo))
            raise
        finally:
            self._free.put_nowait(line)

    @asynccontextmanager
    async def _open(self, begin: Callable[[sa.Connection], None]) -> AsyncIterator[Tx]:
        async with self._line() as line:
            await line.trip(begin)
            yield Tx(line)
            await line.trip(sa.Connection.commit)

    async def close(self) -> None:
        """Let nobody in any more, wait for those at work, `CLOSING` seconds at most, then close all connections."""
        self._closed = True
        back = 0
        try:
            async with asyncio.timeout(CLOSING):
                for back in range(LINES):  # noqa: B007
                    await self._free.get()
        except TimeoutError:
            log.warning("database.busy", extra={"connections": LINES - back})
        for line in self._lines:
            await line.close()


def engine_of(place: Path | str) -> sa.Engine:
    """For an SQLite file, or the address of a PostgreSQL database."""
    return postgres.engine(place) if isinstance(place, str) else sqlite.engine(place)
