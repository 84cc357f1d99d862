"""The room in the hands of a test: people seated by their own doors without a click, each act done by mouse, touch or
keyboard, and what the room's socket told a page."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Literal

from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser import steps
from tests.browser.steps import LONG, say
from tests.running import Server

Way = Literal["mouse", "touch", "keyboard"]
WAYS: tuple[Way, ...] = ("mouse", "touch", "keyboard")
ENTER = re.compile(f"^({say('case.session_enter')}|{say('case.session_reenter')})$")


class Hand:
    """One way to work a page."""

    def __init__(self, way: Way) -> None:
        self.way = way

    def use(self, target: Locator) -> None:
        """Press a button, open a summary."""
        if self.way == "mouse":
            target.click()
        elif self.way == "touch":
            target.tap()
        else:
            target.focus()
            expect(target).to_be_focused()
            target.press("Enter")

    def tick(self, target: Locator) -> None:
        """A box or one of several choices."""
        if target.is_checked():
            return
        if self.way == "mouse":
            target.click()
        elif self.way == "touch":
            target.tap()
        else:
            target.focus()
            target.press("Space")
        expect(target).to_be_checked()

    def write(self, target: Locator, text: str) -> None:
        """Fill a field."""
        if self.way == "keyboard":
            target.focus()
            target.press("ControlOrMeta+a")
            target.page.keyboard.insert_text(text)
        else:
            self.use(target)
            target.fill(text)
        expect(target).to_have_value(text)


class Ear:
    """Every text the room's socket brought to a page from now on, reloads included."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.heard.append(frame if isinstance(frame, str) else frame.decode()))

    def told_of(self, *words: str) -> list[str]:
        """Messages in which any of the words stands."""
        return [one for one in self.heard if any(word in one for word in words)]


def call(page: Page, server: Server, path: str, body: object, headers: dict[str, str] | None = None) -> Any:
    """POST as the page's own browser context."""
    answer = page.request.post(server.url + path, data=body, headers={"Origin": server.url} | (headers or {}))
    assert answer.ok, f"{path}: {answer.status} {answer.text()}"
    return answer.json()


def seated(page: Page, link: dict[str, Any], server: Server) -> None:
    """From the link to the waiting room, each step answered at its door instead of on its page."""
    address, _, token = link["url"].partition("#")
    slug = address.rsplit("/", 1)[1]
    seat = call(page, server, f"/api/seats/{slug}/open", {"token": token})
    headers = {"X-CSRF-Token": seat["csrf"], "X-Hejie-Seat": slug}
    call(page, server, "/api/seat/identify", {"is_me": True}, headers)
    call(page, server, "/api/seat/consents", {"online": True, "esign": True}, headers)
    call(page, server, "/api/seat/code", {}, headers)
    call(page, server, "/api/seat/code/check", {"code": server.code(link["person"])}, headers)
    call(page, server, "/api/seat/devices", {"camera": True, "microphone": True, "result": {}}, headers)
    page.goto(address)
    steps.in_lobby(page)


def staff(page: Page, login: dict[str, str], server: Server) -> dict[str, str]:
    """Logs in; the headers for further doors."""
    return {"X-CSRF-Token": call(page, server, "/api/login", login)["csrf"]}


def hosting(page: Page, case: dict[str, Any], server: Server, login: dict[str, str] | None = None) -> None:
    """A host goes from the session's door into the room."""
    staff(page, login or case["login"], server)
    enter(page, case)


def enter(page: Page, case: dict[str, Any]) -> None:
    """A host who is logged in already."""
    page.goto(f"/session/{case['session_id']}")
    page.get_by_role("button", name=ENTER).click()
    expect(page.locator("[data-room=mediator][data-chamber=joint]")).to_be_visible(timeout=LONG)


def admitted(mediator: Page, page: Page, person: str, chamber: str = "joint") -> None:
    mediator.locator(f"[data-admit='{person}']").click()
    in_chamber(page, chamber)


def in_chamber(page: Page, chamber: str) -> None:
    """There, and what tells of the move no longer covers the page."""
    expect(page.locator(f"[data-room][data-chamber={chamber}]")).to_be_visible(timeout=LONG)
    expect(page.locator("[data-move-card]")).to_have_count(0, timeout=LONG)


def menu(page: Page, person: str) -> Locator:
    """The host's menu of a person, opened."""
    page.locator(f"li[data-person='{person}'] [data-control=person]").click()
    return page.locator(f"dialog[data-person='{person}']")


def set_start(server: Server, session: str, starts: datetime) -> None:
    """The session is on another day than the demo made it for."""
    told = starts.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with closing(sqlite3.connect(server.data / "hejie.sqlite3", timeout=10)) as data, data:
        changed = data.execute("UPDATE sessions SET starts_at = ? WHERE id = ?", (told, session))
        assert changed.rowcount == 1
