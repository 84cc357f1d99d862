"""Bad files at the open door /verify: each is judged or refused with its reason, and a good one after it is valid."""

import http.client
import json
import os
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from server.rehearse.story import Story
from server.settings import Centre
from tests.browser.beside import beside
from tests.browser.conftest import DESKTOP, People
from tests.browser.steps import LONG, say
from tests.documents.attacks import UPDATES
from tests.running import Server, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LIMIT, PACKET_LIMIT = 30 * 1024 * 1024, 128 * 1024 * 1024
HUGE = 200 * 1024 * 1024


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another deployment, with a root of its own."""
    running = Server(tmp_path_factory.mktemp("elsewhere") / "var", free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def signed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An agreement signed by all in a rehearsal against `server`."""
    out = tmp_path_factory.mktemp("signed")
    story = Story(server.url, "leak", out, 1, "")
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft, story.read, story.sign, story.collect):
            loop.run(step())
    return (out / "001-agreement.pdf").read_bytes()


@pytest.fixture
def court(people: People) -> Page:
    page = people.page("court", DESKTOP)
    page.goto("/verify")
    return page


def hand_in(page: Page, name: str, content: bytes) -> Locator:
    """The verdict on a file: heading and sentence."""
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    verdict = page.locator("section.verdict")
    expect(page.locator("section.verdict + p.caption")).to_contain_text(name, timeout=LONG)
    return verdict


def says(verdict: Locator, word: str, *parts: str) -> None:
    expect(verdict.get_by_role("heading", level=1)).to_contain_text(say(f"court.word.{word}"))
    for part in parts:
        expect(verdict).to_contain_text(part)


def altered(pdf: bytes) -> bytes:
    at = len(pdf) // 3
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def changed(where: str) -> str:
    """The sentence about a change after the last signature, the centre's seal."""
    seal, centre = Centre().name, say("court.issuer_centre")
    return say("court.say.invalid_changed", where=where, who=seal, centre=centre)


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "altered.pdf": (altered, changed(say("court.where_somewhere"))),
    "page-appended.pdf": (UPDATES["page_appended"], changed(say("court.where_page", n=4))),
    "trailing.pdf": (lambda pdf: pdf + b"% one more line\n", changed(say("court.where_somewhere"))),
    "truncated.pdf": (lambda pdf: pdf[: len(pdf) * 2 // 3], say("court.reason.truncated")),
}


def test_a_damaged_file_is_invalid_and_the_reason_is_given(court: Page, signed: bytes) -> None:
    for name, (damage, reason) in DAMAGES.items():
        says(hand_in(court, name, damage(signed)), "invalid", reason)
    says(hand_in(court, "as-signed.pdf", signed), "valid")


def test_what_is_no_pdf_is_said_so_and_another_file_can_be_chosen(court: Page) -> None:
    for name, content in (("photo.pdf", b"\xff\xd8\xff\xe0" + bytes(2000)), ("page.pdf", b"<html>%PDF</html>")):
        says(hand_in(court, name, content), "unreadable", say("court.say.unreadable"))
        expect(court.get_by_text(say("court.choose_other"))).to_be_visible()


def test_a_file_of_another_deployment_cannot_be_told(people: People, elsewhere: Server, signed: bytes) -> None:
    """The page trusts the root of its own deployment and no other, and says whose root it is not."""
    page = people.page("court", DESKTOP)
    page.goto(f"{elsewhere.url}/verify")
    says(hand_in(page, "as-signed.pdf", signed), "cannot", say("court.say.unknown_issuer"))
    expect(page.get_by_text(say("court.root_other"))).to_be_visible()


def test_a_huge_file_is_refused_before_it_is_sent(court: Page, tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        os.truncate(file.fileno(), HUGE)
    sent: list[str] = []
    court.on("request", lambda request: sent.append(request.url))
    court.locator("input[type=file]").set_input_files(huge)
    expect(court.get_by_role("alert").filter(has=court.get_by_role("link"))).to_contain_text(
        say("court.too_large", size="200.0", limit="30")
    )
    expect(court.locator("input[type=file]")).to_have_attribute("aria-invalid", "true")
    assert not [url for url in sent if url.endswith("/api/verify")]


def pour(server: Server, framing: str, wrap: Callable[[bytes], bytes]) -> tuple[int, int, Any]:
    """Sends up to HUGE bytes until the server answers: how many had left by then, status, JSON."""
    piece = wrap(bytes(1024 * 1024))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(
            f"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/pdf\r\n{framing}\r\n\r\n".encode()
        )
        line.setblocking(False)
        left, gone = memoryview(piece), 0
        while gone < HUGE:
            readable, writable, _ = select.select([line], [line], [], 30)
            assert readable or writable, "the server neither reads nor answers"
            if readable:
                break
            taken = line.send(left)
            gone, left = gone + taken, left[taken:] or memoryview(piece)
        line.setblocking(True)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return gone, answer.status, json.loads(answer.read())


@pytest.mark.parametrize(
    ("framing", "wrap", "most", "limit"),
    [  # what a file is shows only in its bytes: told before them, the limit is that of packets
        pytest.param(f"Content-Length: {HUGE}", bytes, LIMIT, PACKET_LIMIT, id="length told"),
        pytest.param(
            "Transfer-Encoding: chunked",
            lambda piece: b"%x\r\n%s\r\n" % (len(piece), piece),
            2 * LIMIT,
            LIMIT,
            id="chunked",
        ),
    ],
)
def test_200_mb_sent_past_the_page_are_cut_off(
    server: Server, framing: str, wrap: Callable[[bytes], bytes], most: int, limit: int
) -> None:
    gone, status, answer = pour(server, framing, wrap)
    assert (status, answer["error"]["code"], answer["error"]["data"]) == (413, "too_large", {"limit": limit})
    assert gone < most, "what the limit forbids was not taken in"
    assert server.get("/healthz")
