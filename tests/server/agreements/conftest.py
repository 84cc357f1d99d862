"""An office whose time-stamp authority has an off switch, and scenes to begin with."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from documents import TimeStamper, TimestampUnavailable
from server.agreements.ceremony.sealing import SEALERS
from server.settings import Settings
from server.web import keys
from tests.actors import Hands
from tests.conftest import Cast, Office
from tests.server.agreements.scenes import (
    Scene,
    copy_data,
    enter,
    open_office,
    people_of,
    record_frozen,
    record_ready,
)
from tests.server.agreements.signer import Signer


@dataclass
class Stamps:
    """The embedded authority behind a switch."""

    real: TimeStamper
    left: int | None = None
    """How many tokens it still gives; None: any number."""

    @property
    def name(self) -> str:
        return "switch"

    def token(self, digest: bytes, at: Any) -> bytes:
        if self.left == 0:
            raise TimestampUnavailable("switched off")
        self.left = None if self.left is None else self.left - 1
        return self.real.token(digest, at)


STAMPS: web.AppKey[Stamps] = web.AppKey("stamps", Stamps)


async def switched(app: web.Application) -> AsyncIterator[None]:
    """Put the switch before the authority's time-stamps, and make sealing impatient."""
    app[STAMPS] = Stamps(app[keys.TSA])
    app[keys.TSA] = app[STAMPS]
    app[SEALERS].delays = (0.02,)
    yield


@pytest.fixture(scope="session")
def frozen_scene(founded: Path) -> Iterator[Scene]:
    """A case whose agreement is frozen."""
    scene = record_frozen(founded)
    yield scene
    shutil.rmtree(scene.data)


@pytest.fixture(scope="session")
def ready_scene(frozen_scene: Scene) -> Iterator[Scene]:
    """A case where everybody is ready to sign."""
    scene = record_ready(frozen_scene)
    yield scene
    shutil.rmtree(scene.data)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def people(frozen_scene: Scene, settings: Settings, clock: Hands, stack: AsyncExitStack) -> dict[str, Signer]:
    """Everybody who signs a frozen agreement."""
    copy_data(frozen_scene, settings.data)
    cast = await enter(frozen_scene, await open_office(settings, clock, stack, switched))
    return people_of(frozen_scene, cast)


@pytest.fixture
async def ready(ready_scene: Scene, settings: Settings, clock: Hands, stack: AsyncExitStack) -> dict[str, Signer]:
    """All human steps done by all."""
    copy_data(ready_scene, settings.data)
    cast = await enter(ready_scene, await open_office(settings, clock, stack, switched))
    return people_of(ready_scene, cast)


@pytest.fixture
def scene_cast(ready: dict[str, Signer]) -> Cast:
    """The case of `ready`."""
    return ready["mediator"].cast


@pytest.fixture
def scene_office(scene_cast: Cast) -> Office:
    """The office of `ready`."""
    return scene_cast.office


@pytest.fixture
def stamps(scene_office: Office) -> Stamps:
    return scene_office.app[STAMPS]
