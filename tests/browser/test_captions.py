"""Captions between real pages. The ear is shaped like the browser's and hears what the test says: Chromium's own has no
language here, and none is downloaded."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import Ear, admitted, hosting, in_chamber, seated
from tests.browser.steps import say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
ON_THE_DEVICE = """
window.SpeechRecognition = class extends EventTarget {
  static available = () => Promise.resolve('available')
  static install = () => Promise.resolve(true)
  #locally = false
  get processLocally() { return this.#locally }
  set processLocally(only) { this.#locally = only }
  start(track) { this.texts = []; this.track = track; window.__ear = this }
  stop() { if (window.__ear === this) window.__ear = null }
  abort() { this.stop() }
}
"""
HEAR = """(text) => {
  const ear = window.__ear
  ear.texts.push(text)
  const results = ear.texts.map((transcript) => [{ transcript }])
  ear.dispatchEvent(Object.assign(new Event('result'), { resultIndex: ear.texts.length - 1, results }))
}"""
MARK = "底线是八千二百元"


def choose(page: Page, wish: str) -> None:
    page.locator("[data-control=more]").click()
    page.locator("[data-control=captions]").click()
    page.locator(f"dialog[open] input[value={wish}]").check()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    until("the ear is open", lambda: page.evaluate("Boolean(window.__ear)"), page)


def test_words_are_shown_by_choice_and_those_of_a_private_talk_stay_in_it(server: Server, people: People) -> None:
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    mediator, speaker, other = (
        people.page("mediator", DESKTOP), people.page("applicant", PHONE), people.page("respondent", PHONE),
    )  # fmt: skip
    speaker.add_init_script(ON_THE_DEVICE)
    outside = Ear(other)
    hosting(mediator, case, server)
    for role, page in (("respondent", other), ("applicant", speaker)):  # all are there before the first word
        seated(page, links[role], server)
        admitted(mediator, page, links[role]["person"])

    # Off by default: nothing listens, nobody reads.
    assert speaker.evaluate("window.__ear ?? null") is None
    choose(speaker, "self")
    assert speaker.evaluate("[__ear.processLocally, __ear.track.kind]") == [True, "audio"]
    speaker.evaluate(HEAR, "这句只给我自己")
    expect(speaker.locator("[data-captions]")).to_contain_text("这句只给我自己")

    choose(speaker, "shown")
    speaker.evaluate(HEAR, "我先说清楚")
    for page in (mediator, other):
        expect(page.locator("[data-captions]")).to_contain_text("我先说清楚")
        expect(page.locator("[data-captions]")).to_contain_text(links["applicant"]["name"])
        expect(page.locator("[data-captions]")).not_to_contain_text("只给我自己")

    # In the private talk it is off again; chosen anew, its words are read inside, and nowhere after it.
    mediator.locator("[data-caucus=applicant]").click()
    mediator.locator("[data-control=confirm-move]").click()
    in_chamber(speaker, "caucus_applicant")
    assert speaker.evaluate("window.__ear ?? null") is None
    choose(speaker, "shown")
    speaker.evaluate(HEAR, MARK)
    expect(mediator.locator("[data-captions]")).to_contain_text(MARK)
    mediator.locator("[data-recall]").click()
    in_chamber(speaker, "joint")
    for page in (mediator, speaker):
        assert MARK not in page.content()
    assert outside.heard, "the other side's socket was listened to"
    assert outside.told_of(MARK) == []

    # Of the joint talk the mediator may take the words into the minutes.
    mediator.locator("[data-control=more]").click()
    mediator.locator("[data-control=captions]").click()
    mediator.locator("[data-control=take-captions]").click()
    expect(mediator.locator("dialog[open]")).to_contain_text(say("captions.copied"))
    taken = mediator.evaluate("navigator.clipboard.readText()")
    assert taken.endswith(f"{links['applicant']['name']}：我先说清楚")
    assert MARK not in taken


def test_without_a_language_on_the_device_nothing_listens(server: Server, people: People) -> None:
    """The ear of this very Chromium: it is asked, and not opened."""
    case = server.case()
    mediator = people.page("mediator", DESKTOP)
    mediator.add_init_script("webkitSpeechRecognition.prototype.start = () => { window.__opened = true }")
    hosting(mediator, case, server)
    mediator.locator("[data-control=more]").click()
    mediator.locator("[data-control=captions]").click()
    dialog = mediator.locator("dialog[open]")
    expect(dialog.locator("[data-captions-state=unavailable], [data-control=install-captions]")).to_be_visible()
    expect(dialog.locator("input[type=radio]")).to_have_count(0)
    assert mediator.evaluate("window.__opened ?? false") is False
