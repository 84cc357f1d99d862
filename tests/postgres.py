"""A real PostgreSQL of the tests' own: on a socket in a directory that is gone afterwards, heard by nobody else."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from server.store import migrate

USER = "postgres"
"""Who runs it where the tests are root's: PostgreSQL refuses to be."""


class Cluster:
    """Databases on request."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._numbers = count(1)

    def address(self, name: str) -> str:
        """As in HEJIE_DATABASE."""
        return f"postgresql://{USER}@/{name}?host={self.directory}"

    def empty(self, template: str = "template0") -> str:
        """Address of a new database; a copy of the template."""
        name = f"hejie_{next(self._numbers)}"
        with psycopg.connect(self.address(USER), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        return self.address(name)

    def fresh(self) -> str:
        """Address of a new database in newest form."""
        if not getattr(self, "_founded", None):
            address = self.empty()
            migrate.upgrade(address)
            self._founded = address.split("@/")[1].split("?")[0]
        return self.empty(self._founded)


def programs() -> Path:
    """Where Debian keeps the newest version's programs; raises FileNotFoundError."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def running(*settings: str) -> Iterator[Cluster]:
    """Started, and stopped at the end; `settings` as `name=value`."""
    directory = Path(tempfile.mkdtemp(prefix="hejie-pg-"))
    as_user = ["setpriv", "--pdeathsig", "QUIT"]  # a test process that is killed leaves none behind
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(directory, user.pw_uid, user.pw_gid)
        as_user += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    data, at = directory / "data", programs()
    words = ["-D", str(data), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", USER, "--no-sync"]
    try:
        subprocess.run([*as_user, at / "initdb", *words], check=True, stdout=subprocess.DEVNULL, cwd=directory)
        own = ["listen_addresses=", f"unix_socket_directories={directory}", "logging_collector=off", *settings]
        with (directory / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_user, at / "postgres", "-D", data, *(word for one in own for word in ("-c", one))],
                stdout=log, stderr=log, cwd=directory,
            )  # fmt: skip
        try:
            ready = [at / "pg_isready", "-q", "-h", directory, "-t", "1"]
            while subprocess.run(ready).returncode:
                if server.poll() is not None:
                    raise RuntimeError((directory / "log").read_text())
            yield Cluster(directory)
        finally:
            server.send_signal(3)  # at once: nobody wants the data
            server.wait(20)
    finally:
        shutil.rmtree(directory)
