"""kill -9 at every named step of the ceremony, one after another on the same data; the long campaign is `make kill`."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kill.house import Nursery, Prepared, opened
from tests.kill.steps import VOID, WHOLE
from tests.kill.story import fresh, play, play_refused, prepare
from tests.kill.truth import blobs, check_complete, check_void


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


@pytest.fixture(scope="module")
def prepared(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    data = tmp_path_factory.mktemp("prepared") / "var"
    with ThreadPoolExecutor(1) as pool:  # a loop of its own
        return pool.submit(lambda: asyncio.run(prepare(nursery, data))).result()


@pytest.mark.timeout(300)
async def test_a_server_killed_at_every_step_ends_with_the_same_files(
    nursery: Nursery, prepared: Prepared, tmp_path: Path
) -> None:
    data = fresh(prepared, tmp_path / "story")
    before = set(blobs(data))
    async with opened(nursery, data, WHOLE) as office:
        outcome = await play(prepared, office)
        deaths = office.house.deaths
        await office.house.stop()
    assert deaths == WHOLE
    await check_complete(data, prepared.facts["case"], before, outcome)


@pytest.mark.timeout(120)
async def test_a_server_killed_while_a_ceremony_becomes_void_leaves_nothing_of_it(
    nursery: Nursery, prepared: Prepared, tmp_path: Path
) -> None:
    data = fresh(prepared, tmp_path / "story")
    before = set(blobs(data))
    async with opened(nursery, data, VOID) as office:
        ceremony = await play_refused(prepared, office)
        deaths = office.house.deaths
        await office.house.stop()
    assert deaths == VOID
    await check_void(data, prepared.facts["case"], before, ceremony)
