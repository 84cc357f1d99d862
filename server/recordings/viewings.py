"""What is opened to be looked at now: files without a name, held open by this process alone, for one login and some
hours. A killed process leaves nothing in clear on the disk."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from server.errors import NotFound
from server.web.call import Caller

OPEN = timedelta(hours=2)
MOST = 64
"""Films open at once; the oldest are closed first."""


@dataclass(frozen=True)
class _Film:
    handle: int
    recording: str
    viewer: str
    login: str
    until: datetime


class _Shown(web.FileResponse):
    """Answers ranges of a file that has no name. It has a handle of its own: closing the film meanwhile must not make
    the number mean another file."""

    def __init__(self, handle: int) -> None:
        headers = {"Content-Type": "video/webm", "Content-Disposition": "inline"}
        super().__init__(f"/proc/self/fd/{handle}", headers=headers)
        self._handle: int | None = handle

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        try:
            return await super().prepare(request)
        finally:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


class Viewings:
    """Films by a random name."""

    def __init__(self) -> None:
        self._films: dict[str, _Film] = {}

    def open(self, path: Path, recording: str, viewer: Caller, until: datetime) -> str:
        """Take the file away from its directory; the name it is had by. Raises OSError."""
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        path.unlink()
        name = secrets.token_urlsafe(18)
        self._films[name] = _Film(handle, recording, viewer.id, viewer.login, until)
        for old in list(self._films)[:-MOST]:
            self._shut(old)
        return name

    def film(self, name: str, login: str, now: datetime) -> web.StreamResponse:
        """The caller's film as an answer; raises NotFound for anybody else and afterwards."""
        film = self._films.get(name)
        if film is None or not login or film.login != login or now >= film.until:
            raise NotFound("viewing")
        return _Shown(os.dup(film.handle))

    def tidy(self, now: datetime) -> None:
        """Close what is over."""
        for name in [name for name, film in self._films.items() if now >= film.until]:
            self._shut(name)

    def withdraw(self, recording: str, viewer: str = "") -> None:
        """Close the films of a recording, for one person or for everybody."""
        for name, film in list(self._films.items()):
            if film.recording == recording and viewer in ("", film.viewer):
                self._shut(name)

    def close(self) -> None:
        """All."""
        for name in list(self._films):
            self._shut(name)

    def _shut(self, name: str) -> None:
        os.close(self._films.pop(name).handle)


VIEWINGS: web.AppKey[Viewings] = web.AppKey("viewings", Viewings)
