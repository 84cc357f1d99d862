"""Everyone who signs: several people at the centre's device, a representative who also sets an organisation's seal, at
separate times, and a signature on paper. The others are played by actors."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from documents import verify
from documents.revisions import PALETTE
from server.rehearse.story import Story
from tests.browser import steps
from tests.browser.beside import Loop, beside, signing
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.steps import LONG, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
Play = Callable[[str, bool], tuple[Story, Loop]]
KEYS = (
    "async () => (await indexedDB.databases()).map(one => one.name).filter(name => name.startsWith('hejie-signing-'))"
)


@pytest.fixture
def play(server: Server, tmp_path: Path) -> Iterator[Play]:
    """A sample case up to its frozen text; at separate times if asked."""
    opened = []

    def begin(sample: str, separate: bool) -> tuple[Story, Loop]:
        story = Story(server.url, sample, tmp_path, 1, "")
        near = beside(story)
        opened.append(near)
        loop = near.__enter__()
        for step in (story.arrive, story.meet, story.draft):
            loop.run(step())
        if separate:
            for actor in story.people.values():
                loop.run(actor.call("POST", f"/api/agreements/{story.cast['agreement']}/separate", {"agree": True}))
        loop.run(story.read())
        return story, loop

    yield begin
    for near in opened:
        near.__exit__(None, None, None)


def named(story: Story, name: str) -> str:
    """The role under which the story keeps a person."""
    return next(role for role, link in story.guests.items() if link["name"] == name)


def until_complete(story: Story, loop: Loop) -> bytes:
    """The finished agreement, as the mediator gets it."""
    mediator, path = story.people["mediator"], f"/api/ceremonies/{story.cast['ceremony']}"

    async def collected() -> bytes:
        end = time.monotonic() + 30
        while (view := await mediator.call("GET", path))["state"] != "complete":
            assert time.monotonic() < end, view
            await asyncio.sleep(0.1)
        return (await mediator.raw("GET", f"/api/agreements/{story.cast['agreement']}/files/agreement"))[1]

    whole: bytes = loop.run(collected())
    return whole


def judged(server: Server, whole: bytes) -> str:
    return verify(whole, (server.get_bytes("/trust/root.pem"),)).verdict


def look_and_draw(page: Page) -> None:
    """The steps of a signer up to the code."""
    same = steps.button(page, "signing.look.same").and_(page.locator(":visible"))
    same.wait_for(timeout=LONG)
    expect(same).to_be_enabled(timeout=LONG)
    same.click()
    press(page, "signing.pad.type")
    page.get_by_label(say("signing.pad.typed_label")).and_(page.locator(":visible")).fill("林秀珍")
    page.locator("#sign-consent:visible").check()
    steps.button(page, "signing.name.use").and_(page.locator(":visible")).click()
    page.locator("#sign-code:visible").wait_for()


def test_two_people_sign_at_one_device_and_leave_no_key_behind(server: Server, people: People, play: Play) -> None:
    story, loop = play("leak", False)
    page = people.page("mediator", DESKTOP)
    steps.log_in(page, story.cast)
    page.goto(f"/kiosk/{story.cast['session_id']}")
    lin, chen = story.guests["applicant"], story.guests["respondent"]

    press(page, "signing.kiosk.sit", name=lin["name"])
    press(page, "signing.kiosk.send_code")
    page.locator("#kiosk-code").wait_for()
    page.locator("#kiosk-code").fill(server.code(lin["person"]))
    press(page, "signing.kiosk.code_go")
    look_and_draw(page)
    page.locator("#sign-code").fill(server.code(lin["person"]))
    if steps.button(page, "ui.next").is_visible():
        press(page, "ui.next")
    press(page, "signing.confirm.sign")
    expect(page.get_by_text(steps.like("signing.turn.waiting_for")).first).to_be_visible(timeout=LONG)
    assert len(page.evaluate(KEYS)) == 1
    press(page, "signing.kiosk.others")

    press(page, "signing.kiosk.sit", name=chen["name"])
    page.get_by_text(say("signing.kiosk.no_phone")).click()
    page.locator("#kiosk-password").fill(story.cast["login"]["password"])
    press(page, "signing.kiosk.vouch")
    look_and_draw(page)
    page.get_by_text(say("signing.kiosk.code_by_clerk")).and_(page.locator(":visible")).click()
    page.locator("input[id^=vouch-]:visible").fill(story.cast["login"]["password"])
    page.locator("form:has(input[id^=vouch-]:visible) button").and_(page.locator(":visible")).click()
    steps.button(page, "signing.confirm.sign").and_(page.locator(":visible")).click()

    loop.run(signing(story, "mediator"))
    whole = until_complete(story, loop)
    assert judged(server, whole) == "valid"
    for one in (lin, chen):
        expect(page.get_by_text(f"{one['name']} {say('signing.kiosk.done')}")).to_be_visible(timeout=LONG)
    assert page.evaluate(KEYS) == []


def test_a_representative_sets_the_seal_too_and_nobody_waits_for_a_barrier(
    server: Server, people: People, play: Play
) -> None:
    story, loop = play("traffic", True)
    link = next(link for link in story.guests.values() if link["name"] == "孟磊")
    mediator = story.people["mediator"]
    loop.run(mediator.call("POST", f"/api/sessions/{story.cast['session_id']}/acts", {"act": "close"}))
    page = people.page("respondent", PHONE)
    page.goto(link["url"])
    press(page, "seat.taken.here")
    steps.prove_phone(page, link, server)
    steps.press_devices(page)
    look_and_draw(page)
    page.locator("#sign-code").fill(server.code(link["person"]))
    if steps.button(page, "ui.next").is_visible():
        press(page, "ui.next")
    press(page, "signing.confirm.sign")
    expect(page.get_by_text(steps.like("signing.turn.waiting_for")).first).to_be_visible(timeout=LONG)
    for role in story.people:
        if role not in (named(story, "孟磊"), "mediator"):
            loop.run(signing(story, role))
    expect(page.get_by_role("heading", name=say("signing.signed.title"))).to_be_visible(timeout=LONG)
    loop.run(signing(story, "mediator"))
    whole = until_complete(story, loop)
    assert judged(server, whole) == "valid"
    assert PALETTE.encode() in whole


def test_a_clerk_signs_for_a_signature_on_paper(server: Server, people: People, play: Play) -> None:
    story, loop = play("leak", False)
    page = people.page("mediator", DESKTOP)
    steps.log_in(page, story.cast)
    page.goto(f"/session/{story.cast['session_id']}")
    page.locator("summary", has_text=say("signing.paper.title")).click()
    page.locator("#paper-who").select_option(label=story.guests["respondent"]["name"])
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed by hand"}
    page.locator("#paper-scan").set_input_files(scan)  # type: ignore[arg-type]
    press(page, "signing.paper.take")
    card = page.locator("article", has_text=say("signing.paper.hash"))
    same = steps.button(card, "signing.look.same")
    expect(same).to_be_enabled(timeout=LONG)
    same.click()
    press(card, "signing.paper.use")
    card.locator("#sign-code").wait_for()
    card.locator("#sign-code").fill(server.code(story.ids["mediator"]))
    if steps.button(card, "ui.next").is_visible():
        press(card, "ui.next")
    press(card, "signing.confirm.sign")
    loop.start(signing(story, "applicant"))
    loop.run(signing(story, "mediator"))
    assert judged(server, until_complete(story, loop)) == "valid"
