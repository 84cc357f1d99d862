"""What ends something in the host's room, by mouse, touch and keyboard; and the list of keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.hosting import WAYS, Hand
from tests.browser.meeting import GONE, convene
from tests.browser.steps import say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_taking_somebody_out_for_good(people: People, server: Server) -> None:
    room = convene(people, server, 4, beside=False)
    for way, role in zip(WAYS, ("applicant", "respondent", "expert"), strict=True):
        hand = Hand(way)
        hand.use(room.menu(hand, room.id(role)).locator("[data-control=remove]"))
        hand.use(room.host.locator("[data-control=confirm-send-out]"))
        expect(room.pages[role].get_by_text(say(GONE)).first).to_be_visible()


@pytest.mark.parametrize("way", WAYS)
def test_ending_for_all(people: People, server: Server, way: str) -> None:
    room = convene(people, server, 2)
    hand = Hand(way)  # type: ignore[arg-type]
    hand.use(room.host.locator("[data-control=leave]"))
    hand.use(room.host.locator("[data-control=confirm-end]"))
    expect(room.party.get_by_role("heading", name=say("seat.room.ended_title"))).to_be_visible()


def test_the_list_of_keys_and_the_keys_themselves(people: People, server: Server) -> None:
    """`?` lists what works here; dangerous keys only open a dialog; nothing is a key while one types."""
    room = convene(people, server, 2, touch=False)  # who only has fingers is told of no keys
    host: Page = room.host
    host.locator("h1").first.focus()
    host.keyboard.press("?")
    listed = host.locator("dialog[open]")
    for key in ("M", "V", "A", "K", "N", "T", "Shift+M", "Shift+P", "?"):
        expect(listed.locator("kbd", has_text=key).first).to_be_visible()
    host.keyboard.press("Escape")
    for key, dialog in (("Shift+M", "mute_all"), ("Shift+P", "pause"), ("k", "move")):
        host.keyboard.press(key)
        expect(host.locator(f"dialog[open] [data-control=confirm-{dialog}]")).to_be_visible()
        host.keyboard.press("Escape")
        expect(host.locator("dialog[open]")).to_have_count(0)
    microphone = room.party.locator("[data-control=microphone]")
    expect(microphone).to_have_attribute("aria-pressed", "true")
    room.party.keyboard.press("m")
    expect(microphone).to_have_attribute("aria-pressed", "false")
    room.party.keyboard.press("c")
    room.party.locator("textarea, input[type=text]").first.focus()
    room.party.keyboard.type("mm")
    expect(microphone).to_have_attribute("aria-pressed", "false")
