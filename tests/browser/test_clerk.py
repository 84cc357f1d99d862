"""The clerk in a meeting: let in like everybody else, with no host's button, and the minutes beside the stage."""

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import DESKTOP, People
from tests.browser.hosting import ENTER, hosting, in_chamber, staff
from tests.browser.steps import say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
HOSTS_OWN = ("mute_all", "lock", "pause", "recording_ask", "stage", "broadcast", "floor", "move")


def test_a_clerk_knocks_is_let_in_and_writes_the_minutes(server: Server, people: People) -> None:
    case = server.case()
    mediator, clerk = people.page("mediator", DESKTOP), people.page("court", DESKTOP)
    hosting(mediator, case, server)
    staff(clerk, case["recorder"], server)
    clerk.goto(f"/session/{case['session_id']}")
    expect(clerk.get_by_text(say("case.session_enter_clerk"))).to_be_visible()
    clerk.get_by_role("button", name=ENTER).click()
    steps.in_lobby(clerk)
    mediator.locator("[data-admit]").click()
    in_chamber(clerk, "joint")

    for control in HOSTS_OWN:
        expect(mediator.locator(f"[data-control={control}]").first).to_be_visible()
        expect(clerk.locator(f"[data-control={control}]")).to_have_count(0)

    # What a clerk presses reaches the host.
    clerk.locator("[data-control=hand]").click()
    expect(mediator.locator("[data-hands]")).to_contain_text("苏婉")
    clerk.locator("[data-control=draft]").click()
    clerk.get_by_role("tab", name=say("case.tab.minutes")).click()
    expect(clerk.locator("[data-region=pane]")).to_be_visible()
