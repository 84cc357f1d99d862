"""The door's judge: the offline verifier in a child process with bounded memory, CPU, files and time. Files of
strangers are parsed nowhere else, and nothing of them is kept."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from weakref import WeakValueDictionary

import documents
from server.court import nursery
from server.errors import Invalid, Unavailable

log = logging.getLogger(__name__)
RESIDENT = 512 * 1024**2
"""Bytes of memory a child takes at most: DATA, a zip that is mapped, and what it shares with other processes."""
DATA = 320 * 1024**2
"""Bytes it may write to. Measured: 36 MiB after loading, with 25 MiB of shared libraries."""
ADDRESSES = 1024**3
"""Bytes of address space; PDFium reserves more than it uses."""
CPU = 8
"""Seconds of CPU of a child."""
ANSWER = 4 * 1024**2
"""Bytes of an answer, at most."""
LOADING = 30.0
"""Seconds until the verifier is loaded."""
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
class Nursery:
    """The process that has children, and the line on which it is asked for one."""

    process: asyncio.subprocess.Process
    line: socket.socket

    @classmethod
    async def open(cls) -> "Nursery":
        """Loaded and ready. Raises Unavailable."""
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", nursery.__file__, str(DATA), str(ADDRESSES), str(CPU),
                stdin=theirs.fileno(), stdout=asyncio.subprocess.DEVNULL, cwd=ROOT, env=_environment(),
            )  # fmt: skip
        opened = cls(process, line)
        try:
            async with asyncio.timeout(LOADING):
                if await asyncio.get_running_loop().sock_recv(line, 16):
                    return opened
        except TimeoutError:
            pass
        await opened.close()
        raise Unavailable("verifier")

    async def close(self) -> None:
        """No more children; who is being judged ends by its own limits."""
        self.line.close()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@dataclass
class Bench:
    """How many files may be judged at once and how many uploads may wait; of those of one address one is judged at a
    time, so that nobody's slow files hold up everybody else's."""

    root: Path
    """The deployment's root certificate, absolute: the child runs elsewhere."""
    children: asyncio.Semaphore
    fonts: Path = Path("build/fonts")
    """What copies are made with, to be compared; absolute, or as seen from ROOT."""
    places: int = 32
    patience: float = 7.0
    """Seconds of wall time for one file."""
    waiting: int = 0
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    nursery: Nursery | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[Nursery]:
        """The right to have one file judged. Raises Unavailable when too many wait."""
        if self.waiting >= self.places:
            raise Unavailable("busy")
        self.waiting += 1
        turn = self.turns.setdefault(address, asyncio.Lock())
        try:
            async with turn, self.children:
                yield await self._opened()
        finally:
            self.waiting -= 1

    async def _opened(self) -> Nursery:
        async with self.opening:
            if self.nursery is not None and self.nursery.process.returncode is not None:
                await self.close()
            if self.nursery is None:
                self.nursery = await Nursery.open()
            return self.nursery

    async def close(self) -> None:
        if self.nursery is not None:
            await self.nursery.close()
            self.nursery = None


async def judge(file: IO[bytes], bench: Bench, copy_after: int | None = None, address: str = "") -> bytes:
    """Report as JSON about `file`, a PDF or a packet, with the deployment's root as the only anchor. Its first
    `copy_after` bytes may be an original whose filing copy follows. `address` is whose it is.

    Raises Unavailable (too many at once, no fonts for the copy), Unreadable, NotJudged.
    """
    file.seek(0)
    words = ["-", "--json", "--trust", str(bench.root), "--fonts", str(bench.fonts)]
    words += [] if copy_after is None else ["--copy-after", str(copy_after)]
    async with bench.place(address) as nursery:
        answer, complaint, code = await _asked(nursery, words, file, bench.patience)
    if code == MISUSE and complaint.startswith(b"unreadable_pdf"):
        raise Unreadable({"": "format"})
    if code == MISUSE and complaint.startswith(b"font_unavailable"):
        raise Unavailable("font_unavailable")
    if code not in (VALID, OTHER) or not answer:
        log.warning("verify.failed", extra={"exit": code})
        raise NotJudged({"": "limit"})
    return answer


async def _asked(
    nursery: Nursery, words: list[str], file: IO[bytes], patience: float
) -> tuple[bytes, bytes, int | None]:
    """What a child said, complained of, and its exit code; it is gone then."""
    async with _pipe() as (answer, out), _pipe() as (complaint, err), _pipe() as (told, tell):
        try:
            socket.send_fds(
                nursery.line, ["\0".join(words).encode()], [file.fileno(), out.fileno(), err.fileno(), tell.fileno()]
            )
        except OSError:  # it died; the next one opens another
            raise NotJudged({"": "limit"}) from None
        for each in (out, err, tell):
            each.close()
        child = 0
        try:
            async with asyncio.timeout(patience):
                child = int(await told.readuntil(b" "))
                said = await asyncio.gather(_read(answer), _read(complaint))
                code = await told.read()
                return *said, int(code) if code.isdigit() else None
        except TimeoutError:
            if not child:  # it makes no children any more: the next file gets another
                nursery.process.kill()
            raise NotJudged({"": "time"}) from None
        except asyncio.IncompleteReadError:
            raise NotJudged({"": "limit"}) from None
        finally:
            if child and not told.at_eof():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, IO[bytes]]]:
    """An end to read here, and one for a child."""
    here, there = os.pipe()
    reader = asyncio.StreamReader(limit=ANSWER)
    with closing(os.fdopen(there, "wb", 0)) as writer:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(here, "rb", 0)
        )
        try:
            yield reader, writer
        finally:
            transport.close()


async def _read(pipe: asyncio.StreamReader) -> bytes:
    """All of a pipe; a child that says more than ANSWER has lost its way."""
    found = b""
    while chunk := await pipe.read(64 * 1024):
        found += chunk
        if len(found) > ANSWER:
            raise NotJudged({"": "limit"})
    return found


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the child but where programs are; no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "TZ") if name in os.environ}
    fixed = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    return {**kept, **fixed, "PYTHONPATH": str(ROOT)}
