"""A data directory with one complete ceremony, played once and copied; and offices on copies of it."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from server.settings import HttpOptions, Settings
from tests.actors import Hands
from tests.conftest import Office
from tests.server.agreements.scenes import Scene, copy_data, enter, open_office, people_of, record_frozen, record_ready
from tests.server.agreements.signer import until

OpenOffice = Callable[..., Awaitable[Office]]


@pytest.fixture(scope="session")
def kept_ready(founded: Path) -> Iterator[Scene]:
    """Everybody is ready to sign."""
    frozen = record_frozen(founded)
    scene = record_ready(frozen)
    yield scene
    shutil.rmtree(frozen.data)
    shutil.rmtree(scene.data)


@pytest.fixture(scope="session")
def complete_data(kept_ready: Scene) -> Iterator[Path]:
    """Two released files."""
    directory = Path(tempfile.mkdtemp(prefix="hejie-kept-"))

    async def play() -> None:
        settings = Settings(data=directory / "var", demo=True, http=HttpOptions(port=0, static=directory / "dist"))
        copy_data(kept_ready, settings.data)
        async with AsyncExitStack() as stack:
            cast = await enter(kept_ready, await open_office(settings, Hands(), stack))
            people = people_of(kept_ready, cast)
            for signer in people.values():
                await signer.take_and_sign()
            await until(people["mediator"], "complete")

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(play())).result()
    yield directory / "var"
    shutil.rmtree(directory)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def kept(complete_data: Path, settings: Settings) -> Settings:
    """Settings of a copy of the complete data; no office is open on it."""
    shutil.copytree(complete_data, settings.data)
    return settings


@pytest.fixture
def opened(settings: Settings, clock: Hands, stack: AsyncExitStack) -> OpenOffice:
    """Open an office; `changes` replace parts of the settings."""

    async def open_(**changes: object) -> Office:
        return await open_office(replace(settings, **changes), clock, stack)  # type: ignore[arg-type]

    return open_
