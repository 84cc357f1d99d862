"""What is opened to be looked at now: files without a name, held open by this process alone, for one login and some
hours at most. A killed process leaves nothing in clear on the disk."""

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from server.errors import NotFound
from server.web.call import Caller

log = logging.getLogger(__name__)
MOST = 64
"""Films open at once; the oldest are closed first."""


PIECE = 1024 * 1024
"""Bytes of an answer between two looks at whether its viewer may go on."""


@dataclass(frozen=True)
class Film:
    """`person`: whose film it is."""

    handle: int
    recording: str
    person: str
    viewer: str
    login: str
    until: datetime


class Viewings:
    """Films by a random name."""

    def __init__(self) -> None:
        self._films: dict[str, Film] = {}

    def open(self, path: Path, recording: str, person: str, viewer: Caller, until: datetime) -> str:
        """Take the file away from its directory; the name it is had by. Raises OSError."""
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        path.unlink()
        name = secrets.token_urlsafe(18)
        self._films[name] = Film(handle, recording, person, viewer.id, viewer.login, until)
        for old in list(self._films)[:-MOST]:
            self._shut(old)
        return name

    def film(self, name: str, login: str, now: datetime) -> Film:
        """The caller's film; raises NotFound for anybody else and afterwards."""
        film = self._films.get(name)
        if film is None or not login or film.login != login or now >= film.until:
            raise NotFound("viewing")
        return film

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


async def send(request: web.Request, film: Film, stands: Callable[[], Awaitable[object]]) -> web.StreamResponse:
    """The part of the film the request asks for (RFC 9110 14.2; where there is none of it, 14.4), broken off as soon as
    `stands` raises: one answer can last as long as the film. It reads by a handle of its own: closing the film
    meanwhile must not make the number mean another file."""
    handle = os.dup(film.handle)
    try:
        wanted, size = asked(request), os.fstat(handle).st_size
        part = range(size)[wanted or slice(None)]
        if wanted is not None and not part:
            raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
        answer = web.StreamResponse(status=200 if wanted is None else 206)
        answer.content_type, answer.content_length = "video/webm", len(part)
        answer.headers.update({"Accept-Ranges": "bytes", "Content-Disposition": "inline"})
        if wanted is not None:
            answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        await answer.prepare(request)
        try:
            for place in range(part.start, part.stop, PIECE):
                await stands()
                piece = await asyncio.to_thread(os.pread, handle, min(PIECE, part.stop - place), place)
                await answer.write(piece)
        except Exception as error:  # too late for another answer: whoever asks again is told
            log.info("film.broken_off", extra={"recording": film.recording, "error": type(error).__name__})
            answer.force_close()
    finally:
        os.close(handle)
    return answer


def asked(request: web.Request) -> slice | None:
    """Which bytes; None for all of them, also where a range is none that we know."""
    try:
        return request.http_range if "Range" in request.headers else None
    except ValueError:
        return None


VIEWINGS: web.AppKey[Viewings] = web.AppKey("viewings", Viewings)
