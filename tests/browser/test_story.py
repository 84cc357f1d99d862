"""One case from the first click to the court's check, by three people and a court in real Chromium contexts."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People, colours_seen, forget, frames_decoded, tones_heard
from tests.browser.steps import LONG, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

Mark = tuple[str, str]
ROLES = ("mediator", "applicant", "respondent")


def until(what: str, holds: Callable[[], bool], page: Page, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain for: {what}"
        page.wait_for_timeout(100)


def marks(page: Page) -> set[Mark]:
    return colours_seen(page) & tones_heard(page)


def everything(page: Page) -> set[Mark]:
    return colours_seen(page) | tones_heard(page)


def others(role: str, chamber: str = "joint") -> set[Mark]:
    return {(other, chamber) for other in ROLES if other != role}


def test_one_case_from_the_first_click_to_the_court(server: Server, people: People, tmp_path: Path) -> None:
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    mediator = people.page("mediator", DESKTOP)
    parties = {role: people.page(role, PHONE) for role in ("applicant", "respondent")}
    pages = {"mediator": mediator, **parties}

    # 1-3: the room. Nobody who waits is seen or heard; everybody admitted is.
    steps.host(mediator, case)
    for role, page in parties.items():
        steps.arrive(page, links[role], server)
        assert everything(page) == set()
        steps.mark_seen(mediator, links[role]["name"])
        mediator.locator(f"[data-admit='{links[role]['person']}']").click()
        expect(page.locator("[data-room=party][data-chamber=joint]")).to_be_visible()
    for role, page in pages.items():
        until(f"{role} sees and hears the others", lambda role=role, page=page: marks(page) >= others(role), page)
        assert everything(page) == others(role)
    before = {role: frames_decoded(page) for role, page in pages.items()}
    for role, page in pages.items():
        grew = lambda role=role, page=page: sum(  # noqa: E731
            n > before[role].get(ssrc, 0) + 10 for ssrc, n in frames_decoded(page).items()
        )
        until(f"{role} decodes two growing pictures", lambda grew=grew: grew() == 2, page)

    # A reload keeps seat and role.
    parties["applicant"].reload()
    expect(parties["applicant"].locator("[data-room=party][data-chamber=joint]")).to_be_visible(timeout=LONG)
    page = parties["applicant"]
    until("the reloaded page sees and hears the others", lambda: marks(page) >= others("applicant"), page)
    until(
        "the others see and hear the reloaded page",
        lambda: all(("applicant", "joint") in marks(pages[role]) for role in ("mediator", "respondent")),
        page,
    )

    # 4: a private talk; the one outside is told, and gets nothing of it.
    mediator.locator("[data-caucus=applicant]").click()
    mediator.locator("[data-control=confirm-move]").click()
    for role in ("mediator", "applicant"):
        expect(pages[role].locator("[data-room][data-chamber^=caucus]")).to_be_visible(timeout=LONG)
    expect(parties["respondent"].locator("[data-caucus-notice]")).to_be_visible()
    mediator.wait_for_timeout(1000)  # what was sent before the move plays out
    forget(parties["respondent"])
    for role, other in (("mediator", "applicant"), ("applicant", "mediator")):
        until(
            f"{role} sees and hears {other} privately",
            lambda role=role, other=other: (other, "caucus") in marks(pages[role]),
            mediator,
        )
    mediator.wait_for_timeout(2000)
    assert everything(parties["respondent"]) == set(), "the person outside saw or heard something"
    assert links["applicant"]["name"] not in parties["respondent"].locator("[data-room=party]").inner_text()

    # Back together; the parties' microphones come back closed and are opened by their owners.
    mediator.locator("[data-recall]").click()
    for page in pages.values():
        expect(page.locator("[data-room][data-chamber=joint]")).to_be_visible(timeout=LONG)
    mediator.wait_for_timeout(1000)  # what those inside were sent inside plays out; the one outside gets no such grace
    for role in ("mediator", "applicant"):
        forget(pages[role])
    for page in parties.values():
        page.locator("[data-control=open-microphone]").click()
    for role, page in pages.items():
        until(f"{role} sees and hears the others again", lambda role=role, page=page: marks(page) >= others(role), page)
    for role, page in pages.items():
        foreign = {mark for mark in everything(page) if mark[1] == "caucus"}
        assert foreign == set(), (
            f"{role} saw {colours_seen(page)} and heard {tones_heard(page)} back in the joint session"
        )

    # 5: draft, seen live; reading; freeze.
    steps.write_terms(mediator)
    for page in parties.values():
        page.locator("[data-control=draft]").click()
        expect(page.get_by_text("捌仟伍佰元整").first).to_be_visible()
    press(mediator, "agreement.submit")
    for page in parties.values():
        steps.read_all(page, items=3)
    mediator.get_by_role("tab", name=say("case.tab.sign")).click()
    press(mediator, "agreement.freeze")
    press(mediator.get_by_role("dialog"), "agreement.freeze")

    mediator_id = mediator.evaluate("fetch('/api/me').then((answer) => answer.json()).then((me) => me.id)")
    # 6: everybody signs on their own device.
    codes = {role: page.locator("strong.code").first for role, page in pages.items()}
    for code in codes.values():
        expect(code).to_have_text(re.compile(r"^[0-9a-f]{4} [0-9a-f]{4}$"), timeout=LONG)
    assert len({code.inner_text() for code in codes.values()}) == 1, "all see the same code"
    for role, page in pages.items():
        steps.sign(page, links[role]["person"] if role in links else mediator_id, server)
    saved: dict[str, set[bytes]] = {}
    for role, page in pages.items():
        expect(page.get_by_role("heading", name=say("signing.done.title"))).to_be_visible(timeout=LONG)
        for index, button in enumerate(page.get_by_role("button", name=re.compile("保存")).all()):
            with page.expect_download() as download:
                button.click()
            path = tmp_path / f"{role}-{index}.pdf"
            download.value.save_as(path)
            saved.setdefault(str(index), set()).add(path.read_bytes())
    assert len(saved) == 2, "agreement and minutes"
    assert all(len(copies) == 1 for copies in saved.values()), "everybody was given the same bytes"

    # 7: the court, without an account.
    court = people.page("court", DESKTOP)
    court.goto("/verify")
    for index in ("0", "1"):
        court.locator("#verify-file").set_input_files(tmp_path / f"mediator-{index}.pdf")
        expect(court.get_by_role("heading", level=1)).to_contain_text("有效", timeout=2 * LONG)
        for link in links.values():
            expect(court.get_by_text(link["name"]).first).to_be_visible()
        expect(court.get_by_text("自建").first).to_be_visible()
