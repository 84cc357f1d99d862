"""Work that comes round by itself while the server runs: a cleanup context that looks again and again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from signaling.tasks import spawn

log = logging.getLogger(__name__)


def every(
    seconds: float, name: str, look: Callable[[web.Application], Awaitable[object]]
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Look at once and then every so many seconds; a look under way is waited for at the end."""

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        task = spawn(_watch(app, stopping, seconds, name, look), name=name)
        yield
        stopping.set()
        await asyncio.gather(task, return_exceptions=True)

    return lifetime


async def _watch(
    app: web.Application,
    stopping: asyncio.Event,
    seconds: float,
    name: str,
    look: Callable[[web.Application], Awaitable[object]],
) -> None:
    while not stopping.is_set():
        try:
            await look(app)
        except Exception:  # one bad matter must not end the watch over all
            log.exception(f"{name}_failed")
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            continue
