"""The door's judge: the offline verifier in a child process with bounded memory, CPU, files and time. Files of
strangers are parsed nowhere else, and nothing of them is kept."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import documents
from server.errors import Invalid, Unavailable

log = logging.getLogger(__name__)
MEMORY = 2 * 1024**3
"""Bytes of address space of a child."""
CPU = 30
"""Seconds of CPU of a child."""
ANSWER = 4 * 1024**2
"""Bytes of an answer, at most."""
LAUNCH = (
    "import resource as r, runpy, sys\n"
    f"r.setrlimit(r.RLIMIT_AS, ({MEMORY}, {MEMORY})); r.setrlimit(r.RLIMIT_CPU, ({CPU}, {CPU}))\n"
    "r.setrlimit(r.RLIMIT_FSIZE, (0, 0)); r.setrlimit(r.RLIMIT_CORE, (0, 0))\n"
    "r.setrlimit(r.RLIMIT_NOFILE, (128, 128))\n"
    "sys.argv = ['documents', *sys.argv[1:]]\n"
    "runpy.run_module('documents', run_name='__main__', alter_sys=True)\n"
)
"""Limits first, then the verifier: what follows is bound before it has read a byte of the file."""
VALID, OTHER, MISUSE = 0, 1, 2
"""Exit codes of `python -m documents verify`."""
ROOT = Path(documents.__file__).parents[1]


class Unreadable(Invalid):
    """No PDF at all, so there is nothing to judge (422)."""

    code = "unreadable_pdf"


class NotJudged(Invalid):
    """The verifier hit its limits on this file; that says nothing good about the file (422)."""

    code = "not_judged"


@dataclass
class Bench:
    """How many children may run at once and how many uploads may wait for one.

    After the first file one child always stands ready: loading the verifier takes longer than judging. A child judges
    one file and ends.
    """

    root: Path
    """The deployment's root certificate, absolute: the child runs elsewhere."""
    children: asyncio.Semaphore
    fonts: Path = Path("build/fonts")
    """What copies are made with, to be compared; absolute, or as seen from ROOT."""
    places: int = 32
    patience: float = 60.0
    """Seconds of wall time for one file."""
    waiting: int = 0
    ready: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def child(self, more: tuple[str, ...] = ()) -> AsyncIterator[asyncio.subprocess.Process]:
        """A child that has read nothing yet, with `more` arguments; dead and gone on leaving. Raises Unavailable when
        too many wait."""
        if self.waiting >= self.places:
            raise Unavailable("busy")
        self.waiting += 1
        try:
            async with self.children:
                child = await self._start(more) if more else self._taken()
                if child is None or child.returncode is not None:
                    child = await self._start()
                try:
                    yield child
                finally:
                    await _end(child)
                await self._refill()
        finally:
            self.waiting -= 1

    def _taken(self) -> asyncio.subprocess.Process | None:
        child, self.ready = self.ready, None
        return child

    async def _refill(self) -> None:
        if self.ready is None:
            fresh = await self._start()
            if self.ready is None:
                self.ready = fresh
            else:  # another was faster
                await _end(fresh)

    async def close(self) -> None:
        """Send the child home that stands ready."""
        if self.ready is not None:
            await _end(self.ready)

    async def _start(self, more: tuple[str, ...] = ()) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", LAUNCH, "verify", "-", "--json", "--trust", str(self.root), *more,
            stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=_environment(), limit=ANSWER,
        )  # fmt: skip


async def judge(pdf: IO[bytes], bench: Bench, copy_after: int | None = None) -> bytes:
    """Report as JSON about the file at `pdf`, read from its start, with the deployment's root as the only anchor. Its
    first `copy_after` bytes may be an original whose filing copy follows.

    Raises Unavailable (too many at once, no fonts for the copy), Unreadable, NotJudged.
    """
    pdf.seek(0)
    more = () if copy_after is None else ("--copy-after", str(copy_after), "--fonts", str(bench.fonts))
    async with bench.child(more) as child:
        try:
            async with asyncio.timeout(bench.patience):
                _, answer, complaint = await asyncio.gather(
                    _feed(child, pdf), _read(child.stdout, ANSWER), _read(child.stderr, ANSWER)
                )
                code = await child.wait()
        except TimeoutError:
            raise NotJudged({"": "time"}) from None
    if code == MISUSE and complaint.startswith(b"unreadable_pdf"):
        raise Unreadable({"": "format"})
    if code == MISUSE and complaint.startswith(b"font_unavailable"):
        raise Unavailable("font_unavailable")
    if code not in (VALID, OTHER) or not answer:
        log.warning("verify.failed", extra={"exit": code})
        raise NotJudged({"": "limit"})
    return answer


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill it unless it ended by itself, and let its pipes be closed."""
    if child.returncode is None:
        child.kill()
    await child.communicate()


async def _feed(child: asyncio.subprocess.Process, pdf: IO[bytes]) -> None:
    """Hand the file over; a child that died at its limits stops listening, which its exit code tells."""
    if child.stdin is None:
        return
    try:
        while chunk := await asyncio.to_thread(pdf.read, 256 * 1024):
            child.stdin.write(chunk)
            await child.stdin.drain()
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return


async def _read(pipe: asyncio.StreamReader | None, limit: int) -> bytes:
    """All of a pipe; a child that says more than `limit` has lost its way."""
    found = b""
    while pipe is not None and (chunk := await pipe.read(64 * 1024)):
        found += chunk
        if len(found) > limit:
            raise NotJudged({"": "limit"})
    return found


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the child but where programs are; no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "TZ") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
