"""One connection to the database and the thread that alone uses it. SQLAlchemy works there, not on the loop.

What costs is the way to the thread and back, not SQLite: whoever asks for several things at once asks on one trip."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


class Line:
    """A connection, opened when it is first needed. What is asked of it is done in the order of asking: a statement
    whose asker was cancelled ends before the rollback that follows it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "database")

    def trip(self, work: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        """Ask now for `work(connection, *arguments)` on the connection's thread; to be awaited."""
        return asyncio.get_running_loop().run_in_executor(self._thread, self._do, work, arguments)

    def _do(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        return work(self._connection, *arguments)

    async def close(self) -> None:
        """After what was asked before; nothing can be asked any more."""
        if self._connection is not None:
            await self.trip(sa.Connection.close)
        self._thread.shutdown(wait=False)


class Rows:
    """What a statement brought: all its rows, fetched on the thread, and how many rows it changed."""

    def __init__(self, done: sa.CursorResult[Any]) -> None:
        self._rows = done.all() if done.returns_rows else []
        self.changed: int = 0 if done.returns_rows else done.rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None


def execute(connection: sa.Connection, statement: sa.Executable, parameters: Any = None) -> Rows:
    """One statement, or one for each of a list of parameters."""
    return Rows(connection.execute(statement, parameters))


def scalars(connection: sa.Connection, statement: sa.Executable, parameters: Any = None) -> list[Any]:
    """The first column of all rows."""
    return list(connection.execute(statement, parameters).scalars())


def scalar(connection: sa.Connection, statement: sa.Executable, parameters: Any = None) -> Any:
    """The first column of the first row, or None."""
    return connection.execute(statement, parameters).scalar()


def undo(connection: sa.Connection) -> None:
    """Roll back whatever is open."""
    connection.rollback()
    if not connection.invalidated:  # after a commit that failed SQLAlchemy knows of no transaction, SQLite still does
        connection.connection.rollback()
