"""Mediator and recorder write one draft at once, one without a line, one through a reload; a party suggests other words
and they are taken up. Nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import admitted, hosting, seated, staff
from tests.browser.steps import LONG, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
FACTS = "2026年9月起，502室防水层老化，致402室受损。"
FREE = "甲方负责维修。"
SAVES = "**/api/agreements/*/terms"


def saved(page: Page) -> None:
    """All that was typed is on the server."""
    expect(page.locator(".saving .status.ok")).to_be_visible(timeout=LONG)


def cut_off(page: Page) -> None:
    """What this page saves does not arrive."""
    page.route(SAVES, lambda route: route.abort() if route.request.method == "PUT" else route.continue_())


def wording(page: Page) -> str:
    return page.locator("article.clause textarea").first.input_value()


def at_draft(recorder: Page) -> None:
    """A clerk's papers open at the minutes."""
    recorder.get_by_role("tab", name=say("case.tab.draft")).click(timeout=LONG)


def together(server: Server, people: People) -> tuple[Page, Page, Page]:
    """Mediator and respondent in the room, recorder at the session's door, a draft with one clause."""
    case = server.case()
    mediator, recorder = people.page("mediator", DESKTOP), people.page("court", DESKTOP)
    chen = people.page("respondent", PHONE)
    hosting(mediator, case, server)
    link = next(one for one in case["links"] if one["role"] == "respondent")
    seated(chen, link, server)
    admitted(mediator, chen, link["person"])
    mediator.get_by_role("tab", name=say("case.tab.draft")).click()
    press(mediator, "agreement.create")
    mediator.locator("#draft-facts").fill(FACTS)
    mediator.get_by_role("button", name=say("agreement.add_kind.free")).click()
    mediator.locator("article.clause textarea").first.fill(FREE)
    saved(mediator)
    staff(recorder, case["recorder"], server)
    recorder.goto(f"/session/{case['session_id']}")
    at_draft(recorder)
    expect(recorder.locator("article.clause textarea").first).to_have_value(FREE, timeout=LONG)
    return mediator, recorder, chen


def write_at_once(mediator: Page, recorder: Page) -> None:
    """Different places of one sentence, and of the facts: both stay, and the cursor stays where it was."""
    cut_off(recorder)
    text = recorder.locator("article.clause textarea").first
    text.fill("甲方负责维修，三十日内完成。")
    mediator.locator("article.clause textarea").first.fill("甲方负责免费维修。")
    saved(mediator)
    recorder.unroute(SAVES)
    expect(text).to_have_value("甲方负责免费维修，三十日内完成。", timeout=LONG)
    expect(text).to_be_focused()
    saved(recorder)
    expect(mediator.locator("article.clause textarea").first).to_have_value(wording(recorder), timeout=LONG)


def reload_in_the_middle(mediator: Page, recorder: Page) -> None:
    """Typed without a line, reloaded, merged with what the other wrote meanwhile; the same place is offered back."""
    cut_off(recorder)
    recorder.locator("#draft-issues").fill("维修责任。")
    recorder.locator("article.clause textarea").first.fill("甲方负责免费维修，四十日内完成。")
    mediator.locator("article.clause textarea").first.fill("甲方负责免费维修，二十日内完成。")
    saved(mediator)
    recorder.reload()  # the page opens where something was not saved
    expect(recorder.locator("[data-recovered]:visible")).to_be_visible(timeout=LONG)
    assert wording(recorder) == "甲方负责免费维修，四十日内完成。"
    recorder.unroute(SAVES)
    saved(recorder)
    both = recorder.locator("[data-both]:visible")
    expect(both).to_contain_text("二十日内", timeout=LONG)
    expect(recorder.locator("#draft-issues")).to_have_value("维修责任。")
    expect(mediator.locator("#draft-issues")).to_have_value("维修责任。", timeout=LONG)


def take_the_others(mediator: Page, recorder: Page) -> None:
    press(recorder.locator("[data-both]"), "versions.take_theirs")
    expect(mediator.locator("article.clause textarea").first).to_have_value(
        "甲方负责免费维修，二十日内完成。", timeout=LONG
    )
    saved(recorder)


def compare(page: Page) -> None:
    page.locator("details.versions summary").first.click()
    page.locator("[data-control=what-changed]").first.click()
    expect(page.locator("[data-redline]")).to_be_visible(timeout=LONG)
    page.locator("#versions-from").select_option("1")
    page.locator("details.versions form button[type=submit]").click()
    expect(page.locator("[data-redline] ins").filter(has_text="甲方负责免费维修")).to_be_visible(timeout=LONG)


def suggest(mediator: Page, chen: Page) -> None:
    """The party reads the draft on a phone and suggests other words."""
    press(mediator, "agreement.show")
    press(mediator.get_by_role("dialog"), "agreement.show_do")
    chen.locator("[data-control=draft]").click()
    chen.locator("[data-control=suggest]").first.click(timeout=LONG)
    chen.locator("form textarea").first.fill("甲方负责免费维修，十五日内完成。")
    chen.locator("[data-control=send-remark]").click()
    expect(chen.locator("[data-remark=open]")).to_be_visible()


def take_up(mediator: Page, recorder: Page, chen: Page) -> None:
    card = mediator.locator("[data-remark=open]")
    expect(card.locator("ins")).to_contain_text("十五日", timeout=LONG)
    card.locator("[data-control=remark-accept]").click()
    for page in (mediator, recorder):
        expect(page.locator("article.clause textarea").first).to_have_value(
            "甲方负责免费维修，十五日内完成。", timeout=LONG
        )
    expect(chen.locator("article.draft .clause").first).to_contain_text("十五日内", timeout=LONG)


def test_two_write_one_draft_and_a_party_suggests_words(server: Server, people: People) -> None:
    mediator, recorder, chen = together(server, people)
    write_at_once(mediator, recorder)
    reload_in_the_middle(mediator, recorder)
    take_the_others(mediator, recorder)
    compare(mediator)
    suggest(mediator, chen)
    take_up(mediator, recorder, chen)
