"""Bad input through the front door: each gets its clear words, and nothing of what was done before is lost."""

import asyncio
import hashlib
import re
import signal
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from documents import verify
from server.rehearse import ceremony
from server.rehearse.actor import Actor
from server.rehearse.story import Story
from tests.browser import steps
from tests.browser.beside import Loop, beside, signing
from tests.browser.conftest import People
from tests.browser.steps import button, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.49(0x1800312f) NetType/WIFI Language/zh_CN"
)
UNLOCK = """
UPDATE codes SET locked_until = '2026-01-01T00:00:00.000000Z' WHERE subject = (SELECT id FROM seats WHERE slug = ?)
"""
Links = dict[str, dict[str, Any]]


@pytest.fixture
def case(server: Server) -> dict[str, Any]:
    return server.case()


@pytest.fixture
def links(case: dict[str, Any]) -> Links:
    return {link["role"]: link for link in case["links"]}


def as_mediator(server: Server, case: dict[str, Any], method: str, path: str, body: object = None) -> Any:
    """One call by the mediator of the case."""

    async def speak() -> Any:
        actor = Actor(server.url, "mediator")
        try:
            actor.csrf = (await actor.call("POST", "/api/login", case["login"]))["csrf"]
            return await actor.call(method, path, body)
        finally:
            await actor.close()

    with closing(Loop()) as loop:
        return loop.run(speak())


def change(server: Server, statement: str, *values: str) -> None:
    """Change rows under the running server: time that passed, without waiting for it."""
    with closing(sqlite3.connect(server.data / "hejie.sqlite3", timeout=20)) as database, database:
        assert database.execute(statement, values).rowcount == 1


def expire(server: Server, url: str) -> None:
    token = hashlib.sha256(urlsplit(url).fragment.encode()).hexdigest()
    change(server, "UPDATE links SET expires_at = '2026-01-01T00:00:00.000000Z' WHERE token_hash = ?", token)


def heading(page: Page, key: str, **values: object) -> Locator:
    return page.get_by_role("heading", name=say(key, **values))


def nothing_told(page: Page, links: Links) -> None:
    """A door that does not open says nothing of the case."""
    text = page.locator("body").inner_text()
    assert not [link["name"] for link in links.values() if link["name"] in text], text


def test_a_link_that_ended_says_so_and_a_new_one_finds_all_as_it_was(
    server: Server, people: People, case: dict[str, Any], links: Links
) -> None:
    link = links["applicant"]
    first = people.page("applicant")
    steps.accept(first, link)  # both choices are made: this must not be lost

    # Replaced by the mediator: the old one no longer opens.
    as_mediator(server, case, "POST", f"/api/sessions/{case['session_id']}/links", {"party": link["person"]})
    newer = server.link(link["person"])
    assert newer != link["url"]
    second = people.page("applicant")
    second.goto(link["url"])
    expect(heading(second, "seat.expired.title")).to_be_visible()
    expect(second.get_by_text(say("errors.link_expired"))).to_be_visible()
    nothing_told(second, links)

    # Past its time. Who holds the seat already stays in it.
    expire(server, newer)
    first.goto(newer)
    expect(heading(first, "seat.code.title")).to_be_visible()
    second.goto("about:blank")
    second.goto(newer)
    expect(heading(second, "seat.expired.title")).to_be_visible()
    expect(second.get_by_text(say("errors.link_expired"))).to_be_visible()
    expect(second.locator("a[href^='tel:']").first).to_be_visible()
    press(second, "seat.expired.renew")
    expect(heading(second, "seat.expired.sent_title")).to_be_visible()

    # The one asked for opens, and both choices are still there.
    newest = server.link(link["person"])
    assert newest not in (newer, link["url"])
    second.goto("about:blank")
    second.goto(newest)
    expect(heading(second, "seat.taken.title")).to_be_visible()
    press(second, "seat.taken.here")
    expect(heading(second, "seat.code.title")).to_be_visible()


