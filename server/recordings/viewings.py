"""What is opened to be looked at now: files without a name, held open by this process alone, for one login and some
hours. A killed process leaves nothing in clear on the disk."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from server.errors import NotFound

OPEN = timedelta(hours=2)
MOST = 64
"""Films open at once; the oldest are closed first."""


@dataclass(frozen=True)
class _Film:
    handle: int
    login: str
    until: datetime


class Viewings:
    """Films by a random name."""

    def __init__(self) -> None:
        self._films: dict[str, _Film] = {}

    def open(self, path: Path, login: str, until: datetime) -> str:
        """Take the file away from its directory; the name it is had by. Raises OSError."""
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        path.unlink()
        name = secrets.token_urlsafe(18)
        self._films[name] = _Film(handle, login, until)
        for old in list(self._films)[:-MOST]:
            self._shut(old)
        return name

    def path(self, name: str, login: str, now: datetime) -> Path:
        """Where the caller's film can be read; raises NotFound for anybody else and afterwards."""
        film = self._films.get(name)
        if film is None or not login or film.login != login or now >= film.until:
            raise NotFound("viewing")
        return Path(f"/proc/self/fd/{film.handle}")

    def tidy(self, now: datetime) -> None:
        """Close what is over."""
        for name in [name for name, film in self._films.items() if now >= film.until]:
            self._shut(name)

    def close(self) -> None:
        """All."""
        for name in list(self._films):
            self._shut(name)

    def _shut(self, name: str) -> None:
        os.close(self._films.pop(name).handle)


VIEWINGS: web.AppKey[Viewings] = web.AppKey("viewings", Viewings)
