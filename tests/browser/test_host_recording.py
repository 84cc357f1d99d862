"""What a meeting leaves and says: films made in it play in Chromium with the right pictures; a screen reader is told
who came, who was let in, moved and muted, and what is recorded."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import MARKS, People
from tests.browser.hosting import Hand, admitted, in_chamber, seated
from tests.browser.meeting import Meeting, convene
from tests.browser.steps import LONG, say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MOUSE = Hand("mouse")
LOOK = """(name) => { const v = document.querySelector(`[data-recording-player] video[aria-label="${name}"]`);
  if (!v || v.readyState < 2) return null;
  const c = document.createElement('canvas'); c.width = c.height = 8;
  const pen = c.getContext('2d'); pen.drawImage(v, 0, 0, 8, 8);
  const colour = [...pen.getImageData(5, 5, 1, 1).data].slice(0, 3);
  return { at: v.currentTime, colour, error: v.error?.message ?? '' }; }"""


def test_films_of_a_meeting_play_and_show_who_was_in_it(server: Server, people: People) -> None:
    room = convene(people, server, 2)
    record(room)
    room.host.wait_for_timeout(7000)  # a few whole chunks of two seconds
    room.host.locator("[data-control=recording_ask]").click()
    room.host.locator("[data-control=recording_stop]").click()
    expect(room.party.locator("[data-recording=stopped]").first).to_be_attached()

    page = people.pages()[0].context.new_page()
    case = page.request.get("/api/day").json()["sessions"][0]["case_id"]
    page.goto(f"/case/{case}/recordings")
    page.locator("[data-control=see-recording]").first.click()
    page.locator("[data-control=play-recording]").click()
    for role in ("mediator", "applicant"):
        name, colour = room.name(role), MARKS[role]["joint"][0]
        until(f"the film of {role} advances", lambda name=name: (looked(page, name) or {"at": 0})["at"] > 1.5, page)
        seen = looked(page, name)
        assert seen is not None and seen["error"] == ""
        assert max(abs(a - b) for a, b in zip(seen["colour"], colour, strict=True)) < 64, seen


def test_a_screen_reader_is_told(server: Server, people: People) -> None:
    room = convene(people, server, 2)
    party, host = room.party, room.host
    assert say("room.admitted") in said(party)

    comer = people.page("respondent")
    seated(comer, room.links["respondent"], server)
    until("the host hears who knocks", lambda: any(room.name("respondent") in one for one in said(host)), host)
    admitted(host, comer, room.id("respondent"))
    told(party, say("room.joined", names=room.name("respondent")))

    menu = room.menu(MOUSE, room.id("applicant"))
    menu.locator("[data-control=host_mute][data-kind=audio]").click()
    told(party, say("room.muted_by_host"))

    record(room, comer)
    told(party, say("room.rec.started"))
    told(host, say("room.rec.started"))

    host.locator("[data-caucus=applicant]").click()
    host.locator("[data-control=confirm-move]").click()
    in_chamber(party, "caucus_applicant")
    where = re.compile(steps.like("room.card_enter").pattern)
    assert any(where.match(one) for one in said(party)), said(party)
    told(comer, say("room.private_off"))


def record(room: Meeting, *comers: Page) -> None:
    """Asked for by the host, agreed to by everybody."""
    room.host.locator("[data-control=recording_ask]").click()
    room.host.locator("[data-control=confirm-recording_ask]").click()
    for page in (*room.guests(), *comers):
        page.locator("[data-recording-ask] [data-control=recording_agree]").click()
    for page in (*room.pages.values(), *comers):
        expect(page.locator("[data-recording=on]").first).to_be_visible(timeout=LONG)


def looked(page: Page, name: str) -> dict[str, Any] | None:
    """Where the film of somebody is, and the colour it shows there."""
    found: dict[str, Any] | None = page.evaluate(LOOK, name)
    return found


def said(page: Page) -> list[str]:
    words: list[str] = page.evaluate("window.__seen.said")
    return words


def told(page: Page, words: str) -> None:
    until(f"a screen reader is told: {words}", lambda: any(words in one for one in said(page)), page)
