"""Bounds of one judgement: a hostile file costs little, and a limit that is reached is said and is no verdict."""

from __future__ import annotations

import os
import signal
import stat
from io import BufferedReader
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from documents.archive import MAGIC, MAX_ALL

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a PDF; one of ours has less than one million."""
MAX_PACKET = MAX_ALL
"""Bytes of a zip."""
MAX_TRUST = 4 * 1024 * 1024
"""Bytes of a bundle of certificates or a status file."""
MEMORY = 2 * 1024**3
"""Bytes of address space of `python -m documents`."""
CPU = 60
"""Seconds of CPU of `python -m documents`."""


class OutOfTime(BaseException):
    """CPU seconds are used up. Not an Exception: no part of the judgement may take it for damage of the file."""


class TooMuch(ValueError):
    """A count or size in the file is beyond what ours can have; the message names the limit."""


class TooLarge(Exception):
    """The input is larger than the limit, which the message names."""


def read_bounded(source: BinaryIO | Path, limit: int) -> bytes:
    """All of a file or stream. Raises TooLarge, OSError."""
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return read_bounded(opened, limit)
    found = source.read(limit + 1)
    if len(found) > limit:
        raise TooLarge(f"more than {limit} bytes")
    return found


def read_input(source: BufferedReader | Path) -> bytes | mmap:
    """A PDF, or a zip, which may be larger and stays where it is if that is on a disk. Raises TooLarge, OSError."""
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return read_input(opened)
    packed = source.peek(len(MAGIC)).startswith(MAGIC)
    about = os.fstat(source.fileno())
    if not packed or not stat.S_ISREG(about.st_mode):
        return read_bounded(source, MAX_PACKET if packed else MAX_FILE)
    if about.st_size > MAX_PACKET:
        raise TooLarge(f"more than {MAX_PACKET} bytes")
    return mmap(source.fileno(), 0, access=ACCESS_READ)


def bound_process() -> None:
    """Limit this process for good, never above a limit it already has. Nothing where the system has no such limits."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource.RLIMIT_AS, MEMORY, MEMORY)
    signal.signal(signal.SIGXCPU, _out_of_time)
    _lower(resource.RLIMIT_CPU, CPU, CPU + 5)


def _lower(kind: int, soft: int, hard: int) -> None:
    import resource

    present = resource.getrlimit(kind)[1]
    if present != resource.RLIM_INFINITY:
        hard = min(hard, present)
    resource.setrlimit(kind, (min(soft, hard), hard))


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
