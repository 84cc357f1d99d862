"""A document's pages as pictures, drawn in a child process with bounded memory, CPU, files and time (`render`)."""

import asyncio
import logging
import os
import struct
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from server.table.errors import PaperUnreadable

log = logging.getLogger(__name__)
LIMIT = 20 * 1024 * 1024
"""Bytes of a document, at most: a few dozen scanned pages."""
PICTURE = 4 * 1024 * 1024
"""Bytes of one page's picture, at most; a page of a few thousand letters has 400 000."""
MEMORY = 1536 * 1024**2
CPU = 60
"""Seconds of CPU of a child."""
PATIENCE = 120.0
RENDER = Path(__file__).with_name("render.py")
LAUNCH = (
    "import resource as r, runpy, sys\n"
    f"r.setrlimit(r.RLIMIT_AS, ({MEMORY}, {MEMORY})); r.setrlimit(r.RLIMIT_CPU, ({CPU}, {CPU}))\n"
    "r.setrlimit(r.RLIMIT_FSIZE, (0, 0)); r.setrlimit(r.RLIMIT_CORE, (0, 0))\n"
    "r.setrlimit(r.RLIMIT_NOFILE, (64, 64))\n"
    "runpy.run_path(sys.argv[1], run_name='__main__')\n"
)
TYPES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
"""What may be shown, told by how it begins."""
DRAWING: web.AppKey[asyncio.Semaphore] = web.AppKey("drawing", asyncio.Semaphore)
"""One child at a time: it may take a core, and the room needs the other."""


def type_of(data: bytes) -> str:
    """The media type of a document; raises PaperUnreadable for anything but PDF, JPEG, PNG."""
    for begin, media_type in TYPES:
        if data.startswith(begin):
            return media_type
    raise PaperUnreadable({"paper": "format"})


async def drawn(app: web.Application, data: bytes) -> AsyncGenerator[tuple[int, int, bytes], None]:
    """Width and height in pixels and the JPEG of each page, in order. Raises PaperUnreadable, also after some pages."""
    async with app[DRAWING], asyncio.timeout(PATIENCE):
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", LAUNCH, str(RENDER), stdin=pipe, stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip
        try:
            if child.stdin is None or child.stdout is None:
                raise PaperUnreadable({"paper": "limit"})
            with suppress(BrokenPipeError, ConnectionResetError):  # a child that died at its limits: its code tells
                child.stdin.write(data)
                await child.stdin.drain()
            child.stdin.close()
            while head := await child.stdout.read(12):
                width, height, length = struct.unpack("!III", head + await child.stdout.readexactly(12 - len(head)))
                if length > PICTURE:
                    raise PaperUnreadable({"paper": "limit"})
                yield width, height, await child.stdout.readexactly(length)
            if await child.wait() != 0:
                log.info("paper.unreadable", extra={"exit": child.returncode})
                raise PaperUnreadable({"paper": "format" if child.returncode == 2 else "limit"})
        except asyncio.IncompleteReadError:
            raise PaperUnreadable({"paper": "limit"}) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the child but where programs are; no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
