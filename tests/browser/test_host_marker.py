"""Markers planted in a caucus' chat, in a private note and in an offer in confidence lie in no other browser's memory:
the whole heap is searched, and what the page shows, has typed into it and keeps."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.hosting import Hand, in_chamber
from tests.browser.meeting import convene
from tests.browser.steps import say
from tests.browser.stops_table import fill_terms, tab
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAID, NOTED, OFFERED = "markcaucusq", "marknoteq", "markofferq"
WHO = {
    "mediator": {SAID, NOTED, OFFERED},
    "applicant": {SAID, OFFERED},
    "co_mediator": {OFFERED},  # an offer in confidence is made to the mediators
    "respondent": set(),
}
"""Who may have read what when the talk is over."""


def test_what_is_private_is_in_nobody_elses_memory(server: Server, people: People) -> None:
    room, hand = convene(people, server, 4), Hand("mouse")
    host, party = room.host, room.party
    hand.use(host.locator("[data-caucus=applicant]"))
    hand.use(host.locator("[data-control=confirm-move]"))
    for page in (host, party):
        in_chamber(page, "caucus_applicant")
    hand.use(host.locator("[data-control=chat]"))
    hand.write(host.locator("[data-region=pane] [name=text]"), SAID)
    hand.use(host.locator("[data-control=confirm-chat]"))
    hand.use(party.locator("[data-control=chat]"))
    expect(party.locator("[data-chat]")).to_contain_text(SAID)
    hand.use(party.locator("[data-control=chat]"))  # on a phone one thing lies over the stage
    tab(host, "notes")
    hand.use(host.locator("[data-control=new-note]"))
    hand.write(host.locator("[data-notes] textarea").last, NOTED)
    expect(host.locator("[data-notes]").get_by_text(say("ui.saved", time="").strip())).to_be_visible()
    hand.use(party.locator("[data-control=draft]"))
    tab(party, "offers")
    hand.use(party.locator("[data-control=new-offer]"))
    form = party.locator("[data-offers] form")
    form.locator("input[value=mediator]").check()
    form.locator("input[value=no]").check()
    fill_terms(form, "6000")
    form.locator("select").nth(1).select_option(index=1)  # of several parties nobody is meant by default
    hand.write(form.locator("textarea").last, OFFERED)
    hand.use(party.locator("[data-control=send-offer]"))
    expect(party.locator("[data-offer][data-state=confided]")).to_be_visible()
    tab(host, "offers")
    expect(host.locator("[data-offer][data-state=confided]")).to_be_visible()
    found = {role: marks_in(page) for role, page in room.pages.items()}
    assert found | {"co_mediator": WHO["co_mediator"]} == WHO, found
    assert found["co_mediator"] <= WHO["co_mediator"]
    hand.use(host.locator("[data-recall]"))
    for page in (host, party):
        in_chamber(page, "joint")
    for role, page in room.pages.items():
        assert marks_in(page) <= WHO[role], f"{role}, when all are together again"


def marks_in(page: Page) -> set[str]:
    held = heap(page) + page.content() + "".join(page.evaluate(TYPED)) + page.evaluate("JSON.stringify(sessionStorage)")
    held += json.dumps(page.context.storage_state(indexed_db=True))
    return {mark for mark in (SAID, NOTED, OFFERED) if mark in held}


TYPED = "[...document.querySelectorAll('input, textarea')].map(one => one.value)"


def heap(page: Page) -> str:
    """Everything the page's JavaScript still holds, as Chromium's own snapshot of the heap tells it."""
    parts: list[str] = []
    tools = page.context.new_cdp_session(page)
    tools.on("HeapProfiler.addHeapSnapshotChunk", lambda event: parts.append(event["chunk"]))
    tools.send("HeapProfiler.enable")
    tools.send("HeapProfiler.collectGarbage")
    tools.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    tools.detach()
    assert parts, "no snapshot"
    return "".join(parts)
