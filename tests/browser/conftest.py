"""A real server process and real Chromium contexts, each person with a tone and a colour of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.running import Server, free_port

FAKE_MEDIA = (Path(__file__).parent / "fake_media.js").read_text(encoding="utf-8")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--auto-select-tab-capture-source-by-title=hejie-shared",  # cameras and microphones come from fake_media.js
    "--use-fake-device-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
PHONE = {"width": 360, "height": 780}
expect.set_options(timeout=30_000)
DESKTOP = {"width": 1280, "height": 800}

GREY = (128, 128, 128)
MARKS = {  # person -> kind of chamber -> (colour, hertz); no two alike, grey is told by its tone alone
    "mediator": {"joint": ((255, 0, 0), 500), "caucus": ((255, 255, 0), 1000)},
    "applicant": {"joint": ((0, 255, 0), 1500), "caucus": ((0, 255, 255), 2000), "side": (GREY, 2250)},
    "respondent": {"joint": ((0, 0, 255), 2500), "caucus": ((255, 0, 255), 3000), "side": (GREY, 3250)},
    "interpreter": {"joint": (GREY, 3500), "caucus": (GREY, 4000), "side": (GREY, 4250)},
    "co_mediator": {"joint": (GREY, 4500), "caucus": (GREY, 5000)},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("hejie") / "var", free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator["People"]:
    crowd = People(chromium, server)
    yield crowd
    crowd.close()


class People:
    """Contexts of one test; each `person` marks what it publishes."""

    def __init__(self, chromium: Browser, server: Server) -> None:
        self._chromium = chromium
        self._server = server
        self._contexts: list[BrowserContext] = []

    def context(
        self,
        role: str = "court",
        size: dict[str, int] = PHONE,
        *,
        locale: str = "zh-CN",
        dark: bool = False,
        touch: bool = False,
        denied: str | None = None,
        denied_kind: str | None = None,
        watched: bool = True,
        frames: int = 12,
        user_agent: str | None = None,
    ) -> BrowserContext:
        context = self._chromium.new_context(
            base_url=self._server.url,
            viewport={"width": size["width"], "height": size["height"]},
            locale=locale,
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            accept_downloads=True,
            ignore_https_errors=self._server.url.startswith("https:"),
            permissions=["microphone", "camera", "clipboard-read", "clipboard-write"],
            **({"user_agent": user_agent} if user_agent else {}),
        )
        context.set_default_timeout(30_000)
        marks = MARKS.get(role, MARKS["mediator"])
        me = {
            "marks": {k: {"colour": "#" + bytes(colour).hex(), "hertz": hz} for k, (colour, hz) in marks.items()},
            "all": [hertz for person in MARKS.values() for _, hertz in person.values()],
            "denied": denied,  # name of the error a question for a device ends with
            "deniedKind": denied_kind,  # audio or video; None: both
            "frames": frames,  # of the camera, each second
            "watched": watched,  # every remote track is decoded and measured: as much work again as the page's own
        }
        context.add_init_script(f"window.__person = {json.dumps(me)};")
        context.add_init_script(FAKE_MEDIA)
        self._contexts.append(context)
        return context

    def page(self, role: str = "court", size: dict[str, int] = PHONE, **options: Any) -> Page:
        return self.context(role, size, **options).new_page()

    def pages(self) -> list[Page]:
        """All that are open."""
        return [page for context in self._contexts for page in context.pages]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def colours_seen(page: Page) -> set[tuple[str, str]]:
    """(person, kind of chamber) whose colour this page decoded since the last reset; grey is nobody's."""
    found: dict[tuple[str, str], int] = {}
    for key, count in page.evaluate("window.__seen.colours").items():
        pixel = tuple(int(digit) * 64 for digit in key)
        palette = [(("", ""), GREY)]
        told = [((who, ch), colour) for who, chambers in MARKS.items() for ch, (colour, _) in chambers.items()]
        palette += [one for one in told if one[1] != GREY]
        name = min(palette, key=lambda one: sum((a - b) ** 2 for a, b in zip(one[1], pixel, strict=True)))[0]
        found[name] = found.get(name, 0) + count
    return {name for name, count in found.items() if name[0] and count >= 1}


def tones_heard(page: Page) -> set[tuple[str, str]]:
    """(person, kind of chamber) whose tone this page decoded since the last reset."""
    heard = {int(hertz) for hertz in page.evaluate("window.__seen.hertz")}
    return {(who, ch) for who, chambers in MARKS.items() for ch, (_, hertz) in chambers.items() if hertz in heard}


def forget(page: Page) -> None:
    """Start a new phase: what was seen and heard so far no longer counts."""
    page.evaluate("window.__seen.colours = {}, window.__seen.hertz = {}")


def frames_decoded(page: Page) -> dict[str, int]:
    """framesDecoded of every inbound video of this page, by SSRC."""
    frames: dict[str, int] = page.evaluate(
        """async () => { const out = {};
          for (const peer of window.__peers) if (peer.connectionState === 'connected')
            for (const one of (await peer.getStats()).values())
              if (one.type === 'inbound-rtp' && one.kind === 'video') out[one.ssrc] = one.framesDecoded ?? 0;
          return out; }"""
    )
    return frames
