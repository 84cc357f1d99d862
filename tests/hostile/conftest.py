"""A real plane, two people who talk, and an offender with keys. Whatever the loop's handlers raise fails the test."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from signaling.media import MediaOptions, MediaPlane
from tests.hostile.caller import Caller, Talk, talk
from tests.hostile.readers import tables


@dataclass
class Scene:
    """`two` hear each other and the offender, who hears them."""

    plane: MediaPlane
    two: Talk
    bad: Caller

    async def unharmed(self) -> None:
        """The two go on, and nothing of the offender has grown."""
        await self.two.flows()
        for name, size, limit in tables(self.bad.peer):
            assert size <= limit, name
        assert len(self.plane._mux.owners) <= 3 * 8 and self.two.one.peer.health().connected


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    raised: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: raised.append(said))
    plane = await MediaPlane.open(MediaOptions())
    bad = await Caller(plane, "bad").connect()
    two = await talk(plane, bad)
    await two.flows()
    yield Scene(plane, two, bad)
    for person in (bad, two.one, two.other):
        await person.leave()
    await plane.close()
    assert raised == []
    assert not plane._mux.owners and not plane._mux.agents and not plane._mux.proofs
