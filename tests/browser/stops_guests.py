"""Stops of those who are neither host nor alone at a phone of their own: the expert who promises and is not wanted, the
clerk at a locked door, two hosts and the lead, captions, two people at one device, who was taken out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import ENTER, admitted, enter, hosting, in_chamber, menu, seated, staff
from tests.browser.meeting import GUESTS, invited, lead_together
from tests.browser.steps import LONG, press, say
from tests.browser.test_captions import HEAR, ON_THE_DEVICE, choose
from tests.browser.test_host_door import sit, sit_vouched
from tests.running import Server

Stop = tuple[str, Page]


def beside_the_parties(server: Server, people: People, _folder: Path) -> Iterator[Stop]:
    """One meeting, from the expert's link to the party who is taken out."""
    case = server.case("traffic")
    links = {link["name"]: link for link in case["links"]}
    host, party = people.page("mediator", DESKTOP), people.page("applicant", PHONE)
    headers = staff(host, case["login"], server)
    lead_together(host, server, case, headers)
    expert = invited(host, server, case, headers, *GUESTS["expert"])
    enter(host, case)
    party.add_init_script(ON_THE_DEVICE)
    yield from _expert(server, people, host, party, expert, links["郑海波"])
    admitted(host, party, links["郑海波"]["person"])
    yield from _clerk(server, people, host, case)
    yield from _captions(host, party)
    yield from _device(server, people, host, case, links)
    yield from _two_hosts(server, people, host, case)
    menu(host, links["郑海波"]["person"]).locator("[data-control=remove]").click()
    host.locator("[data-control=confirm-send-out]").click()
    party.get_by_role("heading", name=say("seat.room.removed_title")).wait_for()
    yield "party-removed", party


def _expert(
    server: Server, people: People, host: Page, party: Page, expert: dict[str, Any], link: dict[str, Any]
) -> Iterator[Stop]:
    page = people.page("expert", PHONE)
    page.goto(expert["url"])
    steps.button(page, "seat.invite.go").wait_for()
    yield "guest-invitation", page
    press(page, "seat.invite.go")
    page.locator("[data-undertaking]").wait_for()
    yield "guest-undertaking", page
    page.locator("[data-undertaking] input[value=yes]").check()
    press(page, "seat.undertaking.go")
    steps.prove_phone(page, expert, server)
    steps.press_devices(page)
    steps.in_lobby(page)
    yield "guest-lobby", page
    seated(party, link, server)
    yield "lobby-guest-asked", party
    party.locator("[data-control=guest-no]").click()
    knocks = host.locator(f"section[data-chamber=lobby] [data-person='{expert['person']}']")
    knocks.locator("[data-unwanted]").wait_for(timeout=LONG)
    yield "host-unwanted", host
    knocks.locator("[data-control=refuse]").click()
    host.locator("[data-control=confirm-send-out]").click()
    page.locator("[data-room-over]").wait_for()
    yield "guest-refused", page
    page.close()


def _clerk(server: Server, people: People, host: Page, case: dict[str, Any]) -> Iterator[Stop]:
    clerk, lock = people.page("court", DESKTOP), host.locator("[data-control=lock]")
    staff(clerk, case["recorder"], server)
    clerk.goto(f"/session/{case['session_id']}")
    clerk.get_by_role("button", name=ENTER).wait_for()
    yield "clerk-door", clerk
    lock.click()
    host.locator("[data-control=lock][aria-pressed=true]").wait_for()
    clerk.get_by_role("button", name=ENTER).click()
    clerk.locator("[data-lobby] [data-held]").wait_for()
    yield "door-locked", clerk
    lock.click()
    steps.in_lobby(clerk)
    host.locator("[data-admit]").click()
    in_chamber(clerk, "joint")
    yield "clerk-room", clerk
    clerk.close()


def _captions(host: Page, party: Page) -> Iterator[Stop]:
    party.locator("[data-control=more]").click()
    party.locator("[data-control=captions]").click()
    party.locator("dialog[open] input[value=shown]").wait_for()
    yield "captions-choice", party
    party.keyboard.press("Escape")
    choose(party, "shown")
    party.evaluate(HEAR, "我先说清楚：那天我是绿灯，对方突然变道，我来不及刹车。")
    host.locator("[data-captions]").get_by_text("绿灯").wait_for()
    yield "captions-party", party
    yield "captions-host", host


def _device(
    server: Server, people: People, host: Page, case: dict[str, Any], links: dict[str, dict[str, Any]]
) -> Iterator[Stop]:
    kiosk = people.page("respondent", DESKTOP)
    staff(kiosk, case["login"], server)
    kiosk.goto(f"/kiosk/{case['session_id']}")
    sit(kiosk, links["吴晓琳"], server)
    sit_vouched(kiosk, links["孟磊"], case)
    meet = kiosk.locator("[data-control=meet]:visible")
    meet.wait_for()
    yield "kiosk-two", kiosk
    meet.click()
    steps.in_lobby(kiosk)
    yield "host-knocks-of-two", host
    host.locator("[data-admit]").click()
    in_chamber(kiosk, "joint")
    yield "kiosk-room", kiosk
    kiosk.close()


def _two_hosts(server: Server, people: People, host: Page, case: dict[str, Any]) -> Iterator[Stop]:
    other = people.page("co_mediator", DESKTOP)
    hosting(other, case, server, case["beside"])
    yield "co-host", other
    them = other.request.get("/api/me").json()["id"]
    menu(host, them).locator("[data-control=hand_over]").wait_for()
    yield "host-hand-over", host
    host.locator("[data-control=hand_over]").click()
    other.locator(f"[data-lead='{them}']").first.wait_for(state="attached")
    yield "co-host-leads", other
    host.keyboard.press("Escape")
    again = host.context.new_page()
    enter(again, case)
    host.get_by_text(say("case.session_moved")).wait_for()
    yield "taken-over", host
    again.close()
    enter(host, case)
    other.close()
