"""kill -9 at every named step of the ceremony, one after another on the same data; the long campaign is `make kill`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.house import Nursery, Prepared, opened
from tests.kill.steps import WHOLE
from tests.kill.story import fresh, play, prepare
from tests.kill.truth import blobs, check_complete


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


@pytest.fixture
async def prepared(nursery: Nursery, tmp_path: Path) -> Prepared:
    return await prepare(nursery, tmp_path / "prepared")


@pytest.mark.timeout(180)
async def test_a_server_killed_at_every_step_ends_with_the_same_files(
    nursery: Nursery, prepared: Prepared, tmp_path: Path
) -> None:
    (tmp_path / "story").mkdir()
    data = fresh(prepared, tmp_path / "story")
    before = set(blobs(data))
    async with opened(nursery, data, WHOLE) as office:
        outcome = await play(prepared, office)
        deaths = office.house.deaths
        await office.house.stop()
    assert deaths == WHOLE
    await check_complete(data, prepared.facts["case"], before, outcome)
