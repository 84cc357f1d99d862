"""The host is lost: the co-mediator takes over, the session goes on, and is handed back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People, forget, tones_heard
from tests.browser.hosting import admitted, enter, hosting, menu, seated
from tests.browser.steps import LONG, say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_lost_host_is_replaced_and_takes_the_room_back(server: Server, people: People) -> None:
    case = server.case()
    link = next(link for link in case["links"] if link["role"] == "applicant")
    mediator = people.page("mediator", DESKTOP)
    steps.log_in(mediator, case)
    mediator.goto(f"/case/{case['case_id']}")
    mediator.get_by_role("checkbox", name="方静").check()
    expect(mediator.get_by_text(say("case.cast.saved"))).to_be_attached()

    enter(mediator, case)
    beside, party = people.page("co_mediator", DESKTOP), people.page("applicant", PHONE)
    hosting(beside, case, server, case["beside"])
    seated(party, link, server)
    admitted(mediator, party, link["person"])
    hears(party, {("mediator", "joint"), ("co_mediator", "joint")})
    ids = {page: who(page) for page in (mediator, beside)}

    # The mediator's browser is gone. The other host takes over with one press; the party goes on being heard.
    context = mediator.context
    mediator.close()
    expect(beside.locator("[data-host-lost]")).to_be_visible(timeout=LONG)
    forget(party)
    beside.locator("[data-host-lost] [data-control=hand_over]").click()
    expect(beside.locator("[data-host-lost]")).to_have_count(0)
    hears(party, {("co_mediator", "joint")})
    expect(party.locator("[data-room=party][data-chamber=joint]")).to_be_visible()

    # Back again, the mediator is handed the lead.
    again = context.new_page()
    enter(again, case)
    menu(beside, ids[mediator]).locator("[data-control=hand_over]").click()
    expect(again.locator(f"[data-lead='{ids[mediator]}']").first).to_be_attached()
    expect(beside.locator(f"[data-lead='{ids[mediator]}']").first).to_be_attached()
    hears(party, {("mediator", "joint"), ("co_mediator", "joint")})


def who(page: Page) -> str:
    """Account id of who is logged in here."""
    me: str = page.request.get("/api/me").json()["id"]
    return me


def hears(page: Page, wanted: set[tuple[str, str]]) -> None:
    until(f"{wanted} is heard", lambda: wanted <= tones_heard(page), page)
