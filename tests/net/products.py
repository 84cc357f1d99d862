"""What is measured on bad networks, as `async with product.room(parties) as (far, people)`; Janus is in janus.py."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from tests.net.lab import Lab
from tests.net.scene import Person
from tests.running import ROOT

ROLES = ("applicant", "respondent")


class Product(Protocol):
    """A server with rooms."""

    @property
    def name(self) -> str: ...

    def version(self) -> str: ...

    def room(self, parties: int) -> AbstractAsyncContextManager[tuple[Person, list[Person]]]:
        """Somebody on a perfect line and so many others, all receiving one another; closed with the block."""
        ...


class Hejie:
    """Our own server and pages."""

    name = "hejie"

    def __init__(self) -> None:
        self._lab = Lab()

    async def __aenter__(self) -> "Hejie":
        await self._lab.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._lab.stack.aclose()

    def version(self) -> str:
        """The commit; a plus when the product's files differ from it."""

        def git(*words: str) -> str:
            return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

        changed = git("status", "--porcelain", "server", "signaling", "static/src")
        return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")

    @asynccontextmanager
    async def room(self, parties: int) -> AsyncIterator[tuple[Person, list[Person]]]:
        room = await self._lab.room(*ROLES[:parties])
        try:
            yield room.people["mediator"], [room.people[role] for role in ROLES[:parties]]
        finally:
            await room.close()
