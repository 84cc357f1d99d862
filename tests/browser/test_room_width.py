"""What must stay readable where it is narrow: the host's bar in English, names and roles on a phone's tiles."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import admitted, hosting, menu, seated
from tests.browser.screens import speak
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LONG_NAME = "阿不都热合曼·买买提吐尔逊"
TOPS = "bar => [...bar.querySelectorAll('button')].map(one => Math.round(one.getBoundingClientRect().top))"
CUT = "name => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight + 1"


def rename(host: Page, person: str, name: str) -> None:
    menu(host, person).locator("[data-control=rename]").click()
    host.locator("dialog[open] input").last.fill(name)
    host.locator("[data-control=confirm-rename]").click()
    expect(host.locator(f"section[data-chamber=joint] [data-person='{person}']")).to_contain_text(name)


def test_the_bar_keeps_one_row_and_names_are_read_whole(server: Server, people: People) -> None:
    case = server.case("schoolyard")
    links = {link["name"]: link for link in case["links"]}
    host = people.page("mediator", DESKTOP, watched=False)
    hosting(host, case, server)
    for name in ("罗小满", "沈静", "丁海"):
        page = people.page("applicant", PHONE, watched=False)
        seated(page, links[name], server)
        admitted(host, page, links[name]["person"])
    rename(host, links["丁海"]["person"], LONG_NAME)
    speak(host, "en")
    assert len(set(host.locator("[data-region=controls]").evaluate(TOPS))) == 1
    for shown in (host, page):
        speak(shown, "en")
        for name in shown.locator("[data-region=stage] figcaption .name").all():
            assert not name.evaluate(CUT), name.inner_text()
