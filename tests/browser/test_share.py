"""A screen shared in real Chromium: read at the other side, stopped by host and browser, kept in a private talk."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import legible, steps
from tests.browser.conftest import DESKTOP, PHONE, People, frames_decoded
from tests.browser.steps import LONG, say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ROLES = ("mediator", "applicant", "respondent")


def gather(server: Server, people: People) -> tuple[dict[str, Page], dict[str, str]]:
    """Mediator and both parties in the joint chamber; role -> page, role -> name."""
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    pages = {"mediator": people.page("mediator", DESKTOP)}
    steps.host(pages["mediator"], case)
    for role, size in (("applicant", PHONE), ("respondent", DESKTOP)):
        page = pages[role] = people.page(role, size)
        steps.arrive(page, links[role], server)
        steps.mark_seen(pages["mediator"], links[role]["name"])
        pages["mediator"].locator(f"[data-admit='{links[role]['person']}']").click()
        expect(page.locator("[data-room=party][data-chamber=joint]")).to_be_visible()
    return pages, {role: links[role]["name"] for role in ("applicant", "respondent")}


def shared(page: Page) -> None:
    expect(page.locator("[data-shared][data-playing=yes]")).to_be_visible()


def test_small_print_shared_by_the_mediator_is_read_by_the_parties(
    server: Server, people: People, tmp_path: Path
) -> None:
    pages, names = gather(server, people)
    document = legible.to_share(pages["mediator"])
    pages["mediator"].locator("[data-control=share]").click()
    line = pages["mediator"].locator("[data-sharing]")
    expect(line).to_contain_text(names["applicant"])
    expect(line).to_contain_text(names["respondent"])
    expect(pages["mediator"].locator("[data-shared]")).to_have_count(0)  # no picture of a picture
    for role in ("applicant", "respondent"):
        shared(pages[role])
        expect(pages[role].locator("[data-shared]")).to_contain_text(say("room.shares", name="顾明华 调解员"))
    box = pages["respondent"].locator("[data-shared]").bounding_box()
    stage = pages["respondent"].locator("[data-region=stage]").bounding_box()
    assert box is not None and stage is not None and box["width"] >= 0.7 * stage["width"]

    source, where = legible.picture(document.screenshot()), legible.glyphs(document)
    for role in ("applicant", "respondent"):
        page = pages[role]
        until(
            f"the small print is legible to the {role}",
            lambda page=page: (
                legible.received(page).size == source.size
                and legible.misread(source, legible.received(page), where) == []
            ),
            page,
        )
        assert legible.psnr(source, legible.received(page)) > 25
    legible.received(pages["respondent"]).save(Path(os.environ.get("HEJIE_KEEP", tmp_path)) / "received.png")

    # On a phone it is enlarged by a button, and scrolled.
    width = "document.querySelector('[data-shared] video').clientWidth"
    before = pages["applicant"].evaluate(width)
    pages["applicant"].locator("[data-control=zoom-in]").click()
    pages["applicant"].locator("[data-control=zoom-in]").click()
    assert pages["applicant"].evaluate(width) > 2 * before

    # The browser's own stop: the shared page is closed.
    document.close()
    for page in pages.values():
        expect(page.locator("[data-shared], [data-sharing]")).to_have_count(0)


def test_the_host_stops_a_share_and_a_private_talk_keeps_its_own(server: Server, people: People) -> None:
    pages, names = gather(server, people)
    legible.to_share(pages["respondent"])
    pages["respondent"].keyboard.press("s")
    for role in ("mediator", "applicant"):
        shared(pages[role])
    pages["mediator"].locator("[data-control=stop-share]").click()
    for page in pages.values():
        expect(page.locator("[data-shared], [data-sharing]")).to_have_count(0)

    # In a private talk the applicant's screen is the mediator's alone to see.
    pages["mediator"].locator("[data-caucus=applicant]").click()
    pages["mediator"].locator("[data-control=confirm-move]").click()
    for role in ("mediator", "applicant"):
        expect(pages[role].locator("[data-room][data-chamber^=caucus]")).to_be_visible(timeout=LONG)
    legible.to_share(pages["applicant"])
    pages["mediator"].wait_for_timeout(1000)  # what was sent before the move plays out
    before = frames_decoded(pages["respondent"])
    pages["applicant"].locator("[data-control=share]").click()
    shared(pages["mediator"])
    expect(pages["applicant"].locator("[data-sharing]")).to_contain_text("只有 顾明华")
    pages["mediator"].wait_for_timeout(2000)
    assert frames_decoded(pages["respondent"]) == before
    assert names["applicant"] not in pages["respondent"].locator("[data-room=party]").inner_text()

    # Back together nothing is shared until somebody begins anew.
    pages["mediator"].locator("[data-recall]").click()
    for page in pages.values():
        expect(page.locator("[data-room][data-chamber=joint]")).to_be_visible(timeout=LONG)
        expect(page.locator("[data-shared], [data-sharing]")).to_have_count(0)
