"""A hostile proxy between a real browser and the server: whatever it changes, the browser refuses and names the reason.

Two parties are played by the rehearsal's actors; the mediator signs in Chromium behind the proxy.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from documents import Manifest, prepare_turn
from documents.revisions import RED
from server.rehearse.signing import drawing
from server.rehearse.story import Story
from tests.browser import steps
from tests.browser.beside import Loop, beside, signing
from tests.browser.conftest import DESKTOP, People
from tests.browser.steps import LONG, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

Change = Callable[["Scene"], bytes]


@dataclass
class Scene:
    """One honest answer of the server to a turn, as the proxy sees it; the agreement is what it tampers with."""

    manifest: bytes
    frozen: bytes
    tail: bytes
    minutes: bytes
    number: int = field(default=0)

    @property
    def whole(self) -> bytes:
        return self.frozen + self.tail

    @property
    def own(self) -> int:
        """Where the own update begins in the tail."""
        return self.tail.index(b"\n%%EOF\n", self.tail.index(b"\n%%EOF\n") + 1) + len(b"\n%%EOF\n")

    def put(self, old: bytes, new: bytes, where: int | None = None) -> bytes:
        """The tail with the first `old` at or after `where` (own update) replaced."""
        at = self.tail.index(old, self.own if where is None else where)
        return self.tail[:at] + new + self.tail[at + len(old) :]

    def number_after(self, key: bytes) -> tuple[int, int]:
        found = re.compile(re.escape(key) + rb"\s*(\d+)").search(self.tail, self.own)
        assert found
        return found.start(1), int(found.group(1))

    def add(self, key: bytes, delta: int) -> bytes:
        """The tail with the number after `key` in the own update changed, same width."""
        at, number = self.number_after(key)
        text = str(number)
        return (
            self.tail[:at] + str(number + delta).rjust(len(text)).encode()[-len(text) :] + self.tail[at + len(text) :]
        )

    def remade(self, slot: str, pixels: bytes, base: bytes | None = None) -> bytes:
        """An update made from the template, correct in itself, for another slot, drawing or base."""
        file = next(one for one in Manifest.parse(self.manifest).files if one.id == "agreement")
        base = self.whole[: len(self.frozen) + self.own] if base is None else base
        return base[len(self.frozen) :] + prepare_turn(base, file, slot, pixels, datetime.now(UTC))


def flip_in_first_signature(scene: Scene) -> bytes:
    at = scene.tail.index(b"/Contents<") + 3000
    return scene.tail[:at] + (b"0" if scene.tail[at : at + 1] != b"0" else b"1") + scene.tail[at + 1 :]


def pad_first_signature(scene: Scene) -> bytes:
    at = scene.tail.index(b">", scene.tail.index(b"/Contents<")) - 2
    return scene.tail[:at] + b"ff" + scene.tail[at + 2 :]


def without_first_update(scene: Scene) -> bytes:
    return scene.tail[scene.tail.index(b"\n%%EOF\n") + len(b"\n%%EOF\n") :]


MUTATIONS: dict[str, tuple[Change, str]] = {
    "bytes after the end": (lambda s: s.tail + b"% one more line\n", "trailing_bytes"),
    "truncated": (lambda s: s.tail[:-40], "truncated|trailer|startxref"),
    "another file of the set": (lambda s: s.minutes, "widget|xref|trailer|image|other_drawing|form"),
    "an extra object": (lambda s: s.put(b"xref\n", b"900 0 obj\n<</S/JavaScript>>\nendobj\nxref\n"), "xref"),
    "a moved widget": (lambda s: s.add(b"/Rect[", 40), "widget"),
    "a widget on another page": (lambda s: s.add(b"/P ", 1), "widget"),
    "a person's drawing in seal red": (
        lambda s: s.put(b"/ColorSpace/DeviceGray", f"/ColorSpace{RED}".encode()),
        "image",
    ),
    "an earlier drawing in seal red": (
        lambda s: s.put(b"/ColorSpace/DeviceGray", f"/ColorSpace{RED}".encode(), 0),
        "image",
    ),
    "other words in the appearance": (lambda s: s.put(b"/I Do Q", b"/J Do Q"), "form"),
    "another drawing": (lambda s: s.remade("mediator", drawing(7)), "other_drawing"),
    "another slot": (
        lambda s: s.remade("mediator", drawing(7)).replace(b"/T(mediator)", b"/T(somebody)"),
        "slot_unknown|widget",
    ),
    "a wrong byte range": (lambda s: s.add(b"/ByteRange[0", 1), "byte_range"),
    "attributes made by the server": (lambda s: s.put(b"/Contents<0000", b"/Contents<3082"), "contents"),
    "another date form": (lambda s: s.put(b"/M(D:2", b"/M(D:x"), "date"),
    "a wrong /Prev": (lambda s: s.add(b"/Prev", 1), "trailer"),
    "another /Size": (lambda s: s.add(b"/Size", 1), "trailer"),
    "a wrong startxref": (lambda s: s.add(b"startxref\n", 1), "startxref"),
    "another sub-filter": (lambda s: s.put(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"), "signature_dictionary"),
    "an earlier signature altered": (flip_in_first_signature, "cms_|certificate_"),
    "an earlier signature with stuffing": (pad_first_signature, "cms_padding"),
    "an earlier signature left out": (without_first_update, "widget|form|xref|trailer|byte_range|image"),
}


class Proxy:
    """Passes everything on, but for one answer it is told to change."""

    def __init__(self, page: Page) -> None:
        self.change: Change | None = None
        self.lease: Callable[[dict[str, Any]], None] | None = None
        self.manifest = b""
        self.frozen: dict[str, bytes] = {}
        self.turns: list[dict[str, Any]] = []
        self.sent: list[Request] = []
        page.route(re.compile(r"/api/ceremonies/[^/]+/turn$"), self._turn)
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if re.search(r"/turns/[^/]+$", request.url):
            self.sent.append(request)

    def _turn(self, route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200 or (self.change is None and self.lease is None):
            return route.fulfill(response=answer)
        body = answer.json()
        self.turns.append(json.loads(json.dumps(body)))
        if self.change is not None:
            tails = {file["id"]: b64decode(file["tail"]) for file in body["files"]}
            scene = Scene(self.manifest, self.frozen["agreement"], tails["agreement"], tails["minutes"])
            for file in body["files"]:
                if file["id"] == "agreement":
                    file["tail"] = b64encode(self.change(scene)).decode()
        if self.lease is not None:
            self.lease(body)
        route.fulfill(response=answer, json=body)


@pytest.fixture
def story(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, Loop]]:
    played = Story(server.url, "leak", tmp_path_factory.mktemp("out"), 1, "")
    with beside(played) as loop:
        for step in (played.arrive, played.meet, played.draft, played.read):
            loop.run(step())
        yield played, loop


def reason_shown(page: Page) -> str:
    expect(page.get_by_role("heading", name=say("signing.stopped.head"))).to_be_visible(timeout=LONG)
    return page.locator("main code, .signing code").last.inner_text()


def test_whatever_the_proxy_changes_the_browser_refuses_and_names_it(
    story: tuple[Story, Loop], server: Server, people: People
) -> None:
    played, loop = story
    page = people.page("mediator", DESKTOP)
    steps.log_in(page, played.cast)
    proxy = Proxy(page)
    ceremony = f"/api/ceremonies/{played.cast['ceremony']}"
    mediator = played.people["mediator"]
    proxy.manifest = loop.run(mediator.raw("GET", f"{ceremony}/manifest"))[1]
    for name in ("agreement", "minutes"):
        proxy.frozen[name] = loop.run(mediator.raw("GET", f"{ceremony}/files/{name}/frozen"))[1]
    session = f"/session/{played.cast['session_id']}"

    # Before anything is confirmed: a swapped frozen file, a manifest that is not what it was.
    frozen = re.compile(r"/files/agreement/frozen$")
    page.route(frozen, lambda route: route.fulfill(body=proxy.frozen["minutes"], content_type="application/pdf"))
    page.goto(session)
    assert reason_shown(page).startswith("base_changed")
    page.unroute(frozen)
    page.route(
        frozen,
        lambda route: route.fulfill(
            body=proxy.frozen["agreement"].replace(b"%PDF-1.7", b"%PDF-1.6"), content_type="application/pdf"
        ),
    )
    page.reload()
    assert reason_shown(page).startswith("base_changed")
    page.unroute(frozen)
    page.reload()
    steps.sign(page, played.ids["mediator"], server)
    expect(page.get_by_role("heading", name=say("signing.turn.title"))).to_be_visible(timeout=LONG)

    # After it: another manifest, whoever made it.
    doctored = json.loads(proxy.manifest)
    doctored["files"][0]["slots"][0]["rect"][0] += 1
    other = re.compile(r"/manifest$")
    body = json.dumps(doctored, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    assert hashlib.sha256(body).digest() != hashlib.sha256(proxy.manifest).digest()
    page.route(other, lambda route: route.fulfill(body=body, content_type="application/json"))
    page.reload()
    assert reason_shown(page).startswith("manifest_changed")
    page.unroute(other)

    # The parties sign honestly; the mediator's turn comes, and each answer to it is tampered with.
    first = next(iter(MUTATIONS))
    proxy.change = MUTATIONS[first][0]
    page.reload()
    both = [loop.start(signing(played, role)) for role in ("applicant", "respondent")]
    for signed in both:
        signed.result(60)
    named: dict[str, str] = {}
    for name, (change, expected) in MUTATIONS.items():
        if name != first:
            proxy.change = change
            press(page, "signing.stopped.retry")
            page.wait_for_timeout(100)
        named[name] = reason_shown(page)
        assert re.match(expected, named[name]), (name, named[name])
    proxy.change = None
    proxy.lease = lambda body: body.update(fence=body["fence"] - 5)
    press(page, "signing.stopped.retry")
    page.wait_for_timeout(100)
    assert reason_shown(page).startswith("lease_old")
    proxy.lease = lambda body: body["files"].pop()
    press(page, "signing.stopped.retry")
    page.wait_for_timeout(100)
    assert reason_shown(page).startswith("file_missing")
    assert proxy.sent == [], "nothing was signed while anything was wrong"
    assert len(named) + 5 >= 15

    # The honest answer at last: signed, sealed, released.
    proxy.lease = None
    press(page, "signing.stopped.retry")
    expect(page.get_by_role("heading", name=say("signing.done.title"))).to_be_visible(timeout=LONG)
    assert len(proxy.sent) == 1
