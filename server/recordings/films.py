"""Films of a recording, made in a child process with bounded memory and CPU, behind everything else: the server's own
process forwards media, and making them takes minutes of a core."""

import asyncio
import logging
import os
import sys
from collections.abc import Collection
from pathlib import Path

import msgspec
from aiohttp import web

import signaling
from server.errors import Unavailable
from server.recordings.model import Recording, RecordingDamaged
from server.recordings.shelf import Shelf
from signaling.media.recording import Exported

log = logging.getLogger(__name__)
MEMORY = 2 * 1024**3
CPU = 1800
"""Seconds of CPU of a child."""
PATIENCE = 3600.0
LAUNCH = (
    "import ctypes, os, resource as r, runpy\n"
    "ctypes.CDLL(None).prctl(1, 9)\n"  # PR_SET_PDEATHSIG: what is half made does not outlive who ordered it
    "os.nice(10)\n"
    f"r.setrlimit(r.RLIMIT_AS, ({MEMORY}, {MEMORY})); r.setrlimit(r.RLIMIT_CPU, ({CPU}, {CPU}))\n"
    "r.setrlimit(r.RLIMIT_CORE, (0, 0)); r.setrlimit(r.RLIMIT_NOFILE, (512, 512))\n"
    "runpy.run_module('signaling.media.recording', run_name='__main__', alter_sys=True)\n"
)
ROOT = Path(signaling.__file__).parents[1]
MAKING: web.AppKey[asyncio.Semaphore] = web.AppKey("making", asyncio.Semaphore)
"""Two children at once; who comes then waits in line."""


async def made(shelf: Shelf, recording: Recording, into: Path, people: Collection[str] | None = None) -> list[Exported]:
    """WebM files of these people, or of everybody, below `into`. Raises RecordingDamaged, OSError (no room for them),
    Unavailable."""
    if not recording.chunks:
        return []  # it ended before anything was taken: there may be no file
    order = msgspec.json.encode(shelf.order(recording, into, people))
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LAUNCH, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await child.communicate(order)  # the key goes by the pipe: arguments can be read by others
    except TimeoutError:
        raise Unavailable("films") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    match child.returncode:
        case 0:
            return msgspec.json.decode(said, type=list[Exported])
        case 2:
            raise RecordingDamaged(said.decode().strip())
        case 3:
            number = int(said)
            raise OSError(number, os.strerror(number))
    log.error("recording.no_films", extra={"recording": recording.id, "exit": child.returncode})
    raise Unavailable("films")
