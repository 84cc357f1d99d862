"""Everybody sits in an office that lets only TCP 443 out: they meet by way of the TURN server, over TLS."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.test_story import ROLES, marks, others, until
from tests.net.link import Network
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]

PATHS = """async () => {
  const found = [];
  for (const peer of window.__peers ?? []) if (peer.connectionState === 'connected') {
    const stats = await peer.getStats();
    for (const one of stats.values()) if (one.type === 'candidate-pair' && one.nominated && one.state === 'succeeded') {
      const local = stats.get(one.localCandidateId);
      found.push([local.candidateType, local.relayProtocol ?? null]);
    }
  }
  return found;
}"""


def paths(page: Page) -> list[Any]:
    """Of each live connection of the page: kind of its local candidate, and how the TURN server is reached."""
    found: list[Any] = page.evaluate(PATHS)
    return found


def test_people_meet_behind_a_firewall_that_lets_only_tcp_443_out(
    network: Network, server: Server, people: People
) -> None:
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    pages = {role: people.page(role, DESKTOP if role == "mediator" else PHONE) for role in ROLES}
    steps.host(pages["mediator"], case)
    for role in ("applicant", "respondent"):
        page, person = pages[role], links[role]
        steps.accept(page, person)
        steps.prove_phone(page, person, server)
        # The network test names the legs: no straight way here, the spare one is open.
        expect(page.locator("[data-network] [data-advice=detour]")).to_be_visible(timeout=steps.LONG)
        expect(page.locator("[data-leg=direct]")).to_contain_text(steps.say("network.outcome.blocked"))
        expect(page.locator("[data-leg=relay]")).to_contain_text(steps.say("network.outcome.reached"))
        steps.press_devices(page)
        steps.in_lobby(page)
        pages["mediator"].locator(f"[data-admit='{person['person']}']").click()
        expect(page.locator("[data-room=party][data-chamber=joint]")).to_be_visible(timeout=steps.LONG)
    for role, page in pages.items():
        until(f"{role} sees and hears the others", lambda role=role, page=page: marks(page) >= others(role), page)
        assert paths(page) == [["relay", "tls"]]
    assert network.counts()["hosts"]["office"]["filtered"] > 0, "other ways were tried and stopped"


def test_a_dead_turn_server_delays_nobody(network: Network, server: Server, people: People) -> None:
    """The firewall is gone, the TURN server swallows everything: the straight way is taken, long before it gives up."""
    office, turn = network.hosts["office"], network.hosts["turn"]
    office.only_tcp(None)
    turn.cut()
    try:
        page = people.page("mediator", DESKTOP)
        steps.host(page, server.case())
        until("the mediator is connected", lambda: paths(page) != [], page)
        assert paths(page) == [["host", None]]
    finally:
        turn.cut(False)
        office.only_tcp(443)
