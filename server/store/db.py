"""The database: one engine, one shared MetaData, and `transaction()` which serialises writers.

Tables live beside the feature that owns them (`*/store.py`); this module knows none of them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import TypeDecorator

from server.store.sqlite import connect

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

Tx: TypeAlias = AsyncConnection
"""An open transaction; pass it to every `store` function."""

BUSY_MS = 10_000
CLOSING = 10


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
    """An SQLite file in WAL mode with full sync: what `transaction()` committed survives kill -9 and power loss."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # hide_parameters: values of rows never reach an exception's text.
        self._engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", hide_parameters=True, connect_args={"async_creator_fn": connect}
        )
        self._writer = asyncio.Lock()
        self._used = 0
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        event.listen(self._engine.sync_engine, "connect", _on_connect)
        event.listen(self._engine.sync_engine, "begin", _on_begin)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """The one way to write. BEGIN IMMEDIATE: commits on leaving, rolls back on an exception."""
        async with self._writer, self._connected() as plain:
            connection = await plain.execution_options(hejie_begin="BEGIN IMMEDIATE")
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A consistent snapshot; does not wait for writers."""
        async with self._connected() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        if self._closed:
            raise DatabaseClosed
        self._used += 1
        self._idle.clear()
        try:
            async with self._engine.connect() as connection:
                yield connection
        finally:
            self._used -= 1
            if not self._used:
                self._idle.set()

    async def close(self) -> None:
        """Let nobody in any more, wait for those at work, `CLOSING` seconds at most, then close all connections.

        The pool forgets a connection that is out when it is emptied, and opens anew for a straggler: neither would
        ever be closed."""
        self._closed = True
        try:
            async with asyncio.timeout(CLOSING):
                await self._idle.wait()
        except TimeoutError:
            log.warning("database.busy", extra={"connections": self._used})
        await self._engine.dispose()


def _on_connect(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must not begin on its own: _on_begin does
    cursor = dbapi.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("hejie_begin", "BEGIN"))
