"""One complete ceremony shared by all tests that only read it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from documents import lay_out
from tests.documents.ceremony import FREEZE, Ceremony
from tests.documents.texts import FONTS, case_two

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


async def _sealed(directory: Path, **given: Any) -> Sealed:
    ceremony = await Ceremony.begin(directory, **given)
    turns = ceremony.all_turns()
    return Sealed(ceremony, turns, await ceremony.seal(turns))


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    with asyncio.Runner() as runner:
        made = runner.run(_sealed(tmp_path_factory.mktemp("sealed")))
    yield made


@pytest.fixture(scope="session")
def laid_and_sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    """The same with the pages that are really printed: case 2, laid out."""
    text = case_two()
    with asyncio.Runner() as runner:
        made = runner.run(_sealed(tmp_path_factory.mktemp("laid"), text=text, r0=lay_out(text, FONTS).pdf))
    yield made
