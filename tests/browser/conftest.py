"""A real server process and real Chromium contexts, each person with a tone and a colour of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
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
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 800}

GREY = (128, 128, 128)
MARKS = {  # person -> chamber -> (colour, hertz); no two alike
    "mediator": {"joint": ((255, 0, 0), 500), "caucus": ((255, 255, 0), 1000)},
    "applicant": {"joint": ((0, 255, 0), 1500), "caucus": ((0, 255, 255), 2000)},
    "respondent": {"joint": ((0, 0, 255), 2500), "caucus": ((255, 0, 255), 3000)},
}


@dataclass
class Server:
    """`hejie serve` in demo mode on a free port, with data of its own that survives a restart."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("HEJIE_")}
        env |= {"HEJIE_DEMO": "1", "HEJIE_PORT": str(self.port), "HEJIE_DATA": str(self.data), **self.extra}
        with (self.data.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve"], cwd=ROOT, env=env, stdout=log, stderr=log
            )
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.data.parent / "server.log").read_text()[-4000:]) from None
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(  # noqa: S310
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Origin": self.url},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)

    def case(self) -> dict[str, Any]:
        """A fresh case of the demo centre: ids, login, one link per party."""
        answer: dict[str, Any] = self.post("/api/demo/cases", {"case": "leak"})
        return answer

    def code(self, person: str) -> str:
        """The newest one-time code delivered to this person."""
        codes = [m["code"] for m in self.get("/api/demo")["outbox"] if m.get("person") == person and m.get("code")]
        return str(codes[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        denied: str | None = None,
        user_agent: str | None = None,
    ) -> BrowserContext:
        context = self._chromium.new_context(
            base_url=self._server.url,
            viewport={"width": size["width"], "height": size["height"]},
            locale=locale,
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
            permissions=["microphone", "camera", "clipboard-read", "clipboard-write"],
            **({"user_agent": user_agent} if user_agent else {}),
        )
        context.set_default_timeout(15_000)
        marks = MARKS.get(role, MARKS["mediator"])
        me = {
            "marks": {k: {"colour": "#%02x%02x%02x" % colour, "hertz": hz} for k, (colour, hz) in marks.items()},
            "all": [hertz for person in MARKS.values() for _, hertz in person.values()],
            "denied": denied,
        }
        context.add_init_script(f"window.__person = {json.dumps(me)};")
        context.add_init_script(FAKE_MEDIA)
        self._contexts.append(context)
        return context

    def page(self, role: str = "court", size: dict[str, int] = PHONE, **options: Any) -> Page:
        return self.context(role, size, **options).new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def colours_seen(page: Page) -> set[tuple[str, str]]:
    """(person, chamber) whose colour this page decoded at least twice since the last reset; grey is nobody's."""
    found: dict[tuple[str, str], int] = {}
    for key, count in page.evaluate("window.__seen.colours").items():
        pixel = tuple(int(digit) * 64 for digit in key)
        palette = [(("", ""), GREY)]
        palette += [((who, ch), colour) for who, chambers in MARKS.items() for ch, (colour, _) in chambers.items()]
        name = min(palette, key=lambda one: sum((a - b) ** 2 for a, b in zip(one[1], pixel, strict=True)))[0]
        found[name] = found.get(name, 0) + count
    return {name for name, count in found.items() if name[0] and count >= 1}


def tones_heard(page: Page) -> set[tuple[str, str]]:
    """(person, chamber) whose tone this page decoded since the last reset."""
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
