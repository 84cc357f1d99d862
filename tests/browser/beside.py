"""Actors of a rehearsal who play in a thread of their own, beside a synchronous browser."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from server.rehearse import ceremony
from server.rehearse.story import Story


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.start(coroutine).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def beside(story: Story) -> Iterator[Loop]:
    """A loop for `story`; afterwards its people are sent home, whatever happened."""
    loop = Loop()

    async def home() -> None:
        await asyncio.gather(*(actor.close() for actor in story.people.values()))
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    try:
        yield loop
    finally:
        loop.run(home())
        loop.close()


async def signing(story: Story, role: str) -> None:
    """One of the story's people signs in all their slots."""
    path = f"/api/ceremonies/{story.cast['ceremony']}"
    await ceremony.sign(story.people[role], path, story.ids[role], 3 * list(story.people).index(role), story._code)
