"""One complete ceremony shared by all tests that only read it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.documents.ceremony import FREEZE, Ceremony

SOON = FREEZE + timedelta(hours=1)
"""A moment of judging shortly after the seal."""


@dataclass(frozen=True)
class Sealed:
    """A complete file, its ceremony and the root to trust."""

    ceremony: Ceremony
    turns: bytes
    pdf: bytes

    @property
    def trust(self) -> list[bytes]:
        return [self.ceremony.authority.root_pem]


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    async def make(directory: Path) -> Sealed:
        ceremony = await Ceremony.begin(directory)
        turns = ceremony.all_turns()
        return Sealed(ceremony, turns, await ceremony.seal(turns))

    with asyncio.Runner() as runner:
        made = runner.run(make(tmp_path_factory.mktemp("sealed")))
    yield made
