"""`make screens`: every page at 360 and 1280 px, in Chinese and English, light and dark, to build/screens."""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import DESKTOP, FLAGS, PHONE, People
from tests.browser.stops import open_doors, seat_doors, the_case
from tests.browser.stops_guests import beside_the_parties
from tests.browser.stops_people import by_hand, for_others
from tests.browser.stops_room import special_doors, the_room
from tests.browser.stops_table import at_the_table
from tests.running import ROOT, Server, free_port

OUT = ROOT / "build" / "screens"
SIZES = {"360": PHONE, "1280": DESKTOP}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def speak(page: Page, locale: str) -> None:
    """Switch the app's words where it stands, as another tab of the same person does."""
    page.evaluate(
        "(locale) => dispatchEvent(new StorageEvent('storage', { key: 'hejie-lang', newValue: locale }))", locale
    )
    expect(page.locator("html")).to_have_attribute("lang", locale)


def shoot(name: str, page: Page) -> int:
    """Eight pictures of one stop; the page is left as it was found."""
    before = page.viewport_size
    for locale in ("en", "zh-CN"):
        speak(page, locale)
        for width, size in SIZES.items():
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(150)
                page.screenshot(path=OUT / f"{name}-{width}-{locale}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
    return 8


def stops(server: Server, people: People, folder: Path) -> Iterator[tuple[str, Page]]:
    yield from open_doors(server, people)
    yield from seat_doors(server, people)
    yield from special_doors(server, people)
    yield from the_case(server, people, folder)
    yield from for_others(server, people, folder)
    yield from by_hand(server, people, folder)
    yield from the_room(server, people, folder)
    yield from beside_the_parties(server, people, folder)
    yield from at_the_table(server, people, folder)


def main() -> int:
    """Play everything once, with a picture at each stop."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    start, pictures = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder) / "var", free_port())
        server.start()
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        people = People(browser, server)
        try:
            for name, page in stops(server, people, Path(folder)):
                pictures += shoot(name, page)
                print(f"{name}", flush=True)
        finally:
            people.close()
            browser.close()
            server.stop()
    print(f"{pictures} pictures in {OUT.relative_to(ROOT)} after {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
