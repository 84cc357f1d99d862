"""An office whose outside world can be changed: another clock, a time-stamp authority with an off switch."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from socket import create_server
from typing import Any

import pytest
from aiohttp import web

from documents import TimeStamper, TimestampUnavailable
from server.agreements.ceremony.sealing import SEALERS
from server.app import create_app
from server.settings import Settings
from server.web import keys
from tests.actors import Hands
from tests.conftest import Cast, Office


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


@pytest.fixture
async def start_office(settings: Settings) -> AsyncIterator[Callable[..., Any]]:
    """Start an office on the test's data directory with a given clock; called again it is a second process's view."""
    async with AsyncExitStack() as stack:

        async def start(clock: Callable[[], Any]) -> Office:
            listening = create_server(("127.0.0.1", 0))
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            app = create_app(replace(settings, http=replace(settings.http, origin=origin)), clock)
            app.cleanup_ctx.append(switched)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            return Office(app, origin, clock, stack)  # type: ignore[arg-type]

        yield start


@pytest.fixture
async def office(start_office: Callable[..., Any], clock: Hands) -> Office:
    office: Office = await start_office(clock)
    return office


@pytest.fixture
def stamps(cast: Cast) -> Stamps:
    return cast.office.app[STAMPS]
