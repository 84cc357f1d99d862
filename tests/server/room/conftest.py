"""Servers that can be killed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from tests.conftest import Office
from tests.kill.house import Nursery, Remote, opened
from tests.server.room.everybody import Everybody


@pytest.fixture
async def everybody(office: Office) -> AsyncIterator[Everybody]:
    yield await Everybody.of(office)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    with closing(Nursery()) as found:
        yield found


@pytest.fixture
async def mortal(nursery: Nursery, founded: Path, tmp_path: Path) -> AsyncIterator[Remote]:
    """An office in a process of its own."""
    copytree(founded, tmp_path / "var")
    async with opened(nursery, tmp_path / "var", []) as office:
        yield office
