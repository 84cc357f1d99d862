"""Scenes played once per test run and then copied: a case up to its ceremony takes seconds, a copy of it does not."""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web
from yarl import URL

from server.app import create_app
from server.settings import HttpOptions, Settings
from tests.actors import Browser, Hands
from tests.conftest import Cast, Office
from tests.server.agreements.signer import Signer, frozen, signers


@dataclass(frozen=True)
class Login:
    """What a browser keeps."""

    seat: str | None
    tokens: dict[str, str]
    cookies: dict[str, str]


@dataclass(frozen=True)
class Scene:
    """A data directory, and the people in it with what their browsers hold."""

    data: Path
    cast: dict[str, Any]
    logins: dict[str, Login]
    agreement: dict[str, Any]
    signers: dict[str, Signer]


async def open_office(
    settings: Settings, clock: Hands, stack: AsyncExitStack, *contexts: Callable[[web.Application], Any]
) -> Office:
    """An office on a free port; `contexts` are opened after its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(replace(settings, http=replace(settings.http, origin=origin)), clock)
    app.cleanup_ctx.extend(contexts)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return Office(app, origin, clock, stack)


async def play_frozen(cast: Cast) -> tuple[dict[str, Any], dict[str, Signer]]:
    """Up to the frozen text."""
    view = await frozen(cast)
    return view, await signers(cast, view["ceremony"])


async def play_ready(cast: Cast, before: Scene) -> tuple[dict[str, Any], dict[str, Signer]]:
    """From the frozen text up to the moment before the first turn."""
    people = people_of(before, cast)
    for signer in people.values():
        await signer.get_ready()
    return before.agreement, people


def record_frozen(founded: Path) -> Scene:
    """Play it in a thread of its own, with a loop of its own, and keep what it leaves behind."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_record(founded, None))).result()


def record_ready(before: Scene) -> Scene:
    """The same, going on from the frozen scene."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_record(before.data, before))).result()


async def _record(start: Path, before: Scene | None) -> Scene:
    """A copy of `start` is the data directory to begin with."""
    data = Path(tempfile.mkdtemp(prefix="hejie-scene-"))
    shutil.copytree(start, data, dirs_exist_ok=True)
    settings = Settings(
        data=data,
        demo=True,
        http=HttpOptions(port=0, static=data / "dist"),
    )
    (data / "dist").mkdir(exist_ok=True)
    (data / "dist" / "index.html").write_text("<!doctype html>")
    async with AsyncExitStack() as stack:
        office = await open_office(settings, Hands(), stack)
        if before is None:
            cast = await office.cast()
            view, people = await play_frozen(cast)
        else:
            cast = await enter(before, office)
            view, people = await play_ready(cast, before)
        facts = {name: getattr(cast, name) for name in ("mediator_id", "case", "session", "links")}
        logins = {"mediator": _kept(cast.mediator), **{role: _kept(one) for role, one in cast.seats.items()}}
    return Scene(data, facts, logins, view, people)


def _kept(browser: Browser) -> Login:
    return Login(browser.seat, dict(browser.tokens), dict(browser.cookies))


def copy_data(scene: Scene, data: Path) -> None:
    """The scene's data at another place, before an office is opened there."""
    shutil.copytree(scene.data, data, ignore=shutil.ignore_patterns("dist"))


async def enter(scene: Scene, office: Office) -> Cast:
    """The people of the scene in an office that was opened on a copy of its data."""
    browsers = {}
    for role, login in scene.logins.items():
        browser = await office.browser(login.seat)
        browser.tokens = dict(login.tokens)
        browser._http.cookie_jar.update_cookies(login.cookies, URL(office.base))
        browsers[role] = browser
    mediator = browsers.pop("mediator")
    return Cast(office=office, mediator=mediator, seats=browsers, **scene.cast)


def people_of(scene: Scene, cast: Cast) -> dict[str, Signer]:
    """The scene's signers with the browsers of `cast`; keys and frozen files are shared, they never change."""
    found = {}
    for role, one in scene.signers.items():
        signer = copy(one)
        signer.cast, signer.browser = cast, cast.mediator if role == "mediator" else cast.seats[role]
        found[role] = signer
    return found
