"""`make court-walk`: somebody at a court who never heard of us holds a file, a damaged one, an extract of a journal, or
a print, and wants to know whether it is good. Counts taps and seconds to the answer, in both languages and sizes, with
a picture of every step in build/walk; then the pages of a court's way and of performance in their states."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.rehearse import packet
from server.rehearse.packet import COURT
from server.rehearse.story import Story
from tests.browser.beside import Loop, beside
from tests.browser.conftest import DESKTOP, FLAGS, PHONE
from tests.browser.screens import speak
from tests.running import ROOT, Server, free_port

OUT = ROOT / "build" / "walk"
SIZES = {"360": PHONE, "1280": DESKTOP}
LOCALES = ("zh-CN", "en")
ENOUGH = {"a signed PDF": 2, "a damaged PDF": 2, "an extract of a journal": 2, "a photo": 2, "a court packet": 2,
          "a damaged packet": 2, "a print's QR code": 1, "a print, typed": 4, "a print, by camera": 2}  # fmt: skip
"""Taps to the answer that a stranger may need."""
DUE = ({"by": "days_after_effective", "days": 5, "event": ""}, {"by": "days_after_effective", "days": 60, "event": ""})


@dataclass
class Walk:
    """One way to one answer."""

    page: Page
    name: str
    taps: int = 0
    steps: list[float] = field(default_factory=list)

    def step(self, act: Callable[[], object], *, tap: bool = True) -> None:
        """Do it, look at it, keep a picture."""
        since = time.monotonic()
        act()
        self.taps += tap
        self.steps.append(time.monotonic() - since)
        self.page.screenshot(path=OUT / f"{self.name.replace(' ', '-')}-{len(self.steps)}.png", full_page=True)

    def answered(self, selector: str) -> None:
        """Wait for the answer, which belongs to the last tap."""
        since = time.monotonic()
        expect(self.page.locator(selector).first).to_be_visible()
        self.steps[-1] += time.monotonic() - since
        self.page.screenshot(path=OUT / f"{self.name.replace(' ', '-')}-answer.png", full_page=True)


class Owing(Story):
    """An inheritance signed by hand: two instalments and a key."""

    async def draft(self) -> None:
        mediator = self.people["mediator"]
        draft = await mediator.call("POST", f"/api/cases/{self.cast['case_id']}/agreements", {})
        self.cast["agreement"] = draft["id"]
        who = {"obligor": self.ids["applicant"], "obligee": self.ids["respondent"]}
        parts = [{"amount_fen": 300000, "due": DUE[0]}, {"amount_fen": 200000, "due": DUE[1]}]
        clauses = [
            {"kind": "payment", "fields": {**who, "act": "支付", "amount_fen": 500000, "instalments": parts}},
            {"kind": "act", "fields": {"obligor": who["obligor"], "act": "交付钥匙", "due": DUE[1]}},
        ]
        body = {
            "version": draft["version"],
            "dispute": draft["dispute"],
            "minutes": draft["minutes"],
            "clauses": clauses,
        }
        await mediator.call("PUT", f"/api/agreements/{draft['id']}/terms", body)
        await self._act("submit")


def signed(server: Server, folder: Path) -> Path:
    """An agreement that everybody signed, and beside it the packet for the court."""
    story = Story(server.url, "leak", folder, 1, "")
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft, story.read, story.sign, story.collect):
            loop.run(step())
        made = packet.made(story.people["mediator"], story.cast["agreement"], story.cast.get("court", COURT))
        (folder / "packet.zip").write_bytes(loop.run(made))
    return folder / "001-agreement.pdf"


def extract(server: Server, folder: Path) -> Path:
    """Of its journal, by the command a clerk uses."""
    with closing(sqlite3.connect(server.data / "hejie.sqlite3")) as data:
        (case,) = data.execute("SELECT case_id FROM ceremonies").fetchone()
    out = folder / "extract.json"
    words = [sys.executable, "-m", "server.cli", "journal", "disclose", case, "--out", str(out)]
    env = {"HEJIE_DEMO": "1", "HEJIE_DATA": str(server.data), "PATH": "/usr/bin:/bin"}
    subprocess.run(words, cwd=ROOT, env=env, check=True)
    return out


def printed(server: Server, pdf: Path, film: Path) -> tuple[str, str]:
    """Number and hash that a print carries; the corner with its code as a film for a camera."""
    with closing(sqlite3.connect(server.data / "hejie.sqlite3")) as data:
        asked = "SELECT c.number, f.text_hash FROM ceremonies c JOIN ceremony_files f ON f.ceremony = c.id"
        number, text = data.execute(f"{asked} WHERE f.id = 'agreement'").fetchone()
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        picture = document[0].render(scale=2.2, grayscale=True)
        rows = bytes(picture.buffer)
        starts = range((picture.height - 480) * picture.stride, picture.height * picture.stride, picture.stride)
        corner = b"".join(rows[at + picture.width - 640 : at + picture.width] for at in starts)
    head, grey = b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n", bytes([128]) * (320 * 240 * 2)
    film.write_bytes(head + (b"FRAME\n" + corner + grey) * 3)
    return number, text


@contextmanager
def page_of(
    browser: Browser, server: Server, locale: str, size: dict[str, int], camera: bool = False
) -> Iterator[Page]:
    """A browser that was never here."""
    context = browser.new_context(
        base_url=server.url, locale=locale, viewport={"width": size["width"], "height": size["height"]},
        permissions=["camera"] if camera else [],
    )  # fmt: skip
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def handed_in(walk: Walk, file: Path) -> None:
    """The address is printed on every page; then the file."""
    walk.step(lambda: walk.page.goto("/verify"))
    walk.step(lambda: walk.page.locator("#verify-file").set_input_files(file))
    walk.answered("section.verdict")


def ways(server: Server, files: dict[str, Path], number: str, text: str) -> dict[str, Callable[[Walk], None]]:
    """What somebody may hold in their hands, and what they do with it."""

    def code(walk: Walk) -> None:
        walk.step(lambda: walk.page.goto(f"/verify#t={text}"))
        walk.answered("[data-printed]")

    def typed(walk: Walk) -> None:
        walk.step(lambda: walk.page.goto("/verify"))
        walk.step(lambda: walk.page.locator("#printed-code").fill(text[:8]))
        walk.step(lambda: walk.page.locator("#printed-number").fill(number))
        walk.step(lambda: walk.page.locator("#printed-number").press("Enter"))
        walk.answered("[data-printed]")

    def camera(walk: Walk) -> None:
        walk.step(lambda: walk.page.goto("/verify"))
        walk.step(lambda: walk.page.locator("[data-control=scan]").click())
        walk.answered("[data-printed]")

    given = {name: partial(handed_in, file=file) for name, file in files.items()}
    return given | {"a print's QR code": code, "a print, typed": typed, "a print, by camera": camera}


def court_states(browser: Browser, server: Server, folder: Path) -> None:
    """The page of a court's way in its states, and what the parties see."""
    story = Owing(server.url, "estate", folder, 2, "")
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft, story.read, story.sign):
            loop.run(step())
        door = f"/api/agreements/{story.cast['agreement']}"
        mediator = story.people["mediator"]

        def did(path: str, body: object) -> Any:
            return loop.run(mediator.call("POST", f"{door}/{path}", body))

        with closing(sqlite3.connect(server.data / "hejie.sqlite3", timeout=10)) as data, data:
            since = (datetime.now(UTC) - timedelta(days=12)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            assert data.execute(
                "UPDATE agreements SET effective_at = ? WHERE id = ?", (since, story.cast["agreement"])
            ).rowcount
        day, later = (datetime.now(UTC) - timedelta(days=3)).date().isoformat(), datetime.now(UTC) + timedelta(days=9)
        with page_of(browser, server, "zh-CN", DESKTOP) as page:
            page.goto("/login")
            page.locator("input[autocomplete=username]").fill(story.cast["login"]["username"])
            page.locator("input[type=password]").fill(story.cast["login"]["password"])
            page.locator("form button[type=submit]").click()
            page.wait_for_url("**/day")

            def look(name: str) -> None:
                page.goto(f"/agreement/{story.cast['agreement']}/court")
                page.locator("#performance-title").wait_for()
                shots(page, f"court-{name}")

            look("preparing")
            court = "嘉南市嘉南区人民法院"
            did("application/acts", {"act": "submit", "on": day, "court": court})
            look("submitted")
            did(
                "application/acts",
                {"act": "ask_correction", "on": day, "deadline": later.date().isoformat(), "note": "补交身份证复印件"},
            )
            look("correcting")
            did("application/acts", {"act": "resubmit", "on": day})
            did("application/acts", {"act": "docket", "on": day, "case_no": "(2026)嘉0402诉前调确1号"})
            did("application/appointments", {"starts_at": later.isoformat(), "where": "第三法庭"})
            look("docketed")
            parties(browser, server, story, loop, "before")
            did("application/acts", {"act": "confirm", "on": day})
            look("confirmed")
            parties(browser, server, story, loop, "after")


def parties(browser: Browser, server: Server, story: Owing, loop: Loop, when: str) -> None:
    """Both sides' own pages; the payer says what was paid."""
    door = f"/api/agreements/{story.cast['agreement']}/performance"
    if when == "before":
        view = loop.run(story.people["applicant"].call("GET", door))
        row, on = view["rows"][0], (datetime.now(UTC) - timedelta(days=5)).date().isoformat()
        said = {"clause": row["clause"], "part": row["part"], "on": on, "amount_fen": 100000}
        loop.run(story.people["applicant"].call("POST", f"{door}/said", said))
    for role in ("applicant", "respondent"):
        actor = story.people[role]
        with page_of(browser, server, "zh-CN", PHONE) as page:
            cookies = [{"name": one.key, "value": one.value, "url": server.url} for one in actor._http.cookie_jar]
            page.context.add_cookies(cookies)  # type: ignore[arg-type]
            page.goto(f"{story.guests[role]['url'].partition('#')[0]}/performance")
            page.locator("table").wait_for()
            shots(page, f"own-{role}-{when}")
            if role == "applicant" and when == "before":
                page.locator("main form button, main .row button").first.click()
                shots(page, "own-form")


def shots(page: Page, name: str) -> None:
    """Both languages and sizes."""
    before = page.viewport_size
    for locale in LOCALES:
        speak(page, locale)
        for width, size in SIZES.items():
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            page.wait_for_timeout(100)
            page.screenshot(path=OUT / f"{name}-{width}-{locale}.png", full_page=True)
    speak(page, "zh-CN")
    if before is not None:
        page.set_viewport_size(before)


def main() -> int:
    """Print a table of ways; 1 when one takes more taps than a stranger should need."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    slow = 0
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder = Path(name)
        server = Server(folder / "var", free_port())
        server.start()
        try:
            pdf, film = signed(server, folder), folder / "print.y4m"
            damaged, photo = folder / "damaged.pdf", folder / "photo.jpg"
            packed, spoilt = folder / "packet.zip", folder / "spoilt.zip"
            whole = bytearray(packed.read_bytes())
            whole[len(whole) // 2] ^= 1
            spoilt.write_bytes(whole)
            content = bytearray(pdf.read_bytes())
            content[len(content) // 3] ^= 1
            damaged.write_bytes(content)
            photo.write_bytes(b"\xff\xd8\xff" + bytes(2000))
            number, text = printed(server, pdf, film)
            files = {"a signed PDF": pdf, "a damaged PDF": damaged, "an extract of a journal": extract(server, folder),
                     "a photo": photo, "a court packet": packed, "a damaged packet": spoilt}  # fmt: skip
            flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}", "--use-fake-ui-for-media-stream"]
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            print(f"{'in hand':26} {'lang':6} {'px':>5} {'taps':>5} {'seconds':>8}  each step")
            for hand, go in ways(server, files, number, text).items():
                for locale in LOCALES:
                    for width, size in SIZES.items():
                        with page_of(browser, server, locale, size, "camera" in hand) as page:
                            walk = Walk(page, f"{hand}-{width}-{locale}")
                            go(walk)
                        each = " ".join(f"{one:.1f}" for one in walk.steps)
                        print(
                            f"{hand:26} {locale:6} {width:>5} {walk.taps:>5} {sum(walk.steps):>8.1f}  {each}",
                            flush=True,
                        )
                        slow += walk.taps > ENOUGH[hand]
            court_states(browser, server, folder)
            browser.close()
        finally:
            server.stop()
    print(f"pictures in {OUT.relative_to(ROOT)}; {slow} ways took more taps than they should")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
