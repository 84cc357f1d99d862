"""Child processes with a core of their own, ahead of what else the machine does."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import Any


async def pinned(core: int, *command: str, pass_fds: Sequence[int] = (), **settings: Any) -> asyncio.subprocess.Process:
    """Start `command` on core number `core`, with pipes unless told; the priority is had by root only."""
    settings = {"stdin": PIPE, "stdout": PIPE, **settings}
    child = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(core), *command, limit=1 << 26, start_new_session=True, pass_fds=pass_fds, **settings
    )
    with contextlib.suppress(OSError):  # shares are of sessions, not of processes (sched_autogroup)
        Path(f"/proc/{child.pid}/autogroup").write_text("-15")  # noqa: ASYNC240 -- no disk
    return child
