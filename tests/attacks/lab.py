"""The attacker's workbench: genuine files of one ceremony, of others at the same centre, and of a centre of their own,
made when first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from documents import DocumentText
from tests.attacks.genuine import Genuine, genuine, key_source, minutes_for, printed, serial_source, text_for
from tests.data.make_ceremony import HOLDERS, PAPERS, PEOPLE
from tests.documents.ceremony import FREEZE, Ceremony, Clock

Result = TypeVar("Result")


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs it to its end, also where a loop is already running."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


class Lab:
    """All of it is deterministic but for the nonces of institution keys."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.made: dict[str, Genuine] = {}
        self.three = self.ceremony("three", text_for(3))
        """The file most attacks start from: two parties, mediator, seal; two pages."""

    def ceremony(self, seed: str, text: DocumentText, r0: bytes | None = None) -> Genuine:
        if seed not in self.made:
            self.made[seed] = finish(genuine(self.directory, seed, text, r0))
        return self.made[seed]

    @property
    def other(self) -> Genuine:
        """Another ceremony of the same people with another number, by the same authority."""
        return self.again("other", text_for(3, number="0103"))

    @property
    def minutes(self) -> Genuine:
        """Another file of the same people."""
        return self.again("minutes", minutes_for(3))

    @property
    def stranger(self) -> Genuine:
        """The same words and names by an authority the attacker made, which calls itself like the real one."""
        return self.ceremony("stranger", text_for(3))

    @property
    def house(self) -> Genuine:
        """A representative, the organisation's seal, a witness on paper before a clerk, the mediator."""
        if "house" not in self.made:
            self.made["house"] = finish(self._house())
        return self.made["house"]

    async def _house(self) -> Genuine:
        ceremony = await Ceremony.begin(
            self.directory / "house",
            clock=Clock(FREEZE),
            text=PEOPLE,
            r0=printed(PEOPLE),
            persons=HOLDERS,
            papers=PAPERS,
            keys=key_source("house"),
            serials=serial_source("house"),
        )
        return Genuine(ceremony, await ceremony.seal(ceremony.all_turns()))

    def again(self, seed: str, text: DocumentText, r0: bytes | None = None) -> Genuine:
        """A ceremony under the authority of `three`."""
        if seed not in self.made:
            self.made[seed] = finish(self._again(seed, text, r0))
        return self.made[seed]

    async def _again(self, seed: str, text: DocumentText, r0: bytes | None) -> Genuine:
        ceremony = await self.begun(text, r0)
        return Genuine(ceremony, await ceremony.seal(ceremony.all_turns()))

    async def begun(self, text: DocumentText, r0: bytes | None = None) -> Ceremony:
        authority = self.three.ceremony.authority
        return await Ceremony.begin(
            self.directory, clock=self.three.ceremony.clock, text=text, r0=r0 or printed(text), authority=authority
        )


@cache
def lab_in(directory: Path) -> Lab:
    return Lab(directory)
