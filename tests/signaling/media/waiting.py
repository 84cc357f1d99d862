"""Waiting for a condition with a deadline, for tests with real sockets."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], deadline: float = 10.0) -> None:
    """Return when `condition` is true; asked every 20 ms, at most `deadline` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    while not condition():
        assert loop.time() < end, f"not within {deadline} s"
        await asyncio.sleep(0.02)