def test_a_link_with_the_secret_of_another_opens_nothing_and_harms_nothing(
    server: Server, people: People, case: dict[str, Any], links: Links
) -> None:
    foreign = server.case()["links"][0]["url"]
    slug, token = links["applicant"]["url"].split("#")
    page = people.page("applicant")
    for url in (
        f"{slug}#{foreign.split('#')[1]}",  # another room
        f"{foreign.split('#')[0]}#{token}",
        f"{server.url}/r/{'0' * 16}#{token}",  # no such seat
        f"{slug}#{links['respondent']['url'].split('#')[1]}",  # the other side of the same room
    ):
        page.goto(url)
        expect(heading(page, "seat.unknown.title")).to_be_visible()
        expect(page.get_by_text(say("errors.link_unknown"))).to_be_visible()
        expect(button(page, "seat.expired.renew")).to_be_visible()
        nothing_told(page, links)
    opened = as_mediator(server, case, "GET", f"/api/cases/{case['case_id']}")["parties"]
    assert {party["link"]["opened_at"] for party in opened} == {None}
    page.evaluate("token => { location.hash = token }", token)  # the right one pasted over the wrong one
    expect(button(page, "seat.invite.go", name=links["applicant"]["name"])).to_be_visible()


def ask(page: Page, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and answer of a request the page's seat could make, with its cookie and token."""
    slug = urlsplit(page.url).path.rsplit("/", 1)[-1]
    answer: list[Any] = page.evaluate(
        """async ([method, path, body, slug]) => {
          const seat = { 'X-Hejie-Seat': slug };
          const mine = await (await fetch('/api/seat', { headers: seat })).json();
          const headers = { ...seat, 'Content-Type': 'application/json', 'X-CSRF-Token': mine.csrf ?? '' };
          const sent = method === 'GET' ? { headers: seat } : { method, headers, body: JSON.stringify(body) };
          const answer = await fetch(path, sent);
          return [answer.status, await answer.json()];
        }""",
        [method, path, body, slug],
    )
    return answer[0], answer[1]


def refusal(page: Page, path: str, body: object) -> tuple[int, str]:
    status, answer = ask(page, "POST", path, body)
    return status, answer["error"]["code"]


def try_code(page: Page, code: str) -> None:
    page.locator("#seat-code").fill(code)
    press(page, "seat.code.check")


def test_wrong_codes_are_counted_down_then_locked_with_the_time(server: Server, people: People, links: Links) -> None:
    link = links["applicant"]
    page = people.page("applicant")
    steps.accept(page, link)
    press(page, "seat.code.send")
    page.locator("#seat-code").wait_for()
    error = page.locator("#seat-code-error")
    try_code(page, "12")
    expect(error).to_contain_text(say("seat.code.missing"))
    right = server.code(link["person"])
    others = (f"{(int(right) + n) % 1_000_000:06d}" for n in range(1, 6))
    for left in (4, 3, 2, 1):
        try_code(page, next(others))
        expect(error).to_contain_text(say("errors.code_wrong", n=left))
    try_code(page, next(others))
    locked = page.get_by_text(re.compile(r"先锁到 \d\d:\d\d"))
    expect(locked).to_be_visible()
    until = datetime.fromisoformat(ask(page, "GET", "/api/seat")[1]["code"]["locked_until"])
    at = until.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M")
    expect(locked).to_contain_text(say("seat.code.locked", time=at))
    expect(page.get_by_text(say("seat.code.locked_text"))).to_be_visible()
    expect(page.locator("#seat-code")).to_have_count(0)

    # It holds after a reload, even for the right code.
    page.reload()
    expect(page.get_by_text(say("seat.code.locked", time=at))).to_be_visible()
    assert refusal(page, "/api/seat/code/check", {"code": right}) == (423, "code_locked")
    assert refusal(page, "/api/seat/code", {}) == (423, "code_locked")

    # When the time is over a new code is asked for, and everything before it is still there.
    slug = urlsplit(link["url"]).path.rsplit("/", 1)[-1]
    change(server, UNLOCK, slug)
    page.reload()
    steps.prove_phone(page, link, server)
    expect(heading(page, "seat.devices.title")).to_be_visible()


def test_devices_that_cannot_be_used_are_named_with_the_way_out(server: Server, people: People, links: Links) -> None:
    # No camera in the machine.
    page = people.page("applicant", denied="NotFoundError", denied_kind="video")
    steps.accept(page, links["applicant"])
    steps.prove_phone(page, links["applicant"], server)
    preview = page.locator("[data-device-preview]")
    expect(page.locator("[data-device-preview][data-camera=none][data-microphone=live]")).to_be_visible()
    expect(preview).to_contain_text(say("room.trouble.camera_none"))
    expect(preview).to_contain_text(say("room.trouble.none_do"))
    expect(page.locator("[data-device-trouble=microphone]")).to_have_count(0)
    expect(page.locator("[data-blocked-guide]")).to_have_count(0)  # nothing is held back
    page.get_by_role("button", name=say("seat.devices.voice_only"), exact=True).last.click()
    steps.in_lobby(page)

    # Not allowed: another try for each device, one guide for what holds them back; one that works is enough to go on.
    page = people.page("respondent", denied="NotAllowedError")
    steps.accept(page, links["respondent"])
    steps.prove_phone(page, links["respondent"], server)
    for kind in ("camera", "microphone"):
        trouble = page.locator(f"[data-device-trouble={kind}]")
        expect(trouble).to_contain_text(say(f"room.trouble.{kind}_denied"))
        expect(button(trouble, "ui.retry")).to_be_visible()
    expect(page.locator("[data-blocked-guide] > details")).to_have_count(3)
    expect(page.locator("[data-blocked-guide] > details[open]")).to_have_count(1)
    expect(button(page, "seat.devices.listen_only")).to_be_enabled()
    page.evaluate("window.__person.deniedKind = 'video'")  # allowed meanwhile in the browser's settings: sound only
    press(page.locator("[data-device-trouble=microphone]"), "ui.retry")
    expect(page.locator("[data-device-preview][data-camera=denied][data-microphone=live]")).to_be_visible()
    page.get_by_role("button", name=say("seat.devices.voice_only"), exact=True).last.click()
    steps.in_lobby(page)


def test_inside_wechat_the_link_is_handed_on_unopened(
    server: Server, people: People, case: dict[str, Any], links: Links
) -> None:
    link = links["applicant"]
    page = people.page("applicant", user_agent=WECHAT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(link["url"])
    expect(heading(page, "seat.browser.title_app")).to_be_visible()
    expect(page.get_by_text(say("seat.browser.app_text", app=say("seat.app.wechat")))).to_be_visible()
    expect(page.get_by_text(say("seat.browser.app_steps_open_ios"))).to_be_visible()
    expect(page.locator("a[href^='tel:']").first).to_be_visible()
    nothing_told(page, links)
    press(page, "seat.browser.copy")
    expect(page.get_by_text(say("seat.browser.copied")).first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link["url"], "the secret is part of what was copied"
    assert not [path for path in asked if path.startswith("/api/seat")], "the seat was not touched"
    parties = as_mediator(server, case, "GET", f"/api/cases/{case['case_id']}")["parties"]
    assert {party["link"]["opened_at"] for party in parties} == {None}
    system = people.page("applicant")
    system.goto(link["url"])
    expect(button(system, "seat.invite.go", name=link["name"])).to_be_visible()


def test_a_second_device_asks_before_it_takes_the_seat_and_the_first_is_told(
    server: Server, people: People, links: Links
) -> None:
    link = links["applicant"]
    first, second = people.page("applicant"), people.page("applicant")
    steps.arrive(first, link, server)
    second.goto(link["url"])
    expect(heading(second, "seat.taken.title")).to_be_visible()
    expect(second.get_by_text(say("seat.taken.text"))).to_be_visible()
    nothing_told(second, links)
    assert ask(first, "GET", "/api/seat")[0] == 200
    steps.in_lobby(first)  # asking alone changes nothing
    press(second, "seat.taken.here")
    expect(heading(second, "seat.code.title")).to_be_visible()  # the link alone is not enough: the phone again
    assert ask(first, "GET", "/api/seat")[0] == 401
    steps.prove_phone(second, link, server)
    steps.press_devices(second)
    steps.in_lobby(second)
    expect(heading(first, "seat.moved.title")).to_be_visible()
    expect(first.get_by_text(say("seat.moved.text"))).to_be_visible()


TURN = ceremony._turn


class Stepwise(Story):
    """Its signers get ready, and wait with their turn until the test lets each go on."""

    def __init__(self, url: str, out: Path) -> None:
        super().__init__(url, "leak", out, 1, "")
        roles = ("applicant", "respondent", "mediator")
        self.ready = {role: asyncio.Event() for role in roles}
        self.may = {role: asyncio.Event() for role in roles}
        self.turn: dict[str, Any] = {}

    async def wait(self, actor: Actor, path: str, digest: str) -> Any:
        """In place of the actors' own waiting for their turn."""
        self.ready[actor.name].set()
        await self.may[actor.name].wait()
        self.turn = await TURN(actor, path, digest)
        return self.turn

    @property
    def ceremony(self) -> str:
        return f"/api/ceremonies/{self.cast['ceremony']}"

    async def let(self, role: str) -> None:
        self.may[role].set()

    async def slots(self) -> dict[str, dict[str, Any]]:
        """What the mediator sees of each signer, by role."""
        view = await self.people["mediator"].call("GET", self.ceremony)
        return {slot["role"]: slot for slot in view["slots"]}

    async def refused(self, role: str, door: str, body: object, code: str) -> Any:
        """The error's data of an act of `role` that must be refused as `code`."""
        error = await self.people[role].call("POST", f"{self.ceremony}{door}", body, refused=code)
        return error.get("data", {})


def test_nobody_signs_out_of_turn_and_a_killed_server_loses_no_signature(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Stepwise(server.url, tmp_path)
    monkeypatch.setattr(ceremony, "_turn", story.wait)
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft, story.read):
            loop.run(step())
        names = {role: slot["name"] for role, slot in loop.run(story.slots()).items()}
        manifest = {"manifest": hashlib.sha256(loop.run(manifest_of(story))).hexdigest()}

        # Nobody has confirmed anything yet.
        told = loop.run(story.refused("applicant", "/turn", manifest, "not_your_turn"))
        assert told == {"state": "waiting", "waiting_for": [names["respondent"], names["mediator"]]}
        assert "{names}" in say("errors.not_your_turn"), "the page says for whom"

        # All are ready, one after the other; only the first may sign, and only for herself.
        acts = {}
        for role in names:
            acts[role] = loop.start(signing(story, role))
            loop.run(story.ready[role].wait())
        told = loop.run(story.refused("respondent", "/turn", manifest, "not_your_turn"))
        assert told == {"state": "ready", "waiting_for": [names["applicant"]]}
        loop.run(story.let("applicant"))
        acts["applicant"].result(60)
        foreign = {"fence": story.turn["fence"], "files": []}
        loop.run(story.refused("respondent", f"/turns/{story.turn['lease']}", foreign, "not_found"))
        told = loop.run(story.refused("mediator", "/turn", manifest, "not_your_turn"))
        assert told == {"state": "ready", "waiting_for": [names["respondent"]]}
        told = loop.run(story.refused("applicant", "/turn", manifest, "not_your_turn"))
        assert told["state"] == "signed"

        # Killed between two signatures, without a word.
        before = loop.run(story.slots())
        assert [before[role]["state"] for role in names] == ["signed", "ready", "ready"]
        server.stop(signal.SIGKILL)
        server.start()
        assert loop.run(story.slots()) == before
        for role in ("respondent", "mediator"):
            loop.run(story.let(role))
        for role in ("respondent", "mediator"):
            acts[role].result(60)
        loop.run(story.collect())
        after = loop.run(story.slots())
        assert after["applicant"]["signed_at"] == before["applicant"]["signed_at"]
    root = server.get_bytes("/trust/root.pem")
    released = [path.read_bytes() for path in sorted(tmp_path.glob("*.pdf"))]
    assert len(released) == 7 and {verify(pdf, [root]).verdict for pdf in released} == {
        "valid"
    }  # the court's papers too


async def manifest_of(story: Story) -> bytes:
    return (await story.people["mediator"].raw("GET", f"/api/ceremonies/{story.cast['ceremony']}/manifest"))[1]
