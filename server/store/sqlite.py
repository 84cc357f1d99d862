"""SQLite: one file in WAL mode with full sync. What was committed survives kill -9 and power loss."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

BUSY_MS = 10_000
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}", "secure_delete=ON")
"""What was deleted is overwritten: keys and answers are destroyed in earnest."""


def engine(path: Path) -> sa.Engine:
    """Its connections begin nothing on their own."""
    # hide_parameters: values of rows never reach an exception's text.
    made = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool, hide_parameters=True)
    event.listen(made, "connect", _on_connect)
    return made


def _on_connect(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must not begin on its own: `begin_*` do
    cursor = dbapi.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_writing(connection: sa.Connection) -> None:
    """The file has one writer, in whatever process."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin_reading(connection: sa.Connection) -> None:
    """A snapshot from the first statement on."""
    connection.exec_driver_sql("BEGIN")


def forget(connection: sa.Connection) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; False when somebody reads from it just now.
    Waits for nobody; the patience of a writer holds again afterwards."""
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        return not busy
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.commit()
