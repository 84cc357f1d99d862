"""Finished files to be judged: one ceremony per profile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from documents import lay_out
from tests.documents.ceremony import Ceremony
from tests.documents.texts import FONTS, case_two
from tests.judges.files import State, write


def states(directory: Path) -> Iterator[State]:
    """Every stage of every file."""
    yield from asyncio.run(_small(directory))


async def _small(directory: Path) -> list[State]:
    """The sample case of the tests, printed by the real layout."""
    text = case_two()
    ceremony = await Ceremony.begin(directory / "keys", text=text, r0=lay_out(text, FONTS).pdf)
    pdf = await ceremony.seal(ceremony.all_turns())
    authority = ceremony.authority
    return write(directory, "people", "agreement", pdf, authority.root_der, (authority.issuing.der,))
