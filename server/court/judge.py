"""The door's judge: the offline verifier in a child process with bounded memory, CPU, files and time. Files of
strangers are parsed nowhere else, and nothing of them is kept."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from weakref import WeakValueDictionary

import documents
from server.errors import Invalid, Unavailable

log = logging.getLogger(__name__)
RESIDENT = 512 * 1024**2
"""Bytes of memory a child takes at most: DATA, a zip that is mapped, and what it shares with other processes."""
DATA = 320 * 1024**2
"""Bytes it may write to. Measured: 36 MiB after loading, with 25 MiB of shared libraries."""
ADDRESSES = 1024**3
"""Bytes of address space; PDFium reserves more than it uses."""
CPU = 8
"""Seconds of CPU of a child, half of one for loading."""
ANSWER = 4 * 1024**2
"""Bytes of an answer, at most."""
LAUNCH = (
    "import os, resource as r, runpy, socket, sys\n"
    f"r.setrlimit(r.RLIMIT_AS, ({ADDRESSES}, {ADDRESSES})); r.setrlimit(r.RLIMIT_DATA, ({DATA}, {DATA}))\n"
    f"r.setrlimit(r.RLIMIT_CPU, ({CPU}, {CPU})); r.setrlimit(r.RLIMIT_NOFILE, (128, 128))\n"
    "r.setrlimit(r.RLIMIT_FSIZE, (0, 0)); r.setrlimit(r.RLIMIT_CORE, (0, 0))\n"
    "import documents.command\n"
    "line = socket.socket(fileno=os.dup(0))\n"
    "line.send(b'+')\n"
    "words, files, _, _ = socket.recv_fds(line, 4096, 1)\n"
    "os.dup2(files[0], 0) if files else sys.exit(2)\n"
    "sys.argv = ['documents', *words.decode().split('\\0')]\n"
    "runpy.run_module('documents', run_name='__main__', alter_sys=True)\n"
)
"""Limits first, then the verifier, then it says that it is ready and gets the file, which it finds as its standard
input: what follows is bound before it has read a byte of it."""
VALID, OTHER, MISUSE = 0, 1, 2
"""Exit codes of `python -m documents verify`."""
ROOT = Path(documents.__file__).parents[1]


class Unreadable(Invalid):
    """Neither a PDF nor a zip, so there is nothing to judge (422)."""

    code = "unreadable_pdf"


class NotJudged(Invalid):
    """The verifier hit its limits on this file; that says nothing good about the file (422)."""

    code = "not_judged"


@dataclass(frozen=True)
class Child:
    """The verifier, loaded or loading, and the line on which it gets its file."""

    process: asyncio.subprocess.Process
    line: socket.socket

    async def end(self) -> None:
        """Kill it unless it ended by itself, and let its pipes be closed."""
        self.line.close()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()


@dataclass
class Bench:
    """How many children may run at once and how many uploads may wait for one; of those of one address one runs at a
    time, so that nobody's slow files hold up everybody else's.

    After the first file one child always stands ready: loading the verifier takes longer than judging. A child judges
    one file and ends.
    """

    root: Path
    """The deployment's root certificate, absolute: the child runs elsewhere."""
    children: asyncio.Semaphore
    fonts: Path = Path("build/fonts")
    """What copies are made with, to be compared; absolute, or as seen from ROOT."""
    places: int = 32
    patience: float = 7.0
    """Seconds of wall time for one file."""
    loading: float = 30.0
    """Seconds until a child is ready for it."""
    waiting: int = 0
    ready: Child | None = None
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @asynccontextmanager
    async def child(self, address: str) -> AsyncIterator[Child]:
        """A child that has read nothing yet; dead and gone on leaving. Raises Unavailable when too many wait."""
        if self.waiting >= self.places:
            raise Unavailable("busy")
        self.waiting += 1
        turn = self.turns.setdefault(address, asyncio.Lock())
        try:
            async with turn, self.children:
                child = await self._taken() or await self._start()
                try:
                    yield child
                finally:
                    await child.end()
                await self._refill()
        finally:
            self.waiting -= 1

    async def _taken(self) -> Child | None:
        child, self.ready = self.ready, None
        if child is not None and child.process.returncode is not None:
            await child.end()
            return None
        return child

    async def _refill(self) -> None:
        if self.ready is None:
            fresh = await self._start()
            if self.ready is None:
                self.ready = fresh
            else:  # another was faster
                await fresh.end()

    async def close(self) -> None:
        """Send the child home that stands ready."""
        if self.ready is not None:
            await self.ready.end()

    async def _start(self) -> Child:
        pipe = asyncio.subprocess.PIPE
        line, theirs = socket.socketpair()
        line.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", LAUNCH, stdin=theirs.fileno(), stdout=pipe, stderr=pipe, cwd=ROOT,
                env=_environment(), limit=ANSWER,
            )  # fmt: skip
        return Child(process, line)


async def judge(file: IO[bytes], bench: Bench, copy_after: int | None = None, address: str = "") -> bytes:
    """Report as JSON about `file`, a PDF or a packet, with the deployment's root as the only anchor. Its first
    `copy_after` bytes may be an original whose filing copy follows. `address` is whose it is.

    Raises Unavailable (too many at once, no fonts for the copy), Unreadable, NotJudged.
    """
    file.seek(0)
    words = ["verify", "-", "--json", "--trust", str(bench.root), "--fonts", str(bench.fonts)]
    words += [] if copy_after is None else ["--copy-after", str(copy_after)]
    async with bench.child(address) as child:
        try:
            async with asyncio.timeout(bench.loading):
                await asyncio.get_running_loop().sock_recv(child.line, 1)
        except TimeoutError:
            raise Unavailable("busy") from None
        try:
            async with asyncio.timeout(bench.patience):
                socket.send_fds(child.line, ["\0".join(words).encode()], [file.fileno()])
                answer, complaint = await asyncio.gather(
                    _read(child.process.stdout, ANSWER), _read(child.process.stderr, ANSWER)
                )
                code = await child.process.wait()
        except TimeoutError:
            raise NotJudged({"": "time"}) from None
        except OSError:  # it died before it had the file
            raise NotJudged({"": "limit"}) from None
    if code == MISUSE and complaint.startswith(b"unreadable_pdf"):
        raise Unreadable({"": "format"})
    if code == MISUSE and complaint.startswith(b"font_unavailable"):
        raise Unavailable("font_unavailable")
    if code not in (VALID, OTHER) or not answer:
        log.warning("verify.failed", extra={"exit": code})
        raise NotJudged({"": "limit"})
    return answer


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
