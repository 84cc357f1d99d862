"""PostgreSQL, for a centre that has one: the same statements on the same threads, and one writer at a time as well.

Handlers read, decide and write in one transaction and rely on nobody writing in between. On PostgreSQL an advisory lock
of the transaction says exactly that, for every process. READ COMMITTED, so that what is read after the lock is what the
writer before committed; a snapshot would be as old as the waiting for it."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

BUSY_MS = 10_000
WRITER = 0x48656A6965
"""Key of the advisory lock: "Hejie"."""


def engine(url: str) -> sa.Engine:
    """`url` as PostgreSQL writes it: `postgresql://user:password@host/name`, or `?host=/directory` for a socket."""
    # Statements are not prepared: their plans would be made for any value, also for the one word half the rows have.
    own = {"prepare_threshold": None, "options": f"-c lock_timeout={BUSY_MS} -c timezone=UTC"}
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(address, poolclass=sa.NullPool, hide_parameters=True, connect_args=own)


def begin_writing(connection: sa.Connection) -> None:
    """After whoever writes now, in whatever process."""
    _first(connection, f"SELECT pg_advisory_xact_lock({WRITER})")


def begin_reading(connection: sa.Connection) -> None:
    """A snapshot from the first statement on; writing raises."""
    _first(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def forget(connection: sa.Connection) -> bool:
    """False: when bytes leave PostgreSQL's files and its log, its own vacuum and checkpoints decide."""
    connection.rollback()
    return False


def _first(connection: sa.Connection, statement: str) -> None:
    """Nothing was asked yet: where the server went away since the last time, a new connection is as good."""
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        connection.rollback()
        connection.exec_driver_sql(statement)
