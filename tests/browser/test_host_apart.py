"""Two who must never meet: parted by staff, they share no chamber, no name and no word the whole meeting long."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People, forget, tones_heard
from tests.browser.hosting import Ear, admitted, hosting, in_chamber, menu, seated
from tests.browser.steps import press
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SIDES = ("applicant", "respondent")


def test_two_who_must_never_meet(server: Server, people: People) -> None:
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    mediator = people.page("mediator", DESKTOP)
    steps.log_in(mediator, case)
    part(mediator, case["case_id"], *(links[side]["name"] for side in SIDES))

    # Already the invitation names nobody they must not meet.
    pages = {side: people.page(side, PHONE) for side in SIDES}
    ears = {side: Ear(page) for side, page in pages.items()}
    for side, page in pages.items():
        page.goto(links[side]["url"])
        steps.button(page, "seat.invite.go").wait_for()
        assert other(links, side)["name"] not in page.content()
        seated(page, links[side], server)

    # Let in, each is where they belong: with their own side, and so alone. There nobody hears them but those there.
    hosting(mediator, case, server)
    for side, page in pages.items():
        admitted(mediator, page, links[side]["person"], f"side_{side}")
    for side in SIDES:
        where = mediator.locator(f"section[data-chamber=side_{side}]")
        expect(where.locator(f"[data-person='{links[side]['person']}']")).to_be_visible()
    mediator.wait_for_timeout(1500)
    assert all(tones_heard(page) == set() for page in (mediator, *pages.values())), "a side alone was heard"

    # In caucus with one the other hears nothing, and is offered to nobody there.
    mediator.locator("[data-caucus=applicant]").click()
    mediator.locator("[data-control=confirm-move]").click()
    for page in (mediator, pages["applicant"]):
        in_chamber(page, "caucus_applicant")
    until(
        "the mediator and the applicant hear each other",
        lambda: (
            ("mediator", "caucus") in tones_heard(pages["applicant"])
            and ("applicant", "caucus") in tones_heard(mediator)
        ),
        mediator,
    )
    assert tones_heard(pages["respondent"]) == set()
    offered = menu(mediator, links["respondent"]["person"])
    expect(offered.locator("[data-move=caucus_respondent], [data-move=side_respondent]").first).to_be_attached()
    expect(offered.locator("[data-move=caucus_applicant]")).to_have_count(0)
    mediator.keyboard.press("Escape")

    # Called back, everybody is where they belong, and still apart.
    mediator.locator("[data-recall]").first.click()
    in_chamber(mediator, "joint")
    in_chamber(pages["applicant"], "side_applicant")
    forget(pages["respondent"])
    expect(pages["respondent"].locator("[data-room][data-chamber=side_respondent]")).to_be_visible()

    for side in SIDES:
        whom = other(links, side)
        assert ears[side].heard, "the ear heard nothing at all"
        assert ears[side].told_of(whom["name"], whom["person"]) == [], f"the {side} was told of the other"
        assert whom["name"] not in pages[side].content()


def other(links: dict[str, dict[str, str]], side: str) -> dict[str, str]:
    return links["respondent" if side == "applicant" else "applicant"]


def part(page: Page, case: str, one: str, whom: str) -> None:
    """Staff write down on the case's page who must not meet whom."""
    page.goto(f"/case/{case}")
    for field, name in (("#apart-one", one), ("#apart-other", whom)):
        select = page.locator(field)
        select.select_option(value=select.locator("option", has_text=name).get_attribute("value"))
    press(page, "case.cast.apart_add")
    expect(
        page.locator("section[aria-labelledby=cast-title] li").filter(has_text=one).filter(has_text=whom)
    ).to_be_visible()
