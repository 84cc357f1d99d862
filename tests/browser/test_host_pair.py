"""An interpreter and their person: they go together, and the interpreter is heard wherever they are."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, People, forget, tones_heard
from tests.browser.hosting import admitted, hosting, in_chamber, menu, seated
from tests.browser.steps import say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_an_interpreter_goes_with_their_person_and_is_heard(server: Server, people: People) -> None:
    case = server.case("hospital")
    links = {link["name"]: link for link in case["links"]}
    deaf, interpreter, theirs = links["高淑芬"], links["韩悦"], links["何建平"]
    mediator = people.page("mediator", DESKTOP)
    pages = {
        "applicant": people.page("applicant", PHONE),
        "interpreter": people.page("interpreter", DESKTOP),
        "respondent": people.page("respondent", PHONE),
    }
    hosting(mediator, case, server)
    for role, link in (("applicant", deaf), ("interpreter", interpreter), ("respondent", theirs)):
        seated(pages[role], link, server)
        admitted(mediator, pages[role], link["person"])
    heard(
        mediator, "the interpreter is heard by all", ("interpreter", "joint"), mediator, *others(pages, "interpreter")
    )

    # Taking the deaf person aside takes the interpreter along; alone the interpreter goes nowhere.
    theirs_alone = menu(mediator, interpreter["person"])
    expect(theirs_alone).to_contain_text(say("host.moves_with", name=deaf["name"]))
    expect(theirs_alone.locator("[data-move]")).to_have_count(0)
    mediator.keyboard.press("Escape")
    menu(mediator, deaf["person"]).locator("[data-move=caucus_applicant]").click()
    mediator.locator("[data-control=confirm-move]").click()
    for page in (mediator, pages["applicant"], pages["interpreter"]):
        in_chamber(page, "caucus_applicant")
    mediator.wait_for_timeout(1000)  # what was sent before the move plays out
    forget(pages["respondent"])
    heard(mediator, "the interpreter is heard privately", ("interpreter", "caucus"), mediator, pages["applicant"])
    mediator.wait_for_timeout(1000)
    assert tones_heard(pages["respondent"]) == set(), "the person outside heard something"

    # And both come back together.
    mediator.locator("[data-recall]").first.click()
    for page in (mediator, *pages.values()):
        in_chamber(page, "joint")
        forget(page)
    pages["interpreter"].locator("[data-control=open-microphone]").click()
    heard(mediator, "the interpreter is heard again", ("interpreter", "joint"), *others(pages, "interpreter"))


def others(pages: dict[str, Page], role: str) -> list[Page]:
    return [page for one, page in pages.items() if one != role]


def heard(clock: Page, what: str, mark: Any, *pages: Page) -> None:
    until(what, lambda: all(mark in tones_heard(page) for page in pages), clock)
